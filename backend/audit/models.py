"""Evidence: who did what to which record. It lies below people, so it holds plain ids."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Json, Record


class AuditEvent(Record):
    """One audited act. `detail` holds ids, codes, counts and hashes: no names, no free text."""

    __tablename__ = "audit_event"

    at: Mapped[datetime]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[str]
    session_kind: Mapped[str]
    community_id: Mapped[UUID | None]
    on_behalf_of_id: Mapped[UUID | None]
    outcome: Mapped[str]
    detail: Mapped[Json]
    row_hash: Mapped[str]
    # Which transaction wrote the row, so that the sealer never skips a late committer.
    xid: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint"), init=False
    )
    block_no: Mapped[int | None] = mapped_column(BigInteger, default=None)

    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'denied', 'failed')", name="known_outcome"),
        Index(
            "ix_audit_event_unsealed",
            "community_id",
            "id",
            postgresql_where=text("block_no IS NULL"),
        ),
        Index("ix_audit_event_block", "community_id", "block_no"),
        {"info": {"append_only": "block_no"}},
    )


class AuditBlock(Record):
    """A sealed run of events; each block names the hash of the one before."""

    __tablename__ = "audit_block"

    community_id: Mapped[UUID | None]  # None: the district's own chain
    no: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int]
    prev_hash: Mapped[str]
    events_hash: Mapped[str]
    block_hash: Mapped[str]
    sealed_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("community_id", "no", postgresql_nulls_not_distinct=True),
        {"info": {"append_only": True}},
    )
