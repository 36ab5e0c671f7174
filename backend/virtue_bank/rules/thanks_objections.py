"""An objection to a line or an honour: until when, by whom decided, and what follows. Pure."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from backend.errors import Conflict, Invalid, NotAllowed


class WindowClosed(Conflict):
    title = "公示期已过，不能再提异议"


class AlreadyObjected(Conflict):
    title = "您已经提过异议"


class ObjectionMoved(Conflict):
    title = "这件异议现在不能这样办"


class TooLate(Conflict):
    title = "申诉期限已过"


class Involved(NotAllowed):
    title = "经办人、当事人及其亲属不能处理这件异议"


class NotYours(NotAllowed):
    title = "只有当事人可以申诉"


class NotForOthers(NotAllowed):
    title = "只能为自己办理"


class WhoSaidIt(Invalid):
    title = "请写明是哪位居民提出的"


class NotAResident(Conflict):
    title = "只有已核验的居民可以提出"


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


def check_window(*, shown: bool, shown_until: datetime | None, now: datetime) -> None:
    """While it hangs on the board; `shown` says that the line or honour itself does."""
    if not shown or shown_until is None or now >= shown_until:
        raise WindowClosed("有误的可以到社区窗口反映，查实后冲正或撤销。")


def check_uninvolved(
    handler_id: UUID, *, concerned: Collection[UUID | None], near: Collection[UUID]
) -> None:
    """Neither who objected, who gets it, who had a hand in it, nor anybody near to those."""
    people = {each for each in concerned if each is not None}
    if not people.isdisjoint({handler_id, *near}):
        raise Involved("请另一位没有参与的同事处理。")


def check_open(state: str) -> None:
    if state != "open":
        raise ObjectionMoved("已经有了处理结果。")


def check_appealable(
    state: str,
    outcome: str | None,
    *,
    by_id: UUID,
    objector_id: UUID,
    holder_id: UUID,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """Dismissed: who objected may appeal; upheld: who would have got it. In time, and once.

    Raises:
        ObjectionMoved, NotYours, TooLate
    """
    if state not in {"upheld", "dismissed"}:
        raise ObjectionMoved("还没有处理结果，或已经申诉过。")
    if by_id != (objector_id if outcome == "dismissed" else holder_id):
        raise NotYours("结果对您不利的，才需要申诉。")
    if due_at is None or now >= due_at:
        raise TooLate("可以向街道反映。")


def check_appealed(state: str) -> None:
    if state != "appealed":
        raise ObjectionMoved("没有等待处理的申诉。")


def subject_after(outcomes: Collection[str | None]) -> str:
    """What becomes of the line or honour, by the outcomes of all objections to it.

    None is an objection that is not closed. → "struck" | "objected" | "standing"
    """
    if "upheld" in outcomes:
        return "struck"
    return "objected" if None in outcomes else "standing"
