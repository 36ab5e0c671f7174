"""Who may be put forward, who sits on the panel, and who may be chosen."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.days import SHANGHAI
from backend.virtue_bank.rules import honours as rules

NOW = datetime(2028, 2, 10, 4, tzinfo=UTC)
TODAY = date(2028, 2, 10)
ONE, TWO, THREE, FOUR = uuid4(), uuid4(), uuid4(), uuid4()


def nominated(**but: object) -> None:
    facts: dict[str, object] = {
        "nominations_until": NOW + timedelta(days=1),
        "now": NOW,
        "is_resident": True,
        "is_staff": False,
        "born_year": 1970,
    }
    state = str(but.pop("state", "nominating"))
    rules.check_nomination(state, **(facts | but))  # type: ignore[arg-type]


def test_a_grown_up_neighbour_may_be_put_forward() -> None:
    nominated()
    nominated(born_year=None)
    nominated(born_year=2009)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"is_resident": False}, rules.CannotBeNominated),
        ({"is_staff": True}, rules.CannotBeNominated),
        ({"born_year": 2010}, rules.CannotBeNominated),  # perhaps only in December
        ({"state": "planned"}, rules.NominationsClosed),
        ({"state": "consenting"}, rules.NominationsClosed),
        ({"nominations_until": NOW}, rules.NominationsClosed),
        ({"nominations_until": None}, rules.NominationsClosed),
    ],
)
def test_others_may_not_nor_at_other_times(
    wrong: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        nominated(**wrong)


def test_points_are_a_door_and_nothing_behind_it() -> None:
    assert rules.is_entered(0, None)
    assert rules.is_entered(100, 100)
    assert not rules.is_entered(99, 100)


def test_a_panel_is_three_people_without_relations_to_the_nominees() -> None:
    rules.check_panel([ONE, TWO, THREE], nominees=[FOUR], near=[])
    for members in ([ONE, TWO], [ONE, TWO, TWO], []):
        with pytest.raises(rules.PanelTooSmall):
            rules.check_panel(members, nominees=[FOUR], near=[])
    for nominees, near in (([ONE], []), ([FOUR], [THREE])):
        with pytest.raises(rules.PanelRelated):
            rules.check_panel([ONE, TWO, THREE], nominees=nominees, near=near)


@given(st.integers(3, 15), st.integers(0, 15))
def test_more_than_half_of_the_whole_panel_is_needed(panel: int, in_favour: int) -> None:
    against = panel - in_favour

    assert rules.is_supported(in_favour, panel) == (in_favour > against)


def select(chosen: list[UUID], voices: dict[UUID, tuple[int, int]], **but: int) -> None:
    facts = {"panel": 3, "places": 2} | but
    rules.check_selection(chosen, voices=voices, **facts)


def test_the_chosen_are_supported_and_not_more_than_the_places() -> None:
    select([ONE, TWO], {ONE: (3, 2), TWO: (3, 3), THREE: (3, 1)})
    select([], {ONE: (3, 2)})


@pytest.mark.parametrize(
    ("chosen", "voices", "facts", "refusal"),
    [
        ([ONE], {ONE: (3, 1)}, {}, rules.NotSupported),
        ([ONE], {ONE: (3, 3), TWO: (2, 2)}, {}, rules.PanelSilent),
        ([ONE, TWO], {ONE: (3, 3), TWO: (3, 3)}, {"places": 1}, rules.TooManyChosen),
        ([FOUR], {ONE: (3, 3)}, {}, rules.NoConsent),
        ([ONE], {ONE: (2, 2)}, {"panel": 2}, rules.PanelTooSmall),
    ],
)
def test_nobody_is_chosen_past_the_panel(
    chosen: list[UUID],
    voices: dict[UUID, tuple[int, int]],
    facts: dict[str, int],
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        select(chosen, voices, **facts)


def test_days_are_whole_days_of_shanghai() -> None:
    late = datetime(2028, 2, 10, 15, 59, tzinfo=UTC)  # 23:59
    later = late + timedelta(minutes=1)

    assert rules.end_of_days(late, 15) == datetime(2028, 2, 26, tzinfo=SHANGHAI)
    assert rules.end_of_days(later, 15) == datetime(2028, 2, 27, tzinfo=SHANGHAI)


def test_the_counted_days_have_begun_and_end_some_day() -> None:
    rules.check_days(date(2027, 1, 1), date(2028, 1, 1), today=TODAY)
    rules.check_days(TODAY, TODAY + timedelta(days=1), today=TODAY)
    rules.check_days(TODAY, TODAY + timedelta(days=3 * 366), today=TODAY)
    for first, end in (
        (TODAY + timedelta(days=1), TODAY + timedelta(days=9)),
        (TODAY, TODAY),
        (date(2020, 1, 1), TODAY),
        (TODAY, TODAY + timedelta(days=3 * 366 + 1)),
    ):
        with pytest.raises(rules.DaysUnclear):
            rules.check_days(first, end, today=TODAY)


def test_a_certificate_has_the_number_of_its_year() -> None:
    assert rules.certificate_number("HP01", 2028, 7) == "RY2028-HP01-0007"


def test_what_is_taken_back_is_taken_back_once() -> None:
    rules.check_revocable(revoked=False)
    with pytest.raises(rules.AlreadyRevoked):
        rules.check_revocable(revoked=True)


@pytest.mark.parametrize("state", ["planned", "nominating", "consenting", "publicity", "decided"])
def test_a_round_goes_step_by_step(state: str) -> None:
    rules.check_state("reviewing", "reviewing")
    with pytest.raises(rules.RoundMoved):
        rules.check_state(state, "reviewing")
