"""Who of a building bears a name: for somebody who knows both, never as a list to browse."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from backend.database import db
from backend.residents.models import Building, Dwelling, Residency, Resident
from backend.residents.queries.places import with_building, with_household


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Somebody of that name, by one of their homes in the building."""

    id: UUID
    name: str
    born_year: int | None
    unit_no: str
    room_no: str
    building: str


def bearers_of_name(
    community_id: UUID, building_id: UUID, bare_name: str, on: date
) -> list[Bearer]:
    """Those of exactly this name, blanks aside, whose residence there is verified that day."""
    wanted = (
        with_building(
            with_household(
                select(
                    Resident.id,
                    Resident.name,
                    Resident.born_year,
                    Dwelling.unit_no,
                    Dwelling.room_no,
                    Building.name.label("building"),
                ).join(Residency, Residency.resident_id == Resident.id)
            )
        )
        .where(
            Residency.community_id == community_id,
            Residency.valid.contains(on),
            Dwelling.building_id == building_id,
            Resident.status == "active",
            func.replace(Resident.name, " ", "") == bare_name,
        )
        .order_by(Residency.id)
    )
    return [Bearer(**row) for row in db.session.execute(wanted).mappings()]
