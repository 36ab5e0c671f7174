"""Accounts as the ledger keeps them: four sums a row, read here and written by functions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Sequence,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base

SCHEMA = "ledger"
ACCOUNT_NUMBERS = Sequence("account_id_seq", schema=SCHEMA, metadata=Base.metadata)
_ZERO = text("0")


class Account(Base):
    """What one owner has of one asset. Nobody edits a balance: `ledger.post` moves it."""

    __tablename__ = "account"

    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), primary_key=True)
    id: Mapped[int] = mapped_column(
        BigInteger,
        primary_key=True,
        autoincrement=False,
        server_default=ACCOUNT_NUMBERS.next_value(),
    )
    asset: Mapped[int] = mapped_column(SmallInteger)
    owner_kind: Mapped[int] = mapped_column(SmallInteger)
    owner_id: Mapped[UUID]
    derived: Mapped[bool] = mapped_column(server_default=text("false"))  # the kind decides
    debits_posted: Mapped[int] = mapped_column(BigInteger, server_default=_ZERO)
    credits_posted: Mapped[int] = mapped_column(BigInteger, server_default=_ZERO)
    debits_pending: Mapped[int] = mapped_column(BigInteger, server_default=_ZERO)
    debt: Mapped[int] = mapped_column(BigInteger, server_default=_ZERO)
    max_balance: Mapped[int | None] = mapped_column(BigInteger)
    frozen: Mapped[bool] = mapped_column(server_default=text("false"))
    opened_at: Mapped[datetime]

    __table_args__ = (
        # The second guard of what `ledger.post` decides: nothing is spent that is not there.
        # One, and short: PostgreSQL reads every check anew at every statement, and six of them
        # took half of the time a transfer takes.
        CheckConstraint(
            "debits_pending >= 0 AND debt >= 0"
            " AND debits_posted + debits_pending <= credits_posted + debt",
            name="limit",
        ),
        UniqueConstraint("community_id", "asset", "owner_kind", "owner_id"),
        UniqueConstraint("community_id", "id", "asset"),
        # Room on the page for the next version of a row, so that no index is touched.
        {"schema": SCHEMA, "postgresql_with": {"fillfactor": 70}},
    )


class DayTotal(Base):
    """What an account without a limit gave and took on one day in Shanghai."""

    __tablename__ = "day"

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    debits: Mapped[int] = mapped_column(BigInteger)
    credits: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "account_id"], ["ledger.account.community_id", "ledger.account.id"]
        ),
        {"schema": SCHEMA},
    )
