"""Claims to live somewhere: one, those in a worker's scope, those whose day has passed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import aliased

from backend.database import db
from backend.errors import NotFound
from backend.residents.models import Building, Dwelling, Residency, Resident, Verification

OPEN = ("requested", "appealed")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A verification as people read it: who says to live where."""

    id: UUID
    community_id: UUID
    state: str
    person_id: UUID
    person: str | None
    building_id: UUID
    building: str
    unit_no: str
    room_no: str
    dwelling_id: UUID
    household_id: UUID | None
    relation: str
    tenure: str
    note: str
    channel: str
    recorded_by: UUID | None
    due_on: date
    created_at: datetime
    evidence_kind: str | None
    reason_code: str | None
    reason: str | None
    decided_at: datetime | None
    appeal_of: UUID | None
    was_appealed: bool

    @property
    def address(self) -> str:
        return f"{self.building}{self.unit_no}单元{self.room_no}"


def claim_of(community_id: UUID, verification_id: UUID) -> Claim:
    """One claim.

    Raises:
        NotFound: the community has none with this id.
    """
    row = db.session.execute(
        _claims().where(
            Verification.community_id == community_id, Verification.id == verification_id
        )
    ).first()
    if row is None:
        raise NotFound
    return Claim(**row._mapping)  # noqa: SLF001, SQLAlchemy's public name for it


def claims_page(
    community_id: UUID,
    *,
    buildings: frozenset[UUID] | None,
    states: Collection[str],
    overdue_on: date | None,
    after: UUID | None,
    limit: int,
) -> list[Claim]:
    """Claims in `buildings` (None: everywhere here), newest first; one more than `limit`."""
    wanted = _claims().where(
        Verification.community_id == community_id, Verification.state.in_(states)
    )
    if buildings is not None:
        wanted = wanted.where(Dwelling.building_id.in_(buildings))
    if overdue_on is not None:
        wanted = wanted.where(Verification.due_on < overdue_on)
    if after is not None:
        wanted = wanted.where(Verification.id < after)
    rows = db.session.execute(wanted.order_by(Verification.id.desc()).limit(limit + 1))
    return [Claim(**row) for row in rows.mappings()]


def claims_of_person(resident_id: UUID) -> list[Claim]:
    """Everything the person ever claimed, newest first."""
    rows = db.session.execute(
        _claims().where(Verification.actor_id == resident_id).order_by(Verification.id.desc())
    )
    return [Claim(**row) for row in rows.mappings()]


def lock_verification(community_id: UUID, verification_id: UUID) -> Verification:
    """The claim, held until the transaction ends, so that it is decided once.

    Raises:
        NotFound: the community has none with this id.
    """
    found = db.session.get(
        Verification,
        (community_id, verification_id),
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    if found is None:
        raise NotFound
    return found


def has_open_request(community_id: UUID, resident_id: UUID, dwelling_id: UUID) -> bool:
    waits = exists().where(
        Verification.community_id == community_id,
        Verification.actor_id == resident_id,
        Verification.dwelling_id == dwelling_id,
        Verification.state.in_(OPEN),
    )
    return bool(db.session.scalar(select(waits)))


def is_appealed(community_id: UUID, verification_id: UUID) -> bool:
    appeal = exists().where(
        Verification.community_id == community_id, Verification.appeal_of == verification_id
    )
    return bool(db.session.scalar(select(appeal)))


def lock_due(
    community_id: UUID, states: Collection[str], before: date, *, limit: int
) -> list[Verification]:
    """Claims in `states` whose day lies before `before`; for the nightly job."""
    due = (
        select(Verification)
        .where(
            Verification.community_id == community_id,
            Verification.state.in_(states),
            Verification.due_on < before,
        )
        .order_by(Verification.due_on, Verification.id)
        .limit(limit)
    )
    return list(db.session.scalars(due.with_for_update(key_share=True, skip_locked=True)))


def lock_untold_overdue(community_id: UUID, today: date, *, limit: int) -> list[Verification]:
    """Open claims past their day nobody has been told about yet."""
    late = (
        select(Verification)
        .where(
            Verification.community_id == community_id,
            Verification.state.in_(OPEN),
            Verification.due_on < today,
            Verification.overdue_told_at.is_(None),
        )
        .order_by(Verification.id)
        .limit(limit)
    )
    return list(db.session.scalars(late.with_for_update(key_share=True, skip_locked=True)))


def residency_by(community_id: UUID, verification_id: UUID) -> Residency | None:
    """The residency a verification opened."""
    return db.session.scalar(
        select(Residency).where(
            Residency.community_id == community_id,
            Residency.verification_id == verification_id,
        )
    )


def community_of_own_claim(resident_id: UUID, verification_id: UUID) -> UUID | None:
    """Where the person made this claim; None if it is not theirs."""
    return db.session.scalar(
        select(Verification.community_id).where(
            Verification.id == verification_id, Verification.actor_id == resident_id
        )
    )


def community_of_own_home(resident_id: UUID, residency_id: UUID) -> UUID | None:
    """Where the person lives or lived under this residency; None if it is not theirs."""
    return db.session.scalar(
        select(Residency.community_id).where(
            Residency.id == residency_id, Residency.resident_id == resident_id
        )
    )


def _claims() -> Select[*tuple[Any, ...]]:
    appeal = aliased(Verification)
    return (
        select(
            Verification.id,
            Verification.community_id,
            Verification.state,
            Verification.actor_id.label("person_id"),
            Resident.name.label("person"),
            Dwelling.building_id,
            Building.name.label("building"),
            Dwelling.unit_no,
            Dwelling.room_no,
            Verification.dwelling_id,
            Verification.household_id,
            Verification.relation,
            Verification.tenure,
            Verification.note,
            Verification.channel,
            Verification.recorded_by,
            Verification.due_on,
            Verification.created_at,
            Verification.evidence_kind,
            Verification.reason_code,
            Verification.reason,
            Verification.decided_at,
            Verification.appeal_of,
            exists()
            .where(
                appeal.community_id == Verification.community_id,
                appeal.appeal_of == Verification.id,
            )
            .label("was_appealed"),
        )
        .join(Resident, Resident.id == Verification.actor_id)
        .join(
            Dwelling,
            and_(
                Dwelling.community_id == Verification.community_id,
                Dwelling.id == Verification.dwelling_id,
            ),
        )
        .join(
            Building,
            and_(
                Building.community_id == Dwelling.community_id, Building.id == Dwelling.building_id
            ),
        )
    )
