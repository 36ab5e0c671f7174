"""Which days a statement is about, and how its lines are told on paper. Pure."""

from collections.abc import Collection
from datetime import date, timedelta

from backend.errors import Invalid
from backend.ledger.models import Code, Kind
from backend.virtue_bank.models.words import CODE_NAMES

LONGEST_DAYS = 366
USUAL_DAYS = 90
LAST_AWARD = Code.HONOUR


class DaysUnclear(Invalid):
    title = "起止日期有误"


class TooMuchAtOnce(Invalid):
    title = "记录太多，请缩短时间段"


def days_asked(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """Both days included; without them, the last three months."""
    until = until or today
    since = since or until - timedelta(days=USUAL_DAYS)
    if since > until:
        raise DaysUnclear("开始日期不能晚于结束日期。", errors={"from": ["不能晚于结束日期"]})
    if (until - since).days >= LONGEST_DAYS:
        raise DaysUnclear("一次最多查一年。", errors={"from": ["一次最多查一年"]})
    return since, until


def check_whole(found: int, most: int) -> None:
    """A file holds all lines of its days, or none."""
    if found > most:
        raise TooMuchAtOnce(f"一次最多{most}笔、{LONGEST_DAYS}天。请把起止日期分成几段。")


def check_reason(reason: str, allowed: Collection[str]) -> None:
    """Who only hands statements out does so because the holder asks."""
    if reason not in allowed:
        raise Invalid("只能为本人要求查询打印。", errors={"reason": ["只能为本人要求查询打印"]})


def told_of(kind: int, code: int, amount: int, reverses_id: int | None, unit: str) -> str:
    """What a line was, as its holder reads it; what moves no balance says how much it is about."""
    title = CODE_NAMES[code]
    is_award = code <= LAST_AWARD
    if kind == Kind.HOLD:
        return f"{title}（{'公示中' if is_award else '留着'}{amount}{unit}）"
    if kind == Kind.VOID:
        return f"{title}（{'不入账' if is_award else '放回'}{amount}{unit}）"
    return f"{title}（第{reverses_id}笔）" if reverses_id else title
