"""会议一张表: everything about one meeting on one page, keyed once, and what it will produce."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, make_response, render_template, url_for

from backend.api import due_place, page
from backend.clock import SHANGHAI, today, utc_now
from backend.console import Pages, show
from backend.days import day_of
from backend.deliberation.actions import meetings as actions
from backend.deliberation.actions import minutes as minutes_actions
from backend.deliberation.actions import sheet
from backend.deliberation.models import Meeting, MeetingSeat
from backend.deliberation.pages import words
from backend.deliberation.pages.people import (
    Usual,
    addresses,
    officers_to_choose,
    people_named,
)
from backend.deliberation.queries import meetings as found
from backend.deliberation.queries.agendas import result_notices, waiting_for_a_day
from backend.deliberation.rules.consultation import PARTIES
from backend.deliberation.rules.meetings import (
    ASSEMBLIES,
    BODIES,
    CONTINUED,
    FOUR_PARTY,
    KINDS,
    PARTY_NAMES,
)
from backend.deliberation.rules.minutes import CHANNEL_NAMES, RESULTS, SIGNERS, STANCES
from backend.deliberation.schemas.sheet import MeetingListArguments, SheetArguments
from backend.documents import qr_svg
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_desk,
)
from backend.residents.models import CHANNELS, Caller
from backend.settings import Settings

WAITING = 50
SPARE_TASKS = 2

meetings_desk = Pages("meetings_desk", __name__, who=require_desk)
meetings_desk.door(
    "会议", "meeting_list", permission="calendar.read", icon="users", key="h", order=50
)


@meetings_desk.get("/meetings")
@permitted("calendar.read")
@meetings_desk.asked(MeetingListArguments)
def meeting_list(asked: dict[str, Any]) -> Response:
    """The community's meetings, newest first."""
    rows = found.meetings_page(current_community_id(), kind=None, **asked)
    part = "deliberation/meeting_rows.html"
    return show(
        "deliberation/meetings.html",
        title="会议",
        parts={"rows": part, "more": part},
        state=asked["state"],
        kinds=KINDS,
        bodies=BODIES,
        words=words,
        **page(rows, asked["limit"], key=lambda row: due_place(row["starts_at"], row["id"])),
    )


@meetings_desk.get("/meetings/<uuid:meeting_id>")
@permitted("calendar.read")
@meetings_desk.asked(SheetArguments)
def meeting(asked: dict[str, Any], meeting_id: UUID) -> Response:
    """One meeting: before, at and after it."""
    return sheet_page(meeting_id, who=asked["who"])


def sheet_page(meeting_id: UUID, *, who: str | None = None) -> Response:
    table = at_the_table(current_caller(), meeting_id)
    parts = {f"kept-{item['id']}": "deliberation/item_not_kept.html" for item in table["items"]}
    parts["quorum"] = "deliberation/roll_refused.html"
    return show("deliberation/meeting.html", parts=parts, **table, **_choices(table, who))


@meetings_desk.get("/meetings/<uuid:meeting_id>/minutes")
@permitted("meeting.sign")
def print_minutes(meeting_id: UUID) -> Response:
    """The minutes on A4; while the meeting goes on, as they would be by now."""
    told = minutes_actions.print_sheet(current_caller(), meeting_id)
    public_url = cast("Settings", current_app.extensions["settings"]).public_url.rstrip("/")
    answer = make_response(
        render_template(
            "deliberation/minutes.html",
            minutes=told,
            told=told["content"],
            signers=SIGNERS,
            zone=SHANGHAI,
            qr=qr_svg(f"{public_url}/q/{told['code']}") if told["code"] else "",
            back=url_for(".meeting", meeting_id=meeting_id),
        )
    )
    # A sheet of paper brings its own style along and loads nothing.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


@dataclass(frozen=True, kw_only=True)
class Output:
    """Something this sheet produces, and where it can be looked at."""

    name: str
    state: str
    url: str | None = None
    link: str = "看"
    is_paper: bool = False


def at_the_table(caller: Caller, meeting_id: UUID) -> dict[str, Any]:
    """All that is recorded and typed about a meeting, as its page shows it."""
    meeting = actions.find(caller, meeting_id)
    told = actions.described(caller, meeting)
    seats = found.seats_of(meeting)
    attendance = sheet.attendance_now(meeting, seats)
    items = told["agenda"]
    live = [item for item in items if item["result"] != "postponed"]
    minutes = _minutes(caller, meeting, involved=told["involved"])
    return {
        "title": KINDS[meeting.kind],
        "meeting": told,
        "starts_at_typed": f"{meeting.starts_at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}",
        "is_keeper": caller.resident_id in {meeting.host_id, meeting.recorder_id},
        "is_host": caller.resident_id == meeting.host_id,
        "is_recorder": caller.resident_id == meeting.recorder_id,
        "me": caller.resident_id,
        "items": live,
        "postponed": [item for item in items if item["result"] == "postponed"],
        "attendance": attendance,
        "foreseen": sheet.foreseen(meeting, seats, attendance, live),
        "minutes": minutes,
        "outputs": _outputs(meeting, seats, live, minutes),
        "may_arrange": may("meeting.arrange"),
        "is_today": day_of(meeting.starts_at) == today(),
        "kinds": KINDS,
        "bodies": BODIES,
        "parties": PARTY_NAMES,
        "stances": STANCES,
        "results": RESULTS,
        "channels": CHANNEL_NAMES,
        "continued": CONTINUED,
        "hands": meeting.body != FOUR_PARTY,
        "is_assembly": meeting.body in ASSEMBLIES,
        "signers": SIGNERS,
        "words": words,
    }


def _choices(table: Mapping[str, Any], who: str | None) -> dict[str, Any]:
    """What the forms of the page offer to choose from."""
    caller, here, told = current_caller(), current_community_id(), table["meeting"]
    state, involved = told["state"], told["involved"]
    before = state in {"shell", "frozen"} and table["may_arrange"]
    seated = [seat for seat in told["seats"] if seat["resident_id"]]
    usual = officers_to_choose(here) if before or state == "open" else Usual(names={})
    return {
        "usual": usual,
        "unseated": usual.not_among({seat["resident_id"] for seat in seated}),
        "who": who or "",
        "found": people_named(here, caller, who) if before and may("people.search") else [],
        "may_search": may("people.search"),
        "waiting": waiting_for_a_day(here, caller, body=told["body"], limit=WAITING)[:WAITING]
        if state == "shell" and table["may_arrange"]
        else [],
        "four": [(party, PARTIES[party]) for party in ("owners_committee", "property_company")],
        "party_choices": list(PARTY_NAMES.items()),
        "channel_choices": [(code, CHANNEL_NAMES[code]) for code in CHANNELS],
        "homes": addresses(here, [seat["resident_id"] for seat in seated]) if involved else {},
        "at_hand": _at_hand(told),
        "task_people": _task_people(told, usual),
        "given": {item["id"]: _given(item, told["seats"]) for item in table["items"]},
        "names": _names(told, usual),
    }


def _minutes(caller: Caller, meeting: Meeting, *, involved: bool) -> dict[str, Any] | None:
    if meeting.state != "closed" or not involved:
        return None
    told = minutes_actions.read_minutes(caller, meeting.id)
    until = told["corrections_until"]
    signed = {each["signer_id"] for each in told["signatures"]}
    return told | {
        "is_open_for_corrections": until is not None and utc_now() < until,
        "signs_as": minutes_actions.signs_as(caller, meeting)
        if caller.resident_id not in signed
        else None,
        "has_signed": caller.resident_id in signed,
    }


def _outputs(
    meeting: Meeting,
    seats: Sequence[MeetingSeat],
    items: Sequence[Mapping[str, Any]],
    minutes: Mapping[str, Any] | None,
) -> list[Output]:
    """What this one sheet produces, as far as it exists."""
    if meeting.state in {"cancelled", "empty"} or not items:
        return []
    state = words.MINUTES_STATES[minutes["state"]][0] if minutes else "边记边成"
    outputs = [
        Output(
            name="会议记录",
            state=state,
            url=url_for(".print_minutes", meeting_id=meeting.id),
            is_paper=True,
        )
    ]
    notices = result_notices(meeting.community_id, [item["proposal_id"] for item in items])
    for item in items:
        outputs += _of_item(item, notices.get(item["proposal_id"]))
    channels = [seat.channel for seat in seats if seat.present and seat.channel]
    came = "，".join(
        f"{CHANNEL_NAMES[channel]}{channels.count(channel)}人" for channel in sorted(set(channels))
    )
    outputs.append(Output(name="参加情况", state=came or "签到后有"))
    return outputs


def _of_item(item: Mapping[str, Any], notice: Mapping[str, Any] | None) -> list[Output]:
    """The public notice, its poster and the tasks that come of one topic."""
    number, matter = f"第{item['position']}项", {"proposal_id": item["proposal_id"]}
    if item["result"] in {"adjourned", CONTINUED}:
        return [Output(name=f"{number}另行再议", state="这次没有结果可公示")]
    if item["resolution"] is None:
        drafted = len(item["draft"].get("tasks", []))
        more = f"、任务{drafted}件和到期提醒" if drafted else "、任务和到期提醒"
        return [Output(name=f"{number}公示稿、A3海报{more}", state="记下结论后有")]
    preview = url_for("notices_desk.notice", kind="result", **matter)
    outputs = [
        Output(
            name=f"{number}结果公示稿",
            state=_notice_state(notice),
            url=preview if may("result.draft") else None,
        )
    ]
    if notice is not None and notice["number"]:
        poster = url_for("publications.poster", bulletin_id=notice["id"], size="A3")
        outputs.append(Output(name=f"{number}A3海报", state="可以打印", url=poster, is_paper=True))
    else:
        outputs.append(Output(name=f"{number}A3海报", state="公示发布后有"))
    if item["tasks"]:
        outputs.append(
            Output(
                name=f"{number}任务{len(item['tasks'])}件和到期提醒",
                state="已交给责任人",
                url=url_for("matters_desk.matter", **matter),
            )
        )
    return outputs


def _notice_state(notice: Mapping[str, Any] | None) -> str:
    if notice is None:
        return "可以拟稿"
    return f"已公示 {notice['number']}" if notice["number"] else "已拟稿，等发布"


def _at_hand(told: Mapping[str, Any]) -> list[tuple[UUID, str]]:
    """Who may witness a count: those present and the officers, none of them recused."""
    people = {
        seat["resident_id"]: seat["name"]
        for seat in told["seats"]
        if seat["present"] and seat["resident_id"] and not seat["conflict_declared"]
    }
    recused = {seat["resident_id"] for seat in told["seats"] if seat["conflict_declared"]}
    for officer in ("host", "recorder", "supervisor"):
        person = told[f"{officer}_id"]
        if person is not None and person not in recused:
            people.setdefault(person, told[f"{officer}_name"])
    return list(people.items())


def _task_people(told: Mapping[str, Any], usual: Usual) -> list[tuple[str, Any]]:
    """Who may be given a task: the people at the table, then those who hold an office."""
    seated = {seat["resident_id"]: seat["name"] for seat in told["seats"] if seat["resident_id"]}
    others = [
        (party, [person for person in people if person[0] not in seated])
        for party, people in usual.grouped()
    ]
    return [("这次会上的人", list(seated.items())), *(each for each in others if each[1])]


def _names(told: Mapping[str, Any], usual: Usual) -> dict[str, str]:
    """Names by id as text, for what a draft keeps."""
    known = {str(person): name for person, name in usual.names.items()}
    known |= {str(seat["resident_id"]): seat["name"] for seat in told["seats"] if seat["name"]}
    for officer in ("host", "recorder", "supervisor"):
        known[str(told[f"{officer}_id"])] = told[f"{officer}_name"] or ""
    return known


def _given(item: Mapping[str, Any], seats: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the form about an item holds at first: the draft, else what is on record."""
    draft = item["draft"]
    said = {str(each["seat_id"]): each for each in item["positions"]}
    said |= {each["seat_id"]: each for each in draft.get("positions", []) if each["stance"]}
    given = {name: draft.get(name) for name in (*sheet.HANDS, "text", "dissent", "outcome")}
    given |= {name: draft.get(name) for name in ("witness1_id", "witness2_id")}
    for number, seat in enumerate(seats):
        theirs = said.get(str(seat["id"]), {})
        given[f"positions.{number}.stance"] = theirs.get("stance") or ""
        given[f"positions.{number}.text"] = theirs.get("text") or ""
    for number, task in enumerate(draft.get("tasks", [])):
        for name in ("title", "party", "assignee_id", "due_on"):
            given[f"tasks.{number}.{name}"] = task[name]
        given[f"tasks.{number}.budget"] = _in_yuan(task["budget_fen"])
    given["rows"] = len(draft.get("tasks", [])) + SPARE_TASKS
    return given


def _in_yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}".removesuffix(".00")
