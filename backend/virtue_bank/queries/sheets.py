"""Rule sheets: which is in force on a day, its items and caps, and all versions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, select, update

from backend.database import db
from backend.errors import NotFound
from backend.virtue_bank.models import RuleCap, RuleItem, RuleSheet

MOST_VERSIONS = 2**31 - 1  # a number in a path may be longer
SEEN_BY_ALL = ("consulted", "adopted", "in_force", "superseded")


def sheet_in_force(community_id: UUID, on: date) -> RuleSheet | None:
    """The sheet that rules the deeds of that day."""
    return db.session.scalar(
        select(RuleSheet).where(
            RuleSheet.community_id == community_id, RuleSheet.in_force.contains(on)
        )
    )


def item(community_id: UUID, item_id: UUID) -> RuleItem:
    """Raises NotFound: the community's sheets have no such item."""
    found = db.session.get(RuleItem, (community_id, item_id))
    if found is None:
        raise NotFound
    return found


def items_of(community_id: UUID, sheet_id: UUID) -> Sequence[RuleItem]:
    """In the order of their codes."""
    return db.session.scalars(
        select(RuleItem)
        .where(RuleItem.community_id == community_id, RuleItem.sheet_id == sheet_id)
        .order_by(RuleItem.code)
    ).all()


def caps_of(community_id: UUID, sheet_id: UUID) -> Sequence[RuleCap]:
    """All caps of the sheet, in a fixed order."""
    return db.session.scalars(
        select(RuleCap)
        .where(RuleCap.community_id == community_id, RuleCap.sheet_id == sheet_id)
        .order_by(RuleCap.id)
    ).all()


def find_sheet(community_id: UUID, sheet_id: UUID) -> RuleSheet:
    """Raises NotFound: the community has no such sheet."""
    found = db.session.get(RuleSheet, (community_id, sheet_id))
    if found is None:
        raise NotFound
    return found


def lock_sheet(community_id: UUID, sheet_id: UUID) -> RuleSheet:
    """The sheet, held until the transaction ends.

    Raises:
        NotFound: the community has no such sheet.
    """
    found = db.session.get(
        RuleSheet, (community_id, sheet_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def sheet_of_version(community_id: UUID, version: int) -> RuleSheet | None:
    """One of the versions everybody may read."""
    if version > MOST_VERSIONS:
        return None
    return db.session.scalar(
        select(RuleSheet).where(
            RuleSheet.community_id == community_id,
            RuleSheet.version == version,
            RuleSheet.state.in_(SEEN_BY_ALL),
        )
    )


def sheets_page(
    community_id: UUID, *, after: UUID | None, limit: int, drafts: bool
) -> Sequence[RuleSheet]:
    """Versions, newest first, one more than `limit`; drafts are the committee's."""
    rows = select(RuleSheet).where(RuleSheet.community_id == community_id)
    if not drafts:
        rows = rows.where(RuleSheet.state.in_(SEEN_BY_ALL))
    if after is not None:
        rows = rows.where(RuleSheet.id < after)
    return db.session.scalars(rows.order_by(RuleSheet.id.desc()).limit(limit + 1)).all()


def sheet_underway(community_id: UUID) -> RuleSheet | None:
    """The one draft or consultation there may be."""
    return db.session.scalar(
        select(RuleSheet).where(
            RuleSheet.community_id == community_id, RuleSheet.state.in_(("draft", "consulted"))
        )
    )


def last_sheet(community_id: UUID) -> RuleSheet | None:
    """The version numbered last."""
    return db.session.scalar(
        select(RuleSheet)
        .where(RuleSheet.community_id == community_id)
        .order_by(RuleSheet.version.desc())
        .limit(1)
    )


def version_before(sheet: RuleSheet) -> RuleSheet | None:
    """The newest adopted version older than this one."""
    return db.session.scalar(
        select(RuleSheet)
        .where(
            RuleSheet.community_id == sheet.community_id,
            RuleSheet.version < sheet.version,
            RuleSheet.in_force.is_not(None),
        )
        .order_by(RuleSheet.version.desc())
        .limit(1)
    )


def last_adopted(community_id: UUID) -> RuleSheet | None:
    """The sheet that begins last of those adopted, held until the transaction ends."""
    return db.session.scalar(
        select(RuleSheet)
        .where(RuleSheet.community_id == community_id, RuleSheet.in_force.is_not(None))
        .order_by(func.lower(RuleSheet.in_force).desc())
        .limit(1)
        .with_for_update()
    )


def clear_sheet(community_id: UUID, sheet_id: UUID) -> None:
    """Take all items and caps out of a draft."""
    for table in (RuleCap, RuleItem):
        db.session.execute(
            delete(table).where(table.community_id == community_id, table.sheet_id == sheet_id)
        )


def let_begin(on: date) -> Sequence[RuleSheet]:
    """Adopted sheets whose first day has come are in force from now on."""
    begun = (
        update(RuleSheet)
        .where(RuleSheet.state == "adopted", func.lower(RuleSheet.in_force) <= on)
        .values(state="in_force")
        .returning(RuleSheet)
    )
    return db.session.scalars(begun, execution_options={"synchronize_session": False}).all()


def let_end(on: date) -> None:
    """Sheets whose last day is over are superseded."""
    db.session.execute(
        update(RuleSheet)
        .where(RuleSheet.state.in_(("adopted", "in_force")), func.upper(RuleSheet.in_force) <= on)
        .values(state="superseded"),
        execution_options={"synchronize_session": False},
    )


def hold_versions(community_id: UUID) -> None:
    """Let nobody else begin a version here until the transaction ends."""
    lock = func.hashtextextended(f"rule_sheet:{community_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))
