"""会议一张表: what is typed once at the table, kept as a draft, then recorded item by item."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from backend.clock import utc_now
from backend.deliberation.actions import decisions
from backend.deliberation.actions.meetings import (
    check_table,
    invite,
    locked,
    seats_here,
    take_attendance,
)
from backend.deliberation.actions.rule_rows import as_values
from backend.deliberation.actions.sittings import attendance_of
from backend.deliberation.models import AgendaItem, Meeting, MeetingSeat, Resolution
from backend.deliberation.queries import meetings as found
from backend.deliberation.rules import deciding
from backend.deliberation.rules import meetings as rules
from backend.deliberation.rules.consultation import Attendance, Stance
from backend.deliberation.rules.quorum import RuleRow
from backend.deliberation.rules.refusals import StaleVersion
from backend.errors import DomainError, Invalid
from backend.residents.models import Caller, community_of

Typed = Mapping[str, Any]
HANDS = ("yes", "no", "abstain")


class SheetIncomplete(Invalid):
    title = "还差几处没填"


def invite_several(caller: Caller, meeting_id: UUID, *, seats: Sequence[Typed]) -> Meeting:
    """A seat for each person ticked on the list of those who usually come."""
    meeting = locked(caller, meeting_id)
    wanted = [seat for seat in seats if seat["is_wanted"]]
    if not wanted:
        raise SheetIncomplete("请先勾选要请的人。")
    for seat in wanted:
        invite(
            caller,
            meeting_id,
            party=seat["party"],
            resident_id=seat["resident_id"],
            organisation=None,
            conflict_declared=False,
        )
    return meeting


def take_roll(caller: Caller, meeting_id: UUID, *, seats: Sequence[Typed]) -> Meeting:
    """The ticks that differ from what the list showed; whoever signed in meanwhile stays in."""
    meeting = locked(caller, meeting_id)
    known = {seat.id: seat for seat in found.seats_of(meeting)}
    for typed in seats:
        seat = known.get(typed["seat_id"])
        if seat is None:
            raise rules.SeatMissing
        if _differs(seat, typed):
            take_attendance(
                caller,
                meeting_id,
                seat.id,
                present=typed["present"],
                channel=typed["channel"],
                absence_note=typed["absence_note"],
            )
    return meeting


def save_draft(caller: Caller, item_id: UUID, *, version: int, **typed: Any) -> AgendaItem:
    """Keep what is typed about an item; nothing is recorded yet."""
    _, item = _held(caller, item_id, version)
    item.draft = {
        **{name: _kept(value) for name, value in typed.items()},
        "by": str(caller.resident_id),
        "at": utc_now().isoformat(),
    }
    item.version += 1
    return item


def settle(
    caller: Caller,
    item_id: UUID,
    *,
    version: int,
    positions: Sequence[Typed],
    text: str,
    **typed: Any,
) -> Resolution | None:
    """Record the item as typed: what was said, the count, and what the rule makes of it."""
    _, item = _held(caller, item_id, version)
    if not text:
        raise SheetIncomplete(errors={"text": ["请填写这一项"]})
    before = {each.seat_id: each for each in found.positions_on(item)}
    for said in positions:
        known = before.get(said["seat_id"])
        is_new = known is None or (known.stance, known.text) != (said["stance"], said["text"])
        if said["stance"] and is_new:
            decisions.state_position(caller, item_id, **said)
    _count(caller, item, typed)
    _check_named(typed["tasks"])
    resolution = decisions.decide(
        caller,
        item_id,
        outcome=typed["outcome"],
        text=text,
        dissent=typed["dissent"],
        tasks=typed["tasks"],
        version=None,
    )
    item.draft, item.version = {}, item.version + 1
    return resolution


def attendance_now(meeting: Meeting, seats: Sequence[MeetingSeat]) -> Attendance | None:
    """Who is due and who is here by the body's own rule; None where nobody is invited yet."""
    try:
        return attendance_of(meeting, seats) if seats else None
    except rules.NoRule:
        return None


def foreseen(
    meeting: Meeting,
    seats: Sequence[MeetingSeat],
    attendance: Attendance | None,
    items: Sequence[Typed],
) -> dict[UUID, dict[str, Any]]:
    """By item, what the rule would make of it as it is recorded and typed so far.

    `outcome` is None while something is missing; `words` then say what.
    """
    if attendance is None or meeting.state != "open":
        return {}
    wanted = {item["rule_row_id"] for item in items}
    rows = {each: as_values(found.rule_row(meeting.community_id, each)) for each in wanted}
    return {
        item["id"]: _foreseen(meeting, seats, attendance, item, rows[item["rule_row_id"]])
        for item in items
    }


def _foreseen(
    meeting: Meeting,
    seats: Sequence[MeetingSeat],
    attendance: Attendance,
    item: Typed,
    row: RuleRow,
) -> dict[str, Any]:
    draft, counted = item["draft"] or {}, item["hand_count"] or item["draft"] or {}
    stances = {UUID(said["seat_id"]): said["stance"] for said in item["positions"] or []}
    stances |= {
        UUID(said["seat_id"]): said["stance"]
        for said in draft.get("positions", [])
        if said["stance"]
    }
    here = seats_here(meeting.body, seats)
    hands = tuple(counted.get(name) for name in HANDS)
    try:
        if None not in hands:
            voting = sum(seat.present and seat.votes for seat in here)
            deciding.check_hands(meeting.body, *cast("tuple[int, int, int]", hands), voting)
        decision = deciding.decide_item(
            meeting.body,
            row,
            attendance,
            seats=here,
            stances=cast("Mapping[UUID, Stance | None]", stances),
            hands=None if None in hands else cast("tuple[int, int, int]", hands),
        )
    except DomainError as missing:
        return {"outcome": None, "words": missing.detail}
    return {"outcome": decision.outcome, "words": decision.sentence}


def _differs(seat: MeetingSeat, typed: Typed) -> bool:
    if typed["present"]:
        return not typed["seen"] or seat.channel != typed["channel"]
    note = typed["absence_note"]
    return bool(typed["seen"]) or (note is not None and note != seat.absence_note)


def _held(caller: Caller, item_id: UUID, version: int) -> tuple[Meeting, AgendaItem]:
    """The item, locked, for the two who keep the sheet.

    Raises:
        StaleVersion: the other one has saved it since.
    """
    both = found.lock_meeting_of_item(community_of(caller), item_id)
    if both is None:
        raise rules.NoSuchMeeting("议程中没有这一项。")
    meeting, item = both
    check_table(meeting, caller, "recorder", "host")
    if item.result is not None:
        raise deciding.AlreadyDecided("结论已经记录，不能再改。")
    if meeting.state != "open":
        raise rules.NotOpen("开会时才能填写。")
    if version != item.version:
        raise StaleVersion(
            "另一位同事刚存过这一项。您写的还在，请对照后再存。",
            your_version=version,
            current_version=item.version,
        )
    return meeting, item


def _count(caller: Caller, item: AgendaItem, typed: Typed) -> None:
    given = {name: typed[name] for name in HANDS}
    if all(value is None for value in given.values()) or found.hand_count_on(item) is not None:
        return
    needed = {**given, **{name: typed[name] for name in ("witness1_id", "witness2_id")}}
    missing = {name: ["请填写这一项"] for name, value in needed.items() if value is None}
    if missing:
        raise SheetIncomplete(errors=missing)
    decisions.count_hands(caller, item.id, **needed)


def _check_named(tasks: Sequence[Typed]) -> None:
    """A row that was begun says what is to be done and by which party."""
    wrong = {
        f"tasks.{number}.{name}": ["请填写这一项"]
        for number, task in enumerate(tasks)
        for name in ("title", "party")
        if not task[name]
    }
    if wrong:
        raise SheetIncomplete(errors=wrong)


def _kept(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, Mapping):
        return {name: _kept(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_kept(each) for each in value]
    return str(value) if isinstance(value, UUID | date) else value
