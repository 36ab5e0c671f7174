"""The course of every objection, and what all of them to one thing come to. Pure."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from backend.errors import Conflict, Invalid, NotAllowed, NotFound, Outdated


class AlreadyObjected(Conflict):
    title = "您已经提过异议"


class Involved(NotAllowed):
    title = "与这件善行有关的人不能这样办"


class NothingToDecide(Outdated):
    title = "这项异议已经答复"


class NothingToAppeal(Conflict):
    title = "现在不能申诉"


class AppealTooLate(Conflict):
    title = "已过申诉期限"


class NotForOthers(NotAllowed):
    title = "只能为自己办理"


class WhoSaidIt(Invalid):
    title = "请写明是哪位居民提出的"


class NotAParty(NotFound):
    title = "内容不存在"


class NotAnObjector(Invalid):
    title = "提出异议的须是本社区居民"


def check_speaks(person_id: UUID | None, *, caller_id: UUID, is_staff: bool) -> UUID:
    """Residents speak for themselves; staff write down what somebody else said.

    Raises:
        NotForOthers, WhoSaidIt
    """
    if is_staff and person_id in (None, caller_id):
        raise WhoSaidIt(errors={"person_id": ["请选登记过的居民"]})
    if not is_staff and person_id not in (None, caller_id):
        raise NotForOthers("代办请到社区窗口，由工作人员登记。")
    return person_id or caller_id


def check_objector(person_id: UUID, *, involved: Collection[UUID]) -> None:
    """Whoever claimed or acted does not object to it: they withdraw."""
    if person_id in involved:
        raise Involved("如有不对，请联系网格员。")


def check_open(state: str) -> None:
    if state != "open":
        raise NothingToDecide("请刷新后再看。")


def check_may_appeal(
    *,
    state: str,
    outcome: str | None,
    is_objector: bool,
    is_holder: bool,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """Whoever lost may, once, within the days.

    An upheld one its holder, who claimed the deed or would have the line or honour; else the
    objector.
    """
    if not (is_objector or is_holder):
        raise NotAParty
    if state not in {"upheld", "dismissed"}:
        raise NothingToAppeal("有了答复才能申诉；已申诉的请等监督委员会裁决。")
    if not (is_holder if outcome == "upheld" else is_objector):
        raise NothingToAppeal("答复对您有利，不用申诉。")
    if due_at is not None and due_at <= now:
        raise AppealTooLate("答复后的申诉期限已过。")


def awaited_by(actor_id: UUID, appeal_by: UUID | None) -> frozenset[UUID]:
    """Whoever said it, and whoever asked the supervisors: they wait for the answer."""
    return frozenset({actor_id, appeal_by or actor_id})


def check_appealed(state: str) -> None:
    if state != "appealed":
        raise NothingToDecide("没有在等裁决的申诉。")


def come_to(last_words: Collection[str | None]) -> str | None:
    """What the objections to one thing come to: one upheld is enough, else each is waited for.

    None among them is one that is not closed. → "upheld" | "dismissed" | None
    """
    if "upheld" in last_words:
        return "upheld"
    return None if None in last_words else "dismissed"
