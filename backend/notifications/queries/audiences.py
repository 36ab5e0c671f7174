"""Who an audience is: a SELECT of resident ids for each kind of audience."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from backend.clock import today
from backend.database import Json
from backend.residents.models import Residency, Resident

ResidentIds = Select[Any]
AudienceBuilder = Callable[[UUID, Json], ResidentIds]


def residents(_community_id: UUID, parameters: Json) -> ResidentIds:
    """The residents named by `ids`."""
    named = [UUID(each) for each in parameters["ids"]]
    return select(Resident.id).where(Resident.id.in_(named), Resident.status == "active")


def community(community_id: UUID, _parameters: Json) -> ResidentIds:
    """Everybody whose main home is in the community today."""
    return (
        select(Residency.resident_id)
        .join(Resident, Resident.id == Residency.resident_id)
        .where(
            Residency.community_id == community_id,
            Residency.valid.contains(today()),
            Residency.is_main,
            Resident.status == "active",
        )
    )
