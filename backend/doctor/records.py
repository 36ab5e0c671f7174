"""Whether the background keeps up: the outbox, the seals; and whose data this is."""

from datetime import datetime, timedelta

from sqlalchemy import text

from backend.audit.queries import oldest_unsealed
from backend.clock import today, utc_now
from backend.database import db
from backend.doctor.findings import Finding, bad, good
from backend.notifications.actions.waiting import waiting_cards
from backend.residents.queries.holidays import holidays_of_year
from backend.residents.queries.places import oldest_community_id
from backend.settings import DEMO_APP_PREFIX

OUTBOX_PATIENCE = timedelta(minutes=30)
SEAL_PATIENCE = timedelta(minutes=10)
DECEMBER = 12

# The telephone number of scripts/seed's community is no real one: no other community has it.
_DEMO = text("""
SELECT EXISTS (SELECT FROM community WHERE code = 'heping' AND phone = '010-0000-6420')
    OR EXISTS (SELECT FROM wechat_identity WHERE starts_with(app_id, :prefix))
""")


def find_outbox() -> Finding:
    now = utc_now()
    number, since = waiting_cards(now)
    if since is not None and now - since > OUTBOX_PATIENCE:
        return bad(
            f"发件箱积压：最早的通知已等{_told(now, since)}，"
            "请看 worker 和 courier 进程是否在运行，日志里有没有 left for the next run。"
        )
    return good(f"发件箱没有积压（待发 {number} 条）。")


def find_seals() -> Finding:
    now, since = utc_now(), oldest_unsealed()
    if since is not None and now - since > SEAL_PATIENCE:
        return bad(
            f"审计记录已有{_told(now, since)}没有封存，请看 worker 和 timetable 进程是否在运行。"
        )
    return good("审计记录都已按时封存；核验请运行 flask verify-audit 和 flask verify-chain。")


def find_holidays() -> Finding:
    """Every deadline in working days hangs on them; the next year's are published in November."""
    day = today()
    years = [day.year, *([day.year + 1] if day.month == DECEMBER else [])]
    missing = [f"{year}年" for year in years if not holidays_of_year(year)]
    if missing and oldest_community_id() is not None:
        return bad(
            f"{'、'.join(missing)}的放假安排还没有录入，期限先按平常的周末算；"
            "请升级程序，夜里会自动录入，也可以由区管理员在工作台“设置—放假安排”里登记。"
        )
    return good("放假安排已经录入。" if not missing else "还没有社区，放假安排到时录入。")


def find_demo_data() -> Finding:
    if db.session.scalar(_DEMO, {"prefix": DEMO_APP_PREFIX}):
        return bad("数据库里有演示数据（演示社区或微信替身的用户），正式运行请用新的数据库。")
    return good("没有演示数据。")


def _told(now: datetime, since: datetime) -> str:
    minutes = int((now - since).total_seconds() // 60)
    return f"{minutes}分钟" if minutes < 120 else f"{minutes // 60}小时"  # noqa: PLR2004
