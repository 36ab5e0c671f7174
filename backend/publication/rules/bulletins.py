"""Who may publish a notice, under which number, and what proves its content."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.errors import AccessDenied, Conflict, Outdated

HASH_SHOWN = 12


class AlreadyPublished(Outdated):
    title = "这条公示已经发布"


class PreviewChanged(Outdated):
    title = "公示内容已变化，请重新预览"


class OwnDraft(AccessDenied):
    title = "起草人不能发布自己起草的公示"


class PublishedElsewhere(Conflict):
    title = "这条公示要在事项里发布"


def content_sha256(content: Mapping[str, Any]) -> str:
    """SHA-256 over item, kind, title, text, fields and source as canonical JSON."""
    canonical = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def check_stands_alone(*, is_owned: bool) -> None:
    """What a matter has to say is published with the matter, which then goes on."""
    if is_owned:
        raise PublishedElsewhere("请打开这件事项的公示页，核对后发布。")


def check_may_publish(
    *, state: str, drafted_by: UUID, publisher_id: UUID, seen_sha256: str, current_sha256: str
) -> None:
    """Another person than the drafter, who has seen this very text."""
    if state != "draft":
        raise AlreadyPublished
    if publisher_id == drafted_by:
        raise OwnDraft("请另一位委员核对后发布。")
    if seen_sha256 != current_sha256:
        raise PreviewChanged("预览后内容有改动，请重新核对并确认。")


def number(community_code: str, year: int, seq: int) -> str:
    return f"{number_prefix(community_code, year)}{seq:04d}"


def number_prefix(community_code: str, year: int) -> str:
    return f"{community_code}-{year}-"


def check_not_published(state: str) -> None:
    if state in {"published", "ended"}:
        raise AlreadyPublished("已发布的公示不能改动；有错请发布更正公示。")
