"""A matter's public notice before it is one: looked at, prepared, and published by another."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.console import Pages, done, show
from backend.deliberation.actions import publicity
from backend.deliberation.actions.cases import show as show_case
from backend.deliberation.pages.matters import matter_url, where_it_stands
from backend.deliberation.rules.outcomes import written_texts
from backend.deliberation.schemas.desk import NoticeDraftFormSchema, NoticeFormSchema
from backend.residents.identity import current_caller, may, permitted, require_desk

NAMES = {"result": "结果公示", "implementation": "落实公示"}
FIELDS = {
    "plain_text": "一句话说明",
    "title": "事项",
    "body": "提出的事",
    "decision": "结论",
    "leftovers": "还没办完的",
    "positions": "各方意见",
    "dissent": "不同意见",
    "tasks": "任务",
    "replies": "部门答复",
}
MARKS = {"phone": "电话", "id_number": "证件号", "room": "房号", "name": "姓名"}

notices_desk = Pages("notices_desk", __name__, who=require_desk)
_AT = "/matters/<uuid:proposal_id>/notice/<any(result, implementation):kind>"


@notices_desk.get(_AT)
@permitted("result.draft")
def notice(proposal_id: UUID, kind: str) -> Response:
    """What will be public, with every place that may name somebody; then prepare or publish."""
    caller = current_caller()
    seen = publicity.preview(caller, proposal_id, kind)
    texts = {"plain_text": seen["plain_text"], **written_texts(seen["fields"])}
    return show(
        "deliberation/notice.html",
        title=NAMES[kind],
        name=NAMES[kind],
        case=show_case(caller, proposal_id),
        seen=seen,
        kind=kind,
        texts=[
            (_name(path, seen["fields"]), _marked(path, text, seen["marks"]))
            for path, text in texts.items()
        ],
        to_hide=sorted({mark["text"] for mark in seen["marks"]}),
        kinds=MARKS,
        may_publish=may("result.publish"),
    )


@notices_desk.post(f"{_AT}/draft")
@permitted("result.draft")
@notices_desk.form(NoticeDraftFormSchema, again=notice)
def draft(given: dict[str, Any], proposal_id: UUID, kind: str) -> Response:
    """Prepare it; another person publishes."""
    publicity.draft(current_caller(), proposal_id, kind=kind, **given)
    return done(
        "公示稿拟好了。请主任看过后发布。",
        to=url_for(".notice", proposal_id=proposal_id, kind=kind),
    )


@notices_desk.post(f"{_AT}/publication")
@permitted("result.publish")
@notices_desk.form(NoticeFormSchema, again=notice)
def publish(given: dict[str, Any], proposal_id: UUID, kind: str) -> Response:
    """Publish exactly what was seen; the days run from the paper board."""
    publicity.publish(current_caller(), proposal_id, kind=kind, **given)
    return done(
        f"{where_it_stands(proposal_id)}请把公示单贴到公开栏，贴出后才开始算15天。",
        to=matter_url(proposal_id),
    )


def _name(path: str, fields: dict[str, Any]) -> str:
    """What the text is; of several, whose it is."""
    field, _, inside = path.partition(".")
    name = FIELDS.get(field, path)
    number = inside.partition(".")[0]
    if not number.isdigit():
        return name
    one = fields[field][int(number)]
    whose = "".join(one.get(part) or "" for part in ("party", "department", "stance"))
    return f"{name}：{whose}" if whose else name


def _marked(path: str, text: str, marks: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The text in pieces, each with the kind of its mark, or none."""
    pieces, done_to = [], 0
    for mark in (each for each in marks if each["field"] == path):
        pieces += [(text[done_to : mark["start"]], ""), (mark["text"], mark["kind"])]
        done_to = mark["end"]
    return [*pieces, (text[done_to:], "")]
