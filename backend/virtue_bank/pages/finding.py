"""Looking for somebody by name, on the pages that begin with whom it is about."""

from typing import Any

from backend.clock import today
from backend.residents.identity import current_caller, current_community_id
from backend.residents.queries.covering import buildings_covered
from backend.residents.queries.registers import people_page

FOUND = 8


def found_people(looked_for: str) -> dict[str, Any]:
    """Residents of that name, a few at a time."""
    looked_for, found = looked_for.strip(), []
    if looked_for:
        found = people_page(
            current_community_id(),
            name=looked_for,
            on=today(),
            buildings=buildings_covered(current_caller(), today()),
            after=None,
            limit=FOUND,
        )
    return {"q": looked_for, "found": found[:FOUND], "is_more": len(found) > FOUND}
