"""What the people domain has to tell somebody; the outbox above it takes it from here."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class News:
    """One event for one person, in the words they read; the fields are those of a notice."""

    community_id: UUID
    resident_id: UUID
    event_key: str
    kind: str
    headline: str
    body: str
    payload: dict[str, str]
    page: str
    at_once: bool = True
