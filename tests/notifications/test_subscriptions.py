"""订阅次数: one tap is one message, whoever tells of it first, and however often."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from backend import clock
from backend.clock import utc_now
from tests.factories import Person
from tests.notifications.conftest import NOON
from tests.notifications.outbox import Outbox
from tests.notifications.pushing import Pushing

TEMPLATE = "demo_matter_progress"


def tap(person: Person, result: str = "accept", ask_id: str | None = None) -> int:
    answer = person.put(
        f"/me/subscription-asks/{ask_id or uuid4()}", {"results": {TEMPLATE: result}}
    )
    assert answer.status_code == 200, answer.get_json()
    return left(answer.get_json()["items"])


def left(items: list[dict[str, object]]) -> int:
    return next(int(str(item["left"])) for item in items if item["template_id"] == TEMPLATE)


@pytest.mark.parametrize("first", ["client", "push"])
def test_one_tap_seen_from_both_sides_is_one_message(
    outbox: Outbox, pushing: Pushing, noon: None, first: str
) -> None:
    person = outbox.a_resident(accepts=0)
    if first == "client":
        tap(person)
    pushing.popup(person, "accept")
    pushing.handle()
    if first == "push":
        tap(person)

    assert outbox.balance(person) == 1


def test_two_taps_are_two_messages_in_any_order(
    outbox: Outbox, pushing: Pushing, noon: None
) -> None:
    person = outbox.a_resident(accepts=0)
    tap(person)
    tap(person)
    pushing.popup(person, "accept")
    pushing.popup(person, "accept")
    pushing.handle()

    assert outbox.balance(person) == 2


def test_taps_that_lie_further_apart_are_not_the_same(outbox: Outbox, pushing: Pushing) -> None:
    with clock.at(NOON):
        person = outbox.a_resident(accepts=0)
        tap(person)
    with clock.at(NOON + timedelta(minutes=11)):
        pushing.popup(person, "accept")
        pushing.handle()

    assert outbox.balance(person) == 2


def test_a_report_repeated_by_a_shaky_phone_counts_once(outbox: Outbox, noon: None) -> None:
    person = outbox.a_resident(accepts=0)
    ask_id = str(uuid4())

    assert [tap(person, ask_id=ask_id) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("result", ["reject", "ban", "filter"])
def test_only_an_accept_gives_a_message(outbox: Outbox, noon: None, result: str) -> None:
    person = outbox.a_resident(accepts=0)

    assert tap(person, result) == 0


def test_after_a_no_we_do_not_ask_for_a_week(outbox: Outbox, noon: None) -> None:
    person = outbox.a_resident(accepts=0)
    tap(person, "reject")

    items = person.get("/me/subscriptions").get_json()["items"]
    (asked,) = [item for item in items if item["ask_again_at"]]
    assert asked["topic"] == "matter_progress"
    again = datetime.fromisoformat(asked["ask_again_at"])
    assert timedelta(days=6, hours=23) < again - utc_now() <= timedelta(days=7)


def test_our_own_name_of_a_template_does_as_well(outbox: Outbox, noon: None) -> None:
    person = outbox.a_resident(accepts=0)
    person.put(f"/me/subscription-asks/{uuid4()}", {"results": {"matter_progress": "accept"}})

    assert outbox.balance(person) == 1


def test_nonsense_is_refused(outbox: Outbox, noon: None) -> None:
    person = outbox.a_resident(accepts=0)
    for results in ({"demo_weather": "accept"}, {TEMPLATE: "yes"}, {}):
        answer = person.put(f"/me/subscription-asks/{uuid4()}", {"results": results})
        assert answer.status_code == 422


def test_without_wechat_there_is_nothing_to_subscribe(outbox: Outbox, noon: None) -> None:
    person = outbox.neighbourhood.a_resident()
    answer = person.put(f"/me/subscription-asks/{uuid4()}", {"results": {TEMPLATE: "accept"}})

    assert answer.status_code == 409
    assert left(person.get("/me/subscriptions").get_json()["items"]) == 0


def test_switching_off_in_wechat_empties_the_balance_until_the_next_yes(
    outbox: Outbox, pushing: Pushing
) -> None:
    with clock.at(NOON):
        person = outbox.a_resident(accepts=3)
        pushing.muted(person)
        pushing.handle()
        assert outbox.balance(person) == 0
        outbox.announce(person)
        outbox.deliver()
        assert not outbox.rows("wechat", of=person)
        pushing.popup(person, "accept", seconds_ago=60)  # it was late
        pushing.handle()
        assert outbox.balance(person) == 0
    with clock.at(NOON + timedelta(hours=1)):
        assert tap(person) == 1


def test_an_event_about_somebody_unknown_changes_nothing(
    outbox: Outbox, pushing: Pushing, noon: None
) -> None:
    pushing.popup_of("o_stranger", "accept")
    pushing.handle()

    assert outbox.number("SELECT count(*) FROM subscription_event") == 0
    assert outbox.number("SELECT count(*) FROM push_event WHERE handled_at IS NULL") == 0
