"""What may be claimed, who may say it is so, and who decides: decided without a database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.days import SHANGHAI
from backend.errors import DomainError
from backend.virtue_bank.models import RuleItem
from backend.virtue_bank.models.deeds import DEED_STATES
from backend.virtue_bank.rules import confirmations, decisions, deed_states, deeds, objections
from backend.virtue_bank.rules.confirmations import Word
from backend.virtue_bank.rules.deed_states import (
    MOVES,
    WORK,
    Facts,
    Move,
    Work,
    allowed_actions,
    standing,
)
from backend.virtue_bank.rules.deeds import Acted, Shown, ShownPerson

TODAY = date(2027, 3, 10)  # a Wednesday
ANNA, BO, CAI, DAN = (uuid4() for _ in range(4))
NO_HOLIDAYS: dict[date, bool] = {}


def an_item(**about: Any) -> RuleItem:
    told: dict[str, Any] = {
        "community_id": uuid4(),
        "sheet_id": uuid4(),
        "code": "A1",
        "title": "邻里互助",
        "category": "互助",
        "points": 5,
        "points_max": 20,
    }
    return RuleItem(**(told | about))


def claimed(**about: Any) -> None:
    told: dict[str, Any] = {
        "occurred_on": TODAY - timedelta(days=1),
        "today": TODAY,
        "shares": [Acted(acted_id=ANNA)],
        "helped_id": BO,
        "witness_ids": [CAI],
        "staff": frozenset(),
    }
    deeds.check_claim(an_item(), **(told | about))


def test_a_deed_of_the_last_thirty_days_can_be_claimed() -> None:
    claimed()
    claimed(occurred_on=TODAY)
    claimed(occurred_on=TODAY - timedelta(days=30))


def test_ten_may_have_acted_and_five_may_have_seen_it() -> None:
    claimed(shares=[Acted(acted_id=uuid4()) for _ in range(10)])
    claimed(witness_ids=[uuid4() for _ in range(5)])


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        ({"occurred_on": TODAY + timedelta(days=1)}, deeds.DayToCome),
        ({"occurred_on": TODAY - timedelta(days=31)}, deeds.ClaimTooLate),
        ({"shares": []}, deeds.SharesUnclear),
        ({"shares": [Acted(acted_id=uuid4()) for _ in range(11)]}, deeds.SharesUnclear),
        ({"shares": [Acted(acted_id=ANNA)] * 2}, deeds.SharesUnclear),
        ({"helped_id": ANNA}, deeds.SharesUnclear),
        ({"witness_ids": [ANNA]}, deeds.WitnessesUnclear),
        ({"witness_ids": [BO]}, deeds.WitnessesUnclear),
        ({"witness_ids": [CAI, CAI]}, deeds.WitnessesUnclear),
        ({"witness_ids": [uuid4() for _ in range(6)]}, deeds.WitnessesUnclear),
        ({"staff": {ANNA}}, deeds.StaffEarnNothing),
    ],
)
def test_what_cannot_be_claimed_is_refused(
    about: dict[str, Any], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        claimed(**about)


def test_points_grow_with_the_units_up_to_the_most() -> None:
    assert [deeds.points_asked(an_item(), units) for units in (1, 3, 4, 9)] == [5, 15, 20, 20]


def test_the_same_deed_told_in_another_way_is_the_same() -> None:
    one = deeds.once_key("A1", [ANNA, BO], TODAY, "3号楼 东门", "morning")

    assert one == deeds.once_key("A1", [BO, ANNA], TODAY, "３号楼，东门。", "morning")
    assert one != deeds.once_key("A2", [ANNA, BO], TODAY, "3号楼 东门", "morning")
    assert one != deeds.once_key("A1", [ANNA], TODAY, "3号楼 东门", "morning")
    assert one != deeds.once_key("A1", [ANNA, BO], TODAY, "3号楼 东门", "evening")
    assert one != deeds.once_key("A1", [ANNA, BO], TODAY, "4号楼 东门", "morning")
    assert one != deeds.once_key(
        "A1", [ANNA, BO], TODAY + timedelta(days=1), "3号楼东门", "morning"
    )


def words(*told: tuple[str, str], unrelated: bool = True) -> list[Word]:
    return [Word(role=role, stance=stance, unrelated=unrelated) for role, stance in told]


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([], "waiting"),
        ([("helped", "yes")], "waiting"),
        ([("helped", "yes"), ("witness", "yes")], "enough"),
        ([("witness", "yes"), ("witness", "yes")], "waiting"),
        ([("helped", "yes"), ("witness", "unsure")], "waiting"),
        ([("helped", "yes"), ("witness", "yes"), ("witness", "unsure")], "enough"),
        ([("helped", "no")], "refuted"),
        ([("helped", "yes"), ("witness", "yes"), ("witness", "no")], "refuted"),
    ],
)
def test_two_who_say_yes_are_enough_and_one_no_is_a_doubt(
    told: list[tuple[str, str]], state: str
) -> None:
    assert confirmations.confirmed(words(*told), an_item()) == state


def test_where_nobody_was_helped_two_witnesses_are_enough() -> None:
    seen = words(("witness", "yes"), ("witness", "yes"))

    assert confirmations.confirmed(seen, an_item(needs_helped=False)) == "enough"


def test_who_says_to_be_related_counts_neither_for_nor_against() -> None:
    told = [*words(("helped", "yes")), *words(("witness", "yes"), unrelated=False)]
    doubted = words(("witness", "no"), unrelated=False)

    assert confirmations.confirmed(told, an_item()) == "waiting"
    assert confirmations.confirmed(doubted, an_item()) == "waiting"


def test_family_is_no_witness() -> None:
    assert confirmations.independent({CAI}, interested={ANNA}, near={BO})
    assert not confirmations.independent({ANNA}, interested={ANNA}, near=set())
    assert not confirmations.independent({CAI, BO}, interested={ANNA}, near={BO})
    assert confirmations.independent(set(), interested={ANNA}, near={BO})


def test_a_word_is_of_one_known_neighbour_or_of_one_name_and_of_nobody_who_writes_it() -> None:
    confirmations.check_somebody(CAI, "")
    confirmations.check_somebody(None, "吴奶奶")
    confirmations.check_not_recording_oneself(DAN, CAI)
    confirmations.check_not_recording_oneself(DAN, None)
    for known, name in ((CAI, "吴奶奶"), (None, "")):
        with pytest.raises(confirmations.SomebodyUnclear):
            confirmations.check_somebody(known, name)
    with pytest.raises(confirmations.NotIndependent):
        confirmations.check_not_recording_oneself(DAN, DAN)


def test_whoever_filed_confirmed_or_earns_does_not_decide_nor_do_those_close_to_them() -> None:
    assert decisions.is_unconcerned(DAN, concerned=[ANNA, BO, None], near={CAI})
    assert not decisions.is_unconcerned(ANNA, concerned=[ANNA, BO], near=set())
    assert not decisions.is_unconcerned(DAN, concerned=[ANNA, BO], near={BO})


def looked_at_twice(**about: Any) -> bool:
    told: dict[str, Any] = {
        "points": 49,
        "display": "masked",
        "doubted": False,
        "draw": 10,
        "from_points": 50,
        "percent": 10,
    }
    return decisions.needs_second_review(**(told | about))


def test_a_second_person_looks_at_what_is_much_nameless_doubted_or_drawn() -> None:
    assert not looked_at_twice()
    assert looked_at_twice(points=50)
    assert looked_at_twice(display="building")
    assert looked_at_twice(doubted=True)
    assert looked_at_twice(draw=9)


def test_the_draw_takes_about_one_in_ten_and_always_the_same() -> None:
    macs = [uuid4().hex * 2 for _ in range(2000)]
    drawn = [decisions.draw_of(mac) < 10 for mac in macs]

    assert 120 < sum(drawn) < 290
    assert drawn == [decisions.draw_of(mac) < 10 for mac in macs]


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def test_five_working_days_on_the_board_leave_out_the_weekend_and_the_first_day() -> None:
    start, until = decisions.window(at(TODAY), 5, NO_HOLIDAYS)

    assert start == at(TODAY)
    assert until == at(date(2027, 3, 18), 0)


def test_a_holiday_lengthens_the_window() -> None:
    _, until = decisions.window(at(TODAY), 5, {date(2027, 3, 11): False, date(2027, 3, 13): True})

    assert until == at(date(2027, 3, 18), 0)


def test_a_stopped_window_goes_on_for_what_was_left_and_a_day_at_least() -> None:
    _, until = decisions.window(at(TODAY), 5, NO_HOLIDAYS)

    assert decisions.rest(at(date(2027, 3, 11)), until, NO_HOLIDAYS) == 4
    assert decisions.rest(at(date(2027, 3, 17)), until, NO_HOLIDAYS) == 0
    assert decisions.resume(4, at(date(2027, 3, 22)), NO_HOLIDAYS) == at(date(2027, 3, 27), 0)
    assert decisions.resume(0, at(date(2027, 3, 22)), NO_HOLIDAYS) == at(date(2027, 3, 24), 0)


def test_a_clock_of_days_runs_from_the_day_here_to_the_midnight_after_its_last() -> None:
    last_second = at(TODAY, 23).replace(minute=59, second=59)

    assert decisions.after_days(last_second, 7) == at(date(2027, 3, 18), 0)
    assert decisions.after_days(last_second.astimezone(UTC), 7) == at(date(2027, 3, 18), 0)
    assert decisions.after_days(at(TODAY + timedelta(days=1), 0), 7) == at(date(2027, 3, 19), 0)


@given(st.datetimes(datetime(2027, 1, 1), datetime(2028, 2, 29)), st.integers(3, 15))  # noqa: DTZ001
def test_a_window_ends_at_midnight_here_after_a_working_day(moment: datetime, days: int) -> None:
    start = moment.replace(tzinfo=UTC)
    _, until = decisions.window(start, days, NO_HOLIDAYS)
    local = until.astimezone(SHANGHAI)

    assert (local.hour, local.minute) == (0, 0)
    assert (local - timedelta(seconds=1)).weekday() < 5
    assert decisions.rest(start, until, NO_HOLIDAYS) == days


def test_without_a_picture_somebody_asks_the_person_helped() -> None:
    decisions.check_proof(files=1, call_note="")
    decisions.check_proof(files=0, call_note="电话问过，属实。")
    with pytest.raises(decisions.CallMissing):
        decisions.check_proof(files=0, call_note="")


@pytest.mark.parametrize(("code", "reason"), [(None, ""), ("unclear", ""), (None, "写不清楚。")])
def test_what_is_not_passed_gets_a_reason_and_a_sentence(code: str | None, reason: str) -> None:
    decisions.check_reason("unclear", "请写清是哪一天。")
    with pytest.raises(decisions.ReasonMissing):
        decisions.check_reason(code, reason)


def test_points_are_for_those_who_acted() -> None:
    decisions.check_known({ANNA: 5}, {ANNA: 5, BO: 5})
    with pytest.raises(decisions.PointsOutOfRange):
        decisions.check_known({ANNA: 5, CAI: 5}, {ANNA: 5, BO: 5})


@pytest.mark.parametrize("points", [0, -5, 21])
def test_points_stay_inside_the_sheet(points: int) -> None:
    decisions.check_points(an_item(), [1, 20])
    with pytest.raises(decisions.PointsOutOfRange):
        decisions.check_points(an_item(), [5, points])


def a_line(*people: ShownPerson, display: str = "masked") -> dict[str, Any] | None:
    shown = Shown(
        id=uuid4(),
        item="邻里互助",
        occurred_on=TODAY,
        building="3号楼",
        people=people,
        display=display,
        points=5,
        until=at(TODAY),
    )
    return deeds.board_line(shown, TODAY)


def somebody(*, consents: bool = True, born_year: int | None = 1970) -> ShownPerson:
    return ShownPerson(name="王小芳", consents=consents, born_year=born_year)


@pytest.mark.parametrize(
    ("display", "person", "people"),
    [
        ("full", somebody(), ["王小芳"]),
        ("masked", somebody(), ["王*芳"]),
        ("building", somebody(), []),
        ("full", somebody(consents=False), []),
        ("full", somebody(born_year=None), []),
    ],
)
def test_the_board_names_people_as_they_consented(
    display: str, person: ShownPerson, people: list[str]
) -> None:
    line = a_line(person, display=display)

    assert line is not None
    assert line["people"] == people
    assert set(line) == set(deeds.BOARD_FIELDS)


@pytest.mark.parametrize("born_year", [2009, 2020])
def test_who_may_be_under_eighteen_has_no_line(born_year: int) -> None:
    assert a_line(somebody(), somebody(born_year=born_year)) is None
    assert a_line(somebody(born_year=2008)) is not None


@given(st.integers(-(2**63), 2**63 - 1), st.sets(st.integers(0, 63), max_size=5))
def test_pictures_five_bits_apart_are_found_by_a_part_of_their_hash(
    one: int, flipped: set[int]
) -> None:
    other = one
    for bit in flipped:
        other ^= 1 << bit
    near = [set(deeds.bands_near(band)) for band in deeds.bands(one)]

    assert deeds.are_alike(one, other)
    assert any(band in close for band, close in zip(deeds.bands(other), near, strict=True))
    assert all(0 <= band < 2**16 for band in deeds.bands(one))


def test_pictures_six_bits_apart_are_two_pictures() -> None:
    assert deeds.are_alike(-1, -1 ^ 0b11111)
    assert not deeds.are_alike(-1, -1 ^ 0b111111)
    assert not deeds.are_alike(-1, -1 ^ 0b11111 ^ 1 << 63)


def test_every_state_of_the_table_is_a_state_of_deeds() -> None:
    named = {state for way in MOVES for state in way}

    assert named == set(DEED_STATES)
    assert {state for work in WORK for state in work.states} <= named
    choices: list[Move | Work] = [*MOVES.values(), *WORK]
    assert all(role in deed_states.ROLES for each in choices for role in each.roles)
    assert all(guard in deed_states.GUARDS for each in choices for guard in each.guards)


def test_from_an_end_nothing_goes_on_and_from_everywhere_else_something_does() -> None:
    ends = {"credited", "voided", "withdrawn", "lapsed"}

    assert {move.source for move in MOVES.values()} == set(DEED_STATES) - ends


def test_every_missing_arrow_is_refused() -> None:
    everybody = frozenset(deed_states.ROLES)
    for source in DEED_STATES:
        for to in DEED_STATES:
            if (source, to) in MOVES:
                assert deed_states.check_move(source, to, everybody).to == to
            else:
                with pytest.raises(deed_states.NotInThisState):
                    deed_states.check_move(source, to, everybody)


def test_nobody_takes_somebody_elses_turn() -> None:
    approver = standing({"committee_member"})
    with pytest.raises(deed_states.NotYourTurn):
        deed_states.check_move("confirmed", "publicity", standing({"chair"}))
    with pytest.raises(deed_states.NotYourTurn):
        deed_states.check_move("publicity", "credited", approver)
    with pytest.raises(deed_states.ConflictOfInterest):
        deed_states.check_move("confirmed", "publicity", approver, Facts(unconcerned=False))
    with pytest.raises(deed_states.OutOfScope):
        deed_states.check_move("confirmed", "returned", approver, Facts(in_scope=False))


def test_a_button_that_cannot_be_pressed_says_why() -> None:
    offered = allowed_actions("confirmed", standing({"grid_worker"}), Facts(unconcerned=False))

    assert {each.action for each in offered} == {"approve", "return", "reject"}
    assert not any(each.allowed for each in offered)
    assert all(each.reason for each in offered)
    assert not allowed_actions("credited", standing({"grid_worker"}), Facts())


def appealed(**about: Any) -> None:
    told: dict[str, Any] = {
        "state": "dismissed",
        "outcome": "dismissed",
        "is_objector": True,
        "is_holder": False,
        "due_at": at(TODAY),
        "now": at(TODAY) - timedelta(hours=1),
    }
    objections.check_may_appeal(**(told | about))


def test_whoever_lost_may_appeal_once_and_in_time() -> None:
    appealed()
    appealed(state="upheld", outcome="upheld", is_objector=False, is_holder=True)
    for about, refusal in (
        ({"state": "open", "outcome": None}, objections.NothingToAppeal),
        ({"state": "appealed"}, objections.NothingToAppeal),
        ({"is_objector": False, "is_holder": True}, objections.NothingToAppeal),
        ({"now": at(TODAY)}, objections.AppealTooLate),
        ({"is_objector": False}, objections.NotAParty),
    ):
        with pytest.raises(refusal):
            appealed(**about)


@pytest.mark.parametrize("state", ["open", "upheld", "dismissed", "appealed", "closed"])
def test_an_objection_is_answered_while_open_and_ruled_on_after_an_appeal(state: str) -> None:
    for check, waiting in (
        (objections.check_open, "open"),
        (objections.check_appealed, "appealed"),
    ):
        if state == waiting:
            check(state)
        else:
            with pytest.raises(objections.NothingToDecide):
                check(state)


@given(st.lists(st.sampled_from(["upheld", "dismissed", None]), max_size=6))
def test_the_last_objection_is_waited_for_and_one_upheld_is_enough(
    last_words: list[str | None],
) -> None:
    come_to = objections.come_to(last_words)

    assert (come_to == "upheld") == ("upheld" in last_words)
    assert (come_to == "dismissed") == (set(last_words) <= {"dismissed"})


def test_whoever_acted_does_not_object() -> None:
    objections.check_objector(UUID(int=1), involved={ANNA})
    with pytest.raises(objections.Involved):
        objections.check_objector(ANNA, involved={ANNA})
