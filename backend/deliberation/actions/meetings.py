"""Before a meeting: its day, its officers, and who is invited to sit there."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.days import day_of
from backend.deliberation.actions.rule_rows import rule_for
from backend.deliberation.models import Meeting, MeetingSeat
from backend.deliberation.notices import meetings as notices
from backend.deliberation.queries import meetings as found
from backend.deliberation.rules import assemblies
from backend.deliberation.rules import meetings as rules
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import find_person, masked_names, names

_OFFICERS = ("host", "recorder", "supervisor")
_SHOWN = (
    "id",
    "kind",
    "body",
    "starts_at",
    "cutoff_at",
    "place",
    "online_url",
    "state",
    "nominal_on",
    "notice_at",
    "not_established",
    "quorum_met",
    "quorum_sentence",
    "opened_at",
    "closed_at",
)
_OF_SEAT = (
    "id",
    "party",
    "organisation",
    "invited_at",
    "conflict_declared",
    "present",
    "arrived_at",
    "check_in",
    "channel",
)
_OF_ITEM = (
    "id",
    "position",
    "proposal_id",
    "serial_no",
    "text_version",
    "result",
    "rule_code",
    "legal_basis",
    "resolution",
    "rule_row_id",
    "version",
)


def arrange(
    caller: Caller,
    *,
    kind: str,
    body: str,
    starts_at: datetime,
    place: str,
    online_url: str | None,
    host_id: UUID | None,
    recorder_id: UUID | None,
    supervisor_id: UUID | None,
) -> Meeting:
    """A meeting outside the calendar, late enough that everybody can be told in time."""
    community_id = community_of(caller)
    assemblies.check_kind(kind, body)
    rule = rule_for(community_id, body, day_of(starts_at))
    cutoff = rules.check_notice(utc_now(), day_of(starts_at), rule.notice_days)
    meeting = Meeting(
        community_id=community_id,
        kind=kind,
        body=body,
        starts_at=starts_at,
        cutoff_at=cutoff,
        place=place,
        online_url=online_url,
    )
    _name(meeting, host_id, recorder_id, supervisor_id)
    db.session.add(meeting)
    return meeting


def name_officers(
    caller: Caller,
    meeting_id: UUID,
    *,
    host_id: UUID | None,
    recorder_id: UUID | None,
    supervisor_id: UUID | None,
) -> Meeting:
    """Who chairs, who writes, who watches: three people, until the meeting opens."""
    meeting = _to_be_held(caller, meeting_id)
    _name(meeting, host_id, recorder_id, supervisor_id)
    return meeting


def invite(
    caller: Caller,
    meeting_id: UUID,
    *,
    party: str,
    resident_id: UUID | None,
    organisation: str | None,
    conflict_declared: bool,
) -> MeetingSeat:
    """A seat for a person or an organisation; the day of the invitation counts as notice."""
    meeting = _to_be_held(caller, meeting_id)
    if resident_id is not None:
        find_person(meeting.community_id, resident_id)
    for seat in found.seats_of(meeting):
        if resident_id is not None and seat.resident_id == resident_id:
            raise rules.AlreadySeated("一人一席。")
        if organisation is not None and seat.organisation == organisation:
            raise rules.AlreadySeated("一个单位一席。")
    seat = MeetingSeat(
        community_id=meeting.community_id,
        meeting_id=meeting.id,
        party=party,
        resident_id=resident_id,
        organisation=organisation,
        conflict_declared=conflict_declared,
        invited_at=utc_now(),
    )
    db.session.add(seat)
    if meeting.state == "frozen" and resident_id is not None:
        announce(notices.invited(meeting, rules.KINDS[meeting.kind], seat.id, resident_id))
    return seat


def note_not_established(caller: Caller, meeting_id: UUID, parties: Sequence[str]) -> Meeting:
    """未成立: a party that does not exist here is written down and not waited for."""
    rules.check_not_established(parties)
    meeting = _to_be_held(caller, meeting_id)
    meeting.not_established = sorted(set(parties))
    return meeting


def take_attendance(
    caller: Caller,
    meeting_id: UUID,
    seat_id: UUID,
    *,
    present: bool,
    channel: str,
    absence_note: str | None,
) -> MeetingSeat:
    """Somebody is here, said by themselves or by the table; or is not, and why."""
    meeting = locked(caller, meeting_id)
    seat = found.seat_at(meeting, seat_id)
    if seat is None:
        raise rules.SeatMissing
    by_itself = caller.resident_id == seat.resident_id
    at_the_table = caller.resident_id in {meeting.host_id, meeting.recorder_id}
    if not at_the_table and not (by_itself and present):
        raise rules.NotAtTheTable("请本人签到，或由记录人登记。")
    if meeting.state not in {"frozen", "open"}:
        raise rules.NotOpen("议程截止后、散会前登记出席情况。")
    if present:
        _check_may_come(meeting, channel)
    if meeting.state == "open" and not present and seat.present:
        raise rules.NotOpen("开会后提前离开的，出席人数不减。")
    if present and not seat.present:
        _check_not_counted(meeting, seat)
        seat.arrived_at = utc_now()
    if not present:
        seat.arrived_at = None
    seat.present = present
    seat.channel = channel if present else None
    seat.check_in = ("qr" if by_itself and not at_the_table else "list") if present else None
    seat.absence_note = None if present else absence_note
    return seat


def declare_recusal(caller: Caller, meeting_id: UUID, seat_id: UUID) -> MeetingSeat:
    """回避: said by whoever sits there or by the table, for good, before it is counted."""
    meeting = locked(caller, meeting_id)
    seat = found.seat_at(meeting, seat_id)
    if seat is None:
        raise rules.SeatMissing
    if caller.resident_id not in {seat.resident_id, meeting.host_id, meeting.recorder_id}:
        raise rules.NotAtTheTable("请本人声明，或由记录人登记。")
    if meeting.state not in {"shell", "frozen", "open"}:
        raise rules.MeetingClosed("散会后不能再声明回避。")
    if found.has_count_without_outcome(meeting):
        raise assemblies.RecusedTooLate("请先为已计票的议题记录结论。")
    seat.conflict_declared = True
    return seat


def described(caller: Caller, meeting: Meeting) -> dict[str, Any]:
    """The meeting with its seats and agenda; people's names in full only for those involved."""
    seats, agenda = found.seats_of(meeting), found.agenda_of(meeting)
    officers = [meeting.host_id, meeting.recorder_id, meeting.supervisor_id]
    mine = next((seat for seat in seats if seat.resident_id == caller.resident_id), None)
    involved = bool(
        mine is not None or caller.resident_id in officers or caller.roles & rules.READERS
    )
    told = (names if involved else masked_names)([*officers, *(s.resident_id for s in seats)])
    return {
        **{name: getattr(meeting, name) for name in _SHOWN},
        "involved": involved,
        **{f"{each}_name": told.get(getattr(meeting, f"{each}_id")) for each in _OFFICERS},
        **{
            f"{each}_id": getattr(meeting, f"{each}_id") if involved else None for each in _OFFICERS
        },
        "my_seat_id": mine.id if mine else None,
        "seats": [_seat(seat, told, involved=involved) for seat in seats],
        "agenda": [_item(item, involved=involved) for item in agenda],
    }


def _seat(seat: MeetingSeat, told: Mapping[UUID, str], *, involved: bool) -> dict[str, Any]:
    return {
        **{name: getattr(seat, name) for name in _OF_SEAT},
        "name": told.get(seat.resident_id) if seat.resident_id else None,
        "resident_id": seat.resident_id if involved else None,
        "absence_note": seat.absence_note if involved else None,
        "party_name": rules.PARTY_NAMES[seat.party],
    }


def _item(item: Mapping[str, Any], *, involved: bool) -> dict[str, Any]:
    readable = involved or (item["text_state"] == "passed" and not item["is_private"])
    hands = item["hand_count"]
    return {
        **{name: item[name] for name in _OF_ITEM},
        "title": item["title"] if readable else None,
        "draft": item["draft"] if involved else {},
        "hand_count": hands and {name: hands[name] for name in ("yes", "no", "abstain")},
        "positions": item["positions"] or [],
        "tasks": [
            {name: task[name] for name in ("id", "party", "title", "due_on", "budget_fen")}
            for task in item["tasks"] or []
        ],
    }


def find(caller: Caller, meeting_id: UUID) -> Meeting:
    """A meeting of the caller's community."""
    meeting = found.find_meeting(community_of(caller), meeting_id)
    if meeting is None:
        raise rules.NoSuchMeeting
    return meeting


def locked(caller: Caller, meeting_id: UUID) -> Meeting:
    """The meeting, held until the transaction ends.

    Raises:
        NoSuchMeeting: there is none in the caller's community.
    """
    meeting = found.lock_meeting(community_of(caller), meeting_id)
    if meeting is None:
        raise rules.NoSuchMeeting
    return meeting


def check_table(meeting: Meeting, caller: Caller, *officers: str) -> None:
    """Raise unless the caller is one of the named officers (`host`, `recorder`) of this meeting."""
    named = {getattr(meeting, f"{officer}_id") for officer in officers}
    if caller.resident_id not in named:
        raise rules.NotAtTheTable


def seats_here(body: str, seats: Iterable[MeetingSeat]) -> list[rules.SeatHere]:
    """The seats as the rules of that body count them."""
    counted = [
        (seat, rules.is_due(body, seat.party, recused=seat.conflict_declared)) for seat in seats
    ]
    return [
        rules.SeatHere(
            id=seat.id,
            party=seat.party,
            present=seat.present,
            invited_on=day_of(seat.invited_at),
            absence_minuted=bool(seat.absence_note),
            is_due=is_due,
            votes=is_due and not seat.conflict_declared,
        )
        for seat, is_due in counted
    ]


def _check_may_come(meeting: Meeting, channel: str) -> None:
    if today() != day_of(meeting.starts_at):
        raise rules.NotOpen("会议当天才能签到。")
    row = rule_for(meeting.community_id, meeting.body, today())
    assemblies.check_channel(channel, row.counted_channels)


def _check_not_counted(meeting: Meeting, seat: MeetingSeat) -> None:
    """Who comes after the hands were counted belongs to the next item, not to this one's count."""
    is_due = rules.is_due(meeting.body, seat.party, recused=seat.conflict_declared)
    if is_due and found.has_count_without_outcome(meeting):
        raise rules.NotOpen("请先为已计票的议题记录结论，再登记后到的人。")


def _to_be_held(caller: Caller, meeting_id: UUID) -> Meeting:
    meeting = locked(caller, meeting_id)
    if meeting.state not in {"shell", "frozen"}:
        raise rules.MeetingClosed("开会后不能再改席位和主持、记录人员。")
    return meeting


def _name(
    meeting: Meeting, host_id: UUID | None, recorder_id: UUID | None, supervisor_id: UUID | None
) -> None:
    supervisors = holder_ids(meeting.community_id, "supervisor") if supervisor_id else []
    rules.check_officers(host_id, recorder_id, supervisor_id, supervisors)
    for person in (host_id, recorder_id, supervisor_id):
        if person is not None:
            find_person(meeting.community_id, person)
    meeting.host_id, meeting.recorder_id = host_id, recorder_id
    meeting.supervisor_id = supervisor_id
