"""The keys under which a movement is asked for; the same key never moves anything twice."""

from uuid import UUID, uuid5

from backend.ledger.models import LINLI, Code, Kind, Source


def own_key(source: Source, source_id: UUID, code: Code, kind: Kind) -> UUID:
    """The key of what no person's request names: one row, one reason, one kind of movement."""
    return uuid5(LINLI, f"{int(source)}:{source_id}:{int(code)}:{int(kind)}")


def person_key(community_id: UUID, route: str, person_id: UUID, header: str) -> UUID:
    """The key of a request a person sent with an `Idempotency-Key`."""
    return uuid5(LINLI, f"{community_id}:{route}:{person_id}:{header}")
