"""What is said, counted and decided on one item of an agenda."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import Json, db
from backend.deliberation.actions.meetings import check_table, seats_here
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.actions.rule_rows import as_values
from backend.deliberation.actions.sittings import attendance_of
from backend.deliberation.models import (
    AgendaItem,
    HandCount,
    Meeting,
    MeetingSeat,
    Position,
    Resolution,
    Task,
)
from backend.deliberation.queries import meetings as found
from backend.deliberation.rules import clocks, deciding
from backend.deliberation.rules import meetings as rules
from backend.deliberation.rules.assemblies import check_not_recused
from backend.deliberation.rules.consultation import PARTIES, Attendance, Stance
from backend.deliberation.rules.quorum import Decision
from backend.residents.models import Caller, community_of
from backend.residents.queries.holidays import holidays
from backend.residents.queries.people import find_person


def state_position(
    caller: Caller, item_id: UUID, *, seat_id: UUID, stance: str, text: str
) -> Position:
    """各方意见, as the table writes it down, or as an absent party replies in its five days."""
    meeting, item = _item(caller, item_id)
    seat = found.seat_at(meeting, seat_id)
    if seat is None:
        raise rules.SeatMissing
    position = next((each for each in found.positions_on(item) if each.seat_id == seat_id), None)
    if not seat.present:
        return _late_reply(caller, meeting, item, seat, position, stance=stance, text=text)
    check_table(meeting, caller, "recorder", "host")
    check_not_recused(recused=seat.conflict_declared)
    if meeting.state != "open":
        raise rules.NotOpen("意见在会上记录。")
    proposal, by = take(caller, meeting.community_id, item.proposal_id)
    if position is None:
        position = Position(
            community_id=meeting.community_id,
            agenda_item_id=item.id,
            seat_id=seat.id,
            stance=stance,
            text=text,
        )
        db.session.add(position)
    position.stance, position.text = stance, text
    record(
        proposal,
        "position_stated",
        by,
        action="state_position",
        note=text,
        payload={"seat_id": str(seat.id), "party": seat.party, "stance": stance},
    )
    return position


def count_hands(
    caller: Caller,
    item_id: UUID,
    *,
    yes: int,
    no: int,
    abstain: int,
    witness1_id: UUID,
    witness2_id: UUID,
) -> HandCount:
    """举手: the recorder counts before two witnesses, and the sum is who is here."""
    meeting, item = _item(caller, item_id)
    check_table(meeting, caller, "recorder", "host")
    if meeting.state != "open":
        raise rules.NotOpen("举手在会上进行。")
    seats = found.seats_of(meeting)
    here = sum(seat.present and seat.votes for seat in seats_here(meeting.body, seats))
    deciding.check_hands(meeting.body, yes, no, abstain, here)
    around = {seat.resident_id for seat in seats if seat.present and seat.resident_id}
    recused = {seat.resident_id for seat in seats if seat.conflict_declared}
    officers = {meeting.host_id, meeting.recorder_id, meeting.supervisor_id}
    deciding.check_three_people(
        caller.resident_id,
        witness1_id,
        witness2_id,
        here=(around | {each for each in officers if each is not None}) - recused,
    )
    if found.hand_count_on(item) is not None:
        raise deciding.AlreadyCounted("计票记录不能更改；有误请在会议记录中更正。")
    proposal, by = take(caller, meeting.community_id, item.proposal_id)
    count = HandCount(
        community_id=meeting.community_id,
        agenda_item_id=item.id,
        yes=yes,
        no=no,
        abstain=abstain,
        counted_by=caller.resident_id,
        witness1_id=witness1_id,
        witness2_id=witness2_id,
    )
    record(
        proposal,
        "hands_counted",
        by,
        action="count_hands",
        payload={"yes": yes, "no": no, "abstain": abstain, "present": here},
    )
    db.session.add(count)
    return count


def decide(
    caller: Caller,
    item_id: UUID,
    *,
    outcome: str | None,
    text: str,
    dissent: str,
    tasks: Sequence[dict[str, Any]],
    version: int | None,
) -> Resolution | None:
    """What the rule makes of what was said or counted; `continued` sends it to another meeting."""
    meeting, item = _item(caller, item_id)
    check_table(meeting, caller, "recorder", "host")
    if item.result is not None:
        raise deciding.AlreadyDecided("结论已经记录，不能再改。")
    if meeting.state != "open":
        raise rules.NotOpen("结论在会上形成。")
    proposal, by = take(caller, meeting.community_id, item.proposal_id, version)
    seats = found.seats_of(meeting)
    if outcome == rules.CONTINUED:
        move(
            proposal,
            "queued",
            by,
            reason_code=rules.CONTINUED,
            note=text,
            payload={"meeting_id": str(meeting.id)},
        )
        item.result = rules.CONTINUED
        _await_replies(item, seats)
        return None
    decision, attendance = _decision(meeting, item, seats)
    deciding.check_still_enough(decision)
    deciding.check_outcome(decision, outcome, proposal.owner_matter)
    _check_tasks(meeting, decision, tasks)
    resolution = Resolution(
        community_id=meeting.community_id,
        proposal_id=proposal.id,
        round=proposal.round,
        attempt=found.attempts_of(proposal) + 1,
        outcome=decision.outcome,
        text=text,
        result_sentence=decision.sentence,
        dissent=dissent,
        snapshot=_snapshot(meeting, item, seats, attendance),
        decided_at=utc_now(),
        meeting_id=meeting.id,
        agenda_item_id=item.id,
        rule_row_id=item.rule_row_id,
    )
    move(
        proposal,
        "resolved",
        by.knowing(outcome=decision.outcome, tasks_named=bool(tasks)),
        note=text,
        payload={
            "resolution_id": str(resolution.id),
            "outcome": decision.outcome,
            "sentence": decision.sentence,
        },
    )
    db.session.add(resolution)
    db.session.flush()
    if decision.outcome == "agreed":
        for task in tasks:
            db.session.add(
                Task(
                    community_id=meeting.community_id,
                    proposal_id=proposal.id,
                    resolution_id=resolution.id,
                    **task,
                )
            )
    item.result = decision.outcome
    _await_replies(item, seats)
    return resolution


def shelve(caller: Caller, proposal_id: UUID, *, reason: str, version: int | None) -> Resolution:
    """暂缓: after two meetings with too few people, with a reason everybody reads."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    body = proposal.required_body or ""
    if found.adjournments_of(proposal, body) < rules.ADJOURNMENTS:
        raise rules.NotYetShelvable("两次流会后才能暂缓，请先另定日期再议。")
    resolution = Resolution(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        round=proposal.round,
        attempt=found.attempts_of(proposal) + 1,
        outcome="shelved",
        text=reason,
        result_sentence=f"两次会议到会人数不足，暂缓。原因：{reason}",
        dissent="",
        snapshot={},
        decided_at=utc_now(),
    )
    move(
        proposal,
        "resolved",
        by.knowing(outcome="shelved"),
        note=reason,
        payload={"resolution_id": str(resolution.id), "outcome": "shelved"},
    )
    db.session.add(resolution)
    return resolution


def _item(caller: Caller, item_id: UUID) -> tuple[Meeting, AgendaItem]:
    both = found.lock_meeting_of_item(community_of(caller), item_id)
    if both is None:
        raise rules.NoSuchMeeting("议程中没有这一项。")
    return both


def _late_reply(
    caller: Caller,
    meeting: Meeting,
    item: AgendaItem,
    seat: MeetingSeat,
    position: Position | None,
    *,
    stance: str,
    text: str,
) -> Position:
    if position is None or position.reply_due_on is None:
        raise deciding.AbsentCannotSpeak(
            "会上只记录到场席位的意见；缺席方在结论形成后五个工作日内答复。"
        )
    if caller.resident_id not in {seat.resident_id, meeting.recorder_id}:
        raise rules.NotAtTheTable("由该席位本人或记录人答复。")
    if today() > position.reply_due_on:
        raise deciding.ReplyTooLate(f"答复期限为{position.reply_due_on.isoformat()}。")
    proposal, by = take(caller, meeting.community_id, item.proposal_id)
    position.stance, position.text = stance, text
    record(
        proposal,
        "party_replied",
        by,
        note=text,
        payload={"seat_id": str(seat.id), "party": seat.party, "stance": stance},
    )
    return position


def _await_replies(item: AgendaItem, seats: Sequence[MeetingSeat]) -> None:
    """Each of the four parties that was invited and did not come owes a reply."""
    here = {seat.party for seat in seats if seat.present and not seat.conflict_declared}
    due_on = clocks.last_day(today(), clocks.ABSENT_PARTY_REPLY, holidays())
    spoken = {position.seat_id for position in found.positions_on(item)}
    for seat in seats:
        owes = not seat.conflict_declared and seat.party not in here
        if seat.party in PARTIES and owes and seat.id not in spoken:
            db.session.add(
                Position(
                    community_id=item.community_id,
                    agenda_item_id=item.id,
                    seat_id=seat.id,
                    reply_due_on=due_on,
                )
            )


def _decision(
    meeting: Meeting, item: AgendaItem, seats: Sequence[MeetingSeat]
) -> tuple[Decision, Attendance]:
    row = as_values(found.rule_row_of(item))
    attendance = attendance_of(meeting, seats)
    count = found.hand_count_on(item)
    decision = deciding.decide_item(
        meeting.body,
        row,
        attendance,
        seats=seats_here(meeting.body, seats),
        stances={
            position.seat_id: cast("Stance | None", position.stance)
            for position in found.positions_on(item)
        },
        hands=(count.yes, count.no, count.abstain) if count else None,
    )
    return decision, attendance


def _check_tasks(meeting: Meeting, decision: Decision, tasks: Sequence[dict[str, Any]]) -> None:
    deciding.check_tasks(decision.outcome, tasks, today())
    for assignee_id in {task["assignee_id"] for task in tasks}:
        find_person(meeting.community_id, assignee_id)


def _snapshot(
    meeting: Meeting, item: AgendaItem, seats: Sequence[MeetingSeat], attendance: Attendance
) -> Json:
    """All the numbers of the decision, so that later deletions cannot change it."""
    row, count = as_values(found.rule_row_of(item)), found.hand_count_on(item)
    by_seat = {seat.id: seat for seat in seats}
    return {
        "body": meeting.body,
        "rule": {
            "code": row.code,
            "valid_from": row.valid_from.isoformat(),
            "legal_basis": row.legal_basis,
            "quorum": [row.quorum_num, row.quorum_den, row.quorum_inclusive],
            "pass": [row.pass_num, row.pass_den, row.pass_inclusive, row.pass_base],
        },
        "due": attendance.due,
        "present": attendance.present,
        "attendance": attendance.sentence,
        "by_channel": _by_channel(seats),
        "positions": [
            {
                "party": by_seat[position.seat_id].party,
                "stance": position.stance,
                "text": position.text,
            }
            for position in found.positions_on(item)
            if position.stance is not None
        ],
        "hand_count": {"yes": count.yes, "no": count.no, "abstain": count.abstain}
        if count
        else None,
    }


def _by_channel(seats: Sequence[MeetingSeat]) -> dict[str, int]:
    channels = [seat.channel for seat in seats if seat.present and seat.channel]
    return {channel: channels.count(channel) for channel in sorted(set(channels))}
