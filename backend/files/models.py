"""A kept file: what it is, whose it is, and the record it belongs to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord


class File(TenantRecord):
    """One picture below the files directory, under a name nobody can guess.

    Attached to nothing it is forgotten after a day. `emptied_at`: its content is gone, the hash
    stays.
    """

    __tablename__ = "file"

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    sha256: Mapped[str]
    dhash: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[str]
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    stored_name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="image")
    attached_type: Mapped[str | None] = mapped_column(default=None)
    attached_id: Mapped[UUID | None] = mapped_column(default=None)
    emptied_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("community_id", "stored_name"),
        CheckConstraint("kind IN ('image')", name="known_kind"),
        CheckConstraint("bytes > 0", name="some_bytes"),
        CheckConstraint("(attached_type IS NULL) = (attached_id IS NULL)", name="attached_whole"),
        Index("ix_file_attached", "community_id", "attached_type", "attached_id"),
        Index("ix_file_stored_name", "stored_name"),  # the folder knows no community
        Index("ix_file_unattached", "created_at", postgresql_where=sql("attached_id IS NULL")),
    )
