"""A rule sheet from its draft to the day another takes its place."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.errors import NotFound
from backend.ledger.actions import open_community
from backend.ledger.models import Asset
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.settings import setting_on
from backend.residents.queries.spans import since, until
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import RuleCap, RuleItem, RuleSheet
from backend.virtue_bank.notices import sheets as notices
from backend.virtue_bank.queries import sheets as queries
from backend.virtue_bank.rules import sheets as rules
from backend.virtue_bank.rules.second import check_second
from backend.virtue_bank.rules.sheets import CapLine, Item

SECONDS = ("committee_member", "chair")


def begin_sheet(caller: Caller) -> RuleSheet:
    """The next version as a draft, with the words of the one before it."""
    community_id = community_of(caller)
    queries.hold_versions(community_id)
    if queries.sheet_underway(community_id) is not None:
        raise rules.SheetUnderway("请先完成那一份。")
    before = queries.last_sheet(community_id)
    sheet = RuleSheet(
        community_id=community_id,
        version=before.version + 1 if before else 1,
        drafted_by=caller.resident_id,
    )
    db.session.add(sheet)
    db.session.flush()
    if before is not None:
        items = queries.items_of(community_id, before.id)
        caps = queries.caps_of(community_id, before.id)
        _write(sheet, list(as_items(items).values()), as_cap_lines(items, caps))
    witness(caller, "rule_sheet.begun", "rule_sheet", sheet.id, version=sheet.version)
    return sheet


def set_items(
    caller: Caller,
    sheet_id: UUID,
    *,
    row_version: int,
    items: Sequence[dict[str, Any]],
    caps: Sequence[dict[str, Any]],
) -> RuleSheet:
    """Write the whole draft anew."""
    sheet = queries.lock_sheet(community_of(caller), sheet_id)
    rules.check_version(row_version, sheet.row_version)
    rules.check_draft(sheet.state)
    wanted, lines = [Item(**item) for item in items], [CapLine(**cap) for cap in caps]
    rules.check_words(wanted, lines)
    queries.clear_sheet(sheet.community_id, sheet.id)
    _write(sheet, wanted, lines)
    sheet.row_version += 1
    witness(
        caller,
        "rule_sheet.written",
        "rule_sheet",
        sheet.id,
        sha256=rules.words_hash(wanted, lines),
    )
    db.session.flush()
    return sheet


def consult(caller: Caller, sheet_id: UUID, *, row_version: int) -> RuleSheet:
    """Lay the words open to everybody; from now on they are fixed."""
    sheet = queries.lock_sheet(community_of(caller), sheet_id)
    rules.check_version(row_version, sheet.row_version)
    rules.check_draft(sheet.state)
    items, caps = _words(sheet)
    rules.check_words(list(items.values()), caps)
    days = setting_on(sheet.community_id, "points.consultation_days", today())
    sheet.state, sheet.text_sha256 = "consulted", rules.words_hash(list(items.values()), caps)
    sheet.consulted_at = utc_now()
    sheet.consulted_until = rules.consulted_until(sheet.consulted_at, days)
    sheet.row_version += 1
    witness(
        caller, "rule_sheet.consulted", "rule_sheet", sheet.id, days=days, sha256=sheet.text_sha256
    )
    announce(notices.consultation_opened(sheet))
    return sheet


def take_back(caller: Caller, sheet_id: UUID) -> RuleSheet:
    """Make a draft of it again; whoever changes a word asks everybody anew."""
    sheet = queries.lock_sheet(community_of(caller), sheet_id)
    if sheet.state != "consulted":
        raise rules.NotConsulted("只有正在征求意见的细则可以收回修改。")
    sheet.state, sheet.text_sha256 = "draft", None
    sheet.consulted_at = sheet.consulted_until = None
    _forget_adoption(sheet)
    sheet.row_version += 1
    witness(caller, "rule_sheet.taken_back", "rule_sheet", sheet.id)
    db.session.flush()
    return sheet


def note_adoption(
    caller: Caller, sheet_id: UUID, *, resolution_ref: str, adopted_on: date, begins_on: date
) -> RuleSheet:
    """What the assembly resolved, and from when; it counts once another person confirms it."""
    sheet = queries.lock_sheet(community_of(caller), sheet_id)
    _check_adoption(sheet, adopted_on=adopted_on, begins_on=begins_on)
    sheet.resolution_ref, sheet.adopted_on, sheet.begins_on = resolution_ref, adopted_on, begins_on
    sheet.adoption_by = caller.resident_id
    sheet.row_version += 1
    witness(
        caller,
        "rule_sheet.adoption_noted",
        "rule_sheet",
        sheet.id,
        begins_on=begins_on.isoformat(),
        adopted_on=adopted_on.isoformat(),
    )
    announce_all(
        [
            notices.adoption_to_confirm(sheet, each)
            for each in holder_ids(sheet.community_id, *SECONDS)
            if each != caller.resident_id
        ]
    )
    return sheet


def confirm_adoption(caller: Caller, sheet_id: UUID) -> RuleSheet:
    """The second person's word: the sheet rules deeds from its day on, the one before until then.

    A community whose first sheet this is has its ledger opened.
    """
    sheet = queries.lock_sheet(community_of(caller), sheet_id)
    first = rules.check_proposed(sheet.adoption_by)
    check_second(first, caller.resident_id)
    begins_on, adopted_on = sheet.begins_on, sheet.adopted_on
    if begins_on is None or adopted_on is None:
        raise rules.NotProposed
    before = _check_adoption(sheet, adopted_on=adopted_on, begins_on=begins_on)
    if before is not None and before.in_force is not None:
        before.in_force = until(before.in_force, begins_on)
        db.session.flush()  # the days are free before the next sheet takes them
    sheet.confirmed_by, sheet.confirmed_at = caller.resident_id, utc_now()
    sheet.state, sheet.in_force = "adopted", since(begins_on)
    sheet.row_version += 1
    witness(
        caller,
        "rule_sheet.adopted",
        "rule_sheet",
        sheet.id,
        version=sheet.version,
        begins_on=begins_on.isoformat(),
        sha256=sheet.text_sha256,
        noted_by=str(first),
    )
    announce(notices.sheet_adopted(sheet))
    open_community(sheet.community_id, Asset.POINTS)
    return sheet


def turn_sheets() -> None:
    """What has its first day is in force, what had its last is superseded; again does nothing."""
    queries.let_end(today())
    queries.let_begin(today())


def sheet_told(sheet: RuleSheet) -> dict[str, Any]:
    """The sheet with its items, its caps, and what it says otherwise than the version before."""
    items = queries.items_of(sheet.community_id, sheet.id)
    codes = {item.id: item.code for item in items}
    caps = queries.caps_of(sheet.community_id, sheet.id)
    older = queries.version_before(sheet)
    before = as_items(queries.items_of(older.community_id, older.id)) if older else None
    return {
        "sheet": sheet,
        "items": items,
        "caps": [
            {
                "id": cap.id,
                "item_code": codes[cap.item_id] if cap.item_id else None,
                "subject": cap.subject,
                "period": cap.period,
                "cap": cap.cap,
            }
            for cap in caps
        ],
        "changes": rules.changes(before, as_items(items)),
    }


def sheet_now(community_id: UUID) -> RuleSheet:
    """Raises NotFound: no sheet is in force today."""
    sheet = queries.sheet_in_force(community_id, today())
    if sheet is None:
        raise NotFound("本社区还没有生效的积分细则。")
    return sheet


def as_items(rows: Sequence[RuleItem]) -> dict[str, Item]:
    """Items by their codes, as the rules take them."""
    names = [field.name for field in fields(Item)]
    return {row.code: Item(**{name: getattr(row, name) for name in names}) for row in rows}


def as_cap_lines(items: Sequence[RuleItem], caps: Sequence[RuleCap]) -> list[CapLine]:
    codes = {item.id: item.code for item in items}
    return [
        CapLine(
            subject=cap.subject,
            period=cap.period,
            cap=cap.cap,
            item_code=codes[cap.item_id] if cap.item_id else None,
        )
        for cap in caps
    ]


def _words(sheet: RuleSheet) -> tuple[dict[str, Item], list[CapLine]]:
    items = queries.items_of(sheet.community_id, sheet.id)
    caps = queries.caps_of(sheet.community_id, sheet.id)
    return as_items(items), as_cap_lines(items, caps)


def _write(sheet: RuleSheet, items: Sequence[Item], caps: Sequence[CapLine]) -> None:
    rows = {
        item.code: RuleItem(
            community_id=sheet.community_id,
            sheet_id=sheet.id,
            **{field.name: getattr(item, field.name) for field in fields(Item)},
        )
        for item in items
    }
    db.session.add_all(rows.values())
    db.session.flush()
    db.session.add_all(
        RuleCap(
            community_id=sheet.community_id,
            sheet_id=sheet.id,
            subject=cap.subject,
            period=cap.period,
            cap=cap.cap,
            item_id=rows[cap.item_code].id if cap.item_code else None,
        )
        for cap in caps
    )
    db.session.flush()


def _check_adoption(sheet: RuleSheet, *, adopted_on: date, begins_on: date) -> RuleSheet | None:
    before = queries.last_adopted(sheet.community_id)
    begun = before.in_force.lower if before is not None and before.in_force is not None else None
    rules.check_adoption(
        state=sheet.state,
        consulted_until=sheet.consulted_until,
        now=utc_now(),
        begins_on=begins_on,
        adopted_on=adopted_on,
        in_force_since=begun,
    )
    return before


def _forget_adoption(sheet: RuleSheet) -> None:
    sheet.resolution_ref = sheet.adopted_on = sheet.begins_on = sheet.adoption_by = None
