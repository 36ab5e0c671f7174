"""Sheets, caps and budgets as arithmetic, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.days import SHANGHAI
from backend.virtue_bank.rules import budgets, reversals, second, sheets, statements
from backend.virtue_bank.rules.caps import (
    Cap,
    CapReached,
    CapUse,
    Share,
    cap_periods,
    check_room,
    period_start,
    room,
    uses_together,
)
from backend.virtue_bank.rules.sheets import CapLine, Item

DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))
PERIODS = ("day", "week", "month", "year")


def an_item(code: str = "A1", points: int = 10, most: int = 10) -> Item:
    return Item(code=code, title="送餐", category="助老", points=points, points_max=most)


# words


def test_the_order_of_writing_does_not_change_what_was_adopted() -> None:
    one, two = an_item("A1"), an_item("A2")
    day = CapLine(subject="person", period="day", cap=20, item_code="A1")
    year = CapLine(subject="person", period="year", cap=600)

    assert sheets.words_hash([one, two], [day, year]) == sheets.words_hash([two, one], [year, day])
    assert sheets.words_hash([one, two], [day]) != sheets.words_hash([one, two], [day, year])
    assert sheets.words_hash([one], []) != sheets.words_hash([an_item(points=9)], [])


ONE = CapLine(subject="person", period="day", cap=10)


@pytest.mark.parametrize(
    ("items", "caps"),
    [
        ([], []),
        ([an_item("A1"), an_item("A1")], []),
        ([an_item(points=0)], []),
        ([an_item(points=11, most=10)], []),
        ([an_item()], [ONE, ONE]),
        ([an_item()], [replace(ONE, item_code="B9")]),
        ([an_item()], [replace(ONE, cap=9)]),
        ([an_item("A1", 5), an_item("B1", 20, 20)], [replace(ONE, cap=4)]),
        ([an_item("A1", 5), an_item("B1", 20, 20)], [replace(ONE, cap=19, item_code="B1")]),
    ],
)
def test_a_sheet_nobody_could_claim_by_is_refused(items: list[Item], caps: list[CapLine]) -> None:
    with pytest.raises(sheets.SheetUnclear):
        sheets.check_words(items, caps)


def test_a_sheet_somebody_can_claim_by_is_taken() -> None:
    two = [an_item("A1", 1, 1), an_item("B1", 20, 20)]

    sheets.check_words(two, [replace(ONE, cap=1), replace(ONE, period="month")])
    sheets.check_words(two, [replace(ONE, cap=20, item_code="B1")])


LAID_OPEN_UNTIL = datetime(2026, 11, 11, tzinfo=SHANGHAI)
MEETING = date(2026, 11, 11)


def adopted(**about: Any) -> None:
    told: dict[str, Any] = {
        "state": "consulted",
        "consulted_until": LAID_OPEN_UNTIL,
        "now": datetime(2026, 11, 12, 9, tzinfo=SHANGHAI),
        "begins_on": date(2026, 11, 13),
        "adopted_on": MEETING,
        "in_force_since": date(2026, 11, 12),
    }
    sheets.check_adoption(**(told | about))


def test_a_sheet_is_adopted_after_its_consultation_for_a_day_to_come() -> None:
    adopted()
    adopted(in_force_since=None)
    adopted(now=LAID_OPEN_UNTIL, begins_on=date(2026, 11, 13))
    adopted(adopted_on=date(2026, 11, 12))


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        ({"state": "draft"}, sheets.NotConsulted),
        ({"consulted_until": None}, sheets.NotConsulted),
        ({"now": LAID_OPEN_UNTIL - timedelta(seconds=1)}, sheets.ConsultationOpen),
        ({"begins_on": date(2026, 11, 12)}, sheets.BeginsTooEarly),
        ({"adopted_on": date(2026, 11, 10)}, sheets.BeginsTooEarly),
        ({"adopted_on": date(2026, 11, 13)}, sheets.BeginsTooEarly),
        ({"in_force_since": date(2026, 11, 13)}, sheets.OverlapsInForce),
    ],
)
def test_no_sheet_is_adopted_too_early_or_backwards(
    about: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        adopted(**about)


def test_the_second_of_two_needs_the_first_and_the_version_they_saw() -> None:
    assert sheets.check_proposed(UUID(int=1)) == UUID(int=1)
    with pytest.raises(sheets.NotProposed):
        sheets.check_proposed(None)
    sheets.check_version(3, 3)
    with pytest.raises(sheets.StaleSheet):
        sheets.check_version(2, 3)


def test_what_changed_is_said_item_by_item() -> None:
    same = {"A4": an_item("A4")}
    before = {"A1": an_item("A1", 10), "A2": an_item("A2")} | same
    after = {"A1": an_item("A1", 12, 12), "A3": an_item("A3")} | same

    told = sheets.changes(before, after)

    assert [each["code"] for each in told["added"]] == ["A3"]
    assert [each["code"] for each in told["removed"]] == ["A2"]
    assert [(each["points_before"], each["points"]) for each in told["changed"]] == [(10, 12)]
    assert len(sheets.changes(None, after)["added"]) == 3


@pytest.mark.parametrize("state", ["consulting", "consulted", "adopted", "replaced"])
def test_only_a_draft_is_changed(state: str) -> None:
    sheets.check_draft("draft")
    with pytest.raises(sheets.NotADraft):
        sheets.check_draft(state)


@pytest.mark.parametrize(
    "opened",
    [
        datetime(2027, 2, 28, 15, 59, tzinfo=UTC),
        datetime(2027, 2, 28, 16, 0, tzinfo=UTC),
        datetime(2027, 12, 31, 15, 59, tzinfo=UTC),
        datetime(2028, 2, 29, 4, tzinfo=UTC),
    ],
)
def test_consultations_end_at_midnight_in_shanghai(opened: datetime) -> None:
    until = sheets.consulted_until(opened, 7)

    assert (until.hour, until.minute, until.tzinfo) == (0, 0, SHANGHAI)
    assert until.date() - opened.astimezone(SHANGHAI).date() == timedelta(days=8)


# caps


def a_share(**about: Any) -> Share:
    told: dict[str, Any] = {"item_id": uuid4(), "acted_id": uuid4(), "account_id": 7, "points": 10}
    return Share(**(told | about))


def test_a_share_meets_its_items_caps_and_those_of_the_sheet() -> None:
    share = a_share(helped_id=uuid4())
    own = Cap(id=uuid4(), subject="person", period="day", cap=20, item_id=share.item_id)
    anothers = Cap(id=uuid4(), subject="person", period="day", cap=20, item_id=uuid4())
    all_of_it = Cap(id=uuid4(), subject="account", period="year", cap=600)
    pair = Cap(id=uuid4(), subject="pair", period="week", cap=40)

    uses = cap_periods([own, anothers, all_of_it, pair], share, date(2027, 3, 4))

    found = {use.rule_cap_id: (use.subject_key, use.period_start) for use in uses}
    assert found == {
        own.id: (str(share.acted_id), date(2027, 3, 4)),
        all_of_it.id: ("7", date(2027, 1, 1)),
        pair.id: (f"{share.acted_id}:{share.helped_id}", date(2027, 3, 1)),
    }
    assert uses == sorted(uses)


def test_there_is_no_pair_without_somebody_helped() -> None:
    pair = Cap(id=uuid4(), subject="pair", period="week", cap=40)

    assert cap_periods([pair], a_share(), date(2027, 3, 4)) == []


@given(DAYS, st.sampled_from(PERIODS))
def test_a_day_lies_in_its_period_and_the_period_begins_with_itself(day: date, period: str) -> None:
    start = period_start(period, day)

    assert start <= day
    assert period_start(period, start) == start
    assert (day - start).days < {"day": 1, "week": 7, "month": 31, "year": 366}[period]


@given(DAYS, st.sampled_from(PERIODS))
def test_periods_follow_one_another_without_gap(day: date, period: str) -> None:
    tomorrow = day + timedelta(days=1)

    assert period_start(period, tomorrow) in {period_start(period, day), tomorrow}


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.integers(1, 200))
def test_nothing_is_cut_silently(wishes: list[int], cap: int) -> None:
    used = 0
    for wish in wishes:
        use = CapUse(
            rule_cap_id=uuid4(), subject_key="x", period_start=date.min, points=wish, cap=cap
        )
        if wish <= room(cap, used):
            check_room(use, used)
            used += wish
        else:
            with pytest.raises(CapReached) as refusal:
                check_room(use, used)
            assert refusal.value.members == {"room": cap - used}
    assert used <= cap


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 20)), max_size=12))
def test_shares_of_one_counter_are_asked_for_together(asked: list[tuple[int, int]]) -> None:
    ids = [UUID(int=number) for number in range(3)]
    uses = [
        CapUse(rule_cap_id=ids[which], subject_key="x", period_start=date.min, points=many, cap=99)
        for which, many in asked
    ]

    together = uses_together(uses)

    assert sum(use.points for use in together) == sum(many for _, many in asked)
    assert len({use.rule_cap_id for use in together}) == len(together)
    assert together == sorted(together)


# budgets


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_coverage_is_the_shelf_for_each_point_promised(
    shelf: int, circulation: int, budget: int
) -> None:
    ratio = budgets.coverage(shelf, circulation, budget)

    assert ratio * (circulation + budget) == shelf
    assert (ratio >= 1) == (shelf >= circulation + budget)


def test_less_than_a_full_shelf_needs_a_reason() -> None:
    budgets.check_coverage(Fraction(1), None)
    budgets.check_coverage(Fraction(1, 3), "下月备货")
    with pytest.raises(budgets.CoverageNeedsReason) as refusal:
        budgets.check_coverage(Fraction(2, 3), None)
    assert refusal.value.members == {"percent": 66}


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2027, 1, 1), date(2027, 12, 31)),
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2027, 12, 1), date(2027, 12, 31)),
        (date(2028, 1, 1), date(2028, 12, 31)),
    ],
)
def test_budgets_are_of_whole_months(since: date, until: date) -> None:
    budgets.check_period(since, until, date(2027, 6, 1))


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2027, 1, 2), date(2027, 12, 31)),
        (date(2027, 1, 1), date(2027, 12, 30)),
        (date(2028, 2, 1), date(2028, 2, 28)),
        (date(2027, 1, 1), date(2028, 1, 31)),
        (date(2027, 8, 1), date(2027, 7, 31)),
        (date(2027, 5, 1), date(2027, 5, 31)),
    ],
)
def test_other_periods_are_refused(since: date, until: date) -> None:
    with pytest.raises(budgets.PeriodUnclear):
        budgets.check_period(since, until, date(2027, 6, 1))


def test_a_budget_may_be_adopted_on_its_last_day() -> None:
    budgets.check_period(date(2027, 5, 1), date(2027, 5, 31), date(2027, 5, 31))


def test_quotas_fit_into_what_is_left() -> None:
    one, two = uuid4(), uuid4()
    kinds = {one: "grid_worker", two: "committee"}
    budgets.check_lines({one: 60, two: 40}, kinds=kinds, taken=(), available=100)
    with pytest.raises(budgets.BudgetShort) as short:
        budgets.check_lines({one: 60, two: 41}, kinds=kinds, taken=(), available=100)
    assert short.value.members == {"available": 100, "asked": 101}
    with pytest.raises(budgets.NotAnApprover):
        budgets.check_lines({uuid4(): 1}, kinds=kinds, taken=(), available=100)
    with pytest.raises(budgets.QuotaTaken):
        budgets.check_lines({one: 1}, kinds=kinds, taken=(one,), available=100)
    with pytest.raises(budgets.QuotaTaken):
        budgets.lines_of([(one, 1), (one, 2)])


def test_a_month_of_the_budget_that_is_not_over() -> None:
    year = {"since": date(2027, 1, 1), "until": date(2028, 1, 1)}
    budgets.check_month(date(2027, 12, 1), today=date(2027, 12, 31), **year)
    for month, today in (
        (date(2027, 12, 1), date(2028, 1, 1)),
        (date(2028, 1, 1), date(2027, 12, 31)),
        (date(2026, 12, 1), date(2026, 12, 31)),
    ):
        with pytest.raises(budgets.MonthOutside):
            budgets.check_month(month, today=today, **year)


# reversals and statements


def test_the_second_person_is_another_one() -> None:
    one = uuid4()
    second.check_second(one, uuid4())
    with pytest.raises(second.SamePerson):
        second.check_second(one, one)


@pytest.mark.parametrize(
    ("state", "open_still"),
    [("requested", True), ("answered", False), ("unanswered", False)],
)
def test_nobody_confirms_before_the_holder_could_answer(state: str, *, open_still: bool) -> None:
    now = datetime(2027, 3, 4, tzinfo=SHANGHAI)
    told: dict[str, Any] = {"state": state, "now": now, "until": now + timedelta(seconds=1)}
    if open_still:
        with pytest.raises(reversals.AnswerOpen):
            reversals.check_may_confirm(**told)
    else:
        reversals.check_may_confirm(**told)
    reversals.check_may_confirm(state=state, now=now, until=now)


def test_the_holder_answers_until_the_last_moment_and_not_after_it() -> None:
    until = datetime(2027, 3, 4, tzinfo=SHANGHAI)
    reversals.check_may_answer("requested", until - timedelta(microseconds=1), until)
    with pytest.raises(reversals.AnswerClosed):
        reversals.check_may_answer("requested", until, until)


def test_an_appeal_is_made_in_time_and_judged_by_somebody_new() -> None:
    late = datetime(2027, 3, 4, 23, 59, 59, tzinfo=SHANGHAI)
    until = second.appeal_until(late, 15)
    one, two, three = uuid4(), uuid4(), uuid4()

    assert until == datetime(2027, 3, 20, tzinfo=SHANGHAI)
    second.check_may_appeal("confirmed", until - timedelta(microseconds=1), until)
    with pytest.raises(second.AppealClosed):
        second.check_may_appeal("confirmed", until, until)
    second.check_may_judge("appealed", three, [one, two, None])
    for by in (one, two):
        with pytest.raises(second.DecidedByYou):
            second.check_may_judge("appealed", by, [one, two, None])
    for state in ("requested", "confirmed", "stands"):
        with pytest.raises(second.NoAppeal):
            second.check_may_judge(state, three, [one, two, None])


@pytest.mark.parametrize("state", ["confirmed", "dropped", "appealed", "restored", "stands"])
def test_what_is_done_is_not_done_again(state: str) -> None:
    now = datetime(2027, 3, 4, tzinfo=SHANGHAI)
    with pytest.raises(second.NotWaiting):
        reversals.check_may_confirm(state=state, now=now, until=now)
    with pytest.raises(second.NotWaiting):
        reversals.check_may_drop(state)
    with pytest.raises(second.NotWaiting):
        reversals.check_may_answer(state, now, now + timedelta(days=1))


def test_nobody_decides_about_their_own_or_a_relatives_account() -> None:
    me, holder = uuid4(), uuid4()

    second.check_apart(me, [holder], close={uuid4()})
    with pytest.raises(second.OwnAccount):
        second.check_apart(me, [me], close=set())
    with pytest.raises(second.OwnAccount):
        second.check_apart(me, [uuid4(), holder], close={holder})


def test_only_what_somebody_was_given_is_taken_back() -> None:
    for kind, code in ((1, 1), (3, 1), (1, 2), (1, 6)):
        reversals.check_reversible(kind=kind, code=code, is_persons=True)
    for kind, code, persons in ((2, 1, True), (1, 10, True), (5, 40, True), (1, 1, False)):
        with pytest.raises(reversals.NothingToReverse):
            reversals.check_reversible(kind=kind, code=code, is_persons=persons)


def test_a_statement_is_of_a_year_at_most() -> None:
    today = date(2027, 3, 4)

    assert statements.days_asked(None, None, today) == (date(2026, 12, 4), today)
    assert statements.days_asked(date(2026, 3, 5), None, today)[0] == date(2026, 3, 5)
    assert statements.days_asked(date(2026, 3, 4), None, today)[0] == date(2026, 3, 4)
    assert statements.days_asked(today, today, today) == (today, today)
    for since, until in ((date(2026, 3, 3), None), (date(2027, 3, 5), None)):
        with pytest.raises(statements.DaysUnclear):
            statements.days_asked(since, until, today)
    statements.check_whole(10, 10)
    with pytest.raises(statements.TooMuchAtOnce):
        statements.check_whole(11, 10)
