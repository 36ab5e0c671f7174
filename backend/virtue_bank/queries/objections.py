"""Objections to deeds, and complaints about a refusal."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, select, tuple_

from backend.database import db
from backend.errors import NotFound
from backend.virtue_bank.models import OUTCOMES, Deed, DeedObjection, ThanksObjection

BATCH = 200


def find_objection(community_id: UUID, objection_id: UUID) -> DeedObjection:
    """One of the community's.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(DeedObjection, (community_id, objection_id))
    if found is None:
        raise NotFound
    return found


def lock_objection(community_id: UUID, objection_id: UUID) -> DeedObjection:
    """As `find_objection`, held until the transaction ends; its deed is held before."""
    found = db.session.get(
        DeedObjection,
        (community_id, objection_id),
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    if found is None:
        raise NotFound
    return found


def has_objected(deed: Deed, person_id: UUID, kind: str) -> bool:
    made = exists().where(
        DeedObjection.community_id == deed.community_id,
        DeedObjection.deed_id == deed.id,
        DeedObjection.actor_id == person_id,
        DeedObjection.kind == kind,
    )
    return bool(db.session.scalar(select(made)))


def objections_of(deed: Deed) -> Sequence[DeedObjection]:
    """All of the deed, oldest first."""
    made = select(DeedObjection).where(
        DeedObjection.community_id == deed.community_id, DeedObjection.deed_id == deed.id
    )
    return db.session.scalars(made.order_by(DeedObjection.id)).all()


def objections_against(deed: Deed) -> Sequence[DeedObjection]:
    """Those of residents while it hung, without complaints of its claimant."""
    return [each for each in objections_of(deed) if each.kind == "objection"]


def objections_by(
    community_id: UUID, person_id: UUID, *, limit: int, after: UUID | None
) -> Sequence[DeedObjection]:
    """What the person made, newest first, one row more than `limit`."""
    made = select(DeedObjection).where(
        DeedObjection.community_id == community_id, DeedObjection.actor_id == person_id
    )
    if after is not None:
        made = made.where(DeedObjection.id < after)
    return db.session.scalars(made.order_by(DeedObjection.id.desc()).limit(limit + 1)).all()


def waiting_objections(
    community_id: UUID,
    reader_id: UUID,
    *,
    waiting: Collection[tuple[str, str]],
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[tuple[DeedObjection, Deed]]:
    """(objection, deed) of these (kind, state), first due first, one row more than `limit`.

    `after` is when the last objection was due, and its id.
    """
    found = (
        select(DeedObjection, Deed)
        .join(
            Deed,
            and_(Deed.community_id == DeedObjection.community_id, Deed.id == DeedObjection.deed_id),
        )
        .where(
            DeedObjection.community_id == community_id,
            tuple_(DeedObjection.kind, DeedObjection.state).in_(waiting),
            DeedObjection.actor_id != reader_id,
            Deed.actor_id != reader_id,
        )
    )
    if after is not None:
        found = found.where(tuple_(DeedObjection.due_at, DeedObjection.id) > after)
    rows = db.session.execute(
        found.order_by(DeedObjection.due_at, DeedObjection.id).limit(limit + 1)
    )
    return [(objection, deed) for objection, deed in rows]


def past_due(kind: type[DeedObjection | ThanksObjection], now: datetime) -> list[tuple[UUID, UUID]]:
    """(community, objection) of this kind past their day: to be closed, or told of once."""
    due = (
        select(kind.community_id, kind.id)
        .where(
            kind.state != "closed",
            kind.due_at <= now,
            kind.overdue_told_at.is_(None) | kind.state.in_(tuple(OUTCOMES)),
        )
        .order_by(kind.due_at, kind.id)
        .limit(BATCH)
    )
    return [(community_id, each) for community_id, each in db.session.execute(due)]
