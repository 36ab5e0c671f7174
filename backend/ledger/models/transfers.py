"""Transfers, which never change, and the blocks they are sealed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Sequence,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base
from backend.ledger.models.accounts import SCHEMA

TRANSFER_NUMBERS = Sequence("transfer_id_seq", schema=SCHEMA, metadata=Base.metadata)
_TRANSFER = ["ledger.transfer.community_id", "ledger.transfer.id"]


class Transfer(Base):
    """An amount from one account to another: both sides in one row, so they cannot differ."""

    __tablename__ = "transfer"

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(
        BigInteger,
        primary_key=True,
        autoincrement=False,
        server_default=TRANSFER_NUMBERS.next_value(),
    )
    asset: Mapped[int] = mapped_column(SmallInteger)
    idem_key: Mapped[UUID]
    kind: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[int] = mapped_column(SmallInteger)
    # Without foreign keys on purpose: every award would write its lock into the issuer's row.
    # The functions look both up in the community and asset; so does the reconciliation.
    debit_id: Mapped[int] = mapped_column(BigInteger)
    credit_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    # The hold it ends, and the transfer it reverses: looked up in the community by the function
    # that writes them, again by the reconciliation, and nothing is ever deleted.
    pending_id: Mapped[int | None] = mapped_column(BigInteger)
    reverses_id: Mapped[int | None] = mapped_column(BigInteger)
    source_type: Mapped[int] = mapped_column(SmallInteger)
    source_id: Mapped[UUID]
    # Without foreign keys on purpose: every award would lock its approver's row.
    # The nightly reconciliation looks whether they exist.
    actor_id: Mapped[UUID]
    approver_id: Mapped[UUID | None]
    # The balance afterwards; absent for accounts without a limit, and on the side a hold spares.
    debit_after: Mapped[int | None] = mapped_column(BigInteger)
    credit_after: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    # Which transaction wrote the row, so that the sealer never skips a late committer.
    xid: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        # One check for the same reason as in `account`.
        CheckConstraint(
            "amount > 0 AND debit_id <> credit_id AND approver_id IS DISTINCT FROM actor_id",
            name="sound",
        ),
        Index("uq_transfer_idem", "community_id", "idem_key", unique=True),
        # One award for one share of a deed, whoever asks and under whichever key.
        Index(
            "uq_transfer_source",
            *("community_id", "source_type", "source_id", "code"),
            unique=True,
            postgresql_where=text("kind IN (1, 2)"),
        ),
        Index(
            "uq_transfer_resolve",
            *("community_id", "pending_id"),
            unique=True,
            postgresql_where=text("pending_id IS NOT NULL"),
        ),
        Index(
            "uq_transfer_reverse",
            *("community_id", "reverses_id"),
            unique=True,
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
        # An account's lines by their numbers; a line of other days is passed over in the index.
        Index("ix_transfer_debit", "community_id", "debit_id", "id", "created_at"),
        Index("ix_transfer_credit", "community_id", "credit_id", "id", "created_at"),
        # Days are read in the order they were written: a few bytes for a hundred pages do.
        Index("ix_transfer_created_at", "created_at", postgresql_using="brin"),
        {"schema": SCHEMA},
    )


class Block(Base):
    """A sealed run of transfers; each block holds the hash of the one before."""

    __tablename__ = "block"

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    from_id: Mapped[int] = mapped_column(BigInteger)
    to_id: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int]
    prev: Mapped[bytes]
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime]

    __table_args__ = ({"schema": SCHEMA},)


class Sealed(Base):
    """In which block a transfer lies: apart from it, so that the transfer is never touched."""

    __tablename__ = "sealed"

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        ForeignKeyConstraint(["community_id", "transfer_id"], _TRANSFER),
        Index("ix_sealed_block", "community_id", "seq"),
        {"schema": SCHEMA},
    )


class SealFloor(Base):
    """Below `floor_id` all is sealed and nothing can appear any more; the sealer begins there.

    `next_id` becomes the floor once every transaction has ended that ran when it was noted
    (those below `running_xid`): one of them may still commit a smaller number.
    """

    __tablename__ = "seal_floor"

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    floor_id: Mapped[int] = mapped_column(BigInteger)
    next_id: Mapped[int] = mapped_column(BigInteger)
    running_xid: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = ({"schema": SCHEMA},)
