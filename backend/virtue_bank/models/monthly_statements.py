"""How far the holders of a community have been told what a month brought."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord


class MonthlyStatements(TenantRecord):
    """The statements of one month: accounts up to `told_upto` have theirs, all once it is done."""

    __tablename__ = "monthly_statements"

    month: Mapped[date]
    told_upto: Mapped[int] = mapped_column(BigInteger, default=0)
    done_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("community_id", "month"),
        CheckConstraint("extract(day FROM month) = 1", name="first_of_month"),
    )
