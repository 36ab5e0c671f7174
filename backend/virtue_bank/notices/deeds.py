"""What the people of a deed hear of it: who is asked, what was decided, what was credited."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice
from backend.virtue_bank.models import OUTCOMES, Deed, DeedObjection, DeedShare
from backend.virtue_bank.notices.lateness import late

DEED, CONFIRM, APPEALS = "points/deed", "points/confirm", "points/appeal"
WORK = "pages/home/index"
OFFICE = "也可以打电话或到社区窗口办理。"


def asked_to_confirm(deed: Deed, person_id: UUID, item: str) -> Notice:
    return _to_person(
        deed,
        person_id,
        f"asked:{deed.round}",
        result="请您证明",
        headline="请您说说一件善行是否属实",
        body=f"有人申报“{item}”（{chinese_day(deed.occurred_on)}），写了您可以证明。"
        f"请在{_last(deed.due_at)}前回答属实、不属实或不清楚，{OFFICE}",
        page=f"{CONFIRM}?id={deed.id}",
    )


def lapsed(deed: Deed) -> Notice:
    return _to_claimant(
        deed,
        result="已过期",
        headline=f"善行 {deed.serial} 已过期",
        body="规定时间内没有足够的人证明或没有补充，这件善行不再办理。还在期限内的，可以重新申报。",
    )


def returned(deed: Deed, reason: str) -> Notice:
    return _to_claimant(
        deed,
        result="退回补充",
        headline=f"善行 {deed.serial} 需要补充",
        body=f"{reason} 请在{_last(deed.due_at)}前补充后再次提交，{OFFICE}",
    )


def rejected(deed: Deed, reason: str, until: datetime) -> Notice:
    return _to_claimant(
        deed,
        result="未通过",
        headline=f"善行 {deed.serial} 没有通过",
        body=f"{reason} 不同意的，可以在{_last(until)}前向居务监督委员会申诉一次。",
    )


def on_the_board(deed: Deed, shares: Iterable[DeedShare], item: str) -> list[Notice]:
    """To each who acted, at once, so that they can still take their name down."""
    until = _last(deed.display_until)
    return [
        Notice(
            community_id=deed.community_id,
            event_key=f"{_event(deed)}:{share.acted_id}",
            kind="publication",
            headline=f"“{item}”正在公示",
            body=f"您的{share.points}分公示到{until}，没有异议就入账。"
            "不想显示姓名的，现在就可以改。",
            payload={"title": "善行公示", "period": until},
            page=_page_of(deed),
            resident_id=share.acted_id,
            thread_key=f"deed:{deed.id}",
            at_once=True,
        )
        for share in shares
    ]


def credited(deed: Deed, share: DeedShare, item: str, on: date, *, to_family: bool) -> Notice:
    where = "已记到家庭积分账户" if to_family else "已记到您名下"
    return Notice(
        community_id=deed.community_id,
        event_key=f"deed:{deed.id}:credited:{share.id}",
        kind="points_change",
        headline=f"{share.points}分已入账",
        body=f"“{item}”公示期满，没有成立的异议，{share.points}分{where}。",
        payload={"amount": str(share.points), "reason": "善行入账", "date": chinese_day(on)},
        page=_page_of(deed),
        resident_id=share.acted_id,
        thread_key=f"deed:{deed.id}",
    )


def objected(deed: Deed) -> Notice:
    return _to_claimant(
        deed,
        result="有异议",
        headline=f"善行 {deed.serial} 有人提出异议",
        body="居委会正在核实，答复前暂不入账。有要说明的，请联系网格员。",
    )


def objection_decided(
    deed: Deed, objection: DeedObjection, person_id: UUID, outcome: str
) -> Notice:
    """To both sides; whoever lost may appeal."""
    return _to_person(
        deed,
        person_id,
        f"objection:{objection.id}:{objection.state}",
        result=f"异议{outcome}",
        headline=f"善行 {deed.serial} 的异议有了答复",
        body=f"异议{outcome}：{objection.reason} 不同意的一方可以在{_last(objection.due_at)}前"
        "向居务监督委员会申诉。",
        page=_page_for(deed, person_id),
    )


def judged(deed: Deed, objection: DeedObjection, person_id: UUID, outcome: str) -> Notice:
    about = "申诉" if objection.kind == "complaint" else "异议"
    return _to_person(
        deed,
        person_id,
        f"objection:{objection.id}:judged",
        result=f"{about}{outcome}",
        headline=f"善行 {deed.serial} 的{about}有了最后结果",
        body=f"居务监督委员会认为{about}{outcome}：{objection.judged_reason}",
        page=_page_for(deed, person_id),
    )


def settled_by_another(deed: Deed, objection: DeedObjection, person_id: UUID) -> Notice:
    """To whoever waits for an answer that nobody will give: another objection was upheld."""
    if person_id == objection.appeal_by:
        own = "您的申诉不用再裁决，原来的答复不变。"
    elif objection.outcome is None:
        own = "您的异议不再单独答复。"
    else:
        own = f"您的异议原来的答复（{OUTCOMES[objection.outcome]}）不变。"
    return _to_person(
        deed,
        person_id,
        f"objection:{objection.id}:settled",
        result="已办结",
        headline=f"善行 {deed.serial} 已按另一件异议办理",
        body=f"另一件异议成立，这件善行不记积分。{own}",
        page=_page_for(deed, person_id),
    )


def looked_at_again(deed: Deed) -> Notice:
    return _to_claimant(
        deed,
        result="再复核",
        headline=f"善行 {deed.serial} 要再复核一次",
        body=f"公示中改成了只写楼栋，请另一位工作人员{_last(deed.due_at)}前复核。"
        "通过后公示完余下的日子再入账。",
    )


def on_the_board_again(deed: Deed, because: str) -> Notice:
    return _to_claimant(
        deed,
        result="继续公示",
        headline=f"善行 {deed.serial} 继续公示",
        body=f"{because}，继续公示到{_last(deed.display_until)}，没有新的异议就入账。",
    )


def voided(deed: Deed, person_id: UUID) -> Notice:
    """To the claimant and to each who acted: all of them read that it would be credited."""
    return _to_person(
        deed,
        person_id,
        f"{deed.state}:{deed.row_version}",
        result="不入账",
        headline=f"善行 {deed.serial} 不入账",
        body="异议成立，这件善行不记积分。",
        page=_page_of(deed),
    )


def to_judge(deed: Deed, objection: DeedObjection, supervisor_id: UUID) -> Notice:
    return _to_person(
        deed,
        supervisor_id,
        f"objection:{objection.id}:to_judge:{supervisor_id}",
        result="待办",
        headline=f"善行 {deed.serial} 有申诉待裁决",
        body=f"请在{_last(objection.due_at)}前裁决。",
        page=WORK,
        at_once=False,
    )


def overdue_to_claimant(deed: Deed) -> Notice:
    return _to_person(
        deed,
        deed.actor_id,
        f"overdue:{deed.row_version}",
        result="办理超时",
        headline=f"很抱歉，善行 {deed.serial} 没有按时办理",
        body="已经报告居委会主任，会尽快办理。",
        page=_page_of(deed),
        at_once=False,
    )


def overdue_to_overseer(deed: Deed, overseer_id: UUID) -> Notice:
    return _to_person(
        deed,
        overseer_id,
        f"overdue:{deed.row_version}:{overseer_id}",
        result="办理超时",
        headline=f"善行 {deed.serial} 审核超时",
        body="请安排人尽快审核，并向申报人说明。",
        page=WORK,
        at_once=False,
    )


def objection_overdue(deed: Deed, objection: DeedObjection, overseer_id: UUID) -> Notice:
    return _to_person(
        deed,
        overseer_id,
        f"objection:{objection.id}:overdue:{objection.state}:{overseer_id}",
        result="办理超时",
        headline=f"善行 {deed.serial} 的异议处理超时",
        body="请安排与此事无关的人尽快答复。",
        page=WORK,
        at_once=False,
    )


def objection_late(deed: Deed, objection: DeedObjection, person_id: UUID, phone: str) -> Notice:
    """To whoever waits for the answer."""
    is_appeal = objection.kind == "complaint" or person_id == objection.appeal_by
    return _to_person(
        deed,
        person_id,
        f"objection:{objection.id}:late:{objection.state}",
        **late(
            "申诉" if is_appeal else "异议",
            f"善行 {deed.serial}",
            above="居委会主任和街道",
            phone=phone,
        ),
        page=_page_for(deed, person_id),
    )


def _to_claimant(deed: Deed, *, result: str, headline: str, body: str) -> Notice:
    return _to_person(
        deed,
        deed.actor_id,
        f"{deed.state}:{deed.row_version}",
        result=result,
        headline=headline,
        body=body,
        page=_page_of(deed),
    )


def _to_person(
    deed: Deed,
    person_id: UUID,
    event: str,
    *,
    result: str,
    headline: str,
    body: str,
    page: str,
    at_once: bool = True,
) -> Notice:
    return Notice(
        community_id=deed.community_id,
        event_key=f"deed:{deed.id}:{event}:{person_id}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": "善行积分"},
        page=page,
        resident_id=person_id,
        thread_key=f"deed:{deed.id}:{person_id}",
        at_once=at_once,
    )


def _page_of(deed: Deed) -> str:
    return f"{DEED}?id={deed.id}"


def _page_for(deed: Deed, person_id: UUID) -> str:
    """The deed for its claimant; whoever objected reads what became of that alone."""
    return _page_of(deed) if person_id == deed.actor_id else APPEALS


def _event(deed: Deed) -> str:
    return f"deed:{deed.id}:{deed.state}:{deed.row_version}"


def _last(moment: datetime | None) -> str:
    return chinese_day(last_day_before(moment)) if moment else ""
