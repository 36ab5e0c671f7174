"""Sheets of months, quarters and years: drafted by the calendar, checked by one, then published."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import utc_now
from backend.database import db
from backend.documents import Sheet
from backend.ledger.queries import balances, head
from backend.notifications.actions import announce_all
from backend.publication.actions import draft_bulletin, expect_publication
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.spans import between
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import PointsSheet
from backend.virtue_bank.notices import points_sheets as notices
from backend.virtue_bank.queries import points_sheets as queries
from backend.virtue_bank.queries.accounts import circulation
from backend.virtue_bank.queries.points_sheets import Moved
from backend.virtue_bank.queries.shop import shelf_value
from backend.virtue_bank.rules import points_sheets as rules
from backend.virtue_bank.rules.budgets import coverage
from backend.virtue_bank.rules.cells import Row, sheet_cells
from backend.virtue_bank.rules.points_sheets import Period

SOURCE, ITEM, KIND = "points_sheet", "V1", "points"
CHECKERS = ("committee_member", "chair")

Cell = Callable[[Moved], tuple[str, str]]


def communities_due() -> list[UUID]:
    """Those for whom some month is over without a sheet."""
    on = rules.settled_day(utc_now())
    return [
        community_id
        for community_id, began_on in queries.first_days().items()
        if rules.due_periods(began_on, on, queries.drafted(community_id))
    ]


def draft_due_sheets(community_id: UUID) -> int:
    """Draft every sheet that is due, and let whoever checks know; how many. Again drafts none."""
    queries.hold_sheets(community_id)
    began_on = queries.first_days().get(community_id)
    if began_on is None:
        return 0
    due = rules.due_periods(began_on, rules.settled_day(utc_now()), queries.drafted(community_id))
    for period in due:
        _draft(community_id, period)
    return len(due)


def check_sheet(caller: Caller, sheet_id: UUID, *, sha256: str) -> PointsSheet:
    """Say that the figures seen are right; what is published is exactly these.

    Once more, if the publication was taken back.

    Raises:
        SheetChecked, SheetDiffers: it was checked before, or other figures were seen.
        Unchecked: a month it adds up is not checked yet.
    """
    sheet = queries.lock_sheet(community_of(caller), sheet_id)
    rules.check_may_check(
        is_checked=_is_out(sheet),
        seen_sha256=sha256,
        sha256=sheet.sha256,
        months_open=_months_open(sheet),
    )
    bulletin = draft_bulletin(
        caller,
        item_code=ITEM,
        kind=KIND,
        title=sheet.body["title"],
        plain_text=rules.plain_text(sheet.body),
        fields=rules.public_fields(sheet.body, sheet.sha256),
        source_type=SOURCE,
        source_id=sheet.id,
    )
    sheet.checked_by, sheet.checked_at = caller.resident_id, utc_now()
    sheet.bulletin_id = bulletin.id
    witness(caller, "points_sheet.checked", SOURCE, sheet.id, sha256=sheet.sha256)
    db.session.flush()
    return sheet


def sheets_told(sheets: Sequence[PointsSheet]) -> list[dict[str, Any]]:
    """The sheets with the number they are published under."""
    bulletins = queries.bulletins_of(sheets)
    found = [(sheet, bulletins.get(sheet.bulletin_id or sheet.id)) for sheet in sheets]
    return [
        {
            "sheet": sheet,
            "body": sheet.body,
            "bulletin": bulletin,
            "number": bulletin.number if bulletin else None,
            "text": rules.plain_text(sheet.body),
        }
        for sheet, bulletin in found
    ]


def tables_of(sheet: PointsSheet) -> list[Sheet]:
    """The sheet as the tables of a workbook: first what is said beside them."""
    summary = [*rules.summary(sheet.body), ("公示表校验值", sheet.sha256)]
    return [
        Sheet(name="说明", head=("项目", "内容"), rows=summary),
        *(
            Sheet(name=table.heading, head=table.head, rows=[*table.lines, table.total])
            for table in rules.printed(sheet.body)
        ),
    ]


def _is_out(sheet: PointsSheet) -> bool:
    bulletin = queries.bulletins_of([sheet]).get(sheet.bulletin_id) if sheet.bulletin_id else None
    return bulletin is not None and bulletin.state != "withdrawn"


def _draft(community_id: UUID, period: Period) -> None:
    newest = head(community_id)
    seal = (newest.seq, newest.hash.hex()) if newest else (None, None)
    make = _month if period.kind == "month" else _longer
    body = make(community_id, period, seal)
    sheet = PointsSheet(
        community_id=community_id,
        kind=period.kind,
        period=between(period.since, period.until),
        body=body,
        sha256=rules.canonical_sha256(body),
        block_seq=seal[0],
        block_hash=seal[1],
    )
    db.session.add(sheet)
    db.session.flush()
    expect_publication(
        community_id,
        item_code=ITEM,
        kind=KIND,
        title=period.title,
        source_type=SOURCE,
        source_id=sheet.id,
        happened_on=period.until,
    )
    record(
        "points_sheet.drafted",
        object_type=SOURCE,
        object_id=sheet.id,
        community_id=community_id,
        detail={"kind": period.kind, "since": period.since.isoformat(), "sha256": sheet.sha256},
    )
    announce_all(
        [notices.to_check(sheet, person) for person in holder_ids(community_id, *CHECKERS)]
    )


def _month(
    community_id: UUID, period: Period, seal: tuple[int | None, str | None]
) -> dict[str, object]:
    since, until = period.begins_at, period.ends_at
    found = {
        move: queries.moved(move, community_id, since=since, until=until, on=period.last_day)
        for move in rules.MOVES
    }
    return rules.month_body(
        period,
        issued=_tables(found["issued"]),
        redeemed=_tables(found["redeemed"]),
        expired={"grids": _table(found["expired"], lambda each: each.grid)},
        budget=_budget(community_id, period.last_day),
        coverage=_coverage(community_id),
        objections=queries.objections_counted(community_id, since=since, until=until),
        reversals=queries.reversed_numbers(community_id, since=since, until=until),
        seal=seal,
    )


def _longer(
    community_id: UUID, period: Period, seal: tuple[int | None, str | None]
) -> dict[str, object]:
    months = queries.months_within(community_id, period.since, period.until)
    return rules.long_body(
        period,
        [(month.body, month.sha256) for month in months],
        budget=_budget(community_id, period.last_day),
        coverage=_coverage(community_id),
        seal=seal,
    )


def _tables(found: Iterable[Moved]) -> dict[str, object]:
    lines = list(found)
    return {
        "items": _table(lines, lambda each: each.item),
        "grids": _table(lines, lambda each: each.grid),
    }


def _table(found: Iterable[Moved], cell: Cell) -> dict[str, object]:
    rows: dict[str, Row] = {}
    for each in found:
        key, title = cell(each)
        row = rows.get(key)
        rows[key] = Row(
            key=key,
            title=title,
            points=each.points + (row.points if row else 0),
            times=each.times + (row.times if row else 0),
            people=frozenset({each.person}) | (row.people if row else frozenset()),
        )
    return sheet_cells(list(rows.values()))


def _budget(community_id: UUID, on: date) -> dict[str, int] | None:
    budget = queries.budget_on(community_id, on)
    if budget is None or budget.account_id is None:
        return None
    left = balances(community_id, [budget.account_id])[budget.account_id]
    rest = left.available + left.pending
    return {"points": budget.points, "allotted": budget.points - rest, "rest": rest}


def _coverage(community_id: UUID) -> dict[str, int]:
    shelf = shelf_value(community_id)
    ratio = coverage(shelf, circulation(community_id), queries.not_yet_given(community_id))
    return {"shelf": shelf, "percent": int(ratio * 100)}


def _months_open(sheet: PointsSheet) -> int:
    since, until = sheet.period.lower, sheet.period.upper
    if sheet.kind == "month" or since is None or until is None:
        return 0
    months = queries.months_within(sheet.community_id, since, until)
    return sum(month.checked_at is None for month in months)
