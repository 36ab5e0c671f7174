"""Minutes from the records to three signatures."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.clock import SHANGHAI, utc_now
from backend.database import Json, db
from backend.days import chinese_day, day_of
from backend.deliberation.models import Meeting, Minutes, MinutesCorrection, MinutesSignature
from backend.deliberation.notices import meetings as notices
from backend.deliberation.queries import meetings as found
from backend.deliberation.queries import minutes as kept
from backend.deliberation.rules import clocks
from backend.deliberation.rules import minutes as rules
from backend.deliberation.rules.meetings import KINDS, READERS, NoSuchMeeting
from backend.links.actions import short_code_for
from backend.links.queries import code_of
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.holidays import holidays
from backend.residents.queries.people import names
from backend.residents.queries.places import find_community
from backend.virtue_bank.actions.proposing import propose_batch
from backend.virtue_bank.models import ProposedLine

_OF_SEAT = (
    "id",
    "party",
    "present",
    "channel",
    "resident_id",
    "organisation",
    "conflict_declared",
    "absence_note",
)
_OF_MEETING = (
    "kind",
    "body",
    "place",
    "host_id",
    "recorder_id",
    "supervisor_id",
    "quorum_met",
    "quorum_sentence",
    "not_established",
)
_MOMENTS = ("starts_at", "opened_at", "closed_at")


def write_minutes(meeting: Meeting) -> Minutes:
    """The draft, as the records tell it. Called when the meeting ends."""
    minutes = Minutes(
        community_id=meeting.community_id,
        meeting_id=meeting.id,
        version=1,
        content=_content(meeting),
    )
    db.session.add(minutes)
    short_code_for(meeting.community_id, "meeting", meeting.id)
    return minutes


def print_sheet(caller: Caller, meeting_id: UUID) -> dict[str, Any]:
    """The minutes to print; while the meeting goes on, what they would say by now."""
    meeting = _meeting(caller, meeting_id)
    _check_reader(meeting, caller)
    minutes = kept.latest_minutes(meeting.community_id, meeting.id)
    if minutes is not None:
        return shown(meeting, minutes)
    return {
        "code": None,
        "version": 0,
        "state": "preview",
        "content": _content(meeting),
        "sha256": "",
        "signatures": [],
        "corrections": [],
    }


def signs_as(caller: Caller, meeting: Meeting) -> str | None:
    """In which capacity the caller may sign these minutes; None if in none."""
    try:
        return _signs_as(meeting, caller)
    except rules.NotASigner:
        return None


def read_minutes(caller: Caller, meeting_id: UUID) -> dict[str, Any]:
    """The minutes with their hash, signatures and proposed corrections."""
    meeting = _meeting(caller, meeting_id)
    _check_reader(meeting, caller)
    minutes = _existing(kept.latest_minutes(meeting.community_id, meeting.id))
    return shown(meeting, minutes)


def shown(meeting: Meeting, minutes: Minutes) -> dict[str, Any]:
    signatures, corrections = kept.signatures_of(minutes), kept.corrections_of(minutes)
    people = names([each.signer_id for each in signatures] + [each.by_id for each in corrections])
    return {
        "id": minutes.id,
        "meeting_id": meeting.id,
        "code": code_of(meeting.community_id, "meeting", meeting.id),
        "version": minutes.version,
        "state": minutes.state,
        "content": minutes.content,
        "sha256": rules.sha256_of(minutes.content),
        "circulated_at": minutes.circulated_at,
        "corrections_until": _corrections_until(minutes) if minutes.circulated_at else None,
        "signed_at": minutes.signed_at,
        "signatures": [
            {
                "signer_id": each.signer_id,
                "signer": people.get(each.signer_id, ""),
                "signs_as": each.signs_as,
                "method": each.method,
                "signed_sha256": each.signed_sha256,
                "signed_at": each.created_at,
            }
            for each in signatures
        ],
        "corrections": [
            {
                "by": people.get(each.by_id, ""),
                "text": each.text,
                "created_at": each.created_at,
            }
            for each in corrections
        ],
    }


def edit_remarks(caller: Caller, meeting_id: UUID, remarks: str) -> dict[str, Any]:
    """The recorder's own words beside the records, while nobody has signed."""
    meeting, minutes = _locked(caller, meeting_id)
    _check_recorder(meeting, caller)
    if minutes.state not in {"draft", "circulated"} or kept.signatures_of(minutes):
        raise rules.AlreadySigned("有误请以更正说明补充。")
    minutes.content = minutes.content | {"remarks": remarks}
    db.session.flush()
    return shown(meeting, minutes)


def circulate(caller: Caller, meeting_id: UUID) -> dict[str, Any]:
    """Send the draft to everybody who was there; they have three days to correct it."""
    meeting, minutes = _locked(caller, meeting_id)
    _check_recorder(meeting, caller)
    if minutes.state != "draft":
        raise rules.AlreadyCirculated
    minutes.state, minutes.circulated_at = "circulated", utc_now()
    attended = [seat.resident_id for seat in found.seats_of(meeting) if seat.present]
    officers = [meeting.host_id, meeting.supervisor_id]
    reached = {each for each in [*attended, *officers] if each is not None}
    if reached:
        announce(
            notices.minutes_circulated(
                meeting, KINDS[meeting.kind], minutes, reached, _corrections_until(minutes)
            )
        )
    db.session.flush()
    return shown(meeting, minutes)


def propose_correction(caller: Caller, meeting_id: UUID, text: str) -> dict[str, Any]:
    """Somebody who was there says what is wrong, within three days."""
    meeting, minutes = _locked(caller, meeting_id)
    if not _was_there(meeting, caller):
        raise rules.NotForYou("更正由到会的人提出。")
    if minutes.state != "circulated":
        raise rules.NotCirculated("请在记录送核后三日内提出更正。")
    if not clocks.is_open(utc_now(), _corrections_until(minutes)):
        raise rules.CorrectionsOver("签字后仍可请记录人补充更正说明。")
    db.session.add(
        MinutesCorrection(
            community_id=meeting.community_id,
            minutes_id=minutes.id,
            by_id=caller.resident_id,
            text=text,
        )
    )
    db.session.flush()
    return shown(meeting, minutes)


def sign(caller: Caller, meeting_id: UUID, *, sha256: str, method: str) -> dict[str, Any]:
    """A name under exactly these words; with the third, the minutes are signed for good."""
    meeting, minutes = _locked(caller, meeting_id)
    signs_as = _signs_as(meeting, caller)
    if minutes.state == "draft":
        raise rules.NotCirculated("请记录人先送参会人核对。")
    signatures = kept.signatures_of(minutes)
    if minutes.state == "signed" or caller.resident_id in {each.signer_id for each in signatures}:
        raise rules.AlreadySigned("每人签字一次。")
    if clocks.is_open(utc_now(), _corrections_until(minutes)):
        raise rules.CorrectionsOpen(f"参会人可在{_day(_corrections_until(minutes))}前提出更正。")
    minutes.sha256 = rules.check_hash(sha256, minutes.content)
    db.session.add(
        MinutesSignature(
            community_id=meeting.community_id,
            minutes_id=minutes.id,
            signer_id=caller.resident_id,
            signs_as=signs_as,
            method=method,
            signed_sha256=sha256,
            seat_id=next(
                (
                    seat.id
                    for seat in found.seats_of(meeting)
                    if seat.resident_id == caller.resident_id
                ),
                None,
            ),
        )
    )
    if rules.is_complete([signs_as, *(each.signs_as for each in signatures)]):
        minutes.state, minutes.signed_at = "signed", utc_now()
        _thank_who_came(meeting)
    db.session.flush()
    return shown(meeting, minutes)


def _thank_who_came(meeting: Meeting) -> None:
    """Residents who sat there, once the minutes say so; where the points sheet knows meetings."""
    held_on = day_of(meeting.starts_at)
    propose_batch(
        meeting.community_id,
        "meeting",
        [
            ProposedLine(
                resident_id=seat.resident_id,
                basis_kind="meeting",
                basis_id=meeting.id,
                note=f"{chinese_day(held_on)}{KINDS[meeting.kind]}",
            )
            for seat in found.seats_of(meeting)
            if seat.present and seat.resident_id is not None
        ],
        earned_on=held_on,
    )


def _signs_as(meeting: Meeting, caller: Caller) -> str:
    """Host and recorder are named; any member of the supervision committee may stand in."""
    me = caller.resident_id
    if me == meeting.recorder_id:
        return "recorder"
    if me == meeting.host_id:
        return "host"
    if me == meeting.supervisor_id or (
        meeting.supervisor_id is None and "supervisor" in caller.roles
    ):
        return "supervisor"
    if _was_there(meeting, caller):
        return "attendee"
    raise rules.NotASigner("由记录人、主持人、监督委员会成员和到会的人签字。")


def _was_there(meeting: Meeting, caller: Caller) -> bool:
    if caller.resident_id in {meeting.host_id, meeting.recorder_id, meeting.supervisor_id}:
        return True
    return any(
        seat.present and seat.resident_id == caller.resident_id for seat in found.seats_of(meeting)
    )


def _check_reader(meeting: Meeting, caller: Caller) -> None:
    named = {meeting.host_id, meeting.recorder_id, meeting.supervisor_id}
    if caller.roles & READERS or caller.resident_id in named:
        return
    if not found.has_seat(meeting, caller.resident_id):
        raise rules.NotForYou("议定的结果会公示，任何人都可以看。")


def _check_recorder(meeting: Meeting, caller: Caller) -> None:
    if caller.resident_id != meeting.recorder_id:
        raise rules.NotTheRecorder


def _meeting(caller: Caller, meeting_id: UUID) -> Meeting:
    meeting = found.find_meeting(community_of(caller), meeting_id)
    if meeting is None:
        raise NoSuchMeeting
    return meeting


def _locked(caller: Caller, meeting_id: UUID) -> tuple[Meeting, Minutes]:
    meeting = _meeting(caller, meeting_id)
    return meeting, _existing(kept.latest_minutes(meeting.community_id, meeting.id, lock=True))


def _existing(minutes: Minutes | None) -> Minutes:
    if minutes is None:
        raise rules.NoMinutes("散会后自动生成。")
    return minutes


def _corrections_until(minutes: Minutes) -> datetime:
    began = minutes.circulated_at or utc_now()
    return clocks.due_at(began, clocks.MINUTES_CORRECTION, holidays())


def _everybody(
    meeting: Meeting, seats: list[dict[str, Any]], agenda: list[dict[str, Any]]
) -> list[UUID | None]:
    people = [meeting.host_id, meeting.recorder_id, meeting.supervisor_id]
    people += [seat["resident_id"] for seat in seats]
    for item in agenda:
        people += [UUID(task["assignee_id"]) for task in item["tasks"] or []]
        if hands := item["hand_count"]:
            people += [UUID(hands[who]) for who in ("counted_by", "witness1_id", "witness2_id")]
    return people


def _told(moment: datetime | None) -> str:
    """「2026-12-10 19:00」, as it is printed."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""


def _content(meeting: Meeting) -> Json:
    community = find_community(meeting.community_id)
    seats = [{name: getattr(seat, name) for name in _OF_SEAT} for seat in found.seats_of(meeting)]
    agenda = found.agenda_of(meeting)
    return rules.content_of(
        number=f"{community.code}-{_day(meeting.starts_at)}-{meeting.id.hex[-4:]}",
        community=community.name,
        meeting={name: getattr(meeting, name) for name in _OF_MEETING}
        | {name: _told(getattr(meeting, name)) for name in _MOMENTS},
        seats=seats,
        agenda=agenda,
        names=names(_everybody(meeting, seats, agenda)),
    )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y%m%d}"
