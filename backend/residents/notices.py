"""What people are told about their home, their role and their account."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from backend.days import chinese_day
from backend.residents.models import DoorSlip, ProxyGrant, RoleAssignment, Verification
from backend.residents.models.news import News

MY_HOME = "pages/home/index"
TASKS = "grid/work"
PROXIES = "account/proxy"
MOST_ON_A_CARD = 20


def residence_requested(
    verification: Verification, address: str, workers: Iterable[UUID]
) -> list[News]:
    return [
        _task(verification, worker, "requested", "有居民申请居住核验", address)
        for worker in workers
    ]


def residence_overdue(
    verification: Verification, address: str, chairs: Iterable[UUID]
) -> list[News]:
    """The chair's list grows, and the person hears that it is not forgotten."""
    return [
        *(
            _task(verification, chair, "overdue", "居住核验已超期，请安排", address)
            for chair in chairs
        ),
        _to_person(
            verification,
            "overdue",
            headline="您的居住核验还在办理",
            body=f"{address}的核验已超过期限，已转居委会主任督办。",
            result="办理中",
        ),
    ]


def residence_appealed(
    verification: Verification, address: str, members: Iterable[UUID]
) -> list[News]:
    return [
        _task(verification, member, "appealed", "有居民对居住核验结果提出申诉", address)
        for member in members
    ]


def residence_verified(verification: Verification, address: str) -> list[News]:
    return [
        _to_person(
            verification,
            "verified",
            headline="居住核验已通过",
            body=f"{address}的居住核验已通过，可以附议、表决和参加评议。",
            result="已通过",
        )
    ]


def residence_refused(verification: Verification, address: str, *, final: bool) -> list[News]:
    next_step = "可以重新申请，或到社区窗口咨询。" if final else "10日内可以申诉一次。"
    return [
        _to_person(
            verification,
            "refused",
            headline="居住核验未通过",
            body=f"{address}的居住核验未通过：{verification.reason}。{next_step}",
            result="未通过",
        )
    ]


def residence_check_due(verification: Verification, address: str) -> list[News]:
    return [
        _to_person(
            verification,
            f"check-due-{verification.due_on}",
            headline="请确认您仍住在这里",
            body=f"{address}的居住核验已满两年，请在{verification.due_on}前点一下确认。",
            result="待确认",
        )
    ]


def residence_lapsed(verification: Verification, address: str) -> list[News]:
    return [
        _to_person(
            verification,
            f"lapsed-{verification.due_on}",
            headline="居住核验已失效",
            body=f"{address}的居住核验到期未确认，请重新申请，或请网格员上门办理。",
            result="已失效",
        )
    ]


def role_changed(assignment: RoleAssignment, title: str, *, ended: bool) -> list[News]:
    """Nothing for roles of the street or the district: they have no community's inbox."""
    if assignment.community_id is None:
        return []
    what = f"您不再担任{title}" if ended else f"您已担任{title}"
    return [
        News(
            community_id=assignment.community_id,
            resident_id=assignment.resident_id,
            event_key=f"role:{assignment.id}:{'ended' if ended else 'live'}",
            kind="review_result",
            headline=what,
            body=f"{what}，如有疑问请联系社区。",
            payload={"result": "已结束" if ended else "已任命", "note": title[:MOST_ON_A_CARD]},
            page=MY_HOME,
        )
    ]


def slip_issued(slip: DoorSlip, community_id: UUID) -> list[News]:
    """Whoever did not ask for one hears of it."""
    return [
        News(
            community_id=community_id,
            resident_id=slip.resident_id,
            event_key=f"slip:{slip.id}",
            kind="review_result",
            headline="网格员给您开了登录码",
            body="用登录码可以不用微信进入，7天内有效，只能用一次。不是您要的，请打居委会电话。",
            payload={"result": "已开出", "note": "登录码"},
            page=MY_HOME,
        )
    ]


def proxy_offered(grant: ProxyGrant, principal: str) -> list[News]:
    return [
        _of_grant(
            grant,
            grant.proxy_id,
            "offered",
            headline=f"{principal}想请您代办",
            body=f"{principal}想请您在手机上代办。愿意的，请在七天内接受；不愿意不用理会。",
            result="等您接受",
        )
    ]


def proxy_accepted(grant: ProxyGrant, proxy: str) -> list[News]:
    return [
        _of_grant(
            grant,
            grant.principal_id,
            "accepted",
            headline=f"{proxy}愿意替您代办",
            body=f"从今天起，{proxy}可以替您办您授权的事，每办一样您都看得到。您随时可以收回。",
            result="已接受",
        )
    ]


def proxy_recorded(grant: ProxyGrant, principal: str, proxy: str) -> list[News]:
    """Both hear what a worker typed for them, so that nobody is bound unawares."""
    body = "社区按您和对方说的登记了代办授权。不是您的意思，请马上收回或打居委会电话。"
    said = {
        grant.principal_id: f"登记了：{proxy}可以替您代办",
        grant.proxy_id: f"登记了：您可以替{principal}代办",
    }
    return [
        _of_grant(grant, person, "recorded", headline=headline, body=body, result="已登记")
        for person, headline in said.items()
    ]


def proxy_acted(grant: ProxyGrant, on: date, action: str, proxy: str, what: str) -> list[News]:
    """One for each kind of thing and day, gathered in the day's digest."""
    return [
        _of_grant(
            grant,
            grant.principal_id,
            f"acted:{on}:{action}",
            headline=f"{proxy}替您办了：{what}",
            body=f"{chinese_day(on)}，{proxy}按您的授权替您{what}。不对的，请收回授权并告诉网格员。",
            result="已办",
            at_once=False,
        )
    ]


def proxy_ending(grant: ProxyGrant, principal: str, proxy: str) -> list[News]:
    last = chinese_day(grant.last_on)
    body = f"{proxy}替{principal}代办的授权到{last}为止。还要代办的，请重新授权。"
    return [
        _of_grant(grant, person, "ending", headline="代办授权快到期了", body=body, result="快到期")
        for person in (grant.principal_id, grant.proxy_id)
    ]


def proxy_ended(
    grant: ProxyGrant, principal: str, told: Mapping[UUID, str], because: str
) -> list[News]:
    """To whoever did not end it, with what each of them calls the proxy."""
    return [
        _of_grant(
            grant,
            person,
            "ended",
            headline="代办授权结束了",
            body=f"{proxy}替{principal}代办的授权已经结束：{because}。",
            result="已结束",
        )
        for person, proxy in told.items()
    ]


def audit_broken(
    community_id: UUID,
    person_id: UUID,
    *,
    chain: UUID | None,
    where: str,
    block_no: int | None,
    event_id: UUID | None,
) -> News:
    """Once for each fault: a chain that is broken stays broken until somebody has looked."""
    found = f"第{block_no}块" if block_no is not None else "未封存的记录"
    return News(
        community_id=community_id,
        resident_id=person_id,
        event_key=f"audit_broken:{chain or 'district'}:{block_no}:{event_id}:{person_id}",
        kind="review_result",
        headline="审计记录核验不通过",
        body=f"{where}的审计链在{found}处不相符（记录{event_id or '不详'}）。"
        "请保留现场，导出后核对备份，并报告区级主管部门。",
        payload={"result": "不通过", "note": "审计记录核验"},
        page=TASKS,
    )


def _task(
    verification: Verification, worker: UUID, event: str, headline: str, address: str
) -> News:
    return News(
        community_id=verification.community_id,
        resident_id=worker,
        event_key=f"verification:{verification.id}:{event}:{worker}",
        kind="review_result",
        headline=headline,
        body=f"{address}，请在{verification.due_on}前办理。",
        payload={"result": "待核验", "note": address[:MOST_ON_A_CARD]},
        page=f"{TASKS}?verification={verification.id}",
        at_once=False,
    )


def _to_person(
    verification: Verification, event: str, *, headline: str, body: str, result: str
) -> News:
    return News(
        community_id=verification.community_id,
        resident_id=verification.actor_id,
        event_key=f"verification:{verification.id}:{event}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": headline[:MOST_ON_A_CARD]},
        page=f"{MY_HOME}?verification={verification.id}",
    )


def _of_grant(
    grant: ProxyGrant,
    person: UUID,
    event: str,
    *,
    headline: str,
    body: str,
    result: str,
    at_once: bool = True,
) -> News:
    return News(
        community_id=grant.community_id,
        resident_id=person,
        event_key=f"proxy:{grant.id}:{event}:{person}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": "代办授权"},
        page=PROXIES,
        at_once=at_once,
    )
