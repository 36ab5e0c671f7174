"""What a points sheet tells, and that nobody finds what it withholds by adding and subtracting."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.virtue_bank.rules.cells import FEWEST_PEOPLE, Row, added_up, sheet_cells


def people(*numbers: int) -> frozenset[UUID]:
    return frozenset(UUID(int=number) for number in numbers)


def row(key: str, points: int, *numbers: int) -> Row:
    return Row(
        key=key, title=f"善行{key}", points=points, times=len(numbers), people=people(*numbers)
    )


def points_of(table: dict[str, Any]) -> dict[str, int | None]:
    return {each["key"]: each["points"] for each in table["rows"]}


def test_a_table_of_many_people_tells_everything() -> None:
    table = sheet_cells([row("A", 50, 1, 2, 3, 4, 5), row("B", 60, 1, 2, 3, 4, 5, 6)])

    assert points_of(table) == {"A": 50, "B": 60}
    assert table["total"] == {"points": 110, "times": 11}
    assert table["together"] is None


def test_four_people_are_not_told_and_the_row_beside_them_covers_them() -> None:
    table = sheet_cells(
        [row("A", 40, 1, 2, 3, 4), row("B", 70, *range(10, 16)), row("C", 99, *range(20, 30))]
    )

    assert points_of(table) == {"A": None, "B": None, "C": 99}
    assert table["together"] == {"points": 110, "times": 10}
    assert table["total"] == {"points": 209, "times": 20}


def test_two_small_rows_of_the_same_two_people_still_need_a_third() -> None:
    table = sheet_cells([row("A", 10, 1), row("B", 20, 2), row("C", 99, *range(20, 30))])

    assert points_of(table) == {"A": None, "B": None, "C": None}
    assert table["total"] == {"points": 129, "times": 12}


def test_small_rows_of_enough_people_cover_one_another() -> None:
    table = sheet_cells([row("A", 10, 1, 2), row("B", 20, 3, 4, 5), row("C", 99, *range(20, 30))])

    assert points_of(table) == {"A": None, "B": None, "C": 99}
    assert table["together"] == {"points": 30, "times": 5}


def test_where_all_are_fewer_than_five_there_is_no_total_either() -> None:
    table = sheet_cells([row("A", 10, 1, 2), row("B", 20, 2, 3)])

    assert points_of(table) == {"A": None, "B": None}
    assert table["total"] is None
    assert table["together"] is None


def test_where_nothing_happened_the_total_is_nothing() -> None:
    assert sheet_cells([]) == {"rows": [], "together": None, "total": {"points": 0, "times": 0}}


def test_what_nobody_did_has_no_row() -> None:
    table = sheet_cells([row("A", 0), row("B", 60, *range(10, 16))])

    assert points_of(table) == {"B": 60}


def test_rows_stand_by_their_keys_and_not_by_their_points() -> None:
    table = sheet_cells([row("B", 999, *range(9)), row("A", 1, *range(9))])

    assert [each["key"] for each in table["rows"]] == ["A", "B"]


def test_a_quarter_adds_up_what_its_months_tell_and_nothing_else() -> None:
    many = range(20, 30)
    october = sheet_cells([row("A", 10, 1), row("B", 90, *many), row("C", 80, *many)])
    november = sheet_cells([row("A", 60, *many), row("B", 70, *many), row("C", 50, *many)])
    december = sheet_cells([row("A", 5, 1, 2)])

    quarter = added_up([october, november, december])

    assert points_of(quarter) == {"A": 60, "B": 70, "C": 130}
    assert [each["times"] for each in quarter["rows"]] == [10, 10, 20]
    assert {each["key"]: each["partly"] for each in quarter["rows"]} == {
        "A": True,
        "B": True,
        "C": False,
    }
    assert quarter["together"] == {"points": 100, "times": 11}
    assert quarter["total"] == {"points": 360, "times": 51}
    assert quarter["months_withheld"] == 1


tables = st.lists(
    st.tuples(
        st.integers(min_value=1, max_value=300),
        st.sets(st.integers(min_value=0, max_value=12), min_size=1, max_size=8),
    ),
    max_size=7,
)


def rows_from(drawn: Sequence[tuple[int, set[int]]]) -> list[Row]:
    return [row(chr(65 + n), points, *numbers) for n, (points, numbers) in enumerate(drawn)]


@given(tables)
def test_another_world_with_the_same_table_is_always_possible(
    drawn: Sequence[tuple[int, set[int]]],
) -> None:
    """Points moved between two withheld rows show nowhere, so neither is known."""
    rows = rows_from(drawn)
    told = sheet_cells(rows)
    hidden = [each for each in rows if points_of(told)[each.key] is None]
    for one, other in pairwise(hidden):
        moved = {
            one.key: replace(one, points=one.points + 1),
            other.key: replace(other, points=other.points - 1),
        }
        assert sheet_cells([moved.get(each.key, each) for each in rows]) == told
    if len(hidden) == 1:
        assert told["total"] is None
    if told["total"] is not None and hidden:
        assert len(frozenset().union(*(each.people for each in hidden))) >= FEWEST_PEOPLE


@given(tables)
def test_no_row_of_few_people_is_told(drawn: Sequence[tuple[int, set[int]]]) -> None:
    rows = rows_from(drawn)
    told = points_of(sheet_cells(rows))

    assert all(told[each.key] is None for each in rows if len(each.people) < FEWEST_PEOPLE)


@pytest.mark.parametrize("seed", range(30))
def test_months_and_quarter_together_give_no_withheld_figure_away(seed: int) -> None:
    """All that both sheets say, as equations: no withheld cell is a combination of them."""
    random = Random(seed)
    months = [
        [
            row(key, random.randint(1, 50), *random.sample(range(15), random.randint(1, 7)))
            for key in "ABCDE"
            if random.random() < 0.8
        ]
        for _ in range(3)
    ]
    told = [sheet_cells(rows) for rows in months]
    quarter = added_up(told)
    cells = [(n, each.key) for n, rows in enumerate(months) for each in rows]
    known: list[dict[tuple[int, str], int]] = []
    for n, table in enumerate(told):
        known += [{(n, each["key"]): 1} for each in table["rows"] if each["points"] is not None]
        if table["together"] is not None:
            hidden = [each["key"] for each in table["rows"] if each["points"] is None]
            known.append(dict.fromkeys(((n, key) for key in hidden), 1))
        if table["total"] is not None:
            known.append(dict.fromkeys(((n, each["key"]) for each in table["rows"]), 1))
    for line in quarter["rows"]:
        if line["points"] is not None:
            shown = [n for n, table in enumerate(told) if points_of(table).get(line["key"])]
            known.append(dict.fromkeys(((n, line["key"]) for n in shown), 1))

    basis = _independent([[Fraction(line.get(cell, 0)) for cell in cells] for line in known])
    for n, key in cells:
        if points_of(told[n])[key] is None:
            alone = [Fraction(cell == (n, key)) for cell in cells]
            assert len(_independent([*basis, alone])) == len(basis) + 1, (n, key)


def _independent(lines: list[list[Fraction]]) -> list[list[Fraction]]:
    """The lines that are no combination of those before, each with its first figure cleared."""
    basis: list[list[Fraction]] = []
    for line in lines:
        left = list(line)
        for known in basis:
            lead = next(n for n, each in enumerate(known) if each)
            if left[lead]:
                factor = left[lead] / known[lead]
                left = [a - factor * b for a, b in zip(left, known, strict=True)]
        if any(left):
            basis.append(left)
    return basis
