"""Batches and their lines, as staff and as the board show them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from backend.residents.queries.people import masked_names, names
from backend.virtue_bank.models import GrantBatch, GrantLine
from backend.virtue_bank.notices import batches as notices
from backend.virtue_bank.queries import batches as queries


def batches_told(community_id: UUID, batches: Sequence[GrantBatch]) -> list[dict[str, Any]]:
    """Each batch with its item, how many lines it has and what they come to."""
    sums = queries.points_of(community_id, [batch.id for batch in batches])
    items = queries.items_of(community_id, {batch.item_id for batch in batches})
    return [
        {
            "batch": batch,
            "title": notices.title_of(batch),
            "item_title": items[batch.item_id].title,
            "lines": sums.get(batch.id, (0, 0))[0],
            "points": sums.get(batch.id, (0, 0))[1],
        }
        for batch in batches
    ]


def lines_told(lines: Sequence[GrantLine]) -> list[dict[str, Any]]:
    """Each line with whose it is, for those who review and approve."""
    people = names([line.resident_id for line in lines])
    return [{"line": line, "person": people.get(line.resident_id, "")} for line in lines]


def board_told(
    rows: Sequence[tuple[GrantLine, GrantBatch]],
) -> list[dict[str, Any]]:
    """Each line as it hangs on the board: half the name, what for, how much, until when."""
    people = masked_names([line.resident_id for line, _ in rows])
    return [
        {
            "id": line.id,
            "title": notices.title_of(batch),
            "person": people.get(line.resident_id, ""),
            "basis_note": line.basis_note,
            "points": line.points,
            "shown_until": batch.shown_until,
            "state": line.state,
            "state_label": line.state_label,
        }
        for line, batch in rows
    ]
