"""Who may do what to a batch when, what a month of duty earns, and what an objection does."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.virtue_bank.models import ProposedLine
from backend.virtue_bank.rules import batches as rules
from backend.virtue_bank.rules import duty_posts as duties
from backend.virtue_bank.rules import thanks_objections as objections
from backend.virtue_bank.rules.duty_posts import Duty, Span

FEBRUARY = date(2028, 2, 1)  # twenty-nine days
ALWAYS: Span = (date(2020, 1, 1), None)
NOW = datetime(2028, 2, 10, 4, tzinfo=UTC)
ME, OTHER, THIRD = uuid4(), uuid4(), uuid4()


def a_duty(
    *,
    who: UUID = ME,
    points: int = 20,
    paid: bool = False,
    span: Span = ALWAYS,
    held: Sequence[Span] = (ALWAYS,),
) -> Duty:
    return Duty(
        post_id=uuid4(),
        resident_id=who,
        points_per_month=points,
        paid_allowance=paid,
        span=span,
        held=held,
        note="3号楼楼栋长",
    )


def earned(*those: Duty, staff: Sequence[UUID] = (), most: int = 30) -> dict[UUID, int]:
    found = duties.earned(FEBRUARY, those, most=most, staff=staff)
    return {line.resident_id: line.points for line in found}


def test_a_month_of_duty_earns_what_is_written_for_the_post() -> None:
    assert earned(a_duty(), a_duty(who=OTHER, points=10)) == {ME: 20, OTHER: 10}


def test_half_a_month_is_enough_and_a_day_less_is_not() -> None:
    fifteen: Span = (date(2028, 2, 15), None)  # fifteen of twenty-nine
    fourteen: Span = (date(2028, 2, 16), None)

    assert earned(a_duty(span=fifteen)) == {ME: 20}
    assert earned(a_duty(span=fourteen)) == {}


def test_exactly_half_of_a_month_is_half() -> None:
    june = date(2028, 6, 1)

    assert duties.is_month_served(june, 15)
    assert not duties.is_month_served(june, 14)
    assert not duties.is_month_served(FEBRUARY, 14)


def test_only_days_on_which_the_role_was_held_count() -> None:
    first: Span = (date(2027, 1, 1), date(2028, 2, 8))
    again: Span = (date(2028, 2, 22), None)

    assert duties.days_served(FEBRUARY, ALWAYS, [first, again]) == 7 + 8
    assert duties.days_served(FEBRUARY, ALWAYS, [first, first]) == 7
    assert duties.days_served(FEBRUARY, ALWAYS, []) == 0


def test_a_post_that_is_paid_for_is_not_thanked_twice() -> None:
    assert earned(a_duty(paid=True), a_duty(who=OTHER)) == {OTHER: 20}


def test_staff_earn_nothing() -> None:
    assert earned(a_duty(), staff=[ME]) == {}


def test_who_holds_two_posts_has_one_line() -> None:
    assert earned(a_duty(points=10), a_duty(points=20), a_duty(points=15)) == {ME: 20}


def test_nobody_gets_more_than_the_sheet_says() -> None:
    assert earned(a_duty(points=50), most=30) == {ME: 30}


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5))
def test_days_served_are_the_days_of_the_union(spans: list[tuple[int, int]]) -> None:
    start = FEBRUARY - timedelta(days=5)
    held: list[Span] = [
        (start + timedelta(days=a), start + timedelta(days=a + length)) for a, length in spans
    ]
    month = {FEBRUARY + timedelta(days=n) for n in range(29)}
    union = {start + timedelta(days=a + n) for a, length in spans for n in range(length)}

    assert duties.days_served(FEBRUARY, ALWAYS, held) == len(month & union)


def check_post(**but: object) -> None:
    facts: dict[str, object] = {
        "enterer_id": OTHER,
        "resident_id": ME,
        "near": (),
        "holds_role": True,
        "points": 20,
        "most": 30,
        "from_on": FEBRUARY,
        "until_on": None,
    }
    duties.check_post(**(facts | but))  # type: ignore[arg-type]


def test_a_captain_may_be_entered() -> None:
    check_post()
    check_post(points=30)
    check_post(until_on=FEBRUARY + timedelta(days=1))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"enterer_id": ME}, duties.OwnPost),
        ({"near": (ME,)}, duties.OwnPost),
        ({"holds_role": False}, duties.NotACaptain),
        ({"points": 31}, rules.PointsAboveSheet),
        ({"until_on": FEBRUARY}, duties.TermUnclear),
    ],
)
def test_who_is_no_captain_or_near_the_enterer_is_not(
    wrong: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        check_post(**wrong)


def test_a_post_ends_once_and_after_it_began() -> None:
    span: Span = (date(2028, 1, 1), date(2028, 6, 1))
    duties.check_end(span, date(2028, 3, 1))
    with pytest.raises(duties.PostEnded):
        duties.check_end(span, date(2028, 6, 1))
    with pytest.raises(duties.TermUnclear):
        duties.check_end(span, date(2028, 1, 1))


def a_line(who: UUID) -> ProposedLine:
    return ProposedLine(resident_id=who, basis_kind="meeting", basis_id=uuid4())


def test_a_helping_neighbour_is_no_staff() -> None:
    assert not rules.is_staff(["building_captain", "stair_captain", "owners_committee"])
    assert rules.is_staff(["building_captain", "grid_worker"])
    assert not rules.is_staff([])


def test_of_whoever_sat_there_only_residents_without_office_get_a_line() -> None:
    lines = [a_line(ME), a_line(OTHER), a_line(THIRD), a_line(ME)]

    found = rules.may_get(lines, residents={ME, OTHER}, staff={OTHER})

    assert found == [lines[0]]


@pytest.mark.parametrize(
    ("people", "refusal"),
    [
        ([], rules.NothingToGive),
        ([ME, ME], rules.NamedTwice),
        ([ME, THIRD], rules.NotAResident),
        ([ME, OTHER], rules.IsStaff),
    ],
)
def test_what_a_person_typed_wrongly_is_said(people: list[UUID], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.check_lines([a_line(each) for each in people], residents={ME, OTHER}, staff={OTHER})


def test_points_come_from_the_sheet_and_never_pass_it() -> None:
    assert rules.points_of(None, points=5, points_max=10) == 5
    assert rules.points_of(10, points=5, points_max=10) == 10
    for asked in (11, 0, -1):
        with pytest.raises(rules.PointsAboveSheet):
            rules.points_of(asked, points=5, points_max=10)


def test_three_people_see_to_a_batch() -> None:
    rules.check_hands(ME, others=[OTHER, None])
    with pytest.raises(rules.SameHands):
        rules.check_hands(ME, others=[OTHER, ME])


def test_nobody_passes_what_goes_to_them_or_theirs() -> None:
    rules.check_not_near(ME, people=[OTHER], near=[THIRD])
    for people, near in (([ME], []), ([OTHER], [OTHER])):
        with pytest.raises(rules.OwnBusiness):
            rules.check_not_near(ME, people=people, near=near)


LINES = {ME: "standing", OTHER: "standing", THIRD: "struck"}


def test_a_reviewer_strikes_some_lines_and_never_all() -> None:
    rules.check_review("drafted", lines=LINES, strikes=[])
    rules.check_review("drafted", lines=LINES, strikes=[ME])
    with pytest.raises(rules.NobodyLeft):
        rules.check_review("drafted", lines=LINES, strikes=[ME, OTHER])
    with pytest.raises(rules.LineMoved):
        rules.check_review("drafted", lines=LINES, strikes=[THIRD])
    with pytest.raises(rules.LineMoved):
        rules.check_review("drafted", lines=LINES, strikes=[uuid4()])
    with pytest.raises(rules.BatchMoved):
        rules.check_review("reviewed", lines=LINES, strikes=[])


@pytest.mark.parametrize("state", ["drafted", "publicity", "paying", "posted", "cancelled"])
def test_only_what_was_reviewed_is_approved(state: str) -> None:
    rules.check_approval("reviewed")
    with pytest.raises(rules.BatchMoved):
        rules.check_approval(state)


def test_a_batch_can_be_cancelled_until_the_first_point_is_paid() -> None:
    for state in ("drafted", "reviewed", "publicity"):
        rules.check_cancel(state)
    for state in ("paying", "posted", "cancelled"):
        with pytest.raises(rules.BatchMoved):
            rules.check_cancel(state)


def test_only_a_line_that_failed_is_mended() -> None:
    for batch in ("paying", "posted"):
        rules.check_mend(batch, "failed")
    for batch, line in (("publicity", "failed"), ("paying", "standing"), ("posted", "posted")):
        with pytest.raises(rules.LineMoved):
            rules.check_mend(batch, line)


def test_nothing_is_paid_inside_the_window() -> None:
    assert rules.is_due_to_pay("publicity", NOW, NOW)
    assert not rules.is_due_to_pay("publicity", NOW, NOW - timedelta(microseconds=1))
    assert not rules.is_due_to_pay("reviewed", None, NOW)
    assert not rules.is_due_to_pay("posted", NOW, NOW)


def test_a_batch_is_done_when_every_line_is() -> None:
    assert rules.is_settled(["posted", "struck"])
    assert rules.is_paid(["posted", "struck", "failed"])
    assert not rules.is_settled(["posted", "failed"])
    for open_one in ("standing", "objected"):
        assert not rules.is_settled(["posted", open_one])
        assert not rules.is_paid(["posted", open_one])


def test_objections_are_taken_until_the_last_moment_of_the_window() -> None:
    objections.check_window(shown=True, shown_until=NOW, now=NOW - timedelta(microseconds=1))
    for shown, until in ((True, NOW), (True, None), (False, NOW + timedelta(days=1))):
        with pytest.raises(objections.WindowClosed):
            objections.check_window(shown=shown, shown_until=until, now=NOW)


def test_whoever_had_a_hand_in_it_does_not_judge_it() -> None:
    objections.check_uninvolved(ME, concerned=[OTHER, None], near=[THIRD])
    for concerned, near in (([ME], []), ([OTHER], [OTHER])):
        with pytest.raises(objections.Involved):
            objections.check_uninvolved(ME, concerned=concerned, near=near)
