"""Points sheets, and the sums they are made of: never by approver, never by one resident."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, text

from backend.database import db
from backend.errors import NotFound
from backend.ledger.models import Account, Asset, Block, OwnerKind
from backend.publication.models import Bulletin
from backend.virtue_bank.models import Budget, PointsSheet, RuleSheet

UNKNOWN = ("", "其他")
NOWHERE = ("", "没有登记住址")


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What one person got, spent or lost under one item: only ever added up, never told."""

    item: tuple[str, str]
    grid: tuple[str, str]
    person: UUID
    points: int
    times: int


# Where everybody lives on the last day of the period: one home and its small grid.
_HOME = """home AS (
  SELECT DISTINCT ON (r.resident_id) r.resident_id, g.code, g.name
    FROM residency r
    JOIN household h ON h.community_id = r.community_id AND h.id = r.household_id
    JOIN dwelling d ON d.community_id = h.community_id AND d.id = h.dwelling_id
    JOIN building_grid b ON b.community_id = d.community_id AND b.building_id = d.building_id
                        AND b.valid @> :on
    JOIN grid g ON g.community_id = b.community_id AND g.id = b.grid_id
   WHERE r.community_id = :community_id AND r.valid @> :on
   ORDER BY r.resident_id, r.is_main DESC, r.id
)"""
_SUMS = """
SELECT moved.code AS item_code, moved.title AS item_title, home.code AS grid_code,
       home.name AS grid_name, moved.person, sum(moved.amount) AS points, count(*) AS times
  FROM moved LEFT JOIN home ON home.resident_id = moved.person
 GROUP BY moved.code, moved.title, home.code, home.name, moved.person"""
_IN_PERIOD = """t.community_id = :community_id AND t.asset = 1
     AND t.created_at >= :since AND t.created_at < :until"""
# Under whichever reason it comes: out of the community's pots into accounts of people. A family
# counts as the one person who founded it, where nobody in particular acted.
_ISSUED = f"""WITH {_HOME}, moved AS (
  SELECT t.amount, coalesce(s.acted_id, l.resident_id, f.founded_by, a.owner_id) AS person,
         CASE WHEN t.code = 2 THEN 'ZZ' ELSE i.code END AS code,
         CASE WHEN t.code = 2 THEN '申诉成立后恢复' ELSE i.title END AS title
    FROM ledger.transfer t
    JOIN ledger.account a ON a.community_id = t.community_id AND a.id = t.credit_id
                         AND a.owner_kind IN (1, 2)
    LEFT JOIN family f ON f.community_id = a.community_id AND f.account_id = a.id
    LEFT JOIN deed_share s ON t.source_type = 1 AND s.community_id = t.community_id
                          AND s.id = t.source_id
    LEFT JOIN deed d ON d.community_id = s.community_id AND d.id = s.deed_id
    LEFT JOIN grant_line l ON t.source_type = 2 AND l.community_id = t.community_id
                          AND l.id = t.source_id
    LEFT JOIN grant_batch b ON b.community_id = l.community_id AND b.id = l.batch_id
    LEFT JOIN rule_item i ON i.community_id = t.community_id
                         AND i.id = coalesce(d.item_id, b.item_id)
   WHERE {_IN_PERIOD} AND t.kind IN (1, 3) AND t.code IN (1, 2, 3, 4, 5, 6)
) {_SUMS}"""  # noqa: S608, our own words
_REDEEMED = f"""WITH {_HOME}, moved AS (
  SELECT t.amount, coalesce(o.placed_by, a.owner_id) AS person, i.id::text AS code, i.title
    FROM ledger.transfer t
    JOIN ledger.account a ON a.community_id = t.community_id AND a.id = t.debit_id
    LEFT JOIN shop_order o ON t.source_type = 3 AND o.community_id = t.community_id
                          AND o.id = t.source_id
    LEFT JOIN shop_item i ON i.community_id = o.community_id AND i.id = o.item_id
   WHERE {_IN_PERIOD} AND t.kind IN (1, 3) AND t.code = 10
) {_SUMS}"""  # noqa: S608, our own words
_EXPIRED = f"""WITH {_HOME}, moved AS (
  SELECT t.amount, coalesce(f.founded_by, a.owner_id) AS person, NULL AS code, NULL AS title
    FROM ledger.transfer t
    JOIN ledger.account a ON a.community_id = t.community_id AND a.id = t.debit_id
    LEFT JOIN family f ON f.community_id = a.community_id AND f.account_id = a.id
   WHERE {_IN_PERIOD} AND t.kind = 1 AND t.code = 14
) {_SUMS}"""  # noqa: S608, our own words
MOVED = {"issued": text(_ISSUED), "redeemed": text(_REDEEMED), "expired": text(_EXPIRED)}

_REVERSALS = text(f"""
SELECT t.id FROM ledger.transfer t
 WHERE {_IN_PERIOD} AND t.kind = 5 AND t.source_type = 9 ORDER BY t.id
""")  # noqa: S608, our own words
_OBJECTIONS = text("""
SELECT count(*) FILTER (WHERE created_at >= :since) AS raised,
       count(*) FILTER (WHERE decided_at >= :since AND decided_at < :until
                          AND outcome = 'upheld') AS upheld,
       count(*) FILTER (WHERE decided_at >= :since AND decided_at < :until
                          AND outcome = 'dismissed') AS dismissed,
       count(*) FILTER (WHERE decided_at IS NULL
                          AND closed_at >= :since AND closed_at < :until) AS dropped,
       count(*) FILTER (WHERE (decided_at IS NULL OR decided_at >= :until)
                          AND (closed_at IS NULL OR closed_at >= :until)) AS open
  FROM (
    SELECT created_at, decided_at, closed_at, outcome FROM deed_objection
     WHERE community_id = :community_id AND kind = 'objection' AND created_at < :until
    UNION ALL
    SELECT created_at, decided_at, closed_at, outcome FROM thanks_objection
     WHERE community_id = :community_id AND created_at < :until
  ) said
""")


def moved(
    what: str, community_id: UUID, *, since: datetime, until: datetime, on: date
) -> list[Moved]:
    """What was issued, redeemed or expired in the period, by item, small grid and person."""
    asked = {"community_id": community_id, "since": since, "until": until, "on": on}
    return [
        Moved(
            item=(row.item_code, row.item_title) if row.item_code else UNKNOWN,
            grid=(row.grid_code, row.grid_name) if row.grid_code else NOWHERE,
            person=row.person,
            points=int(row.points),
            times=row.times,
        )
        for row in db.session.execute(MOVED[what], asked)
    ]


def reversed_numbers(community_id: UUID, *, since: datetime, until: datetime) -> Sequence[int]:
    """The ledger's numbers of what two people took back in the period."""
    asked = {"community_id": community_id, "since": since, "until": until}
    return db.session.scalars(_REVERSALS, asked).all()


def objections_counted(community_id: UUID, *, since: datetime, until: datetime) -> dict[str, int]:
    """Objections raised, decided and dropped in the period, and those open at its end.

    Dropped is what nobody had to answer any more; over the periods all that was raised is one
    of upheld, dismissed, dropped and open.
    """
    asked = {"community_id": community_id, "since": since, "until": until}
    return dict(db.session.execute(_OBJECTIONS, asked).mappings().one())


def budget_on(community_id: UUID, on: date) -> Budget | None:
    """The funded budget of that day."""
    return db.session.scalar(
        select(Budget).where(
            Budget.community_id == community_id,
            Budget.asset == int(Asset.POINTS),
            Budget.state == "funded",
            Budget.period.contains(on),
        )
    )


def not_yet_given(community_id: UUID) -> int:
    """What lies in budgets and live quotas: points that may still come out."""
    left = Account.credits_posted - Account.debits_posted
    total = db.session.scalar(
        select(func.coalesce(func.sum(left), 0)).where(
            Account.community_id == community_id,
            Account.asset == int(Asset.POINTS),
            Account.owner_kind.in_((int(OwnerKind.BUDGET), int(OwnerKind.QUOTA))),
            ~Account.frozen,
        )
    )
    return int(total or 0)


def first_days() -> dict[UUID, date]:
    """Of every community with a rule sheet: since when deeds earn points."""
    began = select(RuleSheet.community_id, func.min(func.lower(RuleSheet.in_force))).where(
        RuleSheet.in_force.is_not(None)
    )
    rows = db.session.execute(began.group_by(RuleSheet.community_id))
    return {community_id: day for community_id, day in rows if day is not None}


def drafted(community_id: UUID) -> set[tuple[str, date]]:
    """Kind and first day of every sheet there is."""
    rows = db.session.execute(
        select(PointsSheet.kind, func.lower(PointsSheet.period)).where(
            PointsSheet.community_id == community_id
        )
    )
    return {(kind, day) for kind, day in rows}


def months_within(community_id: UUID, since: date, until: date) -> Sequence[PointsSheet]:
    """The months' sheets of a longer period, oldest first."""
    return db.session.scalars(
        select(PointsSheet)
        .where(
            PointsSheet.community_id == community_id,
            PointsSheet.kind == "month",
            func.lower(PointsSheet.period) >= since,
            func.upper(PointsSheet.period) <= until,
        )
        .order_by(func.lower(PointsSheet.period))
    ).all()


def sheets_page(
    community_id: UUID, *, kind: str | None, drafts: bool, after: UUID | None, limit: int
) -> Sequence[PointsSheet]:
    """Sheets, newest first, one more than `limit`; without drafts, those that are published."""
    rows = select(PointsSheet).where(PointsSheet.community_id == community_id)
    if not drafts:
        rows = rows.where(_is_published())
    if kind is not None:
        rows = rows.where(PointsSheet.kind == kind)
    if after is not None:
        rows = rows.where(PointsSheet.id < after)
    return db.session.scalars(rows.order_by(PointsSheet.id.desc()).limit(limit + 1)).all()


def find_sheet(community_id: UUID, sheet_id: UUID, *, drafts: bool) -> PointsSheet:
    """Raises NotFound: the community has no such sheet, or none its people may read yet."""
    wanted = select(PointsSheet).where(
        PointsSheet.community_id == community_id, PointsSheet.id == sheet_id
    )
    if not drafts:
        wanted = wanted.where(_is_published())
    return _found(db.session.scalar(wanted))


def open_sheet(sheet_id: UUID) -> PointsSheet:
    """A published sheet, for strangers.

    Raises:
        NotFound: there is none, or it was taken back.
    """
    wanted = select(PointsSheet).where(PointsSheet.id == sheet_id, _is_published())
    return _found(db.session.scalar(wanted))


def lock_sheet(community_id: UUID, sheet_id: UUID) -> PointsSheet:
    """The sheet, held until the transaction ends."""
    return _found(
        db.session.get(
            PointsSheet, (community_id, sheet_id), with_for_update=True, populate_existing=True
        )
    )


def bulletins_of(sheets: Collection[PointsSheet]) -> dict[UUID, Bulletin]:
    """The publications of these sheets by their own ids, in one statement."""
    wanted = {sheet.bulletin_id for sheet in sheets if sheet.bulletin_id}
    if not wanted:
        return {}
    community_id = next(iter(sheets)).community_id
    rows = db.session.scalars(
        select(Bulletin).where(Bulletin.community_id == community_id, Bulletin.id.in_(wanted))
    )
    return {bulletin.id: bulletin for bulletin in rows}


def hold_sheets(community_id: UUID) -> None:
    """Let nobody else draft sheets here until the transaction ends."""
    lock = func.hashtextextended(f"points_sheet:{community_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def sheets_with_blocks(community_id: UUID) -> list[tuple[PointsSheet, str | None]]:
    """Every sheet, and the hash that the block it names has today."""
    rows = db.session.execute(
        select(PointsSheet, Block.hash)
        .outerjoin(
            Block,
            and_(
                Block.community_id == PointsSheet.community_id,
                Block.seq == PointsSheet.block_seq,
            ),
        )
        .where(PointsSheet.community_id == community_id)
        .order_by(PointsSheet.id)
    )
    return [(sheet, None if found is None else found.hex()) for sheet, found in rows]


def heads(community_id: UUID, *, before: int | None, limit: int) -> Sequence[Block]:
    """The ledger's blocks, newest first, one more than `limit`."""
    rows = select(Block).where(Block.community_id == community_id)
    if before is not None:
        rows = rows.where(Block.seq < before)
    return db.session.scalars(rows.order_by(Block.seq.desc()).limit(limit + 1)).all()


def _is_published() -> Any:
    out = select(Bulletin.id).where(
        Bulletin.community_id == PointsSheet.community_id,
        Bulletin.id == PointsSheet.bulletin_id,
        or_(Bulletin.state == "published", Bulletin.state == "ended"),
    )
    return out.exists()


def _found(sheet: PointsSheet | None) -> PointsSheet:
    if sheet is None:
        raise NotFound("没有这份公示表。")
    return sheet
