"""Who may act for whom, in what and how long, and what nobody does for another. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from backend.days import months_later
from backend.errors import Conflict, Invalid, NotAllowed, NotFound, Outdated
from backend.residents.rules.grants import COMMITTEE, LETTERS

MONTHS, MOST_MONTHS = 6, 12
OFFER_FOR = timedelta(days=7)
MOST_PRINCIPALS = 3
TOLD_BEFORE = timedelta(days=14)
ONE_DAY = timedelta(days=1)
STAFF = frozenset(role for roles in LETTERS.values() for role in roles) | COMMITTEE
# The first word of an action of the matrix, and what it belongs to.
SCOPE_OF: Mapping[str, str] = {"points": "virtue_bank"}
# What a principal reads that somebody did for them, by the action of the matrix.
DONE: Mapping[str, str] = {
    "points.claim": "写善行",
    "points.deed": "交善行、改善行",
    "points.attest": "说善行是不是属实",
    "points.object": "对善行提异议",
}
BY_STAFF = ("revoked", "resigned", "died", "incapable")


class NotDelegable(NotAllowed):
    title = "这件事要本人来办"

    def __init__(self) -> None:
        super().__init__(
            "兑换、捐赠、同意、表决和申诉不能代办。本人可以用手机、打电话或到社区窗口办。"
        )


class NotAProxy(NotAllowed):
    title = "您现在不能替这位居民办"

    def __init__(self) -> None:
        super().__init__("授权还没有接受，或者已经结束。请在“我的”里看代办授权。")


class NotGranted(NotAllowed):
    title = "授权里没有这一样"

    def __init__(self) -> None:
        super().__init__("请本人来办，或请本人重新授权。")


class NoSuchGrant(NotFound):
    title = "没有这项代办授权"


class ProxyUnfit(Conflict):
    title = "这位居民不能当代办人"


class NoPrincipal(Conflict):
    title = "还不能请人代办"


class TooManyPrincipals(Conflict):
    title = "一个人最多替三位居民代办"


class AlreadyProxy(Conflict):
    title = "已经请过这位居民代办"


class GrantMoved(Outdated):
    title = "这项授权现在不能这样办"


class GrantDays(Invalid):
    title = "请看一看到哪天为止"


class NotYourPrincipal(NotFound):
    title = "不是您负责的居民"


class PaperMissing(Invalid):
    title = "请写委托书编号"


class PaperTaken(Conflict):
    title = "这个委托书编号已经登记过"


def days_of(today: date, last_on: date | None) -> date:
    """The first day on which the grant counts no more; half a year if nobody says when.

    Raises:
        GrantDays: it would be over already, or is longer than a year.
    """
    if last_on is None:
        return months_later(today, MONTHS)
    if not today <= last_on <= months_later(today, MOST_MONTHS):
        raise GrantDays(errors={"last_on": [f"从今天起，最长{MOST_MONTHS}个月"]})
    return last_on + ONE_DAY


def check_pair(
    principal_id: UUID, proxy_id: UUID, *, residents: Collection[UUID], staff: Collection[UUID]
) -> None:
    """Two people who both live here, and no worker of this community among those who act."""
    if principal_id == proxy_id:
        raise ProxyUnfit("请选另一位居民，不能选本人。")
    if principal_id not in residents:
        raise NoPrincipal("委托人要先办好居住核验。")
    if proxy_id not in residents:
        raise ProxyUnfit("代办人要先在本社区办好居住核验。")
    if proxy_id in staff:
        raise ProxyUnfit("社区工作人员不当代办人；不会用手机的，可以请他们代录。")


def check_paper(made: str, serial: str | None) -> None:
    """What was signed has its number; what was said has none."""
    if (made == "paper") != bool(serial):
        raise PaperMissing(errors={"paper_serial": ["纸质委托书写编号，当面说的不写"]})


def check_room(live: int) -> None:
    """`live` are the principals somebody acts for already."""
    if live >= MOST_PRINCIPALS:
        raise TooManyPrincipals("先结束一项，或请别人代办。")


def check_may_accept(state: str, because: str | None) -> None:
    """`because`: how it is over by the calendar, if it is."""
    if state != "offered":
        raise GrantMoved("它已经接受过，或已经结束。")
    if because is not None:
        raise GrantMoved("它已经过期，请委托人再请一次。")


def over_because(
    state: str, *, offer_until: datetime | None, until_on: date, now: datetime, today: date
) -> str | None:
    """How a grant is over by the calendar: past its last day, or nobody accepted it in a week."""
    if state == "ended":
        return None
    if until_on <= today:
        return "expired"
    is_lapsed = offer_until is not None and offer_until <= now
    return "lapsed" if is_lapsed else None


def ending_by(person_id: UUID, state: str, *, principal_id: UUID, proxy_id: UUID) -> str:
    """How it ends when one of the two ends it, at any time and without a reason.

    Raises:
        NoSuchGrant: it is none of theirs.
        GrantMoved: it has ended.
    """
    if person_id not in {principal_id, proxy_id}:
        raise NoSuchGrant
    check_open(state)
    if person_id == principal_id:
        return "revoked"
    return "declined" if state == "offered" else "resigned"


def check_open(state: str) -> None:
    if state == "ended":
        raise GrantMoved("它已经结束了。")


def check_delegable(cells: Collection[str]) -> None:
    """Whether the matrix lets a proxy do it at all; `cells` are the letters of its row."""
    if "P" not in cells:
        raise NotDelegable


def check_scope(action: str, scopes: Collection[str]) -> None:
    """Whether an action of the matrix belongs to what the principal granted."""
    if SCOPE_OF[action.partition(".")[0]] not in scopes:
        raise NotGranted
