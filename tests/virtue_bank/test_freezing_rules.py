"""When an account may stand still, as arithmetic of states and moments."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from backend.days import SHANGHAI
from backend.virtue_bank.rules import freezings as rules
from backend.virtue_bank.rules.second import NotWaiting

NOW = datetime(2027, 3, 4, 12, tzinfo=SHANGHAI)
MOMENT = timedelta(microseconds=1)


def test_only_points_of_people_stand_still() -> None:
    rules.check_freezable(is_points=True, is_peoples=True)
    for points, people in ((True, False), (False, True), (False, False)):
        with pytest.raises(rules.NothingToFreeze):
            rules.check_freezable(is_points=points, is_peoples=people)


def test_what_is_so_already_is_not_asked_for() -> None:
    rules.check_aim("freeze", is_frozen=False)
    rules.check_aim("unfreeze", is_frozen=True)
    with pytest.raises(rules.AlreadyFrozen):
        rules.check_aim("freeze", is_frozen=True)
    with pytest.raises(rules.NotFrozen):
        rules.check_aim("unfreeze", is_frozen=False)


def test_a_request_is_confirmed_before_its_day_is_over_and_once() -> None:
    rules.check_may_confirm("requested", NOW - MOMENT, NOW)
    with pytest.raises(rules.FreezingLapsed):
        rules.check_may_confirm("requested", NOW, NOW)
    with pytest.raises(rules.FreezingLapsed):
        rules.check_may_confirm("lapsed", NOW - MOMENT, NOW)
    for state in ("confirmed", "withdrawn", "declined", "appealed", "stands", "lifted"):
        with pytest.raises(NotWaiting):
            rules.check_may_confirm(state, NOW - MOMENT, NOW)


def test_who_asked_takes_it_back_and_nobody_else() -> None:
    chair, other = uuid4(), uuid4()

    rules.check_may_withdraw("requested", chair, chair)
    with pytest.raises(rules.AskedByAnother):
        rules.check_may_withdraw("requested", other, chair)
    for state in ("confirmed", "lapsed", "withdrawn"):
        with pytest.raises(NotWaiting):
            rules.check_may_withdraw(state, chair, chair)
