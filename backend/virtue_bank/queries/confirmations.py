"""What the people asked about a deed have said."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select

from backend.database import db
from backend.virtue_bank.models import Deed, DeedConfirmation, DeedWitness
from backend.virtue_bank.queries.deed_lists import asked_of


def confirmations_of(deed: Deed) -> Sequence[DeedConfirmation]:
    """What was said of its present wording, oldest first."""
    said = select(DeedConfirmation).where(
        DeedConfirmation.community_id == deed.community_id,
        DeedConfirmation.deed_id == deed.id,
        DeedConfirmation.round == deed.round,
    )
    return db.session.scalars(said.order_by(DeedConfirmation.id)).all()


def has_said(deed: Deed, *, resident_id: UUID | None, name_macs: Sequence[str]) -> bool:
    """Whether the person has answered about this wording."""
    said = exists().where(
        DeedConfirmation.community_id == deed.community_id,
        DeedConfirmation.deed_id == deed.id,
        DeedConfirmation.round == deed.round,
        (
            DeedConfirmation.resident_id == resident_id
            if resident_id is not None
            else DeedConfirmation.name_mac.in_(name_macs)
        ),
    )
    return bool(db.session.scalar(select(said)))


def role_asked(deed: Deed, person_id: UUID) -> str | None:
    """As what the person is asked: helped or witness; None where nobody asked them."""
    return db.session.scalar(
        select(DeedWitness.role).where(
            DeedWitness.community_id == deed.community_id,
            DeedWitness.deed_id == deed.id,
            DeedWitness.resident_id == person_id,
        )
    )


def waiting_for(
    community_id: UUID, person_id: UUID, *, limit: int, after: UUID | None
) -> Sequence[tuple[Deed, str]]:
    """(deed, role) of what waits for the person's word, newest first, one more than `limit`."""
    said: Select[Any] = select(DeedConfirmation.id).where(
        DeedConfirmation.community_id == Deed.community_id,
        DeedConfirmation.deed_id == Deed.id,
        DeedConfirmation.round == Deed.round,
        DeedConfirmation.resident_id == person_id,
    )
    return asked_of(community_id, person_id, limit=limit, after=after, said=said)
