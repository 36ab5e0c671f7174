"""Keeping what somebody sent, giving it to a record, and letting it go."""

import secrets
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import cast
from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.errors import NotFound
from backend.files import queries, rules
from backend.files.models import File
from backend.limits import seconds_to_wait
from backend.residents.models import Caller, community_of
from backend.uploads import read_picture

MayRead = Callable[[Caller, UUID], bool]

_readers: dict[str, MayRead] = {}


class _Folder:
    path: Path | None = None


def keep_files_in(folder: Path) -> None:
    """Where content lies from now on; set at start-up, from the settings."""
    _Folder.path = folder


def on_reading(attached_type: str, may_read: MayRead) -> None:
    """Let whoever owns `attached_type` say who may read its files; registered at start-up."""
    _readers[attached_type] = may_read


def keep(caller: Caller, content: bytes) -> File:
    """Keep a picture, upright and without its metadata, until a record takes it.

    Raises:
        SentTooMany: so many within an hour, whatever became of them.
        PictureTooLarge, NotAPicture: see `backend.uploads`.
    """
    here = community_of(caller)
    wait_s = seconds_to_wait("files", caller.resident_id, f"{rules.MOST_AN_HOUR} per hour")
    if wait_s is not None:
        raise rules.SentTooMany(
            f"每人每小时最多传{rules.MOST_AN_HOUR}张。", retry_after_seconds=wait_s
        )
    picture = read_picture(content)
    kept = File(
        community_id=here,
        owner_id=caller.resident_id,
        sha256=picture.sha256,
        dhash=picture.dhash,
        mime=picture.mime,
        bytes=len(picture.content),
        width=picture.width,
        height=picture.height,
        stored_name=f"{secrets.token_hex(24)}.jpg",
    )
    db.session.add(kept)
    db.session.flush()
    place = path_of(kept.stored_name)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(picture.content)
    return kept


def read(caller: Caller, file_id: UUID) -> tuple[File, bytes]:
    """A file and its content, for whoever sent it or may read the record it belongs to.

    Raises:
        NotFound: there is none, its content is gone, or the caller may not read it.
    """
    if caller.community_id is None:
        raise NotFound
    kept = queries.find_file(caller.community_id, file_id)
    if not _may_read(caller, kept) or kept.emptied_at is not None:
        raise NotFound
    try:
        return kept, path_of(kept.stored_name).read_bytes()
    except FileNotFoundError:
        raise NotFound from None


def attach(
    community_id: UUID,
    file_ids: Collection[UUID],
    *,
    owners: Collection[UUID],
    record: tuple[str, UUID],
) -> Sequence[File]:
    """Give the files to a record (type, id); those given to it before stay.

    Raises:
        UnknownFile: one is not there, or none of `owners` sent it.
        FileTaken: one belongs to another record.
    """
    found = queries.lock_files(community_id, file_ids)
    rules.check_attachable(file_ids, found, owners=owners, record=record)
    for each in found:
        each.attached_type, each.attached_id = record
    return found


def release(community_id: UUID, file_ids: Collection[UUID]) -> None:
    """Take the files from their record: nothing needs them, a day later they are gone."""
    for each in queries.lock_files(community_id, file_ids):
        each.attached_type = each.attached_id = None


def empty(community_id: UUID, file_ids: Collection[UUID]) -> None:
    """Let the content go and keep the hash."""
    queries.empty_files(community_id, file_ids, now=utc_now())


def forget_unattached() -> None:
    """Delete what was sent a day ago and given to nothing, however much it is."""
    limit = utc_now() - rules.UNATTACHED_FOR
    while queries.forget_unattached(limit):
        continue


def sweep_folder() -> None:
    """Remove content that no row keeps, once a day has passed since it was written."""
    folder = _folder()
    if not folder.is_dir():
        return
    limit = utc_now().timestamp() - rules.UNATTACHED_FOR.total_seconds()
    for shelf in sorted(each for each in folder.iterdir() if each.is_dir()):
        old = {each.name: each for each in shelf.iterdir() if each.stat().st_mtime < limit}
        for name in old.keys() - queries.kept_names(old.keys()):
            old[name].unlink(missing_ok=True)


def path_of(stored_name: str) -> Path:
    return _folder() / stored_name[:2] / stored_name


def _folder() -> Path:
    return cast("Path", _Folder.path)


def _may_read(caller: Caller, kept: File) -> bool:
    if kept.owner_id == caller.resident_id:
        return True
    may_read = _readers.get(kept.attached_type or "")
    return (
        may_read is not None and kept.attached_id is not None and may_read(caller, kept.attached_id)
    )
