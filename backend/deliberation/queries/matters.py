"""Matters as people see them: the one rule of who sees which, lists, and what hangs on one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy import false as sql_false
from sqlalchemy import true as sql_true

from backend.database import db
from backend.deliberation.models import (
    EventNote,
    Proposal,
    ProposalEvent,
    ProposalText,
    Support,
)
from backend.deliberation.models.words import SEEN_BY_MEMBERS
from backend.deliberation.queries.cases import NoSuchProposal
from backend.residents.models import Caller

READS_ALL = frozenset(
    {
        "chair",
        "committee_member",
        "party_secretary",
        "counter_clerk",
        "supervisor",
        "street_clerk",
        "street_lead",
    }
)
SIMILAR_CANDIDATES = 200
_UNDER_MY_GRIDS = """proposal.grid_id IN (
    WITH RECURSIVE mine AS (
        SELECT id FROM grid WHERE community_id = :community_id AND id = ANY(:my_grids)
        UNION ALL
        SELECT below.id FROM grid below JOIN mine ON below.parent_id = mine.id
         WHERE below.community_id = :community_id
    ) SELECT id FROM mine)"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list of matters is narrowed to; None leaves it open."""

    status: str | None = None
    statuses: tuple[str, ...] | None = None
    triage_class: str | None = None
    grid_id: UUID | None = None
    mine: bool = False
    q: str | None = None


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """The one predicate of who sees a matter, for lists, details and hints alike.

    The author and whoever filed it always do; staff by their office, grid workers in their own
    grids; everybody else from the acceptance on, unless it is private or its words are held.
    """
    if caller.roles & READS_ALL:
        return sql_true()
    own = or_(Proposal.author_id == caller.resident_id, Proposal.filed_by == caller.resident_id)
    public = and_(
        Proposal.status.in_(SEEN_BY_MEMBERS),
        Proposal.is_private.is_(False),
        Proposal.text_state == "passed",
    )
    grids = [duty.scope_id for duty in caller.duties if duty.scope_type == "grid"]
    by_office: ColumnElement[bool] = sql_false()
    if grids:
        by_office = text(_UNDER_MY_GRIDS).bindparams(my_grids=grids)  # type: ignore[assignment]
    return or_(own, public, and_(Proposal.status != "draft", by_office))


def matters(
    community_id: UUID, caller: Caller, wanted: Wanted, *, after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """A page of matters, newest first, one row more than `limit`; one statement."""
    supporters = (
        select(func.count())
        .where(
            Support.community_id == Proposal.community_id,
            Support.proposal_id == Proposal.id,
            Support.withdrawn_at.is_(None),
        )
        .correlate(Proposal)
        .scalar_subquery()
    )
    rows = (
        select(
            Proposal.id,
            Proposal.serial_no,
            ProposalText.title,
            Proposal.status,
            Proposal.triage_class,
            Proposal.category_code,
            Proposal.place,
            Proposal.building_id,
            Proposal.grid_id,
            Proposal.submitted_at,
            Proposal.status_due_at,
            Proposal.closed_as,
            Proposal.is_private,
            Proposal.text_state,
            Proposal.version,
            (Proposal.author_id == caller.resident_id).label("mine"),
            supporters.label("supporters"),
        )
        .join(
            ProposalText,
            and_(
                ProposalText.community_id == Proposal.community_id,
                ProposalText.proposal_id == Proposal.id,
                ProposalText.version == Proposal.text_version,
            ),
        )
        .where(Proposal.community_id == community_id, visible_to(caller))
        .where(*_narrowed(caller, wanted))
        .order_by(Proposal.id.desc())
        # A literal, not a bound value: PostgreSQL then plans for a short page.
        .limit(literal_column(str(limit + 1)))
    )
    if after is not None:
        rows = rows.where(Proposal.id < after)
    found = db.session.execute(rows, {"community_id": community_id})
    return [dict(row) for row in found.mappings()]


def _narrowed(caller: Caller, wanted: Wanted) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        narrowed.append(Proposal.status == wanted.status)
    if wanted.statuses is not None:
        narrowed.append(Proposal.status.in_(wanted.statuses))
    if wanted.triage_class is not None:
        narrowed.append(Proposal.triage_class == wanted.triage_class)
    if wanted.grid_id is not None:
        narrowed.append(Proposal.grid_id == wanted.grid_id)
    if wanted.mine:
        narrowed.append(Proposal.author_id == caller.resident_id)
    if wanted.q is not None:
        narrowed.append(
            or_(
                ProposalText.body_norm.contains(wanted.q, autoescape=True),
                Proposal.serial_no == wanted.q,
            )
        )
    return narrowed


def find_visible(community_id: UUID, caller: Caller, proposal_id: UUID) -> Proposal:
    """The matter, if this caller may see it; otherwise there is none."""
    proposal = db.session.scalar(
        select(Proposal).where(
            Proposal.community_id == community_id, Proposal.id == proposal_id, visible_to(caller)
        ),
        {"community_id": community_id},
    )
    if proposal is None:
        raise NoSuchProposal
    return proposal


def similar_candidates(
    community_id: UUID, caller: Caller, body_norm: str, *, at_least: float, closed_since: datetime
) -> list[dict[str, Any]]:
    """Visible matters, open or closed lately, whose words pg_trgm finds roughly alike."""
    _look_for(at_least)
    likeness = func.similarity(ProposalText.body_norm, body_norm)
    rows = db.session.execute(
        select(Proposal.id, Proposal.serial_no, ProposalText.title, ProposalText.body_norm)
        .join(
            ProposalText,
            and_(
                ProposalText.community_id == Proposal.community_id,
                ProposalText.proposal_id == Proposal.id,
                ProposalText.version == Proposal.text_version,
            ),
        )
        .where(
            Proposal.community_id == community_id,
            Proposal.status.in_(SEEN_BY_MEMBERS),
            or_(Proposal.status != "closed", Proposal.status_since >= closed_since),
            visible_to(caller),
            ProposalText.body_norm.op("%")(body_norm),
            likeness >= at_least,
        )
        .order_by(likeness.desc())
        .limit(SIMILAR_CANDIDATES),
        {"community_id": community_id},
    )
    return [dict(row) for row in rows.mappings()]


def _look_for(at_least: float) -> None:
    """pg_trgm's `%` uses the index with this threshold, for the current transaction."""
    db.session.execute(text(f"SET LOCAL pg_trgm.similarity_threshold = {at_least}"))


_DETAILS = text("""
SELECT t.title, t.body,
    (SELECT count(*) FROM support s WHERE s.community_id = p.community_id
        AND s.proposal_id = p.id AND s.withdrawn_at IS NULL) AS supporters,
    EXISTS (SELECT 1 FROM follow f WHERE f.community_id = p.community_id
        AND f.proposal_id = p.id AND f.resident_id = :me AND f.muted_at IS NULL) AS followed,
    (SELECT row_to_json(x) FROM (SELECT g.triage_class AS class, g.basis_code, g.reason,
            g.owner_role, g.due_at, g.created_at AS decided_at
        FROM triage g WHERE g.community_id = p.community_id AND g.proposal_id = p.id
        ORDER BY g.round DESC, g.no DESC LIMIT 1) x) AS triage,
    (SELECT row_to_json(x) FROM (SELECT r.id, r.outcome, r.text, r.result_sentence, r.dissent,
            r.decided_at, r.meeting_id
        FROM resolution r WHERE r.community_id = p.community_id AND r.proposal_id = p.id
        ORDER BY r.round DESC, r.attempt DESC LIMIT 1) x) AS resolution,
    (SELECT json_agg(row_to_json(x)) FROM (SELECT k.id, k.party, k.assignee_id, k.title, k.due_on,
            k.percent, k.state, k.budget_fen, k.spent_fen
        FROM task k WHERE k.community_id = p.community_id AND k.proposal_id = p.id
        ORDER BY k.id) x) AS tasks,
    (SELECT row_to_json(x) FROM (SELECT f.department, f.receipt_no, f.sent_at, f.due_on,
            f.replied_at, f.reply
        FROM referral f WHERE f.community_id = p.community_id AND f.proposal_id = p.id
        ORDER BY f.sent_at DESC LIMIT 1) x) AS referral,
    (SELECT row_to_json(x) FROM (SELECT q.id, q.state, q.opens_at, q.closes_at,
            CASE WHEN q.state = 'closed' THEN q.snapshot END AS result
        FROM question q WHERE q.community_id = p.community_id AND q.proposal_id = p.id
        ORDER BY q.round DESC, q.attempt DESC LIMIT 1) x) AS appraisal,
    (SELECT json_agg(row_to_json(x)) FROM (SELECT b.id, b.kind, b.number, b.online_at,
            b.board_posted_at, b.until_at
        FROM bulletin b WHERE b.community_id = p.community_id AND b.source_type = 'proposal'
         AND b.source_id = p.id AND b.state <> 'draft' ORDER BY b.id) x) AS bulletins,
    (SELECT json_agg(row_to_json(x)) FROM (SELECT o.id, o.target, o.text, o.due_at, o.decision,
            o.reply, o.decided_at, o.by_id = :me AS mine
        FROM objection o WHERE o.community_id = p.community_id AND o.proposal_id = p.id
        ORDER BY o.id) x) AS objections,
    (SELECT i.meeting_id FROM agenda_item i WHERE i.community_id = p.community_id
        AND i.proposal_id = p.id ORDER BY i.id DESC LIMIT 1) AS meeting_id
FROM proposal p JOIN proposal_text t ON t.community_id = p.community_id
    AND t.proposal_id = p.id AND t.version = p.text_version
WHERE p.community_id = :community_id AND p.id = :proposal_id
""")


def details(proposal: Proposal, me: UUID) -> RowMapping:
    """Everything a case page shows besides the matter's own row, in one statement."""
    asked = {"community_id": proposal.community_id, "proposal_id": proposal.id, "me": me}
    return db.session.execute(_DETAILS, asked).mappings().one()


def events_page(
    proposal: Proposal, *, after: UUID | None, limit: int, with_notes: bool
) -> list[dict[str, Any]]:
    """The matter's events, oldest first, one more than `limit`; notes where the reader may."""
    noted = case((sql_true() if with_notes else sql_false(), EventNote.text)).label("note")
    rows = (
        select(
            ProposalEvent.id,
            ProposalEvent.seq,
            ProposalEvent.kind,
            ProposalEvent.from_status,
            ProposalEvent.to_status,
            ProposalEvent.actor_role,
            ProposalEvent.channel,
            ProposalEvent.reason_code,
            ProposalEvent.occurred_at,
            ProposalEvent.prev_hash,
            ProposalEvent.hash,
            noted,
        )
        .join(
            EventNote,
            and_(
                EventNote.community_id == ProposalEvent.community_id,
                EventNote.event_id == ProposalEvent.id,
            ),
            isouter=True,
        )
        .where(
            ProposalEvent.community_id == proposal.community_id,
            ProposalEvent.proposal_id == proposal.id,
        )
        .order_by(ProposalEvent.id)
        .limit(limit + 1)
    )
    if after is not None:
        rows = rows.where(ProposalEvent.id > after)
    return [dict(row) for row in db.session.execute(rows).mappings()]
