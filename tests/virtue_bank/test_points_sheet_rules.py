"""Which sheets are due, what they say, and who may check them."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from backend.publication.rules.catalogue import check_fields, item_of
from backend.virtue_bank.rules import points_sheets as rules
from backend.virtue_bank.rules.cells import Row, sheet_cells
from backend.virtue_bank.rules.points_sheets import Period

NOVEMBER = Period(kind="month", since=date(2026, 11, 1), until=date(2026, 12, 1))
SEALED = (7, "ab" * 32)


def kinds_and_days(periods: list[Period]) -> list[tuple[str, str]]:
    return [(each.kind, each.since.isoformat()) for each in periods]


def test_on_the_first_the_month_before_is_due() -> None:
    began = date(2026, 11, 9)

    assert rules.due_periods(began, date(2026, 11, 30), set()) == []
    assert rules.due_periods(began, date(2026, 12, 1), set()) == [NOVEMBER]
    assert rules.due_periods(began, date(2026, 12, 2), {("month", date(2026, 11, 1))}) == []


def test_after_the_year_end_month_quarter_and_year_are_due_in_this_order() -> None:
    drafted = {("month", date(2026, month, 1)) for month in (10, 11)}

    assert kinds_and_days(rules.due_periods(date(2026, 10, 5), date(2027, 1, 1), drafted)) == [
        ("month", "2026-12-01"),
        ("quarter", "2026-10-01"),
        ("year", "2026-01-01"),
    ]


def test_months_nobody_drafted_are_made_up_for() -> None:
    assert kinds_and_days(rules.due_periods(date(2028, 1, 31), date(2028, 3, 1), set())) == [
        ("month", "2028-01-01"),
        ("month", "2028-02-01"),
    ]


def test_a_period_is_named_as_people_say_it() -> None:
    quarter = Period(kind="quarter", since=date(2026, 10, 1), until=date(2027, 1, 1))
    year = Period(kind="year", since=date(2026, 1, 1), until=date(2027, 1, 1))

    assert NOVEMBER.title == "美德银行2026年11月积分公示表"
    assert quarter.name == "2026年第四季度"
    assert year.name == "2026年"
    assert year.ends_at.isoformat() == "2026-12-31T16:00:00+00:00"


def rows(*lines: tuple[str, int, int]) -> list[Row]:
    return [
        Row(
            key=key,
            title=f"善行{key}",
            points=points,
            times=count,
            people=frozenset(UUID(int=n) for n in range(count)),
        )
        for key, points, count in lines
    ]


def body(period: Period = NOVEMBER, **about: Any) -> dict[str, Any]:
    table = sheet_cells(rows(("A", 40, 6), ("B", 30, 7)))
    told: dict[str, Any] = {
        "issued": {"items": table, "grids": table},
        "redeemed": {"items": sheet_cells([]), "grids": sheet_cells([])},
        "expired": {"grids": sheet_cells([])},
        "budget": {"points": 1000, "allotted": 400, "rest": 600},
        "coverage": {"shelf": 500, "percent": 47},
        "objections": {"raised": 3, "upheld": 1, "dismissed": 0, "dropped": 1, "open": 1},
        "reversals": [31, 12],
        "seal": SEALED,
    }
    return rules.month_body(period, **(told | about))


def test_a_month_says_what_came_and_went_and_how_it_is_sealed() -> None:
    said = body()

    assert (said["since"], said["through"]) == ("2026-11-01", "2026-11-30")
    assert said["issued"]["items"]["total"] == {"points": 70, "times": 13}
    assert said["reversals"] == {"count": 2, "numbers": [12, 31]}
    assert said["seal"] == {"block": 7, "hash": "ab" * 32}
    assert json.loads(json.dumps(said)) == said


def test_the_hash_stands_for_the_body_in_whatever_order_it_comes() -> None:
    said = body()
    turned = dict(reversed(said.items()))

    assert rules.canonical_sha256(said) == rules.canonical_sha256(turned)
    assert rules.canonical_sha256(said) != rules.canonical_sha256(body(reversals=[31]))


def test_a_quarter_is_made_of_its_months_sheets() -> None:
    quarter = Period(kind="quarter", since=date(2026, 10, 1), until=date(2027, 1, 1))
    few = sheet_cells(rows(("A", 9, 2)))
    december = Period(kind="month", since=date(2026, 12, 1), until=date(2027, 1, 1))
    months = [
        (body(), "1" * 64),
        (body(december, issued={"items": few, "grids": few}), "2" * 64),
    ]

    said = rules.long_body(
        quarter,
        months,
        budget=None,
        coverage={"shelf": 0, "percent": 0},
        seal=SEALED,
    )

    assert said["issued"]["items"]["total"] == {"points": 70, "times": 13}
    assert said["issued"]["items"]["months_withheld"] == 1
    counts = {"raised": 6, "upheld": 2, "dismissed": 0, "dropped": 2, "open": 1}
    assert said["objections"] == counts
    assert [month["sha256"] for month in said["months"]] == ["1" * 64, "2" * 64]
    assert said["budget"] is None


def test_everything_published_is_on_the_list_of_the_catalogue() -> None:
    said = body()
    fields = rules.public_fields(said, rules.canonical_sha256(said))

    check_fields(item_of("V1"), fields)
    assert fields["period"] == "2026年11月1日至2026年11月30日"
    assert fields["totals"] == {"issued": 70, "redeemed": 0, "expired": 0}


def test_what_is_withheld_stands_as_one_line() -> None:
    few = sheet_cells(rows(("A", 9, 2), ("B", 90, 9), ("C", 80, 8)))
    fields = rules.public_fields(body(issued={"items": few, "grids": few}), "0" * 64)

    assert fields["issued_items"] == [
        {"title": "善行A", "points": None, "times": None},
        {"title": "善行B", "points": 90, "times": 9},
        {"title": "善行C", "points": None, "times": None},
        {"title": "不单列的合计", "points": 89, "times": 10},
    ]


def test_paper_says_withheld_where_the_figure_is() -> None:
    few = sheet_cells(rows(("A", 9, 2), ("B", 90, 9), ("C", 80, 8)))
    table = rules.printed(body(issued={"items": few, "grids": few}))[0]

    assert table.lines == [
        ("善行A", "不单列", "不单列"),
        ("善行B", 90, 9),
        ("善行C", "不单列", "不单列"),
        ("不单列的合计", 89, 10),
    ]
    assert table.total == ("合计", 179, 19)


def test_a_table_of_too_few_people_has_no_total_on_paper() -> None:
    few = sheet_cells(rows(("A", 9, 2)))
    table = rules.printed(body(issued={"items": few, "grids": few}))[0]

    assert table.total == ("合计", "不单列", "不单列")


def test_the_sheet_is_told_in_sentences() -> None:
    few = sheet_cells(rows(("A", 9, 2)))
    said = rules.plain_text(body(redeemed={"items": few, "grids": few}))

    assert "2026年11月积分发放70分，兑换人数较少，不单列，过期0分" in said
    assert "预算1000分，已分到额度400分，还剩600分" in said
    assert "异议收到3件，成立1件，不成立0件，不用再答复1件，待答复1件；" in said


def test_a_sheet_drafted_before_objections_were_dropped_is_told_as_it_was() -> None:
    before = body()
    del before["objections"]["dropped"]

    assert "异议收到3件，成立1件，不成立0件，待答复1件；" in rules.plain_text(before)
    check_fields(item_of("V1"), rules.public_fields(before, "0" * 64))


def test_who_checks_saw_this_very_sheet_and_its_months_are_checked() -> None:
    seen = {"seen_sha256": "a", "sha256": "a"}
    rules.check_may_check(is_checked=False, months_open=0, **seen)
    with pytest.raises(rules.SheetChecked):
        rules.check_may_check(is_checked=True, months_open=0, **seen)
    with pytest.raises(rules.Unchecked):
        rules.check_may_check(is_checked=False, months_open=2, **seen)
    with pytest.raises(rules.SheetDiffers):
        rules.check_may_check(is_checked=False, months_open=0, seen_sha256="b", sha256="a")
