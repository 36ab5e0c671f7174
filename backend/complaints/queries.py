"""Complaints by the day they are due, one's own, and their history."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from backend.complaints.models import Complaint, ComplaintEvent, ComplaintSerial
from backend.database import db
from backend.errors import NotFound

BATCH = 200
Row = TypeVar("Row")


def next_number(community_id: UUID, year: int) -> int:
    """The next receipt number of the year; its row is held, so numbers have no gaps."""
    count = insert(ComplaintSerial).values(community_id=community_id, year=year, last_no=1)
    number: int | None = db.session.scalar(
        count.on_conflict_do_update(
            index_elements=["community_id", "year"],
            set_={"last_no": ComplaintSerial.last_no + 1},
        ).returning(ComplaintSerial.last_no)
    )
    return _found(number)


def find_for_staff(community_id: UUID, reader_id: UUID, complaint_id: UUID) -> Complaint:
    """One complaint of the community.

    Raises:
        NotFound: there is none, or it is about the reader.
    """
    return _for_staff(db.session.get(Complaint, (community_id, complaint_id)), reader_id)


def lock_for_staff(community_id: UUID, reader_id: UUID, complaint_id: UUID) -> Complaint:
    """As `find_for_staff`, held until the transaction ends."""
    return _for_staff(_locked(community_id, complaint_id), reader_id)


def find_own(community_id: UUID, person_id: UUID, complaint_id: UUID) -> Complaint:
    """The person's own complaint; of anybody else's there is none."""
    return _own(db.session.get(Complaint, (community_id, complaint_id)), person_id)


def lock_own(community_id: UUID, person_id: UUID, complaint_id: UUID) -> Complaint:
    return _own(_locked(community_id, complaint_id), person_id)


def own_complaints(
    community_id: UUID, person_id: UUID, *, limit: int, after: UUID | None
) -> Sequence[Complaint]:
    """A page of one's own, newest first, one row more than `limit`."""
    own = select(Complaint).where(
        Complaint.community_id == community_id, Complaint.complainant_id == person_id
    )
    if after is not None:
        own = own.where(Complaint.id < after)
    return db.session.scalars(own.order_by(Complaint.id.desc()).limit(limit + 1)).all()


def complaints_page(
    community_id: UUID,
    reader_id: UUID,
    *,
    view: str,
    limit: int,
    after: tuple[datetime, UUID] | UUID | None,
) -> Sequence[Complaint]:
    """A page of what is open or of what is closed; never what is about the reader."""
    if view == "open":
        place = after if isinstance(after, tuple) else None
        return open_complaints(community_id, reader_id, limit=limit, after=place)
    last = after[1] if isinstance(after, tuple) else after
    return closed_complaints(community_id, reader_id, limit=limit, after=last)


def open_complaints(
    community_id: UUID, reader_id: UUID, *, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[Complaint]:
    """A page of what is not closed, first due first, one row more than `limit`."""
    waiting = _seen_by(community_id, reader_id).where(Complaint.state != "closed")
    if after is not None:
        waiting = waiting.where(tuple_(Complaint.due_at, Complaint.id) > after)
    return db.session.scalars(
        waiting.order_by(Complaint.due_at, Complaint.id).limit(limit + 1)
    ).all()


def closed_complaints(
    community_id: UUID, reader_id: UUID, *, limit: int, after: UUID | None
) -> Sequence[Complaint]:
    """A page of what is closed, newest first, one row more than `limit`."""
    closed = _seen_by(community_id, reader_id).where(Complaint.state == "closed")
    if after is not None:
        closed = closed.where(Complaint.id < after)
    return db.session.scalars(closed.order_by(Complaint.id.desc()).limit(limit + 1)).all()


def history_of(complaint: Complaint) -> Sequence[ComplaintEvent]:
    """All that happened, oldest first."""
    return db.session.scalars(_events(complaint).order_by(ComplaintEvent.id)).all()


def calls_in_vain(complaint: Complaint) -> int:
    """How many calls reached nobody since the latest answer."""
    answered = (
        _events(complaint)
        .where(ComplaintEvent.kind == "answered")
        .with_only_columns(ComplaintEvent.id)
    )
    latest = answered.order_by(ComplaintEvent.id.desc()).limit(1).scalar_subquery()
    calls = _events(complaint).where(
        ComplaintEvent.kind == "unreachable", ComplaintEvent.id > latest
    )
    return db.session.scalar(calls.with_only_columns(func.count())) or 0


def report_of(
    community_id: UUID, person_id: UUID, subject_type: str, subject_id: UUID
) -> Complaint | None:
    """The person's report of that text, if they made one."""
    return db.session.scalar(
        select(Complaint).where(
            Complaint.community_id == community_id,
            Complaint.complainant_id == person_id,
            Complaint.subject_type == subject_type,
            Complaint.subject_id == subject_id,
            Complaint.kind == "report",
        )
    )


def lock_overdue(now: datetime) -> Sequence[Complaint]:
    """What is past its day and of which nobody has been told yet."""
    late = select(Complaint).where(
        Complaint.state != "closed",
        Complaint.due_at <= now,
        Complaint.overdue_told_at.is_(None),
    )
    return db.session.scalars(
        late.order_by(Complaint.due_at, Complaint.id).limit(BATCH).with_for_update(skip_locked=True)
    ).all()


def _events(complaint: Complaint) -> Select[ComplaintEvent]:
    return select(ComplaintEvent).where(
        ComplaintEvent.community_id == complaint.community_id,
        ComplaintEvent.complaint_id == complaint.id,
    )


def _seen_by(community_id: UUID, reader_id: UUID) -> Select[Complaint]:
    return select(Complaint).where(
        Complaint.community_id == community_id,
        or_(Complaint.about_id.is_(None), Complaint.about_id != reader_id),
    )


def _locked(community_id: UUID, complaint_id: UUID) -> Complaint | None:
    return db.session.get(
        Complaint, (community_id, complaint_id), with_for_update=True, populate_existing=True
    )


def _for_staff(complaint: Complaint | None, reader_id: UUID) -> Complaint:
    if complaint is None or complaint.about_id == reader_id:
        raise NotFound
    return complaint


def _own(complaint: Complaint | None, person_id: UUID) -> Complaint:
    if complaint is None or complaint.complainant_id != person_id:
        raise NotFound
    return complaint


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
