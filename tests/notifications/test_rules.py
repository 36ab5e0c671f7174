"""When a card may go out, how often it is tried, and what WeChat's answers make of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.days import SHANGHAI
from backend.notifications.rules import (
    KINDS,
    PAGES,
    TOPICS,
    ModeNotOffered,
    Outcome,
    UnknownTopic,
    check_preference,
    digest_hint,
    is_quiet,
    next_attempt,
    next_digest,
    outcome_of,
    plan_for,
    release,
    sendable_urgencies,
)
from backend.wechat.errors import KINDS as ERRCODES
from backend.wechat.errors import Kind

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=SHANGHAI)
CLIENT = Path(__file__).parents[2] / "miniprogram-stub" / "src" / "pages.json"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("clock", "quiet"), [("20:59", False), ("21:00", True), ("07:59", True), ("08:00", False)]
)
def test_the_night_lasts_from_nine_to_eight(clock: str, *, quiet: bool) -> None:
    assert is_quiet(moment(f"2026-12-03 {clock}")) is quiet


@pytest.mark.parametrize(
    ("due", "out"),
    [
        ("2026-12-03 20:59", "2026-12-03 20:59"),
        ("2026-12-03 21:00", "2026-12-04 08:00"),
        ("2026-12-04 03:00", "2026-12-04 08:00"),
        ("2028-02-28 22:00", "2028-02-29 08:00"),
        ("2028-02-29 23:59", "2028-03-01 08:00"),
        ("2027-02-28 21:30", "2027-03-01 08:00"),
        ("2026-12-31 23:30", "2027-01-01 08:00"),
    ],
)
def test_what_falls_due_at_night_goes_out_in_the_morning(due: str, out: str) -> None:
    assert release(moment(due).astimezone(UTC), urgency=2).of(0) == moment(out)


def test_in_the_morning_the_lanes_start_half_a_minute_apart() -> None:
    night = release(moment("2026-12-03 23:00"), urgency=2)

    assert night.of(15) - night.of(0) == timedelta(seconds=450)
    assert release(NOON, urgency=2).of(15) == NOON


def test_an_emergency_does_not_wait_for_the_morning() -> None:
    night = moment("2026-12-03 23:00")

    assert release(night, urgency=1).of(7) == night
    assert sendable_urgencies(night) == (1,)
    assert sendable_urgencies(NOON) == (1, 2, 3)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-12-03 18:29", "2026-12-03 18:30"),
        ("2026-12-03 18:30", "2026-12-04 18:30"),
        ("2028-02-28 19:00", "2028-02-29 18:30"),
        ("2026-12-31 20:00", "2027-01-01 18:30"),
    ],
)
def test_the_digest_comes_at_half_past_six(now: str, due: str) -> None:
    assert next_digest(moment(now).astimezone(UTC)) == moment(due)


def test_tries_are_doubled_up_to_an_hour_and_end_after_eight() -> None:
    waits = [next_attempt(number, NOON, chance=0.5) for number in range(1, 9)]

    assert waits[-1] is None
    minutes = [(when - NOON) / timedelta(minutes=1) for when in waits if when]
    assert minutes == [1, 2, 4, 8, 16, 32, 60]
    assert next_attempt(1, NOON, chance=0) == NOON + timedelta(seconds=48)
    assert next_attempt(1, NOON, chance=1) == NOON + timedelta(seconds=72)


@pytest.mark.parametrize(
    ("kind", "at_once", "mode"),
    [
        ("matter_progress", True, "now"),
        ("matter_progress", False, "digest"),
        ("publication", True, "digest"),
        ("vote_reminder", True, "now"),
        ("emergency", False, "now"),
    ],
)
def test_a_kind_has_a_default_mode(kind: str, *, at_once: bool, mode: str) -> None:
    plan = plan_for(kind, urgency=2, at_once=at_once, template_id="t", now=NOON)

    assert plan.mode == mode


def test_every_kind_has_a_name_people_read() -> None:
    assert KINDS.keys() == TOPICS.keys()


def test_a_preference_names_a_known_topic_and_a_mode_it_offers() -> None:
    check_preference("publication", "digest")
    with pytest.raises(UnknownTopic):
        check_preference("weather", "now")
    with pytest.raises(ModeNotOffered):
        check_preference("digest", "digest")


def test_the_hint_of_a_digest_names_kinds_and_numbers_only() -> None:
    assert digest_hint({"publication": 1, "matter_progress": 3}) == "事项进展3 公示1"


def outcome(
    problem: str | None,
    *,
    attempts: int = 1,
    was_unsure: bool = False,
    is_unsure: bool = False,
    wait_s: float | None = None,
    now: datetime = NOON,
) -> Outcome:
    return outcome_of(
        problem,
        attempts=attempts,
        urgency=2,
        was_unsure=was_unsure,
        is_unsure=is_unsure,
        wait_s=wait_s,
        now=now,
        chance=0.5,
    )


@pytest.mark.parametrize(
    ("kind", "state", "counted", "subscription"),
    [
        (Kind.RETRY, "due", True, ""),
        (Kind.WAIT_SECOND, "due", False, ""),
        (Kind.WAIT_MINUTE, "due", False, ""),
        (Kind.WAIT_DAY, "due", False, ""),
        (Kind.BROKEN_SETUP, "due", False, ""),
        (Kind.ONE_AT_A_TIME, "due", False, ""),
        (Kind.PAUSE_TEMPLATE, "due", False, "return"),
        (Kind.NO_BALANCE, "given_up", True, "empty"),
        (Kind.UNKNOWN_PERSON, "given_up", True, "forget"),
        (Kind.REFUSED, "given_up", True, "return"),
    ],
)
def test_what_a_problem_makes_of_a_card(
    kind: Kind, state: str, *, counted: bool, subscription: str
) -> None:
    found = outcome(kind, wait_s=2)

    assert (found.state, found.counted, found.subscription) == (state, counted, subscription)
    assert (found.due_at is not None) == (state == "due")


def test_every_kind_of_problem_ends_a_card_or_sets_its_next_moment() -> None:
    for kind in set(ERRCODES.values()):
        found = outcome(kind)
        assert (found.state == "due") == (found.due_at is not None)


def test_a_card_that_may_have_arrived_waits_for_the_sent_event() -> None:
    found = outcome("retry", is_unsure=True)

    assert found.unsure
    assert found.due_at is not None
    assert found.due_at >= NOON + timedelta(minutes=2)


def test_a_message_that_may_be_used_up_is_not_given_back() -> None:
    assert outcome("refused", was_unsure=True).subscription == ""
    assert outcome("retry", attempts=8, is_unsure=True).subscription == ""
    assert outcome("retry", attempts=8).subscription == "return"


def test_no_balance_after_an_unsure_try_means_it_probably_arrived() -> None:
    found = outcome("no_balance", was_unsure=True)

    assert (found.state, found.reason) == ("delivered", "probably")


def test_a_retry_does_not_ring_at_night() -> None:
    found = outcome("retry", now=moment("2026-12-31 20:59:30"))

    assert found.due_at == moment("2027-01-01 08:00")


def test_a_card_leads_to_a_page_the_client_has() -> None:
    without_comments = "\n".join(
        line for line in CLIENT.read_text().splitlines() if not line.lstrip().startswith("//")
    )
    client = json.loads(without_comments)
    here = {page["path"] for page in client["pages"]}
    packages = {
        f"{package['root']}/{page['path']}"
        for package in client["subPackages"]
        for page in package["pages"]
    }

    assert here | packages >= PAGES
