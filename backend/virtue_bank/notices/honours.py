"""What is told about rounds of honours: nominees, panel, everybody, and whoever is honoured."""

from uuid import UUID

from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice
from backend.virtue_bank.models import Honour, HonourRound, Nomination

HONOURS, ROUND, NOMINEE = "points/honours", "points/honour", "points/nominee"
INBOX = "account/inbox"
WORK = "pages/home/index"


def nominations_open(round_: HonourRound) -> Notice:
    until = round_.nominations_until
    last = chinese_day(last_day_before(until)) if until else ""
    return Notice(
        community_id=round_.community_id,
        event_key=f"honour_round:{round_.id}:nominating",
        kind="publication",
        headline=f"{round_.title}开始推荐",
        body=f"{last}前可以推荐邻居，也可以自荐。推荐后先征求本人同意，不同意就不参加。",
        payload={"title": f"{round_.title}推荐"[:20], "period": f"至{last}"},
        page=f"{ROUND}?id={round_.id}",
        audience={"kind": "community"},
        thread_key=f"honour_round:{round_.id}",
    )


def honours_shown(round_: HonourRound) -> Notice:
    until = round_.shown_until
    last = chinese_day(last_day_before(until)) if until else ""
    return Notice(
        community_id=round_.community_id,
        event_key=f"honour_round:{round_.id}:shown",
        kind="publication",
        headline=f"{round_.title}公示",
        body=f"拟授予名单公示到{last}，有异议可以提出。",
        payload={"title": f"{round_.title}公示"[:20], "period": f"至{last}"},
        page=f"{ROUND}?id={round_.id}",
        audience={"kind": "community"},
        thread_key=f"honour_round:{round_.id}",
    )


def asked(nomination: Nomination, round_: HonourRound) -> Notice:
    """Now: nothing goes on without the person's own word."""
    return _to_nominee(
        nomination,
        "asked",
        headline=f"有人推荐您参评{round_.title}",
        body="是否参加由您决定。同意前不会公开；照片另外征求同意，也可以只公开姓名。",
        result="请答复",
    )


def not_entered(nomination: Nomination, round_: HonourRound) -> Notice:
    return _to_nominee(
        nomination,
        "not_entered",
        headline=f"{round_.title}未进入评议",
        body="这次没有达到参评的最低积分。这件事只告诉您本人。",
        result="未进入",
    )


def not_chosen(nomination: Nomination, round_: HonourRound) -> Notice:
    return _to_nominee(
        nomination,
        "not_chosen",
        headline=f"{round_.title}评议已结束",
        body="这次名额有限，没有入选。感谢您为邻里做的事。",
        result="未入选",
    )


def chosen(nomination: Nomination, round_: HonourRound) -> Notice:
    return _to_nominee(
        nomination,
        "shown",
        headline=f"您入选{round_.title}，正在公示",
        body="公示期满没有异议即授予。不愿公开的现在还可以说。",
        result="公示中",
    )


def cancelled(nomination: Nomination, round_: HonourRound) -> Notice:
    return _to_nominee(
        nomination,
        "cancelled",
        headline=f"{round_.title}已取消",
        body=f"原因：{_why(round_)}。这次不再评选，您不用再做什么。",
        result="已取消",
    )


def honoured(nomination: Nomination, honour: Honour) -> Notice:
    return _to_nominee(
        nomination,
        "honoured",
        headline=f"授予您“{honour.title}”",
        body=f"证书编号{honour.number}，查真假的码{honour.verify_code}，可到社区领取证书。",
        result="已授予",
    )


def revoked(honour: Honour) -> Notice:
    return Notice(
        community_id=honour.community_id,
        event_key=f"honour:{honour.id}:revoked",
        kind="review_result",
        headline=f"“{honour.title}”已撤销",
        body=f"证书{honour.number}：{honour.revoked_reason}决定文号{honour.decision_ref}。"
        "不同意的可以向街道反映。",
        payload={"result": "已撤销", "note": honour.title[:20]},
        page=HONOURS,
        resident_id=honour.resident_id,
        at_once=True,
    )


def to_panel(round_: HonourRound, member_id: UUID) -> Notice:
    return Notice(
        community_id=round_.community_id,
        event_key=f"honour_round:{round_.id}:panel:{member_id}",
        kind="review_result",
        headline=f"请您参加{round_.title}评议",
        body="请逐位说明是否同意；与候选人有亲属关系的请告诉社区，换人评议。",
        payload={"result": "请评议", "note": round_.title[:20]},
        page=INBOX,
        resident_id=member_id,
    )


def cancelled_to_panel(round_: HonourRound, member_id: UUID) -> Notice:
    return Notice(
        community_id=round_.community_id,
        event_key=f"honour_round:{round_.id}:cancelled:{member_id}",
        kind="review_result",
        headline=f"{round_.title}已取消",
        body=f"原因：{_why(round_)}。不用再评议了。",
        payload={"result": "已取消", "note": round_.title[:20]},
        page=INBOX,
        resident_id=member_id,
    )


def to_name_panel(round_: HonourRound, chair_id: UUID) -> Notice:
    return Notice(
        community_id=round_.community_id,
        event_key=f"honour_round:{round_.id}:reviewing:{chair_id}",
        kind="review_result",
        headline=f"{round_.title}可以评议了",
        body="本人答复已截止，请确定至少三人的评议组。",
        payload={"result": "待评议", "note": round_.title[:20]},
        page=WORK,
        resident_id=chair_id,
    )


def _why(round_: HonourRound) -> str:
    return (round_.cancel_reason or "").rstrip("。")


def _to_nominee(
    nomination: Nomination, event: str, *, headline: str, body: str, result: str
) -> Notice:
    return Notice(
        community_id=nomination.community_id,
        event_key=f"nomination:{nomination.id}:{event}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": "居民评选"},
        page=f"{NOMINEE}?id={nomination.id}",
        resident_id=nomination.nominee_id,
        thread_key=f"nomination:{nomination.id}",
        at_once=True,
    )
