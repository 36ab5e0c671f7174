"""What is published, what still must be, and the rows that decide on it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Integer, Select, cast, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import selectinload

from backend.clock import utc_now
from backend.database import db
from backend.errors import NotFound
from backend.publication.models import Bulletin, BulletinErratum, DueItem
from backend.residents.models import Community

Row = TypeVar("Row")

SHOWN = ("published", "ended")
BATCH = 200
_SHOWN = or_(Bulletin.state.in_(SHOWN), Bulletin.withdrawn_at.is_not(None))
_WITH_ERRATA = selectinload(Bulletin.errata)


def bulletins_of(
    community_id: UUID,
    source_type: str,
    source_id: UUID,
    round: int | None = None,  # noqa: A002
) -> list[Bulletin]:
    """Every version of every notice about the record (in one of its rounds), oldest first."""
    wanted = select(Bulletin).where(
        Bulletin.community_id == community_id,
        Bulletin.source_type == source_type,
        Bulletin.source_id == source_id,
    )
    if round is not None:
        wanted = wanted.where(Bulletin.source_round == round)
    return list(db.session.scalars(wanted.order_by(Bulletin.id)))


def find_bulletin(community_id: UUID, bulletin_id: UUID, *, drafts: bool) -> Bulletin:
    """One bulletin of the community, as staff see it or as members do.

    Raises:
        NotFound: there is none, or it is a draft and `drafts` is False.
    """
    bulletin = _found(db.session.get(Bulletin, (community_id, bulletin_id), options=[_WITH_ERRATA]))
    if not drafts and bulletin.state not in SHOWN and not bulletin.is_taken_back:
        raise NotFound
    return bulletin


def lock_bulletin(community_id: UUID, bulletin_id: UUID) -> Bulletin:
    """The bulletin, held until the transaction ends."""
    return _found(
        db.session.get(
            Bulletin, (community_id, bulletin_id), with_for_update=True, populate_existing=True
        )
    )


def hold_notice(bulletin: Bulletin) -> None:
    """Let nobody else draft this notice until the transaction ends, also where none stands yet."""
    notice = (bulletin.source_type, bulletin.source_id, bulletin.source_round, bulletin.kind)
    lock = func.hashtextextended(f"bulletin:{bulletin.community_id}:{notice}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def lock_versions(
    community_id: UUID, source_type: str, source_id: UUID, source_round: int, kind: str
) -> Sequence[Bulletin]:
    """Every version of one notice, oldest first, held until the transaction ends."""
    versions = select(Bulletin).where(
        Bulletin.community_id == community_id,
        Bulletin.source_type == source_type,
        Bulletin.source_id == source_id,
        Bulletin.source_round == source_round,
        Bulletin.kind == kind,
    )
    return db.session.scalars(versions.order_by(Bulletin.version).with_for_update()).all()


def lock_numbers(community_id: UUID) -> Community:
    """The community, held, so that its bulletins are numbered one after another."""
    locked = select(Community).where(Community.id == community_id)
    return _found(db.session.scalar(locked.with_for_update(key_share=True)))


def board_place(community_id: UUID) -> str:
    return _found(
        db.session.scalar(select(Community.board_place).where(Community.id == community_id))
    )


def last_seq(community_id: UUID, prefix: str) -> int:
    """The highest number given so far under `prefix`; 0 before the first."""
    seq = cast(func.substr(Bulletin.number, len(prefix) + 1), Integer)
    given = select(func.max(seq)).where(
        Bulletin.community_id == community_id, Bulletin.number.startswith(prefix, autoescape=True)
    )
    return db.session.scalar(given) or 0


def bulletins(
    community_id: UUID,
    *,
    drafts: bool,
    states: Collection[str] = (),
    limit: int,
    after: UUID | None,
) -> Sequence[Bulletin]:
    """A page of the community's bulletins, newest first, one row more than `limit`.

    `states` narrows it; a draft that a newer one replaced is withdrawn, but was never shown.
    """
    wanted = select(Bulletin).where(Bulletin.community_id == community_id)
    if not drafts:
        wanted = wanted.where(_SHOWN)
    if states:
        shown = or_(Bulletin.state != "withdrawn", Bulletin.withdrawn_at.is_not(None))
        wanted = wanted.where(Bulletin.state.in_(states), shown)
    return db.session.scalars(_page(wanted, limit, after)).all()


def open_bulletins(community_code: str, *, limit: int, after: UUID | None) -> Sequence[Bulletin]:
    """A page of what strangers may read of a live community, newest first.

    Raises:
        NotFound: there is no such community.
    """
    live = select(Community.id).where(Community.code == community_code, Community.status == "live")
    community_id = _found(db.session.scalar(live))
    wanted = select(Bulletin).where(
        Bulletin.community_id == community_id,
        Bulletin.audience == "open",
        _SHOWN,
    )
    return db.session.scalars(_page(wanted, limit, after)).all()


def open_bulletin(bulletin_id: UUID) -> tuple[Bulletin, Community]:
    """One published bulletin of audience open, with its community, for strangers.

    Raises:
        NotFound: there is none, or strangers may not read it.
    """
    row = db.session.execute(
        select(Bulletin, Community)
        .join(Community, Community.id == Bulletin.community_id)
        .options(_WITH_ERRATA)
        .where(
            Bulletin.id == bulletin_id,
            Bulletin.audience == "open",
            _SHOWN,
        )
    ).first()
    found = _found(row)
    return found[0], found[1]


def lock_ended(now: datetime) -> Sequence[Bulletin]:
    """Displays whose last day is over, skipping those another job is just ending."""
    over = select(Bulletin).where(Bulletin.state == "published", Bulletin.until_at <= now)
    return db.session.scalars(
        over.order_by(Bulletin.id).limit(BATCH).with_for_update(skip_locked=True)
    ).all()


def add_due_item(item: DueItem) -> None:
    """Keep that it must be published; said twice it is one row."""
    db.session.execute(
        insert(DueItem)
        .values(
            community_id=item.community_id,
            id=item.id,
            created_at=utc_now(),
            item_code=item.item_code,
            kind=item.kind,
            title=item.title,
            source_type=item.source_type,
            source_id=item.source_id,
            source_round=item.source_round,
            happened_on=item.happened_on,
            due_on=item.due_on,
        )
        .on_conflict_do_nothing()
    )


def lock_due_item(bulletin: Bulletin) -> DueItem | None:
    """What the bulletin satisfies, if anything."""
    if bulletin.source_id is None:
        return None
    return db.session.scalar(
        select(DueItem)
        .where(
            DueItem.community_id == bulletin.community_id,
            DueItem.source_type == bulletin.source_type,
            DueItem.source_id == bulletin.source_id,
            DueItem.source_round == bulletin.source_round,
            DueItem.kind == bulletin.kind,
        )
        .with_for_update()
    )


def lock_due(community_id: UUID, due_item_id: UUID) -> DueItem:
    """The item, held until the transaction ends."""
    return _found(
        db.session.get(
            DueItem, (community_id, due_item_id), with_for_update=True, populate_existing=True
        )
    )


def lock_erratum(bulletin: Bulletin, erratum_id: UUID) -> BulletinErratum:
    """One correction of the bulletin, held until the transaction ends."""
    return _found(
        db.session.scalar(
            _errata(bulletin).where(BulletinErratum.id == erratum_id).with_for_update()
        )
    )


def lock_unposted_errata(bulletin: Bulletin) -> Sequence[BulletinErratum]:
    """Corrections that are online and on no poster yet, in their order."""
    waiting = _errata(bulletin).where(
        BulletinErratum.online_at.is_not(None), BulletinErratum.board_posted_at.is_(None)
    )
    return db.session.scalars(waiting.order_by(BulletinErratum.no).with_for_update()).all()


def errata_of(community_id: UUID, bulletin_id: UUID) -> Sequence[BulletinErratum]:
    """All corrections of a bulletin, those nobody has published yet among them."""
    bulletin = find_bulletin(community_id, bulletin_id, drafts=True)
    return db.session.scalars(_errata(bulletin).order_by(BulletinErratum.id)).all()


def errata_online(bulletin: Bulletin) -> int:
    """How many corrections of it are published."""
    online = select(func.count()).where(
        BulletinErratum.community_id == bulletin.community_id,
        BulletinErratum.bulletin_id == bulletin.id,
        BulletinErratum.online_at.is_not(None),
    )
    return db.session.scalar(online) or 0


def lock_overdue(today: date) -> Sequence[DueItem]:
    """What should have been published and of which nobody has been told yet."""
    late = select(DueItem).where(
        DueItem.satisfied_by.is_(None),
        DueItem.waived_at.is_(None),
        DueItem.due_on < today,
        DueItem.overdue_told_at.is_(None),
    )
    return db.session.scalars(
        late.order_by(DueItem.due_on, DueItem.id).limit(BATCH).with_for_update(skip_locked=True)
    ).all()


def due_items(community_id: UUID, *, limit: int, after: UUID | None) -> Sequence[DueItem]:
    """A page of what is still to be published, newest first, one row more than `limit`."""
    waiting = select(DueItem).where(
        DueItem.community_id == community_id,
        DueItem.satisfied_by.is_(None),
        DueItem.waived_at.is_(None),
    )
    if after is not None:
        waiting = waiting.where(DueItem.id < after)
    return db.session.scalars(waiting.order_by(DueItem.id.desc()).limit(limit + 1)).all()


def due_first(
    community_id: UUID, *, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[DueItem]:
    """As `due_items`, what is due first before the others."""
    waiting = select(DueItem).where(
        DueItem.community_id == community_id,
        DueItem.satisfied_by.is_(None),
        DueItem.waived_at.is_(None),
    )
    if after is not None:
        place = after[0].date(), after[1]
        waiting = waiting.where(tuple_(DueItem.due_on, DueItem.id) > place)
    first = waiting.order_by(DueItem.due_on, DueItem.id).limit(limit + 1)
    return db.session.scalars(first).all()


def _errata(bulletin: Bulletin) -> Select[BulletinErratum]:
    return select(BulletinErratum).where(
        BulletinErratum.community_id == bulletin.community_id,
        BulletinErratum.bulletin_id == bulletin.id,
    )


def _page(wanted: Select[Bulletin], limit: int, after: UUID | None) -> Select[Bulletin]:
    if after is not None:
        wanted = wanted.where(Bulletin.id < after)
    return wanted.options(_WITH_ERRATA).order_by(Bulletin.id.desc()).limit(limit + 1)


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
