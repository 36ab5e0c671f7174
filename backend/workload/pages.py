"""待办: the first page of the desk, everything that waits for me by the day it is due."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import Response, make_response, url_for
from marshmallow import fields, validate

from backend.api import PageArguments
from backend.clock import today
from backend.console import Pages, show
from backend.console.words import last_day
from backend.errors import NotFound
from backend.residents.identity import (
    current_caller,
    current_community_id,
    lets_sleep,
    permitted,
    require_desk,
)
from backend.workload.queries import NAMES, count_of_work, kinds_of, work_of

SOON_DAYS = 3
# kind of work → what to do, as one reads it
WORDS: Mapping[str, str] = {
    "accept": "受理",
    "assign": "指定承办人",
    "inquire": "问事",
    "sort": "分流",
    "guide": "给人指路",
    "reply": "登记部门答复",
    "find_a_day": "再定日子",
    "hold": "开会",
    "circulate": "发会议记录去核对",
    "sign": "签会议记录",
    "publish": "公示",
    "inspect": "验收",
    "explain": "说明为什么晚了",
    "task": "任务",
    "objection": "答复异议",
    "question": "答复质询",
    "verify": "核实居住",
    "moderate": "审核文字",
    "moderation_appeal": "审核申诉",
    "complaint": "投诉建议",
    "deed_review": "审核善行",
    "deed_second_review": "复核善行",
    "deed_objection": "答复善行异议",
    "deed_appeal": "裁决善行申诉",
    "shop_orders": "等人来领",
    "shop_return": "确认退回",
    "due_publication": "该公开了",
    "post": "贴公示单",
    "check_sheet": "核对积分公示表",
    "announce_settlement": "公告积分清算",
    "integrity_case": "核查",
    "freezing": "确认冻结、解冻",
    "freezing_appeal": "裁决冻结申诉",
    "reversal": "确认冲正",
    "reversal_appeal": "裁决冲正申诉",
    "batch_review": "核对发放名单",
    "batch_approval": "批准发放",
    "batch_failure": "未能入账",
    "thanks_objection": "答复发放、评选异议",
    "thanks_appeal": "裁决发放、评选申诉",
    "honour_panel": "确定评议组",
    "honour_voice": "评议",
    "honour_selection": "公示评选结果",
}
# kind of work → where on its page the form is
FORMS: Mapping[str, str] = {
    "inquire": "note_inquiry",
    "sort": "triage",
    "guide": "give_guidance",
    "reply": "record_reply",
    "inspect": "inspection",
    "explain": "explain_overdue",
    "circulate": "minutes",
    "sign": "minutes",
    "deed_review": "decide",
    "deed_second_review": "decide",
}
# kind of work → the page about it, and the name its id has there
PAGES: Mapping[str, tuple[str, str]] = {
    "hold": ("meetings_desk.meeting", "meeting_id"),
    "circulate": ("meetings_desk.meeting", "meeting_id"),
    "sign": ("meetings_desk.meeting", "meeting_id"),
    "complaint": ("feedback_desk.one", "complaint_id"),
    "verify": ("people_desk.claim", "verification_id"),
    "moderate": ("moderation_desk.case", "case_id"),
    "moderation_appeal": ("moderation_desk.case", "case_id"),
    "post": ("publication_desk.notice", "bulletin_id"),
    "deed_review": ("points_desk.deed", "deed_id"),
    "deed_second_review": ("points_desk.deed", "deed_id"),
    "shop_orders": ("points_desk.counter", "counter_id"),
    "shop_return": ("points_desk.order", "shop_order_id"),
    "check_sheet": ("points_desk.points_sheet", "points_sheet_id"),
    "announce_settlement": ("points_desk.announcing", "settlement_id"),
    "integrity_case": ("points_desk.case", "integrity_case_id"),
    "freezing": ("points_desk.confirming_freezing", "freezing_id"),
    "freezing_appeal": ("points_desk.freezing", "freezing_id"),
    "reversal": ("points_desk.reversal", "request_id"),
    "reversal_appeal": ("points_desk.reversal", "request_id"),
    "batch_review": ("points_desk.batch", "batch_id"),
    "batch_approval": ("points_desk.approving", "batch_id"),
    "batch_failure": ("points_desk.batch", "batch_id"),
    "honour_panel": ("points_desk.honour_round", "honour_round_id"),
    "honour_voice": ("points_desk.honour_round", "honour_round_id"),
    "honour_selection": ("points_desk.selecting", "honour_round_id"),
}
# kind of work → which list of objections it stands in
OBJECTIONS: Mapping[str, str] = {
    "deed_objection": "deeds",
    "deed_appeal": "deeds",
    "thanks_objection": "thanks",
    "thanks_appeal": "thanks",
}
GROUPS = ("已经晚了", "今天", "三天以内", "以后", "没有期限")

queue_desk = Pages("queue_desk", __name__, who=require_desk)
queue_desk.door(
    "待办", "queue", permission="self", icon="inbox", key="d", order=10, count="queue_count"
)


class WorkArguments(PageArguments):
    """`after`, `after_due` and `after_kind`: the last row of the page before."""

    limit = fields.Integer(load_default=30, validate=validate.Range(1, 100))
    kind = fields.String(load_default=None, validate=validate.OneOf(NAMES))
    after_due = fields.AwareDateTime(load_default=None)
    after_kind = fields.String(load_default="", validate=validate.OneOf(["", *NAMES]))


@queue_desk.get("")
@permitted("self")
@queue_desk.asked(WorkArguments)
def queue(asked: dict[str, Any]) -> Response:
    """Everything that waits for me, first due first."""
    caller = current_caller()
    if caller.community_id is None:
        return show("workload/no_community.html", title="待办")
    last = asked["after_due"], asked["after"], asked["after_kind"]
    after = last if asked["after"] else None
    rows = work_of(
        caller.community_id, caller, kind=asked["kind"], after=after, limit=asked["limit"]
    )
    shown = rows[: asked["limit"]]
    return show(
        "workload/queue.html",
        title="待办",
        parts={"work": "workload/rows.html", "more": "workload/rows.html"},
        groups=_groups([row | {"url": _where(row), "word": WORDS[row["kind"]]} for row in shown]),
        kinds=[(kind, WORDS[kind]) for kind in kinds_of(caller)],
        kind=asked["kind"],
        last=shown[-1] if len(rows) > len(shown) else None,
        is_first=after is None,
    )


@queue_desk.get("/queue-count")
@permitted("self")
@lets_sleep
def queue_count() -> Response:
    """My own number, which the navigation asks for once a minute."""
    try:
        count = count_of_work(current_community_id(), current_caller())
    except NotFound:  # a desk that has chosen no community yet
        count = 0
    return make_response(str(count or ""))


def _groups(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The rows under what their day means today; they come sorted by it."""
    return [(name, list(those)) for name, those in groupby(rows, key=_group)]


def _group(row: Mapping[str, Any]) -> str:
    if row["due_at"] is None:
        return GROUPS[4]
    left = (last_day(row["due_at"]) - today()).days
    if left < 0:
        return GROUPS[0]
    return GROUPS[1] if left == 0 else GROUPS[2] if left <= SOON_DAYS else GROUPS[3]


def _where(row: Mapping[str, Any]) -> str | None:
    """The page on which it is done."""
    if row["kind"] in PAGES:
        endpoint, name = PAGES[row["kind"]]
        return url_for(endpoint, **{name: row["id"]}, _anchor=FORMS.get(row["kind"]))
    if row["kind"] in OBJECTIONS:
        view, place = OBJECTIONS[row["kind"]], f"objection-{row['id']}"
        return url_for("points_desk.objections", view=view, _anchor=place)
    if row["kind"] == "due_publication":
        return url_for("publication_desk.lists", view="due", _anchor=f"due-{row['id']}")
    if row["matter_id"] is None:
        return None
    matter = url_for("matters_desk.matter", proposal_id=row["matter_id"])
    if row["kind"] in {"objection", "question"}:
        return f"{matter}#{'answer' if row['kind'] == 'question' else 'decide'}-{row['id']}"
    form = f"task-{row['id']}" if row["kind"] == "task" else FORMS.get(row["kind"], "")
    return f"{matter}#{form}" if form else matter
