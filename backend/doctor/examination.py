"""The whole round: every check once, none stopped by another's failure."""

from collections.abc import Callable, Iterable, Iterator

from redis import Redis
from sqlalchemy.exc import SQLAlchemyError

from backend.database import reading
from backend.doctor import postgres, records
from backend.doctor.findings import Finding, bad, good
from backend.doctor.papers import find_fonts
from backend.doctor.redis import find_redis
from backend.doctor.wechat import find_wechat
from backend.settings import Settings
from backend.wechat import WeChat

IN_THE_DATABASE: tuple[Callable[[], Finding], ...] = (
    postgres.find_server,
    postgres.find_time,
    postgres.find_migrations,
    postgres.find_privileges,
    records.find_outbox,
    records.find_seals,
    records.find_holidays,
)


def examine(
    settings: Settings, *, redis: Redis, wechat: WeChat, new_token: bool = False
) -> Iterator[Finding]:
    """Each finding as soon as it is there, so that whoever waits sees what takes long."""
    yield good(f"环境变量齐全（{settings.environment}）。")
    for check in IN_THE_DATABASE:
        yield found_in_database(check)
    if settings.in_production:
        yield found_in_database(records.find_demo_data)
        yield find_fonts(settings)
    yield find_redis(redis)
    yield from find_wechat(wechat, settings, new_token=new_token)


def found_in_database(check: Callable[[], Finding]) -> Finding:
    try:
        with reading():
            return check()
    except SQLAlchemyError as trouble:
        reason = str(getattr(trouble, "orig", trouble)).strip().splitlines()
        return bad(f"数据库答不上来（{check.__name__}）：{reason[0] if reason else '没有说明'}")


def words_of(findings: Iterable[Finding]) -> list[str]:
    return [finding.words for finding in findings if not finding.is_good]
