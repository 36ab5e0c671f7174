"""What may be attached to what, and how long something waits for it. Pure."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from backend.errors import Conflict, Invalid, TooManyRequests
from backend.files.models import File

UNATTACHED_FOR = timedelta(hours=24)
MOST_AN_HOUR = 30  # sent by one person


class UnknownFile(Invalid):
    title = "没有这个文件"


class FileTaken(Conflict):
    title = "这个文件已经用在别处"


class SentTooMany(TooManyRequests):
    title = "图片传得太多，请稍后再传"


def check_attachable(
    wanted: Collection[UUID],
    found: Sequence[File],
    *,
    owners: Collection[UUID],
    record: tuple[str, UUID],
) -> None:
    """All there, sent by one of these people, and belonging to nothing else."""
    if len(found) != len(set(wanted)) or any(each.owner_id not in owners for each in found):
        raise UnknownFile(errors={"files": ["请先上传文件，超过一天没有使用的须重新上传"]})
    for each in found:
        if each.attached_id is not None and (each.attached_type, each.attached_id) != record:
            raise FileTaken("请另外上传一张。")
