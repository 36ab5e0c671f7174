"""Deeds by the page: a person's, those that wait, those on the board, those that are due."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from backend.clock import utc_now
from backend.database import db
from backend.files.models import File
from backend.ledger.models import Account
from backend.virtue_bank.models import (
    Deed,
    DeedFile,
    DeedObjection,
    DeedShare,
    DeedWitness,
    FamilyMember,
)
from backend.virtue_bank.queries.deeds import ON_THE_BOARD

FIRST_REVIEW = ("confirmed", "refuted")


def deeds_of_person(
    community_id: UUID, person_id: UUID, *, limit: int, after: UUID | None
) -> Sequence[Deed]:
    """What the person claimed or did, newest first, one row more than `limit`."""
    acted = select(DeedShare.deed_id).where(
        DeedShare.community_id == community_id, DeedShare.acted_id == person_id
    )
    own = select(Deed).where(
        Deed.community_id == community_id,
        or_(Deed.actor_id == person_id, and_(Deed.id.in_(acted), Deed.state.not_in(("draft",)))),
    )
    if after is not None:
        own = own.where(Deed.id < after)
    return db.session.scalars(own.order_by(Deed.id.desc()).limit(limit + 1)).all()


def deeds_in_scope(
    community_id: UUID,
    *,
    states: Collection[str],
    buildings: Collection[UUID] | None,
    limit: int,
    after: UUID | None,
) -> Sequence[Deed]:
    """What staff may read, newest first, one row more than `limit`; None is every building."""
    seen = select(Deed).where(Deed.community_id == community_id, Deed.state.in_(states))
    if buildings is not None:
        seen = seen.where(Deed.building_id.in_(buildings))
    if after is not None:
        seen = seen.where(Deed.id < after)
    return db.session.scalars(seen.order_by(Deed.id.desc()).limit(limit + 1)).all()


def waiting_deeds(
    community_id: UUID,
    reviewer_id: UUID,
    *,
    buildings: Collection[UUID] | None,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[Deed]:
    """What waits for a first or second look, first due first, one row more than `limit`.

    First looks are of the reviewer's buildings (None: all), second looks of anybody else's.
    `after` is when the last row was due, and its id.
    """
    first: ColumnElement[bool] = Deed.state.in_(FIRST_REVIEW)
    if buildings is not None:
        first = and_(first, Deed.building_id.in_(buildings))
    second = and_(Deed.state == "second_review", Deed.decided_by != reviewer_id)
    waiting = select(Deed).where(
        Deed.community_id == community_id,
        or_(first, second),
        Deed.actor_id != reviewer_id,
    )
    if after is not None:
        waiting = waiting.where(tuple_(Deed.due_at, Deed.id) > after)
    return db.session.scalars(waiting.order_by(Deed.due_at, Deed.id).limit(limit + 1)).all()


def asked_of(
    community_id: UUID, person_id: UUID, *, limit: int, after: UUID | None, said: Select[Any]
) -> Sequence[tuple[Deed, str]]:
    """(deed, role) of what the person is asked about and has not answered (`said`), newest first.

    One row more than `limit`.
    """
    asked = (
        select(Deed, DeedWitness.role)
        .join(
            DeedWitness,
            and_(DeedWitness.community_id == Deed.community_id, DeedWitness.deed_id == Deed.id),
        )
        .where(
            Deed.community_id == community_id,
            Deed.state == "submitted",
            DeedWitness.resident_id == person_id,
            ~said.exists(),
        )
    )
    if after is not None:
        asked = asked.where(Deed.id < after)
    rows = db.session.execute(asked.order_by(Deed.id.desc()).limit(limit + 1))
    return [(deed, role) for deed, role in rows]


def board_page(community_id: UUID, *, limit: int, after: UUID | None) -> Sequence[Deed]:
    """What hangs on the board, newest first, one row more than `limit`.

    A deed that hung its days and waits for a frozen account hangs no longer.
    """
    hanging = select(Deed).where(Deed.community_id == community_id, _hangs(utc_now()))
    if after is not None:
        hanging = hanging.where(Deed.id < after)
    return db.session.scalars(hanging.order_by(Deed.id.desc()).limit(limit + 1)).all()


def points_to_come(
    community_id: UUID,
    account_ids: Collection[int],
    *,
    people: Collection[UUID],
    families: Collection[UUID],
) -> dict[int, tuple[int, int]]:
    """Account to (points on the board, points that hung their days): promised, not on it yet.

    The accounts are those of `people`, and of `families`, for which who left may have acted.
    """
    acted = set(people)
    if families:
        members = select(FamilyMember.resident_id).where(
            FamilyMember.community_id == community_id, FamilyMember.family_id.in_(families)
        )
        acted.update(db.session.scalars(members))
    hangs = _hangs(utc_now())
    rows = db.session.execute(
        select(
            DeedShare.account_id,
            func.coalesce(func.sum(DeedShare.points).filter(hangs), 0).label("on_board"),
            func.coalesce(func.sum(DeedShare.points).filter(~hangs), 0).label("hung"),
        )
        .join(Deed, and_(Deed.community_id == DeedShare.community_id, Deed.id == DeedShare.deed_id))
        .where(
            DeedShare.community_id == community_id,
            DeedShare.acted_id.in_(acted),
            DeedShare.account_id.in_(account_ids),
            DeedShare.posted_id.is_(None),
            Deed.state.in_((*ON_THE_BOARD, "credited")),
        )
        .group_by(DeedShare.account_id)
    )
    return {row["account_id"]: (row["on_board"], row["hung"]) for row in rows.mappings()}


def due_page(now: datetime, *, states: Collection[str], limit: int) -> list[tuple[UUID, UUID]]:
    """(community, deed) of what is past its day in these states and not told of."""
    due = (
        select(Deed.community_id, Deed.id)
        .where(
            Deed.state.in_(states),
            Deed.due_at <= now,
            Deed.overdue_told_at.is_(None),
        )
        .order_by(Deed.due_at, Deed.id)
        .limit(limit)
    )
    return [(community_id, deed_id) for community_id, deed_id in db.session.execute(due)]


def shares_to_credit(now: datetime, *, limit: int) -> list[tuple[UUID, UUID, UUID]]:
    """(community, deed, share) whose window is over with nothing open, or half done.

    What goes to a frozen account waits until it is free, and takes nobody's place in the block.
    """
    objected = exists().where(
        DeedObjection.community_id == Deed.community_id,
        DeedObjection.deed_id == Deed.id,
        DeedObjection.kind == "objection",
        DeedObjection.state != "closed",
    )
    over = and_(Deed.state == "publicity", func.upper(Deed.window) <= now, ~objected)
    stands_still = exists().where(
        Account.community_id == DeedShare.community_id,
        Account.id == DeedShare.account_id,
        Account.frozen,
    )
    due = (
        select(Deed.community_id, Deed.id, DeedShare.id)
        .join(
            DeedShare,
            and_(DeedShare.community_id == Deed.community_id, DeedShare.deed_id == Deed.id),
        )
        .where(
            DeedShare.posted_id.is_(None),
            ~stands_still,
            or_(over, and_(Deed.state == "credited", DeedShare.hold_id.is_not(None))),
        )
        .order_by(Deed.due_at, DeedShare.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(due)]


def pictures_to_empty(before: datetime, *, limit: int) -> list[tuple[UUID, UUID]]:
    """(community, file) of pictures of deeds that were decided long ago and are over."""
    over = ("credited", "rejected", "voided", "withdrawn", "lapsed")
    old = (
        select(DeedFile.community_id, DeedFile.file_id)
        .join(Deed, and_(Deed.community_id == DeedFile.community_id, Deed.id == DeedFile.deed_id))
        .join(File, and_(File.community_id == DeedFile.community_id, File.id == DeedFile.file_id))
        .where(
            Deed.state.in_(over),
            File.emptied_at.is_(None),
            func.coalesce(Deed.decided_at, Deed.submitted_at) < before,
        )
        .order_by(DeedFile.id)
        .limit(limit)
    )
    return [(community_id, file_id) for community_id, file_id in db.session.execute(old)]


def _hangs(now: datetime) -> ColumnElement[bool]:
    """Whether it hangs on the board; with an objection until that is answered."""
    return and_(
        Deed.state.in_(ON_THE_BOARD),
        or_(Deed.state == "objected", func.upper(Deed.window) > now),
    )
