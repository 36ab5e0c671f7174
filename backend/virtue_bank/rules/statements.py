"""Which days a statement is about. Pure."""

from datetime import date, timedelta

from backend.errors import Invalid

LONGEST_DAYS = 366
USUAL_DAYS = 90


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
        raise TooMuchAtOnce(f"一次最多导出{most}笔。")
