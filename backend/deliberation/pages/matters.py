"""The triage board, the list of matters, and one matter with all that can be done about it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from backend.api import page
from backend.clock import today, utc_now
from backend.console import Pages, show
from backend.console.words import day, last_day, moment
from backend.days import end_of
from backend.deliberation.actions import cases
from backend.deliberation.models.words import CATEGORY_NAMES, CLASS_NAMES
from backend.deliberation.pages import words
from backend.deliberation.queries import triage
from backend.deliberation.queries.matters import find_visible
from backend.deliberation.queries.meetings import meetings_page
from backend.deliberation.rules import stages
from backend.deliberation.rules.meetings import BODIES, KINDS
from backend.deliberation.schemas.desk import BoardArguments, MatterListArguments
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_desk,
)
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import names
from backend.residents.queries.places import grid_choices

ROWS = 20
EVENTS = 100
WEEK = timedelta(days=7)
# What is looked into by staff who have nothing to do with the author.
LOOKS_INTO = ("committee_member", "chair", "party_secretary", "counter_clerk")
# Recorded while people sit at the table, on the meeting's own page.
AT_THE_TABLE = frozenset(
    {"open_item", "record_outcome", "state_position", "count_hands", "postpone"}
)
NOTICE_OF = {"publish_result": "result", "publish_outcome": "implementation"}

matters_desk = Pages("matters_desk", __name__, who=require_desk)
matters_desk.door("分流台", "board", permission="matter.reject", icon="split", key="t", order=20)
matters_desk.door(
    "事项", "matter_list", permission="matter.read", icon="clipboard-list", key="m", order=30
)
matters_desk.searches("matter_list")


@matters_desk.get("/triage")
@permitted("matter.reject")
@matters_desk.asked(BoardArguments)
def board(asked: dict[str, Any]) -> Response:
    """What waits to be accepted, sorted or answered."""
    return _board(**asked)


def _board(
    *, view: str | None, grid_id: UUID | None, due: str | None, after: UUID | None, limit: int
) -> Response:
    caller, here = current_caller(), current_community_id()
    view = view or ("sort" if may("matter.inquire") else "accept")
    if view == "objections":
        found = triage.open_objections(here, caller, after=after, limit=limit)
    else:
        narrowed = triage.Narrowed(
            status="submitted" if view == "accept" else "inquiring",
            grid_id=grid_id,
            due_before=_due_before(due),
        )
        found = triage.waiting(here, caller, narrowed, after=after, limit=limit)
    rows = "deliberation/board_rows.html"
    return show(
        "deliberation/board.html",
        title="分流台",
        parts={"rows": rows, "more": rows},
        view=view,
        grids=grid_choices(here),
        counts=triage.counts(here, caller),
        asked={"grid": grid_id or "", "due": due or ""},
        **page(found, limit, key=lambda row: row["id"]),
        **row_words(),
    )


def row_words() -> dict[str, Any]:
    """What a row of the board needs besides the matter."""
    caller, here = current_caller(), current_community_id()
    people = staff_who_look_into(here) if caller.duty("chair") else []
    return {
        "me": caller.resident_id,
        "may_accept": may("matter.accept"),
        "is_chair": caller.duty("chair") is not None,
        "people": people,
        "bodies": words.options(BODIES),
        "words": words,
        "classes": CLASS_NAMES,
        "categories": CATEGORY_NAMES,
    }


def staff_who_look_into(here: UUID) -> list[tuple[UUID, str]]:
    known = names(holder_ids(here, *LOOKS_INTO))
    return sorted(known.items(), key=lambda person: person[1])


@matters_desk.get("/matters")
@permitted("matter.read")
@matters_desk.asked(MatterListArguments)
def matter_list(asked: dict[str, Any]) -> Response:
    """Every matter the reader may see, newest first."""
    here, limit = current_community_id(), asked["limit"]
    rows = cases.page_of_matters(current_caller(), **asked, mine=False)
    return show(
        "deliberation/list.html",
        title="事项",
        parts={"rows": "deliberation/list_rows.html", "more": "deliberation/list_rows.html"},
        asked={name: request.args.get(name, "") for name in ("step", "class", "grid", "q")},
        steps=stages.STEPS,
        classes=CLASS_NAMES,
        grids=grid_choices(here),
        tone=words.tone,
        **page(rows, limit, key=lambda row: row["id"]),
    )


@matters_desk.get("/matters/<uuid:proposal_id>")
@permitted("matter.read")
def matter(proposal_id: UUID) -> Response:
    """One matter: its five steps with their records, its clocks, and what can be done now."""
    caller, here = current_caller(), current_community_id()
    case = cases.show_with_records(
        caller, proposal_id, events=EVENTS, with_inquiry=may("matter.read_inquiry")
    )
    allowed = {each["action"] for each in case["allowed_actions"] if each["allowed"]}
    return show(
        "deliberation/matter.html",
        title=case["title"],
        case=case,
        allowed=allowed,
        notice_of=NOTICE_OF,
        is_at_the_table=bool(allowed & AT_THE_TABLE),
        tone=words.tone(case["status"]),
        records=_records(case),
        people=staff_who_look_into(here) if "assign" in allowed else [],
        meetings=_coming_meetings(here, case) if "schedule" in allowed else [],
        my_tasks=[t for t in case["tasks"] if t["assignee_id"] == str(caller.resident_id)],
        roles=stages.ROLES,
        bodies=BODIES,
        kinds=KINDS,
        closed_as=stages.CLOSED_AS,
        may_support=may("matter.support"),
        may_object=may("objection.file"),
        may_decide=may("objection.decide"),
        may_answer=may("matter.inquire"),
        may_draft=may("result.draft"),
        words=words,
    )


def row_again(proposal_id: UUID) -> Response:
    """The board, or its one row, with the form that was just refused."""
    found = triage.waiting(
        current_community_id(),
        current_caller(),
        triage.Narrowed(status=request.args.get("view", ""), only=proposal_id),
        after=None,
        limit=1,
    )
    row = "deliberation/board_row.html"
    return show(
        "deliberation/board.html",
        title="分流台",
        parts={f"row-{proposal_id}": row},
        view="accept" if request.args.get("view") == "submitted" else "sort",
        grids=[],
        counts=triage.counts(current_community_id(), current_caller()),
        asked={"grid": "", "due": ""},
        items=found,
        row=found[0] if found else None,
        next=None,
        **row_words(),
    )


def where_it_stands(proposal_id: UUID) -> str:
    """Who does what by when, now that something was done about the matter."""
    proposal = find_visible(current_community_id(), current_caller(), proposal_id)
    state = stages.STATES[proposal.status]
    said = f"办好了。{proposal.serial_no or ''}现在是“{state.label}”"
    if not state.waits_for:
        return f"{said}。"
    by_when = f"，{day(last_day(proposal.status_due_at))}前" if proposal.status_due_at else ""
    return f"{said}，接下来由{stages.ROLES[state.waits_for]}办{by_when}。"


def _due_before(due: str | None) -> datetime | None:
    if due is None:
        return None
    if due == "late":
        return utc_now()
    tomorrow = end_of(today())
    return tomorrow if due == "today" else tomorrow + WEEK


def _coming_meetings(here: UUID, case: Mapping[str, Any]) -> list[tuple[UUID, str]]:
    """Sessions whose agenda is still open and whose body this matter goes to."""
    shells = meetings_page(here, kind=None, state="shell", after=None, limit=ROWS)
    fitting = [each for each in shells if case["required_body"] in (None, each["body"])]
    return [
        (each["id"], f"{moment(each['starts_at'])} {KINDS[each['kind']]}")
        for each in sorted(fitting, key=lambda each: each["starts_at"])
    ]


def _records(case: Mapping[str, Any]) -> dict[str, list[tuple[str, bool]]]:
    """What each of the five steps must leave on record, and whether it has."""
    kinds = {bulletin["kind"] for bulletin in case["bulletins"]}
    done = [task for task in case["tasks"] if task["state"] == "done"]
    passed = {visit["status"] for stretch in case["timeline"] for visit in stretch["visits"]}
    if case["triage_class"] == "private":
        table: list[tuple[str, bool]] = [("私事不上会", True)]
        doing: list[tuple[str, bool]] = []
        rating: list[tuple[str, bool]] = []
    elif case["triage_class"] == "major":
        table = []
        doing = [("部门答复", bool((case["referral"] or {}).get("reply")))]
        rating = _rating(case, kinds)
    else:
        table = [
            ("会议和议程", case["meeting_id"] is not None),
            ("结论", case["resolution"] is not None),
            ("结果公示", "result" in kinds),
        ]
        doing = [("任务和期限", bool(case["tasks"])), ("办理情况", bool(done))]
        doing.append(("验收单", "appraising" in passed))
        rating = _rating(case, kinds)
    return {
        "说事": [("编号和原话", case["serial_no"] is not None)],
        "问事": [
            ("受理", "inquiring" in passed),
            ("分流和理由", case["triage"] is not None),
        ],
        "议事": table,
        "办事": doing,
        "评事": rating,
    }


def _rating(case: Mapping[str, Any], kinds: set[str]) -> list[tuple[str, bool]]:
    asked = case["appraisal"] or {}
    return [
        ("评事结果", asked.get("state") == "closed"),
        ("落实公示", "implementation" in kinds),
    ]


def matter_url(proposal_id: UUID) -> str:
    return url_for("matters_desk.matter", proposal_id=proposal_id)
