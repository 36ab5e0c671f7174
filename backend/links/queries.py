"""Which code stands for what."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from backend.clock import utc_now
from backend.database import db
from backend.errors import NotFound
from backend.links.models import ShortCode


def find_code(code: str) -> ShortCode:
    """The live code.

    Raises:
        NotFound: nobody printed it, or it was retired.
    """
    found = db.session.get(ShortCode, code)
    if found is None or found.retired_at is not None:
        raise NotFound
    return found


def code_of(community_id: UUID, object_type: str, object_id: UUID) -> str | None:
    return db.session.scalar(
        select(ShortCode.code).where(
            ShortCode.community_id == community_id,
            ShortCode.object_type == object_type,
            ShortCode.object_id == object_id,
        )
    )


def claim_code(code: str, community_id: UUID, object_type: str, object_id: UUID) -> bool:
    """Keep `code` for the object; False if the code or the object is already taken.

    Waits for another transaction that is just printing the same object.
    """
    kept = insert(ShortCode).values(
        code=code,
        community_id=community_id,
        object_type=object_type,
        object_id=object_id,
        created_at=utc_now(),
    )
    return db.session.scalar(kept.on_conflict_do_nothing().returning(ShortCode.code)) is not None
