"""Of an objection to a line or an honour: until when, and who decides. Pure."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from backend.errors import Conflict, NotAllowed


class WindowClosed(Conflict):
    title = "公示期已过，不能再提异议"


class Involved(NotAllowed):
    title = "经办人、当事人及其亲属不能处理这件异议"


class NotAResident(Conflict):
    title = "只有已核验的居民可以提出"


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
