"""What is the case around a matter for one person, in two statements."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, text

from backend.database import db
from backend.deliberation.models import Proposal
from backend.publication.models import Bulletin

NOBODY = UUID(int=0)

_CIRCUMSTANCES = text("""
WITH p AS (
    SELECT * FROM proposal WHERE community_id = :community_id AND id = :proposal_id
), decision AS (
    SELECT r.* FROM resolution r JOIN p ON r.community_id = p.community_id
       AND r.proposal_id = p.id AND r.round = p.round
     ORDER BY r.attempt DESC LIMIT 1
), sorting AS (
    SELECT t.* FROM triage t JOIN p ON t.community_id = p.community_id
       AND t.proposal_id = p.id AND t.round = p.round
     ORDER BY t.no DESC LIMIT 1
), session AS (
    SELECT m.* FROM agenda_item i JOIN p ON i.community_id = p.community_id
       AND i.proposal_id = p.id
      JOIN meeting m ON m.community_id = i.community_id AND m.id = i.meeting_id
     WHERE m.state <> 'cancelled' AND i.result IS DISTINCT FROM 'postponed'
     ORDER BY m.starts_at DESC LIMIT 1
), asked AS (
    SELECT q.* FROM question q JOIN p ON q.community_id = p.community_id
       AND q.proposal_id = p.id AND q.round = p.round AND q.kind = 'appraisal'
     ORDER BY q.attempt DESC LIMIT 1
), pending AS (
    SELECT o.* FROM objection o JOIN p ON o.community_id = p.community_id
       AND o.proposal_id = p.id
     WHERE o.decided_at IS NULL AND o.target IN ('rejection', 'triage', 'publication')
)
SELECT
    p.author_id = :me AS by_author,
    p.author_id <> :me
        AND NOT EXISTS (SELECT 1 FROM residency mine JOIN residency theirs
             ON mine.community_id = theirs.community_id
            AND mine.household_id = theirs.household_id
          WHERE mine.community_id = p.community_id
            AND mine.resident_id = :me AND mine.valid @> CAST(:today AS date)
            AND theirs.resident_id = p.author_id AND theirs.valid @> CAST(:today AS date))
        AND NOT EXISTS (SELECT 1 FROM kin
          WHERE resident_a = least(p.author_id, CAST(:me AS uuid))
            AND resident_b = greatest(p.author_id, CAST(:me AS uuid))) AS unrelated,
    (SELECT count(*) FROM support s WHERE s.community_id = p.community_id
        AND s.proposal_id = p.id AND s.withdrawn_at IS NULL
        AND s.resident_id <> p.author_id) AS supporters,
    EXISTS (SELECT 1 FROM support s WHERE s.community_id = p.community_id
        AND s.proposal_id = p.id AND s.withdrawn_at IS NULL
        AND s.resident_id = :me) AS supported_by_me,
    EXISTS (SELECT 1 FROM proposal_event e WHERE e.community_id = p.community_id
        AND e.proposal_id = p.id AND e.kind = 'reopening_asked'
        AND e.actor_id = :me AND e.occurred_at >= p.status_since) AS reopening_asked_by_me,
    p.assignee_id IS NOT NULL AS assigned,
    EXISTS (SELECT 1 FROM inquiry_note n WHERE n.community_id = p.community_id
        AND n.proposal_id = p.id AND n.round = p.round) AS inquiry_noted,
    p.triage_class AS triaged_as,
    p.required_body IS NOT NULL AS body_set,
    EXISTS (SELECT 1 FROM referral f WHERE f.community_id = p.community_id
        AND f.proposal_id = p.id AND f.replied_at >= p.status_since) AS reply_recorded,
    EXISTS (SELECT 1 FROM proposal_event e WHERE e.community_id = p.community_id
        AND e.proposal_id = p.id AND e.kind = 'guidance_given'
        AND e.occurred_at >= p.status_since) AS guidance_given,
    EXISTS (SELECT 1 FROM pending) AS objection_open,
    EXISTS (SELECT 1 FROM pending) AND NOT EXISTS (SELECT 1 FROM pending
        WHERE first_decided_by = :me OR by_id = :me) AS decided_by_another,
    (SELECT created_at FROM sorting) AS triaged_at,
    EXISTS (SELECT 1 FROM objection o JOIN sorting t ON o.community_id = t.community_id
        AND o.target_id = t.id) AS contested,
    EXISTS (SELECT 1 FROM objection o WHERE o.community_id = p.community_id
        AND o.proposal_id = p.id AND o.target = 'rejection'
        AND o.created_at >= p.status_since) AS appealed,
    COALESCE((SELECT state = 'open' FROM session), false) AS meeting_open,
    (SELECT quorum_met FROM session) AS quorum_met,
    (SELECT body FROM session) AS body,
    (SELECT host_id FROM session) AS host_id,
    (SELECT recorder_id FROM session) AS recorder_id,
    ARRAY(SELECT DISTINCT s.party FROM meeting_seat s JOIN session m
        ON s.community_id = m.community_id AND s.meeting_id = m.id) AS invited_parties,
    (SELECT not_established FROM session) AS not_established,
    (SELECT outcome FROM decision) AS outcome,
    EXISTS (SELECT 1 FROM task t JOIN decision d ON t.community_id = d.community_id
        AND t.resolution_id = d.id) AS tasks_named,
    EXISTS (SELECT 1 FROM task t JOIN decision d ON t.community_id = d.community_id
        AND t.resolution_id = d.id AND t.state = 'done')
        AND NOT EXISTS (SELECT 1 FROM task t JOIN decision d ON t.community_id = d.community_id
        AND t.resolution_id = d.id AND t.state = 'open') AS tasks_done,
    EXISTS (SELECT 1 FROM task t JOIN decision d ON t.community_id = d.community_id
        AND t.resolution_id = d.id AND t.assignee_id = :me AND t.state <> 'dropped') AS responsible,
    COALESCE(p.assignee_id = :me, false) OR EXISTS (SELECT 1 FROM task t
        WHERE t.community_id = p.community_id AND t.proposal_id = p.id
        AND t.assignee_id = :me) AS own_work,
    EXISTS (SELECT 1 FROM decision d WHERE d.meeting_id IS NULL
        OR EXISTS (SELECT 1 FROM minutes u WHERE u.community_id = d.community_id
            AND u.meeting_id = d.meeting_id AND u.state IN ('signed', 'published'))
    ) AS minutes_signed,
    COALESCE((SELECT state = 'closed' FROM asked), false) AS appraisal_closed,
    COALESCE((SELECT snapshot ->> 'next' = 'rework' FROM asked), false) AS rework_due,
    NOT EXISTS (SELECT 1 FROM participation v JOIN asked q ON v.community_id = q.community_id
          AND v.question_id = q.id
        WHERE v.unit_id = p.author_id AND v.option_no < 4 AND v.superseded_at IS NULL)
        OR EXISTS (SELECT 1 FROM proposal_event e WHERE e.community_id = p.community_id
          AND e.proposal_id = p.id AND e.kind = 'complaint_answered'
          AND e.occurred_at >= p.status_since) AS complaint_answered,
    p.escalated_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM proposal_event e
        WHERE e.community_id = p.community_id AND e.proposal_id = p.id
          AND e.kind = 'overdue_explained' AND e.occurred_at >= p.escalated_at)
        AS overdue_unexplained,
    EXISTS (SELECT 1 FROM roll_entry l JOIN asked q ON l.community_id = q.community_id
          AND l.question_id = q.id
        WHERE q.state = 'open' AND l.resident_id = :me
          AND NOT EXISTS (SELECT 1 FROM participation v WHERE v.community_id = l.community_id
            AND v.question_id = l.question_id AND v.unit_id = l.unit_id
            AND v.superseded_at IS NULL)) AS invited
FROM p
""")


def circumstances(proposal: Proposal, me: UUID | None, *, today: date) -> Mapping[str, Any]:
    """One row: everything the table of states asks about, and what it is computed from."""
    asked = {
        "community_id": proposal.community_id,
        "proposal_id": proposal.id,
        "me": me or NOBODY,
        "today": today,
    }
    return dict(db.session.execute(_CIRCUMSTANCES, asked).mappings().one())


def of_this_round(proposal: Proposal) -> Sequence[ColumnElement[bool]]:
    """Which bulletins are about the matter as it stands now."""
    return (
        Bulletin.community_id == proposal.community_id,
        Bulletin.source_type == "proposal",
        Bulletin.source_id == proposal.id,
        Bulletin.source_round == proposal.round,
    )


def notices_on_the_board(proposal: Proposal) -> dict[str, Bulletin]:
    """By kind, the notice of this round that hangs.

    Decided anew after an objection, a matter has two notices of a kind: only the newer counts,
    and nothing does until that one hangs. What was taken back has not hung.
    """
    newest = _newest_published(proposal)
    return {
        kind: bulletin
        for kind, bulletin in newest.items()
        if bulletin.until_at and not bulletin.is_taken_back
    }


def is_taken_back(proposal: Proposal, kind: str) -> bool:
    """Whether the notice was published in this round and taken back, and no other since."""
    newest = _newest_published(proposal).get(kind)
    return newest is not None and newest.is_taken_back


def _newest_published(proposal: Proposal) -> dict[str, Bulletin]:
    newest = db.session.scalars(
        select(Bulletin)
        .where(
            *of_this_round(proposal),
            Bulletin.online_at.is_not(None),
        )
        .order_by(Bulletin.version)
    )
    return {bulletin.kind: bulletin for bulletin in newest}
