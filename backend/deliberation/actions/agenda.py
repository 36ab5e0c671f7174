"""An agenda from its first item to its cut-off, and where its items go if it is not held."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.days import day_of, end_of, start_of
from backend.deliberation.actions.meetings import locked
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.actions.rule_rows import rule_for
from backend.deliberation.actions.standing import Standing, timetable_stands
from backend.deliberation.models import AgendaItem, Meeting, Proposal
from backend.deliberation.notices import meetings as notices
from backend.deliberation.queries import meetings as found
from backend.deliberation.queries.belongings import latest_event
from backend.deliberation.queries.cases import lock_proposal
from backend.deliberation.rules import assemblies, calendar
from backend.deliberation.rules import meetings as rules
from backend.errors import Conflict
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of


def put_on_agenda(
    caller: Caller,
    meeting_id: UUID,
    *,
    proposal_id: UUID,
    position: int | None,
    version: int | None,
) -> AgendaItem:
    """Schedule a queued matter (or one whose meeting had too few people) for this meeting."""
    meeting = locked(caller, meeting_id)
    _check_open(meeting, utc_now())
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    return _schedule(meeting, proposal, by, position)


def take_off_agenda(
    caller: Caller, meeting_id: UUID, item_id: UUID, *, reason: str | None
) -> Meeting:
    """Postpone an item: its matter waits again and keeps its age."""
    meeting = locked(caller, meeting_id)
    item = next((each for each in found.live_items(meeting) if each.id == item_id), None)
    if item is None:
        raise rules.NoSuchMeeting("议程中没有这一项。")
    if meeting.state not in {"shell", "frozen"}:
        raise rules.MeetingClosed("开会后请为议题记录结论，或记为继续协商。")
    if meeting.state == "frozen" and reason is None:
        raise rules.ReasonMissing("通知已发出，请说明顺延的原因。")
    proposal, by = take(caller, meeting.community_id, item.proposal_id)
    _postpone(item, proposal, by, meeting, note=reason)
    if meeting.state == "frozen":
        announce(
            notices.item_postponed(
                meeting, rules.KINDS[meeting.kind], item.id, proposal.id, reason or ""
            )
        )
    return meeting


def note_party_review(caller: Caller, proposal_id: UUID, *, reason: str, version: int) -> Proposal:
    """党组织审核: what the party organisation says before an assembly deals with the matter."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    record(
        proposal,
        "party_reviewed",
        by,
        action="note_party_review",
        note=reason,
        payload={"round": proposal.round},
    )
    return proposal


def meetings_to_close() -> Sequence[tuple[UUID, UUID]]:
    """(community, meeting) of what is at its cut-off or was not held on its day."""
    now = utc_now()
    return found.meetings_to_close(now, began_before=start_of(day_of(now)))


def close_agenda(community_id: UUID, meeting_id: UUID) -> None:
    """Freeze it at its cut-off, and roll over what was not held; if that is still to be done."""
    now = utc_now()
    meeting = found.lock_meeting(community_id, meeting_id)
    if meeting is None:
        return
    if meeting.state == "shell" and meeting.cutoff_at <= now:
        _freeze(meeting, now)
    if meeting.state == "frozen" and meeting.starts_at < start_of(day_of(now)):
        call_off(meeting, None, reason="当日没有开会。")


def call_off(meeting: Meeting, caller: Caller | None, *, reason: str) -> None:
    """Cancel a locked meeting: its matters go to the next session of the kind, or wait."""
    items = found.live_items(meeting)
    topics = topics_of(meeting)
    seated = invited_people(meeting)
    meeting.state = "cancelled"
    next_one = found.lock_next_shell(meeting.community_id, meeting.kind, meeting.body, utc_now())
    for item in sorted(items, key=lambda each: each.proposal_id):
        proposal, by = in_front_of(caller, meeting.community_id, item.proposal_id)
        _postpone(item, proposal, by, meeting, note=reason)
        if next_one is not None and not by.facts.objection_open:
            # What the next one may not take (its notice is too short by now) waits in the queue.
            with suppress(Conflict):
                _schedule(next_one, proposal, timetable_stands(proposal), None)
    if items:
        told = notices.cancelled(
            meeting,
            rules.KINDS[meeting.kind],
            topics,
            [item.proposal_id for item in items],
            seated,
            reason=reason,
        )
        announce(told)
        if everybody_was_called(meeting):
            announce(notices.to_everybody(told))


def in_front_of(
    caller: Caller | None, community_id: UUID, proposal_id: UUID
) -> tuple[Proposal, Standing]:
    """The matter, locked, and who acts on it: the caller, or nobody but the timetable."""
    if caller is not None:
        return take(caller, community_id, proposal_id)
    proposal = lock_proposal(community_id, proposal_id)
    return proposal, timetable_stands(proposal)


def topics_of(meeting: Meeting) -> list[str]:
    """What is talked about, as everybody may read it."""
    return [
        item["title"] if item["text_state"] == "passed" else f"事项{item['serial_no']}"
        for item in found.agenda_of(meeting)
        if item["result"] != "postponed"
    ]


def invited_people(meeting: Meeting) -> list[UUID]:
    return [seat.resident_id for seat in found.seats_of(meeting) if seat.resident_id is not None]


def everybody_was_called(meeting: Meeting) -> bool:
    """Whether all who live here were told of this meeting, as of a residents' assembly."""
    return meeting.body == rules.RESIDENTS and meeting.notice_at is not None


def _check_open(meeting: Meeting, now: datetime) -> None:
    calendar.check_before_cutoff(now, meeting.cutoff_at)
    if meeting.state != "shell":
        raise rules.MeetingClosed("该次会议的议程已不能再加。")


def _schedule(
    meeting: Meeting, proposal: Proposal, by: Standing, position: int | None
) -> AgendaItem:
    held_on = day_of(meeting.starts_at)
    if proposal.required_body not in (None, meeting.body):
        raise rules.WrongBody(
            f"该事项由{rules.BODIES.get(proposal.required_body, '其他组织')}议事。"
        )
    rules.check_may_sit_again(found.adjournments_of(proposal, meeting.body))
    assemblies.check_reviewed(meeting.body, reviewed=_reviewed(proposal))
    rule = rule_for(meeting.community_id, meeting.body, held_on)
    rules.check_clear_days(meeting.cutoff_at, held_on, rule.notice_days)
    item = found.item_on(meeting, proposal.id)
    if item is not None and item.result != "postponed":
        raise rules.AlreadyOnAgenda
    move(
        proposal,
        "scheduled",
        by,
        payload={"meeting_id": str(meeting.id), "held_on": held_on.isoformat()},
        due_at=end_of(held_on),
    )
    if item is None:
        item = AgendaItem(
            community_id=meeting.community_id,
            meeting_id=meeting.id,
            proposal_id=proposal.id,
            position=len(found.all_items(meeting)) + 1,
            text_version=proposal.text_version,
            rule_row_id=rule.id,
        )
        db.session.add(item)
    item.result, item.text_version, item.rule_row_id = None, proposal.text_version, rule.id
    db.session.flush()
    _place(meeting, item, position)
    return item


def _reviewed(proposal: Proposal) -> bool:
    review = latest_event(proposal, "party_reviewed")
    return review is not None and review.payload["round"] == proposal.round


def _place(meeting: Meeting, item: AgendaItem, position: int | None) -> None:
    """Where the recorder wants it, else before the first that should come after it."""
    others = [each for each in found.live_items(meeting) if each.id != item.id]
    gone = [each for each in found.all_items(meeting) if each.result == "postponed"]
    if position is None:
        order = _ranks(meeting, [item, *others])
        behind = (
            n for n, each in enumerate(others) if order[each.proposal_id] > order[item.proposal_id]
        )
        place = next(behind, len(others))
    else:
        place = min(position - 1, len(others))
    for number, each in enumerate([*others[:place], item, *others[place:], *gone], start=1):
        each.position = number


def _ranks(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[UUID, int]:
    waiting = [
        calendar.Waiting(
            id=row["id"],
            submitted_at=row["submitted_at"],
            rolled_over=row["rolled_over"],
            supporters=row["supporters"],
        )
        for row in found.standing_of(meeting, [item.proposal_id for item in items])
    ]
    return {case.id: rank for rank, case in enumerate(calendar.agenda_order(waiting))}


def _freeze(meeting: Meeting, now: datetime) -> None:
    items = found.live_items(meeting)
    if not items:
        meeting.state = "empty"  # 无议题: no message, nobody's fault
        return
    meeting.state = "frozen"
    meeting.notice_at = now
    announce(
        notices.agenda_frozen(
            meeting,
            rules.KINDS[meeting.kind],
            topics_of(meeting),
            [item.proposal_id for item in items],
            invited_people(meeting),
        )
    )
    if meeting.body == rules.RESIDENTS:
        announce(notices.everybody_called(meeting, rules.KINDS[meeting.kind], topics_of(meeting)))


def _postpone(
    item: AgendaItem, proposal: Proposal, by: Standing, meeting: Meeting, *, note: str | None
) -> None:
    move(
        proposal,
        "queued",
        by,
        reason_code="postponed",
        note=note,
        payload={"meeting_id": str(meeting.id)},
    )
    item.result = "postponed"
