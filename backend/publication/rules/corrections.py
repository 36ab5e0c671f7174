"""Correcting and withdrawing what is published, and letting a publication be."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from backend.errors import Conflict, NotAllowed, Outdated
from backend.publication.rules.bulletins import AlreadyPublished, OwnDraft

SHOWN = ("published", "ended")
GROUNDS = ("illegal", "privacy")


class NothingToCorrect(Conflict):
    title = "只有已发布的公示可以更正或撤回"


class DueItemSettled(Outdated):
    title = "这项应公开事项已经办结"


class WaiverAsked(Outdated):
    title = "已经提请免予公开，等待监督委员会同意"


class NoWaiverAsked(Outdated):
    title = "没有人提请免予公开这一项"


class OwnWaiver(NotAllowed):
    title = "不能同意自己提请的事项"


def check_published(state: str) -> None:
    if state not in SHOWN:
        raise NothingToCorrect("草稿可以直接重新起草。")


def check_may_publish_erratum(
    *, online_at: datetime | None, drafted_by: UUID, publisher_id: UUID
) -> None:
    """Another person than the drafter, once."""
    if online_at is not None:
        raise AlreadyPublished("这条更正已经发布。")
    if publisher_id == drafted_by:
        raise OwnDraft("请另一位委员核对后发布更正。")


def check_waivable(*, is_open: bool, asked: bool) -> None:
    if not is_open:
        raise DueItemSettled("请刷新后查看。")
    if asked:
        raise WaiverAsked("请等待监督委员会答复。")


def check_waiver_answer(*, is_open: bool, asked_by: UUID | None, answers: UUID) -> None:
    if not is_open:
        raise DueItemSettled("请刷新后查看。")
    if asked_by is None:
        raise NoWaiverAsked("请刷新后查看。")
    if asked_by == answers:
        raise OwnWaiver("请由另一位监督委员会成员答复。")


def corrected(text: str, errata: Sequence[str]) -> str:
    """What the poster says: the corrections first, so that they are never what is cut off."""
    return "\n".join([*(f"更正：{erratum}" for erratum in errata), text])
