"""Tasks, inspections, referrals, and everything a notice about a matter is made of."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from backend.database import db
from backend.deliberation.models import (
    EventNote,
    MeetingSeat,
    Proposal,
    ProposalEvent,
    ProposalText,
    Referral,
    Resolution,
    Support,
    Task,
)
from backend.deliberation.queries.circumstances import of_this_round
from backend.publication.models import Bulletin

_KNOWN = text("""
WITH p AS (
    SELECT * FROM proposal WHERE community_id = :community_id AND id = :proposal_id
), d AS (
    SELECT r.* FROM resolution r JOIN p ON r.community_id = p.community_id
       AND r.proposal_id = p.id AND r.round = p.round ORDER BY r.attempt DESC LIMIT 1
)
SELECT p.serial_no, p.triage_class, p.required_body, t.title, t.body, c.phone,
    CAST(CAST(p.submitted_at AT TIME ZONE 'Asia/Shanghai' AS date) AS text) AS submitted_on,
    (SELECT json_build_object('outcome', d.outcome, 'text', d.text, 'dissent', d.dissent,
        'result_sentence', d.result_sentence) FROM d) AS resolution,
    (SELECT json_build_object('place', m.place, 'kind', m.kind, 'position', i.position,
        'held_on', CAST(m.starts_at AT TIME ZONE 'Asia/Shanghai' AS date))
      FROM d JOIN meeting m ON m.community_id = d.community_id AND m.id = d.meeting_id
      LEFT JOIN agenda_item i ON i.community_id = d.community_id AND i.id = d.agenda_item_id
    ) AS meeting,
    (SELECT json_object_agg(x.channel, x.present) FROM (
        SELECT coalesce(s.channel, 'at_meeting') AS channel, count(*) AS present
          FROM d JOIN meeting_seat s ON s.community_id = d.community_id
           AND s.meeting_id = d.meeting_id
         WHERE s.present GROUP BY 1 ORDER BY 1) x) AS attendance,
    (SELECT json_agg(json_build_object('party', s.party, 'stance', o.stance, 'text', o.text)
        ORDER BY o.id)
      FROM d JOIN position o ON o.community_id = d.community_id
       AND o.agenda_item_id = d.agenda_item_id
      JOIN meeting_seat s ON s.community_id = o.community_id AND s.id = o.seat_id) AS positions,
    (SELECT json_agg(json_build_object('party', k.party, 'title', k.title, 'due_on', k.due_on,
        'percent', k.percent, 'budget_fen', k.budget_fen, 'spent_fen', k.spent_fen,
        'state', k.state) ORDER BY k.id)
      FROM d JOIN task k ON k.community_id = d.community_id AND k.resolution_id = d.id) AS tasks,
    (SELECT json_agg(json_build_object('department', f.department, 'text', f.reply,
        'answered_on', CAST(f.replied_at AT TIME ZONE 'Asia/Shanghai' AS date)) ORDER BY f.sent_at)
      FROM referral f WHERE f.community_id = p.community_id AND f.proposal_id = p.id
       AND f.reply IS NOT NULL) AS replies,
    (SELECT q.snapshot FROM question q WHERE q.community_id = p.community_id
        AND q.proposal_id = p.id AND q.round = p.round AND q.kind = 'appraisal'
      ORDER BY q.attempt DESC LIMIT 1) AS snapshot
  FROM p JOIN community c ON c.id = p.community_id
  JOIN proposal_text t ON t.community_id = p.community_id AND t.proposal_id = p.id
   AND t.version = p.text_version
""")


def known_of(proposal: Proposal) -> dict[str, Any]:
    """What the records say of a matter in its present round, in one statement."""
    asked = {"community_id": proposal.community_id, "proposal_id": proposal.id}
    return dict(db.session.execute(_KNOWN, asked).mappings().one())


def people_around(proposal: Proposal) -> set[UUID]:
    """Whose names may stand in a matter's texts: author, supporters, attendees, who does it."""
    found = {proposal.author_id, proposal.filed_by, proposal.assignee_id}
    found |= set(attendees(proposal)) | set(supporters(proposal)) | doers(proposal)
    return {each for each in found if each is not None}


def supporters(proposal: Proposal) -> Sequence[UUID]:
    return db.session.scalars(
        select(Support.resident_id).where(
            Support.community_id == proposal.community_id,
            Support.proposal_id == proposal.id,
            Support.withdrawn_at.is_(None),
        )
    ).all()


def attendees(proposal: Proposal) -> Sequence[UUID]:
    """Who sat in the meetings that decided on the matter in its present round."""
    here = (
        select(MeetingSeat.resident_id)
        .join(
            Resolution,
            (Resolution.community_id == MeetingSeat.community_id)
            & (Resolution.meeting_id == MeetingSeat.meeting_id),
        )
        .where(
            MeetingSeat.community_id == proposal.community_id,
            Resolution.proposal_id == proposal.id,
            Resolution.round == proposal.round,
            MeetingSeat.present,
            MeetingSeat.resident_id.is_not(None),
        )
        .distinct()
    )
    return [each for each in db.session.scalars(here) if each is not None]


def doers(proposal: Proposal) -> set[UUID]:
    """Who was responsible for any part of the work, and who looked into the matter."""
    rows = db.session.scalars(
        select(Task.assignee_id).where(
            Task.community_id == proposal.community_id, Task.proposal_id == proposal.id
        )
    )
    return {*rows, *([proposal.assignee_id] if proposal.assignee_id else [])}


def find_task(community_id: UUID, task_id: UUID) -> Task | None:
    return db.session.get(Task, (community_id, task_id), populate_existing=True)


def tasks_of(proposal: Proposal, resolution_id: UUID) -> Sequence[Task]:
    return db.session.scalars(
        select(Task)
        .where(
            Task.community_id == proposal.community_id,
            Task.proposal_id == proposal.id,
            Task.resolution_id == resolution_id,
        )
        .order_by(Task.id)
    ).all()


_MY_TASKS = (
    Task.id,
    Task.proposal_id,
    Task.party,
    Task.title,
    Task.due_on,
    Task.percent,
    Task.extensions,
    Task.state,
    Task.budget_fen,
    Task.spent_fen,
    Task.news_at,
    Proposal.serial_no,
    Proposal.status,
    Proposal.version,
    ProposalText.title.label("proposal_title"),
)


def tasks_of_person(
    community_id: UUID, person_id: UUID, *, state: str | None, after: UUID | None, limit: int
) -> list[Mapping[str, Any]]:
    """A page of what somebody is responsible for, newest first, one more than `limit`."""
    rows = (
        select(*_MY_TASKS)
        .join(
            Proposal,
            (Proposal.community_id == Task.community_id) & (Proposal.id == Task.proposal_id),
        )
        .join(
            ProposalText,
            (ProposalText.community_id == Proposal.community_id)
            & (ProposalText.proposal_id == Proposal.id)
            & (ProposalText.version == Proposal.text_version),
        )
        .where(Task.community_id == community_id, Task.assignee_id == person_id)
        .order_by(Task.id.desc())
        .limit(limit + 1)
    )
    if state is not None:
        rows = rows.where(Task.state == state)
    if after is not None:
        rows = rows.where(Task.id < after)
    return [dict(row) for row in db.session.execute(rows).mappings()]


def newest_event_since_entering(proposal: Proposal, *kinds: str) -> ProposalEvent | None:
    """The latest event of one of these kinds since the matter entered its present status."""
    return db.session.scalar(
        select(ProposalEvent)
        .where(
            ProposalEvent.community_id == proposal.community_id,
            ProposalEvent.proposal_id == proposal.id,
            ProposalEvent.kind.in_(kinds),
            ProposalEvent.occurred_at >= proposal.status_since,
        )
        .order_by(ProposalEvent.seq.desc())
        .limit(1)
    )


def draft_notice(proposal: Proposal, kind: str) -> Bulletin | None:
    """The notice that waits to be published, if somebody has prepared one."""
    return db.session.scalar(
        select(Bulletin)
        .where(
            *of_this_round(proposal),
            Bulletin.kind == kind,
            Bulletin.state == "draft",
        )
        .order_by(Bulletin.version.desc())
        .limit(1)
    )


def lock_open_referral(proposal: Proposal) -> Referral | None:
    """The latest referral that has not been answered, held until the transaction ends."""
    return db.session.scalar(
        select(Referral)
        .where(
            Referral.community_id == proposal.community_id,
            Referral.proposal_id == proposal.id,
            Referral.replied_at.is_(None),
        )
        .order_by(Referral.sent_at.desc())
        .limit(1)
        .with_for_update()
    )


def latest_department(proposal: Proposal) -> str:
    department = db.session.scalar(
        select(Referral.department)
        .where(Referral.community_id == proposal.community_id, Referral.proposal_id == proposal.id)
        .order_by(Referral.sent_at.desc())
        .limit(1)
    )
    return department or ""


def note_of(event: ProposalEvent) -> str | None:
    """The free words of an event."""
    return db.session.scalar(
        select(EventNote.text).where(
            EventNote.community_id == event.community_id, EventNote.event_id == event.id
        )
    )
