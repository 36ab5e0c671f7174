"""Door slips that were issued."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select

from backend.database import db
from backend.residents.models import DoorSlip, Resident


def lock_slip(number: str) -> DoorSlip | None:
    """The slip of an active person, held until the transaction ends, so that tries count once."""
    return db.session.scalar(
        select(DoorSlip)
        .join(Resident, Resident.id == DoorSlip.resident_id)
        .where(DoorSlip.number == number, Resident.status == "active")
        .with_for_update(of=DoorSlip)
        .execution_options(populate_existing=True)
    )


def is_number_taken(number: str) -> bool:
    return bool(db.session.scalar(select(exists().where(DoorSlip.number == number))))


def drop_slips_of(resident_id: UUID) -> None:
    db.session.execute(delete(DoorSlip).where(DoorSlip.resident_id == resident_id))


def drop_slips_expired(before: datetime) -> None:
    db.session.execute(delete(DoorSlip).where(DoorSlip.expires_at < before))
