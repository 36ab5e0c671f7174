"""Meetings: found, locked, listed, and told with everything that hangs on them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, exists, func, or_, select, text, tuple_

from backend.database import db
from backend.deliberation.models import (
    AgendaItem,
    HandCount,
    Meeting,
    MeetingSeat,
    Position,
    Proposal,
    Resolution,
    RuleRow,
)

_AGENDA = text("""
SELECT i.id, i.position, i.proposal_id, i.text_version, i.result, i.materials, i.rule_row_id,
    i.draft, i.version,
    p.serial_no, p.status, p.owner_matter, p.round, p.is_private, p.text_state, p.author_id,
    t.title, t.sha256 AS text_sha256,
    r.code AS rule_code, r.legal_basis, r.valid_from,
    (SELECT row_to_json(x) FROM (SELECT d.id, d.outcome, d.text, d.result_sentence, d.dissent,
            d.decided_at
        FROM resolution d WHERE d.community_id = i.community_id AND d.agenda_item_id = i.id
        ORDER BY d.attempt DESC LIMIT 1) x) AS resolution,
    (SELECT json_agg(row_to_json(x) ORDER BY x.id) FROM (SELECT k.id, k.party, k.assignee_id,
            k.title, k.due_on, k.budget_fen
        FROM task k JOIN resolution d ON d.community_id = k.community_id AND d.id = k.resolution_id
        WHERE d.community_id = i.community_id AND d.agenda_item_id = i.id) x) AS tasks,
    (SELECT json_agg(row_to_json(x) ORDER BY x.id) FROM (SELECT o.id, o.seat_id, s.party,
            o.stance, o.text, o.reply_due_on
        FROM position o JOIN meeting_seat s ON s.community_id = o.community_id
            AND s.id = o.seat_id
        WHERE o.community_id = i.community_id AND o.agenda_item_id = i.id) x) AS positions,
    (SELECT row_to_json(x) FROM (SELECT h.yes, h.no, h.abstain, h.counted_by, h.witness1_id,
            h.witness2_id
        FROM hand_count h WHERE h.community_id = i.community_id AND h.agenda_item_id = i.id) x)
        AS hand_count
FROM agenda_item i
JOIN proposal p ON p.community_id = i.community_id AND p.id = i.proposal_id
JOIN proposal_text t ON t.community_id = i.community_id AND t.proposal_id = i.proposal_id
    AND t.version = i.text_version
JOIN rule_row r ON r.community_id = i.community_id AND r.id = i.rule_row_id
WHERE i.community_id = :community_id AND i.meeting_id = :meeting_id
ORDER BY i.result IS NOT DISTINCT FROM 'postponed', i.position
""")

# What an agenda is ordered by: a matter that was on one before has waited longest.
_STANDING = text("""
SELECT p.id, p.submitted_at,
    (SELECT count(*) FROM support s WHERE s.community_id = p.community_id
        AND s.proposal_id = p.id AND s.withdrawn_at IS NULL) AS supporters,
    EXISTS (SELECT 1 FROM agenda_item i WHERE i.community_id = p.community_id
        AND i.proposal_id = p.id AND i.result IS NOT NULL
        AND i.meeting_id <> :meeting_id) AS rolled_over
FROM proposal p WHERE p.community_id = :community_id AND p.id = ANY(:proposal_ids)
""")


def find_meeting(community_id: UUID, meeting_id: UUID) -> Meeting | None:
    return db.session.get(Meeting, (community_id, meeting_id))


def lock_meeting(community_id: UUID, meeting_id: UUID) -> Meeting | None:
    """Held until the transaction ends. A meeting is locked before the matters on its agenda."""
    return db.session.get(
        Meeting, (community_id, meeting_id), with_for_update=True, populate_existing=True
    )


def lock_meeting_of_item(community_id: UUID, item_id: UUID) -> tuple[Meeting, AgendaItem] | None:
    """An item and its meeting, both held."""
    meeting_id = db.session.scalar(
        select(AgendaItem.meeting_id).where(
            AgendaItem.community_id == community_id, AgendaItem.id == item_id
        )
    )
    if meeting_id is None:
        return None
    meeting = lock_meeting(community_id, meeting_id)
    item = db.session.get(
        AgendaItem, (community_id, item_id), with_for_update=True, populate_existing=True
    )
    return None if meeting is None or item is None else (meeting, item)


def meetings_to_close(now: datetime, *, began_before: datetime) -> Sequence[tuple[UUID, UUID]]:
    """(community, meeting) of every agenda at its cut-off, and of what should have begun by then.

    What began before `began_before` and is still only frozen was not held.
    """
    at_cutoff = and_(Meeting.state == "shell", Meeting.cutoff_at <= now)
    not_held = and_(Meeting.state == "frozen", Meeting.starts_at < began_before)
    rows = db.session.execute(
        select(Meeting.community_id, Meeting.id)
        .where(or_(at_cutoff, not_held))
        .order_by(Meeting.cutoff_at, Meeting.id)
    )
    return [(community_id, meeting_id) for community_id, meeting_id in rows]


def lock_next_shell(community_id: UUID, kind: str, body: str, now: datetime) -> Meeting | None:
    """The next session of the kind whose agenda is still open."""
    return db.session.scalar(
        select(Meeting)
        .where(
            Meeting.community_id == community_id,
            Meeting.kind == kind,
            Meeting.body == body,
            Meeting.state == "shell",
            Meeting.cutoff_at > now,
        )
        .order_by(Meeting.starts_at)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def number_of_items() -> ScalarSelect[int]:
    """Of each meeting asked for: how many items are on its agenda."""
    return (
        select(func.count())
        .where(
            AgendaItem.community_id == Meeting.community_id,
            AgendaItem.meeting_id == Meeting.id,
            AgendaItem.result.is_distinct_from("postponed"),
        )
        .correlate(Meeting)
        .scalar_subquery()
    )


def meetings_page(
    community_id: UUID,
    *,
    kind: str | None,
    state: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Mapping[str, Any]]:
    """Meetings, the latest day first, one more than `limit`, with the number of their items.

    They go on `after` a time and an id, not after a row: that meeting may be moved meanwhile.
    """
    items = number_of_items()
    rows = select(
        Meeting.id,
        Meeting.kind,
        Meeting.body,
        Meeting.starts_at,
        Meeting.cutoff_at,
        Meeting.place,
        Meeting.state,
        items.label("items"),
    ).where(Meeting.community_id == community_id)
    if kind is not None:
        rows = rows.where(Meeting.kind == kind)
    if state is not None:
        rows = rows.where(Meeting.state == state)
    if after is not None:
        rows = rows.where(tuple_(Meeting.starts_at, Meeting.id) < after)
    in_order = rows.order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    found = db.session.execute(in_order.limit(limit + 1))
    return [dict(row) for row in found.mappings()]


def agenda_of(meeting: Meeting) -> list[dict[str, Any]]:
    """The items with what was said, counted and decided on each; one statement."""
    asked = {"community_id": meeting.community_id, "meeting_id": meeting.id}
    return [dict(row) for row in db.session.execute(_AGENDA, asked).mappings()]


def live_items(meeting: Meeting) -> Sequence[AgendaItem]:
    """The items on the agenda in order, without those postponed from it."""
    return db.session.scalars(
        select(AgendaItem)
        .where(
            AgendaItem.community_id == meeting.community_id,
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.result.is_distinct_from("postponed"),
        )
        .order_by(AgendaItem.position)
    ).all()


def item_on(meeting: Meeting, proposal_id: UUID) -> AgendaItem | None:
    """The matter's item on this agenda, postponed or not."""
    return db.session.scalar(
        select(AgendaItem).where(
            AgendaItem.community_id == meeting.community_id,
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.proposal_id == proposal_id,
        )
    )


def all_items(meeting: Meeting) -> Sequence[AgendaItem]:
    return db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.community_id == meeting.community_id, AgendaItem.meeting_id == meeting.id)
        .order_by(AgendaItem.position)
    ).all()


def standing_of(meeting: Meeting, proposal_ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
    """Supporters, age and earlier sessions of each matter."""
    asked = {
        "community_id": meeting.community_id,
        "meeting_id": meeting.id,
        "proposal_ids": list(proposal_ids),
    }
    return [dict(row) for row in db.session.execute(_STANDING, asked).mappings()]


def seats_of(meeting: Meeting) -> Sequence[MeetingSeat]:
    return db.session.scalars(
        select(MeetingSeat)
        .where(
            MeetingSeat.community_id == meeting.community_id, MeetingSeat.meeting_id == meeting.id
        )
        .order_by(MeetingSeat.id)
    ).all()


def seat_at(meeting: Meeting, seat_id: UUID) -> MeetingSeat | None:
    seat = db.session.get(MeetingSeat, (meeting.community_id, seat_id))
    return seat if seat is not None and seat.meeting_id == meeting.id else None


def positions_on(item: AgendaItem) -> Sequence[Position]:
    return db.session.scalars(
        select(Position).where(
            Position.community_id == item.community_id, Position.agenda_item_id == item.id
        )
    ).all()


def hand_count_on(item: AgendaItem) -> HandCount | None:
    return db.session.scalar(
        select(HandCount).where(
            HandCount.community_id == item.community_id, HandCount.agenda_item_id == item.id
        )
    )


def has_count_without_outcome(meeting: Meeting) -> bool:
    """Whether hands were counted on an item that is not decided yet."""
    counted = exists().where(
        AgendaItem.community_id == meeting.community_id,
        AgendaItem.meeting_id == meeting.id,
        AgendaItem.result.is_(None),
        HandCount.community_id == AgendaItem.community_id,
        HandCount.agenda_item_id == AgendaItem.id,
    )
    return bool(db.session.scalar(select(counted)))


_ADULTS = text("""
SELECT count(DISTINCT r.id) FROM residency y JOIN resident r ON r.id = y.resident_id
 WHERE y.community_id = :community_id AND y.valid @> CAST(:on AS date) AND r.status = 'active'
   AND (r.born_year IS NULL OR extract(year FROM CAST(:on AS date)) - r.born_year >= 18)
""")


def adults_living_here(community_id: UUID, on: date) -> int:
    """How many belong to a residents' assembly.

    Whose age nobody knows, or who comes of age this year, counts: that lowers no bar.
    """
    return db.session.scalar(_ADULTS, {"community_id": community_id, "on": on}) or 0


def attempts_of(proposal: Proposal) -> int:
    """How often the matter was decided in its present round."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Resolution.community_id == proposal.community_id,
                Resolution.proposal_id == proposal.id,
                Resolution.round == proposal.round,
            )
        )
        or 0
    )


_ADJOURNMENTS = text("""
SELECT count(*) FROM agenda_item i
  JOIN meeting m ON m.community_id = i.community_id AND m.id = i.meeting_id
 WHERE i.community_id = :community_id AND i.proposal_id = :proposal_id
   AND i.result = 'adjourned' AND m.body = :body
   AND m.opened_at > coalesce((SELECT max(e.occurred_at) FROM proposal_event e
     WHERE e.community_id = i.community_id AND e.proposal_id = i.proposal_id
       AND e.from_status = 'closed'), '-infinity')
""")


def adjournments_of(proposal: Proposal, body: str) -> int:
    """How many meetings of that body on the matter, in its present round, had too few people."""
    asked = {
        "community_id": proposal.community_id,
        "proposal_id": proposal.id,
        "body": body,
    }
    return db.session.scalar(_ADJOURNMENTS, asked) or 0


def rule_row_of(item: AgendaItem) -> RuleRow:
    return rule_row(item.community_id, item.rule_row_id)


def rule_row(community_id: UUID, rule_row_id: UUID) -> RuleRow:
    return db.session.get_one(RuleRow, (community_id, rule_row_id))


def has_seat(meeting: Meeting, resident_id: UUID) -> bool:
    sits = exists().where(
        MeetingSeat.community_id == meeting.community_id,
        MeetingSeat.meeting_id == meeting.id,
        MeetingSeat.resident_id == resident_id,
    )
    return bool(db.session.scalar(select(sits)))
