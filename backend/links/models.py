"""Short codes: what is printed stays valid."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.clock import utc_now
from backend.database import Base


class ShortCode(Base):
    """Eight characters on paper that lead to one record; the record may move, the code stays."""

    __tablename__ = "short_code"

    code: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"))
    object_type: Mapped[str]
    object_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, init=False)
    retired_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (UniqueConstraint("community_id", "object_type", "object_id"),)
