"""Who may handle a complaint, what may be done when, and by which day. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from backend.days import Holidays, add_working_days, end_of
from backend.errors import Conflict, Invalid, NotAllowed, Outdated

COMPLAINANT = "complainant"
OUTCOMES = ("satisfied", "unsatisfied", "unreachable")
CALLS_BEFORE_CLOSING = 2  # to somebody who cannot be reached
REASONS = {
    "advertisement": "广告",
    "pornography": "色情低俗",
    "abuse": "辱骂",
    "fraud": "欺诈",
    "crime": "违法犯罪",
    "privacy": "泄露他人隐私",
    "untrue": "不实信息",
    "other": "其他",
}


class OwnComplaint(NotAllowed):
    title = "涉及本人或亲属的投诉由他人办理"


class NotNow(Outdated):
    title = "这件投诉现在不能这样办"


class AlreadyReported(Conflict):
    title = "您已举报过这条内容"


class SubjectMissing(Invalid):
    title = "请从要举报的内容进入"


class AuthorIsKnown(Invalid):
    title = "举报内容不用选人"


class NotOfYourGrid(NotAllowed):
    title = "此人不在您负责的网格"


class NobodyToAnswer(Invalid):
    title = "请写明答复给谁"


@dataclass(frozen=True, kw_only=True)
class Next:
    """Where an answer that was heard leads: a second round, or the end."""

    state: str
    round: int
    closed_as: str | None = None


def receipt_number(community_code: str, day: date, number: int) -> str:
    """`TSyyyy-community-seq`, what one names on the phone."""
    return f"TS{day.year}-{community_code}-{number:04d}"


def due_at(day: date, working_days: int, holidays: Holidays) -> datetime:
    """The first moment after the last of the working days; `day` itself is not counted."""
    return end_of(add_working_days(day, working_days, holidays))


def check_filing(
    kind: str, *, has_subject: bool, reason_code: str | None, names_somebody: bool
) -> None:
    """A report names a text and what is wrong with it; nothing else does.

    It is about whoever wrote the text, who shall not read it: nobody else is named for them.
    """
    if (kind == "report") != has_subject:
        raise SubjectMissing(errors={"subject_id": ["举报须说明是哪一条内容，其他不用填"]})
    if (kind == "report") != (reason_code is not None):
        raise SubjectMissing(errors={"reason_code": ["举报须选一个原因，其他不用选"]})
    if kind == "report" and names_somebody:
        raise AuthorIsKnown(
            "对工作人员有意见，请另写一件投诉。", errors={"about_id": ["举报的是内容，不用选人"]}
        )


def check_reachable(person_id: UUID | None, contact: str) -> None:
    """Whoever phoned or came in is a known person, or leaves a name and a number."""
    if person_id is None and not contact:
        raise NobodyToAnswer(errors={"contact": ["请选登记过的居民，或写下姓名和电话"]})


def check_may_record(*, is_covered: bool) -> None:
    """Who serves a grid writes down what people of that grid say."""
    if not is_covered:
        raise NotOfYourGrid("请由这户的网格员或社区窗口代录；不在登记里的人，写下姓名和电话。")


def may_handle(
    handler_id: UUID,
    *,
    concerned: Collection[UUID | None],
    close_to_handler: Collection[UUID],
) -> bool:
    """Nobody handles what they, their household or their near relatives are part of."""
    near = {handler_id, *close_to_handler}
    return near.isdisjoint({each for each in concerned if each is not None})


def check_may_handle(
    handler_id: UUID,
    *,
    concerned: Collection[UUID | None],
    close_to_handler: Collection[UUID],
) -> None:
    if not may_handle(handler_id, concerned=concerned, close_to_handler=close_to_handler):
        raise OwnComplaint("请另一位工作人员办理；居委会都涉及的，由街道办理。")


def check_state(state: str, wanted: str) -> None:
    if state != wanted:
        told = {
            "received": "还没有受理，请先受理。",
            "accepted": "还没有答复。",
            "answered": "已经答复过，等本人说满意不满意。",
            "closed": "已经办结。",
        }
        raise NotNow(told[state])


def may_say(*, state: str, round: int, closed_as: str | None) -> bool:  # noqa: A002
    """Whether the person may say how the answer is: after it, or when no call reached them."""
    return state == "answered" or (closed_as == "unreachable" and round == 1)


def check_may_say(*, state: str, round: int, closed_as: str | None) -> None:  # noqa: A002
    if not may_say(state=state, round=round, closed_as=closed_as):
        raise NotNow("有了答复才能评价；不满意可以重新办理一次。")


def after_hearing(outcome: str, *, round: int, calls: int) -> Next:  # noqa: A002
    """What follows from the person's word, or from the call that did not reach them.

    Once, dissatisfaction opens it again. `calls` counts this round's calls in vain, this one too.
    """
    if outcome == "unsatisfied" and round == 1:
        return Next(state="accepted", round=2)
    if outcome == "unreachable" and calls < CALLS_BEFORE_CLOSING:
        return Next(state="answered", round=round)
    return Next(state="closed", round=round, closed_as=outcome)
