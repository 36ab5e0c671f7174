"""At the meeting: opened or adjourned, what each party said, the count, the outcome, the close."""

from collections.abc import Sequence
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.days import day_of
from backend.deliberation.actions.agenda import invited_people, topics_of
from backend.deliberation.actions.meetings import check_table, locked, seats_here
from backend.deliberation.actions.minutes import write_minutes
from backend.deliberation.actions.moves import move, take
from backend.deliberation.actions.rule_rows import as_values, rule_for
from backend.deliberation.actions.standing import timetable_stands
from backend.deliberation.models import (
    AgendaItem,
    Meeting,
    MeetingSeat,
    Proposal,
)
from backend.deliberation.notices import meetings as notices
from backend.deliberation.queries import meetings as found
from backend.deliberation.rules import deciding
from backend.deliberation.rules import meetings as rules
from backend.deliberation.rules.assemblies import check_representatives
from backend.deliberation.rules.consultation import (
    Attendance,
    Seat,
    council_attendance,
    four_party_attendance,
)
from backend.notifications.actions import announce
from backend.residents.models import Caller


def open_meeting(caller: Caller, meeting_id: UUID) -> Meeting:
    """The host declares the meeting open; with too few people it is adjourned on the spot."""
    meeting = locked(caller, meeting_id)
    check_table(meeting, caller, "host")
    if meeting.state != "frozen":
        raise rules.NotOpen("议程截止并发出通知后才能开会；已开的会不能再开。")
    seats = found.seats_of(meeting)
    here = seats_here(meeting.body, seats)
    check_representatives(meeting.body, here)
    rules.check_ready_to_open(
        meeting.body,
        here,
        meeting.not_established,
        officers_named=meeting.recorder_id is not None,
        today=today(),
        held_on=day_of(meeting.starts_at),
    )
    attendance = attendance_of(meeting, seats)
    meeting.state, meeting.opened_at = "open", utc_now()
    meeting.quorum_met, meeting.quorum_sentence = attendance.met, attendance.sentence
    db.session.flush()
    items = found.live_items(meeting)
    for item in sorted(items, key=lambda each: each.proposal_id):
        proposal, by = take(caller, meeting.community_id, item.proposal_id)
        move(
            proposal,
            "deliberating",
            by,
            payload={
                "meeting_id": str(meeting.id),
                "due": attendance.due,
                "present": attendance.present,
                "quorum_met": attendance.met,
            },
        )
        if not attendance.met:
            _adjourn(item, proposal, attendance)
    if not attendance.met:
        _end_adjourned(meeting, items)
    return meeting


def close_meeting(caller: Caller, meeting_id: UUID) -> Meeting:
    """The host ends the meeting; its minutes are drawn up from what was recorded."""
    meeting = locked(caller, meeting_id)
    check_table(meeting, caller, "host")
    if meeting.state != "open":
        raise rules.NotOpen("只有正在进行的会议才能散会。")
    waiting = [item.position for item in found.live_items(meeting) if item.result is None]
    if waiting:
        numbers = "、".join(str(number) for number in waiting)
        raise deciding.ItemWithoutOutcome(f"第{numbers}项请记录结论，没有议到的记为继续协商。")
    meeting.state, meeting.closed_at = "closed", utc_now()
    db.session.flush()
    write_minutes(meeting)
    return meeting


def attendance_of(meeting: Meeting, seats: Sequence[MeetingSeat]) -> Attendance:
    """Who is due, who is here, and whether that is enough, as of now."""
    held_on = day_of(meeting.starts_at)
    row = as_values(rule_for(meeting.community_id, meeting.body, held_on))
    due = [seat for seat in seats_here(meeting.body, seats) if seat.is_due]
    present = sum(seat.present for seat in due)
    if meeting.body == rules.FOUR_PARTY:
        return four_party_attendance(
            row,
            [Seat(seat.party, seat.present, seat.invited_on, seat.absence_minuted) for seat in due],
            held_on=held_on,
            not_established=meeting.not_established,
            recused={seat.party for seat in seats if seat.conflict_declared},
        )
    if meeting.body == rules.RESIDENTS:
        return council_attendance(
            row, found.adults_living_here(meeting.community_id, held_on), present
        )
    return council_attendance(row, len(due), present)


def _adjourn(item: AgendaItem, proposal: Proposal, attendance: Attendance) -> None:
    move(
        proposal,
        "adjourned",
        timetable_stands(proposal),
        payload={
            "due": attendance.due,
            "present": attendance.present,
            "sentence": attendance.sentence,
        },
    )
    item.result = "adjourned"


def _end_adjourned(meeting: Meeting, items: Sequence[AgendaItem]) -> None:
    meeting.state, meeting.closed_at = "closed", utc_now()
    db.session.flush()
    write_minutes(meeting)
    announce(
        notices.adjourned(
            meeting,
            rules.KINDS[meeting.kind],
            topics_of(meeting),
            [item.proposal_id for item in items],
            invited_people(meeting),
        )
    )
