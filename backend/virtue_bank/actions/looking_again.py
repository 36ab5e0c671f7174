"""A deed whose names were taken down while it hung is looked at twice before it is credited.

Its points stay held. Who is not named at all may not be known to those who could object.
"""

from backend.clock import utc_now
from backend.database import db
from backend.notifications.actions import announce
from backend.residents.models import Caller
from backend.residents.queries.holidays import holidays
from backend.virtue_bank.actions.awaited import in_working_days
from backend.virtue_bank.actions.deed_moves import SYSTEM, Standing, move
from backend.virtue_bank.models import Deed, DeedObjection
from backend.virtue_bank.notices import deeds as notices
from backend.virtue_bank.queries import deeds as queries
from backend.virtue_bank.queries.objections import has_objected
from backend.virtue_bank.rules.decisions import lacks_second_look, rest, resume
from backend.virtue_bank.rules.deed_states import ConflictOfInterest

WHY = "公示后改为只写楼栋，须再由一人复核。"


def look_again(deed: Deed) -> bool:
    """Take it from the board for a second look, where it needs one and had none; whether it does.

    What is left of its days is kept.
    """
    if not lacks_second_look(
        display=deed.display,
        second_by=deed.second_by,
        hung_since=deed.hung_since,
        looked_at=queries.state_since(deed, "second_review"),
    ):
        return False
    due_at = in_working_days(deed.community_id, "points.second_review_working_days")
    move(deed, "second_review", SYSTEM, reason=WHY, due_at=due_at)
    db.session.flush()
    announce(notices.looked_at_again(deed))
    return True


def go_on(deed: Deed, by: Standing, *, because: str) -> None:
    """Back on the board for the rest of its days."""
    since, until = deed.hung_since, deed.display_until
    if since is None or until is None:
        raise AssertionError
    free = holidays()
    stopped = queries.left_the_board(deed) or utc_now()
    until = resume(rest(stopped, until, free), utc_now(), free)
    deed.hang(since, until)
    move(deed, "publicity", by.knowing(nothing_open=True), due_at=until)
    announce(notices.on_the_board_again(deed, because))


def object_after_looking(
    caller: Caller, deed: Deed, by: Standing, reason_code: str | None, reason: str
) -> None:
    """The second reviewer's no to what was shown and is held for: the committee answers it.

    As with any objection; so whoever loses can appeal, and nothing is freed before the end.
    """
    if has_objected(deed, caller.resident_id, "objection"):
        raise ConflictOfInterest("您已对这件善行提过异议，请其他工作人员复核。")
    db.session.add(
        DeedObjection(
            community_id=deed.community_id,
            deed_id=deed.id,
            kind="objection",
            text=reason,
            due_at=in_working_days(deed.community_id, "points.objection_working_days"),
            **caller.act(),
        )
    )
    move(deed, "objected", by, reason_code=reason_code, reason=reason)
    db.session.flush()
    announce(notices.objected(deed))
