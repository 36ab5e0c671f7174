"""Objections to lines and honours: one's own, those that wait, those that are due."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, tuple_

from backend.database import db
from backend.errors import NotFound
from backend.virtue_bank.models import (
    GrantBatch,
    GrantLine,
    HonourRound,
    Nomination,
    ThanksObjection,
)


def has_objected(
    community_id: UUID, person_id: UUID, *, line_id: UUID | None, nomination_id: UUID | None
) -> bool:
    """Whether the person has said something against it before."""
    found = select(ThanksObjection.id).where(
        ThanksObjection.community_id == community_id,
        ThanksObjection.actor_id == person_id,
        ThanksObjection.line_id.is_not_distinct_from(line_id),
        ThanksObjection.nomination_id.is_not_distinct_from(nomination_id),
    )
    return db.session.scalar(found) is not None


def find_objection(community_id: UUID, objection_id: UUID) -> ThanksObjection:
    """Raises NotFound: the community has no such objection."""
    found = db.session.get(ThanksObjection, (community_id, objection_id))
    if found is None:
        raise NotFound
    return found


def lock_objection(community_id: UUID, objection_id: UUID) -> ThanksObjection:
    """The objection, held until the transaction ends.

    Raises:
        NotFound: the community has no such objection.
    """
    found = db.session.get(
        ThanksObjection, (community_id, objection_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def objections_about(
    community_id: UUID, *, line_id: UUID | None, nomination_id: UUID | None
) -> Sequence[ThanksObjection]:
    """All that was said against one line or one honour."""
    return db.session.scalars(
        select(ThanksObjection).where(
            ThanksObjection.community_id == community_id,
            ThanksObjection.line_id.is_not_distinct_from(line_id),
            ThanksObjection.nomination_id.is_not_distinct_from(nomination_id),
        )
    ).all()


def lines_of(
    objections: Collection[ThanksObjection],
) -> dict[UUID, tuple[GrantLine, GrantBatch]]:
    """The line, with its batch, that each of the objections is about, if it is about one."""
    rows = db.session.execute(
        select(ThanksObjection.id, GrantLine, GrantBatch)
        .join(
            GrantLine,
            and_(
                GrantLine.community_id == ThanksObjection.community_id,
                GrantLine.id == ThanksObjection.line_id,
            ),
        )
        .join(
            GrantBatch,
            and_(
                GrantBatch.community_id == GrantLine.community_id,
                GrantBatch.id == GrantLine.batch_id,
            ),
        )
        .where(_these(objections))
    )
    return {objection_id: (line, batch) for objection_id, line, batch in rows}


def nominations_of(
    objections: Collection[ThanksObjection],
) -> dict[UUID, tuple[Nomination, HonourRound]]:
    """The nomination, with its round, that each of them is about, if it is about one."""
    rows = db.session.execute(
        select(ThanksObjection.id, Nomination, HonourRound)
        .join(
            Nomination,
            and_(
                Nomination.community_id == ThanksObjection.community_id,
                Nomination.id == ThanksObjection.nomination_id,
            ),
        )
        .join(
            HonourRound,
            and_(
                HonourRound.community_id == Nomination.community_id,
                HonourRound.id == Nomination.round_id,
            ),
        )
        .where(_these(objections))
    )
    return {objection_id: (nomination, round_) for objection_id, nomination, round_ in rows}


def objections_page(
    community_id: UUID, *, states: Collection[str], after: UUID | None, limit: int
) -> Sequence[ThanksObjection]:
    """Objections in these states, newest first, one more than `limit`."""
    rows = select(ThanksObjection).where(
        ThanksObjection.community_id == community_id, ThanksObjection.state.in_(states)
    )
    if after is not None:
        rows = rows.where(ThanksObjection.id < after)
    return db.session.scalars(rows.order_by(ThanksObjection.id.desc()).limit(limit + 1)).all()


def own_objections(
    community_id: UUID, person_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[ThanksObjection]:
    """What the person said themselves, newest first, one more than `limit`."""
    rows = select(ThanksObjection).where(
        ThanksObjection.community_id == community_id, ThanksObjection.actor_id == person_id
    )
    if after is not None:
        rows = rows.where(ThanksObjection.id < after)
    return db.session.scalars(rows.order_by(ThanksObjection.id.desc()).limit(limit + 1)).all()


def lock_open_about_lines(
    community_id: UUID, line_ids: Collection[UUID]
) -> Sequence[ThanksObjection]:
    """What is not closed of what was said against these lines, held."""
    return _lock_open(community_id, ThanksObjection.line_id.in_(line_ids))


def lock_open_about_nominations(
    community_id: UUID, nomination_ids: Collection[UUID]
) -> Sequence[ThanksObjection]:
    """What is not closed of what was said against these nominations, held."""
    return _lock_open(community_id, ThanksObjection.nomination_id.in_(nomination_ids))


def _these(objections: Collection[ThanksObjection]) -> ColumnElement[bool]:
    named = [(each.community_id, each.id) for each in objections]
    return tuple_(ThanksObjection.community_id, ThanksObjection.id).in_(named)


def _lock_open(community_id: UUID, about: ColumnElement[bool]) -> Sequence[ThanksObjection]:
    return db.session.scalars(
        select(ThanksObjection)
        .where(
            ThanksObjection.community_id == community_id, about, ThanksObjection.state != "closed"
        )
        .order_by(ThanksObjection.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
