"""What the desk does about one meeting: a table of forms, each calling one action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for
from marshmallow import Schema

from backend.console import done, is_swap
from backend.console.words import day, last_day, moment
from backend.deliberation.actions import (
    agenda,
    calendar,
    decisions,
    meetings,
    minutes,
    sheet,
    sittings,
)
from backend.deliberation.pages.meetings import at_the_table, meetings_desk, sheet_page
from backend.deliberation.rules.minutes import RESULTS
from backend.deliberation.schemas import meetings as schemas
from backend.deliberation.schemas import minutes as minutes_schemas
from backend.deliberation.schemas import sheet as forms
from backend.deliberation.schemas.desk import BareSchema
from backend.deliberation.schemas.meetings import PostponementArguments
from backend.residents.identity import current_caller, permitted

Said = str | Callable[[Any], str]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One form of the meeting's page. `name` is the last word of its address."""

    name: str
    permission: str
    schema: type[Schema]
    action: Callable[..., Any]
    said: Said


def _opened(meeting: Any) -> str:
    if meeting.state == "open":
        return f"开会了。{meeting.quorum_sentence}"
    return f"人数不够，这次没有开成，议题另行再议。{meeting.quorum_sentence}"


def _circulated(told: Any) -> str:
    until = day(last_day(told["corrections_until"]))
    return f"发给参会人了。他们在{until}以前可以提出更正，之后签字。"


def _signed(told: Any) -> str:
    if told["state"] == "signed":
        return "三方都签了，会议记录定稿，不能再改。"
    return "签好了。等主持人、记录人、监督人都签了就定稿。"


ACTS = (
    Act(
        name="officers",
        permission="meeting.arrange",
        schema=schemas.OfficersSchema,
        action=meetings.name_officers,
        said="记下了谁主持、谁记录、谁监督。",
    ),
    Act(
        name="time",
        permission="meeting.arrange",
        schema=schemas.MovedMeetingSchema,
        action=calendar.move_meeting,
        said=lambda meeting: f"改到{moment(meeting.starts_at)}，已通知过的人会再收到一次通知。",
    ),
    Act(
        name="cancellation",
        permission="meeting.arrange",
        schema=schemas.MeetingReasonSchema,
        action=calendar.cancel_meeting,
        said="这次会不开了，议题排到下一次同类的会，或者等再定日子。",
    ),
    Act(
        name="topics",
        permission="meeting.arrange",
        schema=forms.TopicFormSchema,
        action=lambda caller, meeting_id, *, proposal_id: agenda.put_on_agenda(
            caller, meeting_id, proposal_id=proposal_id, position=None, version=None
        ),
        said="列进议程了。",
    ),
    Act(
        name="seats",
        permission="meeting.arrange",
        schema=schemas.NewSeatSchema,
        action=meetings.invite,
        said="加进席位了。",
    ),
    Act(
        name="invitations",
        permission="meeting.arrange",
        schema=forms.InvitationsSchema,
        action=sheet.invite_several,
        said="都加进席位了。",
    ),
    Act(
        name="not-established",
        permission="meeting.arrange",
        schema=schemas.NotEstablishedSchema,
        action=lambda caller, meeting_id, *, parties: meetings.note_not_established(
            caller, meeting_id, parties
        ),
        said="记下了。",
    ),
    Act(
        name="recusals",
        permission="meeting.hold",
        schema=forms.SeatFormSchema,
        action=lambda caller, meeting_id, *, seat_id: meetings.declare_recusal(
            caller, meeting_id, seat_id
        ),
        said="回避记下了，这一席不表态、不计票。",
    ),
    Act(
        name="opening",
        permission="meeting.hold",
        schema=BareSchema,
        action=sittings.open_meeting,
        said=_opened,
    ),
    Act(
        name="closing",
        permission="meeting.hold",
        schema=BareSchema,
        action=sittings.close_meeting,
        said="散会了，会议记录已自动写好。请记录人看过后发给参会人核对。",
    ),
    Act(
        name="remarks",
        permission="meeting.sign",
        schema=minutes_schemas.RemarksSchema,
        action=lambda caller, meeting_id, *, remarks: minutes.edit_remarks(
            caller, meeting_id, remarks
        ),
        said="说明存好了。",
    ),
    Act(
        name="circulation",
        permission="meeting.sign",
        schema=BareSchema,
        action=minutes.circulate,
        said=_circulated,
    ),
    Act(
        name="corrections",
        permission="meeting.sign",
        schema=minutes_schemas.CorrectionSchema,
        action=lambda caller, meeting_id, *, text: minutes.propose_correction(
            caller, meeting_id, text
        ),
        said="更正记下了，会写在会议记录后面。",
    ),
    Act(
        name="signatures",
        permission="meeting.sign",
        schema=minutes_schemas.NewSignatureSchema,
        action=minutes.sign,
        said=_signed,
    ),
)


def _url(meeting_id: UUID) -> str:
    return url_for("meetings_desk.meeting", meeting_id=meeting_id)


def _of_meeting(act: Act) -> Callable[..., Response]:
    @permitted(act.permission)
    @meetings_desk.form(act.schema, again=sheet_page)
    def view(given: dict[str, Any], meeting_id: UUID) -> Response:
        did = act.action(current_caller(), meeting_id, **given)
        said = act.said if isinstance(act.said, str) else act.said(did)
        return done(said, to=_url(meeting_id))

    return view


for each in ACTS:
    meetings_desk.add_url_rule(
        f"/meetings/<uuid:meeting_id>/{each.name}",
        each.name,
        _of_meeting(each),
        methods=["POST"],
    )


@meetings_desk.post("/meetings/<uuid:meeting_id>/attendance")
@permitted("meeting.hold")
@meetings_desk.form(forms.RollSchema, again=sheet_page)
def take_roll(given: dict[str, Any], meeting_id: UUID) -> Response:
    """Who is here: the whole list at once, or with script after each tick."""
    sheet.take_roll(current_caller(), meeting_id, **given)
    if is_swap():
        return _counted_anew(meeting_id)
    return done("签到记下了。", to=f"{_url(meeting_id)}#roll")


def _topic_again(meeting_id: UUID, item_id: UUID) -> Response:  # noqa: ARG001, named so
    return sheet_page(meeting_id)


@meetings_desk.post("/meetings/<uuid:meeting_id>/items/<uuid:item_id>")
@permitted("meeting.hold")
@meetings_desk.form(forms.TopicSheetSchema, again=_topic_again)
def keep_topic(given: dict[str, Any], meeting_id: UUID, item_id: UUID) -> Response:
    """One topic of the sheet: kept as a draft, by itself every 20 s, or recorded for good."""
    caller, here = current_caller(), f"{_url(meeting_id)}#item-{item_id}"
    if given.pop("do") == "settle":
        resolution = sheet.settle(caller, item_id, **given)
        if resolution is None:
            return done("记下了：这次没议完，下次接着议。", to=here)
        result = RESULTS[resolution.outcome]
        return done(f"记下了：{result}。{resolution.result_sentence}", to=here)
    sheet.save_draft(caller, item_id, **given)
    if request.headers.get("HX-Target") == f"kept-{item_id}":
        return _kept(meeting_id, item_id)
    return done("草稿存好了。", to=here)


@meetings_desk.post("/meetings/<uuid:meeting_id>/items/<uuid:item_id>/postponement")
@permitted("meeting.arrange")
@meetings_desk.form(PostponementArguments, again=_topic_again)
def postpone(given: dict[str, Any], meeting_id: UUID, item_id: UUID) -> Response:
    """Another day for this topic."""
    agenda.take_off_agenda(current_caller(), meeting_id, item_id, **given)
    return done("这一项改日再议，排队的先后不变。", to=_url(meeting_id))


def _reply_again(meeting_id: UUID, item_id: UUID, seat_id: UUID) -> Response:  # noqa: ARG001
    return sheet_page(meeting_id)


@meetings_desk.post("/meetings/<uuid:meeting_id>/items/<uuid:item_id>/replies/<uuid:seat_id>")
@permitted("meeting.hold")
@meetings_desk.form(forms.ReplyFormSchema, again=_reply_again)
def reply(given: dict[str, Any], meeting_id: UUID, item_id: UUID, seat_id: UUID) -> Response:
    """What a party that was absent answers in its days."""
    decisions.state_position(current_caller(), item_id, seat_id=seat_id, **given)
    return done("答复记下了。", to=f"{_url(meeting_id)}#item-{item_id}")


def _counted_anew(meeting_id: UUID) -> Response:
    """After a tick: who is here by now, and whether that is enough."""
    table = at_the_table(current_caller(), meeting_id)
    return Response(render_template("deliberation/roll_counted.html", **table))


def _kept(meeting_id: UUID, item_id: UUID) -> Response:
    """After a draft kept itself: when, its new version, and what the rule makes of it."""
    table = at_the_table(current_caller(), meeting_id)
    item = next(each for each in table["items"] if each["id"] == item_id)
    return Response(render_template("deliberation/item_kept.html", item=item, **table))


__all__ = ["meetings_desk"]
