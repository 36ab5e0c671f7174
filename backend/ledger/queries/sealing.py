"""Sealing transfers into blocks, recomputing blocks, and the day's sums."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, func, select, text

from backend.database import db
from backend.ledger.models import Account, Block, Sealed, SealFloor, Transfer
from backend.residents.models import Community

_SEAL = text("SELECT ledger.seal(:community_id, :most, :at)")
_RAISE = text("SELECT ledger.raise_floor(:community_id)")
_VERIFY = text("SELECT ledger.verify(:community_id, :first)")
_ROLL_UP = text("SELECT ledger.roll_up(:community_id, :since, :until)")


def communities() -> Sequence[UUID]:
    """All that have an account."""
    has_one = exists().where(Account.community_id == Community.id)
    return db.session.scalars(select(Community.id).where(has_one).order_by(Community.id)).all()


def seal(community_id: UUID, most: int, at: datetime) -> int:
    """Seal one block of settled transfers; how many."""
    return int(
        db.session.scalar(_SEAL, {"community_id": community_id, "most": most, "at": at}) or 0
    )


def raise_floor(community_id: UUID) -> int:
    """The number up to which all is sealed for good."""
    return int(db.session.scalar(_RAISE, {"community_id": community_id}) or 0)


def first_bad_block(community_id: UUID, first: int) -> int | None:
    """The first block from `first` on that is not what was sealed."""
    found = db.session.scalar(_VERIFY, {"community_id": community_id, "first": first})
    return None if found is None else int(found)


def roll_up(community_id: UUID, since: date | None, until: date) -> int:
    """Sum days up to, not including, `until`; how many rows stand for them."""
    asked = {"community_id": community_id, "since": since, "until": until}
    return int(db.session.scalar(_ROLL_UP, asked) or 0)


def head(community_id: UUID) -> Block | None:
    """The newest block: its number and hash stand for everything before."""
    newest = select(Block).where(Block.community_id == community_id)
    return db.session.scalar(newest.order_by(Block.seq.desc()).limit(1))


def first_block_since(community_id: UUID, moment: datetime) -> int | None:
    """The number of the first block sealed at `moment` or later."""
    return db.session.scalar(
        select(func.min(Block.seq)).where(
            Block.community_id == community_id, Block.sealed_at >= moment
        )
    )


def oldest_unsealed(community_id: UUID) -> datetime | None:
    """Since when a transfer waits to be sealed."""
    below = select(SealFloor.floor_id).where(SealFloor.community_id == community_id)
    return db.session.scalar(
        select(func.min(Transfer.created_at)).where(
            Transfer.community_id == community_id,
            Transfer.id > func.coalesce(below.scalar_subquery(), 0),
            ~exists().where(Sealed.community_id == community_id, Sealed.transfer_id == Transfer.id),
        )
    )
