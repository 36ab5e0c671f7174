"""Kept files by id, by the record they belong to, and those nobody needs any more."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from backend.database import db
from backend.errors import NotFound
from backend.files.models import File

BATCH = 200


def find_file(community_id: UUID, file_id: UUID) -> File:
    """One file of the community.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(File, (community_id, file_id))
    if found is None:
        raise NotFound
    return found


def lock_files(community_id: UUID, file_ids: Collection[UUID]) -> Sequence[File]:
    """These files, held until the transaction ends, in the order of their ids."""
    wanted = select(File).where(File.community_id == community_id, File.id.in_(file_ids))
    return db.session.scalars(
        wanted.order_by(File.id).with_for_update().execution_options(populate_existing=True)
    ).all()


def forget_unattached(before: datetime) -> Sequence[str]:
    """Delete rows that belonged to nothing by then; their stored names."""
    old = (
        select(File.community_id, File.id)
        .where(File.attached_id.is_(None), File.created_at < before)
        .order_by(File.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .subquery()
    )
    gone = (
        delete(File)
        .where(File.community_id == old.c.community_id, File.id == old.c.id)
        .returning(File.stored_name)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalars(gone).all()


def empty_files(community_id: UUID, file_ids: Iterable[UUID], *, now: datetime) -> None:
    """Note that the content of these files is to go; their hashes stay."""
    db.session.execute(
        update(File)
        .where(
            File.community_id == community_id,
            File.id.in_(set(file_ids)),
            File.emptied_at.is_(None),
        )
        .values(emptied_at=now)
        .execution_options(synchronize_session=False)
    )


def kept_names(stored_names: Collection[str]) -> frozenset[str]:
    """Those of these names under which content is still kept."""
    kept = select(File.stored_name).where(
        File.stored_name.in_(stored_names), File.emptied_at.is_(None)
    )
    return frozenset(db.session.scalars(kept))
