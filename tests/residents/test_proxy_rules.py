from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from backend.residents.rules import proxies as rules
from backend.residents.rules.grants import GRANTS

TODAY = date(2026, 8, 31)
NOW = datetime(2026, 8, 31, 4, tzinfo=UTC)


def test_a_grant_lasts_half_a_year_if_nobody_says_when() -> None:
    assert rules.days_of(TODAY, None) == date(2027, 2, 28)


def test_a_grant_counts_on_its_last_day_and_for_a_year_at_most() -> None:
    assert rules.days_of(TODAY, TODAY) == date(2026, 9, 1)
    assert rules.days_of(TODAY, date(2027, 8, 31)) == date(2027, 9, 1)
    for wrong in (TODAY - timedelta(days=1), date(2027, 9, 1)):
        with pytest.raises(rules.GrantDays):
            rules.days_of(TODAY, wrong)


def test_two_residents_are_wanted_and_no_worker_acts() -> None:
    one, other = uuid4(), uuid4()
    rules.check_pair(one, other, residents={one, other}, staff={one})

    with pytest.raises(rules.ProxyUnfit):
        rules.check_pair(one, one, residents={one}, staff=set())
    with pytest.raises(rules.ProxyUnfit):
        rules.check_pair(one, other, residents={one}, staff=set())
    with pytest.raises(rules.NoPrincipal):
        rules.check_pair(one, other, residents={other}, staff=set())
    with pytest.raises(rules.ProxyUnfit):
        rules.check_pair(one, other, residents={one, other}, staff={other})


def test_nobody_acts_for_a_fourth() -> None:
    rules.check_room(2)
    with pytest.raises(rules.TooManyPrincipals):
        rules.check_room(3)


def test_an_offer_is_open_for_its_days_and_once() -> None:
    rules.check_may_accept("offered", None)
    for state, because in (("offered", "lapsed"), ("live", None), ("ended", None)):
        with pytest.raises(rules.GrantMoved):
            rules.check_may_accept(state, because)


def test_the_calendar_ends_what_nobody_accepted_and_what_is_past_its_last_day() -> None:
    def over(state: str, offer_until: datetime | None, until_on: date) -> str | None:
        return rules.over_because(
            state, offer_until=offer_until, until_on=until_on, now=NOW, today=TODAY
        )

    later, tomorrow = NOW + timedelta(seconds=1), TODAY + timedelta(days=1)
    assert over("offered", later, tomorrow) is None
    assert over("offered", NOW, tomorrow) == "lapsed"
    assert over("offered", later, TODAY) == "expired"
    assert over("live", None, tomorrow) is None
    assert over("live", None, TODAY) == "expired"
    assert over("ended", None, TODAY) is None


def test_either_ends_it_and_nobody_else() -> None:
    principal, proxy = uuid4(), uuid4()

    def ends(who: object, state: str) -> str:
        return rules.ending_by(who, state, principal_id=principal, proxy_id=proxy)  # type: ignore[arg-type]

    assert ends(principal, "offered") == ends(principal, "live") == "revoked"
    assert ends(proxy, "offered") == "declined"
    assert ends(proxy, "live") == "resigned"
    with pytest.raises(rules.NoSuchGrant):
        ends(uuid4(), "live")
    with pytest.raises(rules.GrantMoved):
        ends(principal, "ended")


def test_paper_has_a_number_and_what_was_said_has_none() -> None:
    rules.check_paper("paper", "委-1")
    rules.check_paper("counter", None)
    for made, serial in (("paper", None), ("counter", "委-1")):
        with pytest.raises(rules.PaperMissing):
            rules.check_paper(made, serial)


NEVER = (
    *("points.redeem", "points.display", "points.appeal", "points.object_thanks", "points.own"),
    *("honour.answer", "honour.nominate", "self", "proxy.own", "statement.vote", "points.counter"),
)


@pytest.mark.parametrize("action", NEVER)
def test_what_one_does_oneself_nobody_does_for_one(action: str) -> None:
    with pytest.raises(rules.NotDelegable):
        rules.check_delegable(GRANTS[action])


def test_everything_a_proxy_may_do_has_a_scope_and_words_to_tell_it() -> None:
    delegable = [action for action, cells in GRANTS.items() if "P" in cells]

    assert all(rules.SCOPE_OF[action.partition(".")[0]] for action in delegable)
    assert set(rules.DONE) == set(delegable) - {"points.account"}


def test_what_was_not_granted_is_not_done() -> None:
    rules.check_scope("points.claim", ["virtue_bank"])
    with pytest.raises(rules.NotGranted):
        rules.check_scope("points.claim", ["matters"])
