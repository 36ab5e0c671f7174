"""Meetings over JSON: arranged, filled, opened, decided at, closed."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from backend.api import Blueprint, due_place, page, page_of
from backend.deliberation.actions import adjourned, agenda, cases, decisions, sittings
from backend.deliberation.actions import calendar as sessions
from backend.deliberation.actions import meetings as actions
from backend.deliberation.models import (
    AgendaItem,
    HandCount,
    Meeting,
    MeetingSeat,
    Position,
    Resolution,
)
from backend.deliberation.queries.meetings import meetings_page
from backend.deliberation.rules.meetings import CONTINUED
from backend.deliberation.schemas.meetings import (
    AttendanceSchema,
    HandCountSchema,
    MeetingLineSchema,
    MeetingPageArguments,
    MeetingReasonSchema,
    MeetingSchema,
    MovedMeetingSchema,
    NamedSeatSchema,
    NewAgendaItemSchema,
    NewHandCountSchema,
    NewMeetingSchema,
    NewOutcomeSchema,
    NewPositionSchema,
    NewSeatSchema,
    NotEstablishedSchema,
    OfficersSchema,
    OutcomeSchema,
    PositionSchema,
    PostponementArguments,
    ResolutionSchema,
    ScheduledItemSchema,
    ShelvingSchema,
)
from backend.deliberation.schemas.proposals import CaseSchema, ReasonSchema
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)

meetings = Blueprint("meetings", __name__, url_prefix="/api/v1", description="会议")
meetings.before_request(require_caller)


@meetings.get("/meetings")
@permitted("calendar.read")
@meetings.arguments(MeetingPageArguments, location="query")
@meetings.response(200, page_of(MeetingLineSchema, place=fields.String))
def list_meetings(asked: dict[str, Any]) -> dict[str, Any]:
    """List the community's meetings, newest first."""
    rows = meetings_page(current_community_id(), **asked)
    return page(rows, asked["limit"], key=lambda row: due_place(row["starts_at"], row["id"]))


@meetings.post("/meetings")
@permitted("meeting.arrange")
@meetings.arguments(NewMeetingSchema)
@meetings.response(201, MeetingSchema)
def arrange(new: dict[str, Any]) -> dict[str, Any]:
    """Arrange a meeting outside the calendar."""
    return _shown(actions.arrange(current_caller(), **new))


@meetings.get("/meetings/<uuid:meeting_id>")
@permitted("calendar.read")
@meetings.response(200, MeetingSchema)
def read_meeting(meeting_id: UUID) -> dict[str, Any]:
    """Read a meeting with its seats, agenda, positions and outcomes."""
    return _shown(actions.find(current_caller(), meeting_id))


@meetings.put("/meetings/<uuid:meeting_id>/officers")
@permitted("meeting.arrange")
@meetings.arguments(OfficersSchema)
@meetings.response(200, MeetingSchema)
def name_officers(named: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Name host, recorder and supervisor: three different people."""
    return _shown(actions.name_officers(current_caller(), meeting_id, **named))


@meetings.put("/meetings/<uuid:meeting_id>/time")
@permitted("meeting.arrange")
@meetings.arguments(MovedMeetingSchema)
@meetings.response(200, MeetingSchema)
def move_meeting(new: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Move a meeting to another time or place, again with its clear days."""
    return _shown(sessions.move_meeting(current_caller(), meeting_id, **new))


@meetings.post("/meetings/<uuid:meeting_id>/cancellation")
@permitted("meeting.arrange")
@meetings.arguments(MeetingReasonSchema)
@meetings.response(200, MeetingSchema)
def cancel(given: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Call a meeting off; its matters go to the next session of the kind, or wait."""
    return _shown(sessions.cancel_meeting(current_caller(), meeting_id, **given))


@meetings.post("/meetings/<uuid:meeting_id>/agenda-items")
@permitted("meeting.arrange")
@meetings.arguments(NewAgendaItemSchema)
@meetings.response(201, ScheduledItemSchema)
def schedule(new: dict[str, Any], meeting_id: UUID) -> AgendaItem:
    """Put a queued matter on the agenda, before its cut-off."""
    return agenda.put_on_agenda(current_caller(), meeting_id, **new)


@meetings.delete("/meetings/<uuid:meeting_id>/agenda-items/<uuid:item_id>")
@permitted("meeting.arrange")
@meetings.arguments(PostponementArguments, location="query")
@meetings.response(200, MeetingSchema)
def postpone(asked: dict[str, Any], meeting_id: UUID, item_id: UUID) -> dict[str, Any]:
    """Postpone an item: its matter waits again; after the notice only with a reason."""
    return _shown(agenda.take_off_agenda(current_caller(), meeting_id, item_id, **asked))


@meetings.post("/meetings/<uuid:meeting_id>/seats")
@permitted("meeting.arrange")
@meetings.arguments(NewSeatSchema)
@meetings.response(201, NamedSeatSchema)
def invite(new: dict[str, Any], meeting_id: UUID) -> MeetingSeat:
    """Invite a person or an organisation of one of the parties."""
    return actions.invite(current_caller(), meeting_id, **new)


@meetings.put("/meetings/<uuid:meeting_id>/not-established")
@permitted("meeting.arrange")
@meetings.arguments(NotEstablishedSchema)
@meetings.response(200, MeetingSchema)
def note_not_established(given: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Note which of the four parties do not exist here."""
    return _shown(actions.note_not_established(current_caller(), meeting_id, given["parties"]))


@meetings.put("/meetings/<uuid:meeting_id>/seats/<uuid:seat_id>/attendance")
@permitted("meeting.hold")
@meetings.arguments(AttendanceSchema)
@meetings.response(200, NamedSeatSchema)
def take_attendance(given: dict[str, Any], meeting_id: UUID, seat_id: UUID) -> MeetingSeat:
    """Check in, or have the table note who is here and who is not."""
    return actions.take_attendance(current_caller(), meeting_id, seat_id, **given)


@meetings.post("/meetings/<uuid:meeting_id>/opening")
@permitted("meeting.hold")
@meetings.response(200, MeetingSchema)
def open_meeting(meeting_id: UUID) -> dict[str, Any]:
    """Open the meeting as its host; with too few people it is adjourned."""
    return _shown(sittings.open_meeting(current_caller(), meeting_id))


@meetings.post("/agenda-items/<uuid:item_id>/positions")
@permitted("meeting.hold")
@meetings.arguments(NewPositionSchema)
@meetings.response(201, PositionSchema)
def state_position(said: dict[str, Any], item_id: UUID) -> Position:
    """Write down what a seat says on an item, or an absent party's reply."""
    return decisions.state_position(current_caller(), item_id, **said)


@meetings.post("/agenda-items/<uuid:item_id>/hand-count")
@permitted("meeting.hold")
@meetings.arguments(NewHandCountSchema)
@meetings.response(201, HandCountSchema)
def count_hands(counted: dict[str, Any], item_id: UUID) -> HandCount:
    """Enter a show of hands, counted before two witnesses."""
    return decisions.count_hands(current_caller(), item_id, **counted)


@meetings.post("/agenda-items/<uuid:item_id>/outcome")
@permitted("meeting.hold")
@meetings.arguments(NewOutcomeSchema)
@meetings.response(201, OutcomeSchema)
def decide(given: dict[str, Any], item_id: UUID) -> dict[str, Any]:
    """Fix what the rule makes of the positions or the count, with its tasks."""
    resolution = decisions.decide(current_caller(), item_id, **given)
    return {
        "result": resolution.outcome if resolution else CONTINUED,
        "resolution": resolution,
    }


@meetings.post("/meetings/<uuid:meeting_id>/closing")
@permitted("meeting.hold")
@meetings.response(200, MeetingSchema)
def close_meeting(meeting_id: UUID) -> dict[str, Any]:
    """Close the meeting as its host; the minutes are drawn up."""
    return _shown(sittings.close_meeting(current_caller(), meeting_id))


@meetings.post("/proposals/<uuid:proposal_id>/shelving")
@permitted("calendar.edit")
@meetings.arguments(ShelvingSchema)
@meetings.response(201, ResolutionSchema)
def shelve(given: dict[str, Any], proposal_id: UUID) -> Resolution:
    """Shelve a matter after two meetings with too few people, with a public reason."""
    return decisions.shelve(current_caller(), proposal_id, **given)


@meetings.put("/meetings/<uuid:meeting_id>/seats/<uuid:seat_id>/recusal")
@permitted("meeting.hold")
@meetings.response(200, NamedSeatSchema)
def declare_recusal(meeting_id: UUID, seat_id: UUID) -> MeetingSeat:
    """Declare that a seat keeps out of the decision; it is neither heard nor counted."""
    return actions.declare_recusal(current_caller(), meeting_id, seat_id)


@meetings.post("/proposals/<uuid:proposal_id>/party-review")
@permitted("meeting.arrange")
@meetings.arguments(ReasonSchema)
@meetings.response(200, CaseSchema)
def note_party_review(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Note what the party organisation says before an assembly deals with a matter."""
    agenda.note_party_review(current_caller(), proposal_id, **given)
    return cases.show(current_caller(), proposal_id)


@meetings.post("/proposals/<uuid:proposal_id>/handing-up")
@permitted("calendar.edit")
@meetings.arguments(ReasonSchema)
@meetings.response(200, CaseSchema)
def hand_up(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Hand a matter whose body twice had too few people to the body above."""
    return cases.show(
        current_caller(), adjourned.hand_up(current_caller(), proposal_id, **given).id
    )


def _shown(meeting: Meeting) -> dict[str, Any]:
    return actions.described(current_caller(), meeting)
