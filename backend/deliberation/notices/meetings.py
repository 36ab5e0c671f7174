"""What people hear about a meeting: it is on, it moved, it did not take place, its minutes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from backend.days import SHANGHAI, chinese_day
from backend.deliberation.models import Meeting, Minutes, Proposal
from backend.deliberation.notices.matters import progress
from backend.notifications.models import Notice


def agenda_frozen(
    meeting: Meeting, name: str, topics: Sequence[str], circle: Iterable[UUID], also: Iterable[UUID]
) -> Notice:
    """When, where, what, and how to take part without coming."""
    return _to_circle(
        meeting,
        "frozen",
        name,
        headline=f"{_short(meeting.starts_at)}{name}，议题{len(topics)}项",
        body=f"{_when(meeting.starts_at)}在{meeting.place}议事，议题：{'；'.join(topics)}。"
        "不能到场的，可以打电话、到社区窗口或请网格员代为说明意见。",
        circle=circle,
        also=also,
        at_once=False,
    )


def everybody_called(meeting: Meeting, name: str, topics: Sequence[str]) -> Notice:
    """A residents' assembly: everybody who lives here belongs to it."""
    return Notice(
        community_id=meeting.community_id,
        event_key=f"meeting:{meeting.id}:called",
        kind="meeting_notice",
        headline=f"{_short(meeting.starts_at)}召开{name}，请您参加",
        body=f"{_when(meeting.starts_at)}在{meeting.place}召开，议题：{'；'.join(topics)}。"
        "年满十八周岁的居民均可到会表决。",
        payload={"topic": name, "time": _card(meeting.starts_at), "place": meeting.place},
        page=f"matter/hall?id={meeting.id}",
        audience={"kind": "community"},
        thread_key=f"meeting:{meeting.id}",
    )


def to_everybody(told: Notice) -> Notice:
    """The same words for all who live here: whoever was called hears of every change."""
    return Notice(
        community_id=told.community_id,
        event_key=f"{told.event_key}:everybody",
        kind=told.kind,
        headline=told.headline,
        body=told.body,
        payload=told.payload,
        page=told.page,
        audience={"kind": "community"},
        thread_key=told.thread_key,
        at_once=told.at_once,
    )


def moved(
    meeting: Meeting,
    name: str,
    topics: Sequence[str],
    circle: Iterable[UUID],
    also: Iterable[UUID],
    *,
    reason: str,
    at: datetime,
) -> Notice:
    """`at` tells two moves to the same hour apart: the place may be another by then."""
    return _to_circle(
        meeting,
        f"moved:{at.isoformat()}",
        name,
        headline=f"{name}改到{_short(meeting.starts_at)}",
        body=f"因{reason}，会议改到{_when(meeting.starts_at)}，地点：{meeting.place}。"
        f"议题：{'；'.join(topics)}。",
        circle=circle,
        also=also,
        at_once=True,
    )


def cancelled(
    meeting: Meeting,
    name: str,
    topics: Sequence[str],
    circle: Iterable[UUID],
    also: Iterable[UUID],
    *,
    reason: str,
) -> Notice:
    return _to_circle(
        meeting,
        "cancelled",
        name,
        headline=f"{_short(meeting.starts_at)}的{name}不开了",
        body=f"原因：{reason} 议题顺延到以后的会议，定下日期后再通知：{'；'.join(topics)}。",
        circle=circle,
        also=also,
        at_once=True,
    )


def adjourned(
    meeting: Meeting, name: str, topics: Sequence[str], circle: Iterable[UUID], also: Iterable[UUID]
) -> Notice:
    return _to_circle(
        meeting,
        "adjourned",
        name,
        headline=f"{name}到会人数不够，已流会",
        body=f"{meeting.quorum_sentence or ''}十五日内另定日期，定下后再通知。"
        f"议题：{'；'.join(topics)}。",
        circle=circle,
        also=also,
        at_once=True,
    )


def handed_up(proposal: Proposal, body: str, reason: str) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 改由{body}议事",
        f"两次会议到会人数不足。{reason} 定下日期后再通知。",
        at_once=True,
    )


def no_new_day(proposal: Proposal) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 回到待议",
        "流会后十五日内没有另定日期，很抱歉。事项优先列入以后的会议，定下日期后再通知。",
    )


def find_a_day(proposal: Proposal, chair_id: UUID) -> Notice:
    return progress(
        proposal,
        f"请为事项 {proposal.serial_no} 安排会议",
        "流会后十五日内没有另定日期，事项已回到待议，请优先列入下一次会议。",
        to=chair_id,
        low=True,
    )


def invited(meeting: Meeting, name: str, seat_id: UUID, person: UUID) -> Notice:
    """To whoever is invited after the others have been told."""
    return Notice(
        community_id=meeting.community_id,
        event_key=f"meeting:{meeting.id}:seat:{seat_id}",
        kind="meeting_notice",
        headline=f"请您参加{_short(meeting.starts_at)}{name}",
        body=f"{_when(meeting.starts_at)}在{meeting.place}议事，请打开会议查看议题。"
        "不能到场的，可以打电话、到社区窗口或请网格员代为说明意见。",
        payload={"topic": name, "time": _card(meeting.starts_at), "place": meeting.place},
        page=f"matter/hall?id={meeting.id}",
        resident_id=person,
        thread_key=f"meeting:{meeting.id}",
        at_once=True,
    )


def item_postponed(
    meeting: Meeting, name: str, item_id: UUID, proposal_id: UUID, reason: str
) -> Notice:
    return _to_circle(
        meeting,
        f"postponed:{item_id}",
        name,
        headline=f"您关注的事项不在{_short(meeting.starts_at)}{name}上议了",
        body=f"原因：{reason} 事项顺延到以后的会议，定下日期后再通知。",
        circle=[proposal_id],
        at_once=True,
    )


def minutes_circulated(
    meeting: Meeting, name: str, minutes: Minutes, attendees: Iterable[UUID], until: datetime
) -> Notice:
    return Notice(
        community_id=meeting.community_id,
        event_key=f"minutes:{minutes.id}:circulated",
        kind="meeting_notice",
        headline=f"请核对{_short(meeting.starts_at)}{name}的会议记录",
        body=f"{_when(until)}前可以提出更正；之后由记录人、主持人和监督委员会成员签字。",
        payload={"topic": "会议记录核对", "time": _card(until), "place": meeting.place},
        page=f"matter/hall?id={meeting.id}",
        audience={"kind": "residents", "ids": sorted({str(each) for each in attendees})},
        thread_key=f"meeting:{meeting.id}",
    )


def _to_circle(
    meeting: Meeting,
    event: str,
    name: str,
    *,
    headline: str,
    body: str,
    circle: Iterable[UUID],
    also: Iterable[UUID] = (),
    at_once: bool,
) -> Notice:
    return Notice(
        community_id=meeting.community_id,
        event_key=f"meeting:{meeting.id}:{event}",
        kind="meeting_notice",
        headline=headline,
        body=body,
        payload={
            "topic": name,  # never a matter's words: lock screens are public
            "time": _card(meeting.starts_at),
            "place": meeting.place,
        },
        page=f"matter/hall?id={meeting.id}",
        audience={
            "kind": "matter_circle",
            "proposal_ids": sorted(str(each) for each in circle),
            "also": sorted({str(each) for each in also}),
        },
        thread_key=f"meeting:{meeting.id}",
        at_once=at_once,
    )


def _short(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日"


def _when(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}）{local:%H:%M}"


def _card(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{chinese_day(local)} {local:%H:%M}"
