"""Matters as people see them: the one rule of who sees which, lists, and what hangs on one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    RowMapping,
    and_,
    case,
    select,
    text,
)
from sqlalchemy import false as sql_false
from sqlalchemy import true as sql_true

from backend.database import ask, db
from backend.deliberation.models import (
    EventNote,
    Proposal,
    ProposalEvent,
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
_UNDER_MY_GRIDS = """p.grid_id IN (
    WITH RECURSIVE mine AS (
        SELECT id FROM grid WHERE community_id = :community_id AND id = ANY(:my_grids)
        UNION ALL
        SELECT below.id FROM grid below JOIN mine ON below.parent_id = mine.id
         WHERE below.community_id = :community_id
    ) SELECT id FROM mine)"""
_SEEN = ", ".join(f"'{status}'" for status in SEEN_BY_MEMBERS)
_OWN = "p.author_id = :me OR p.filed_by = :me"
_PUBLIC = f"p.status IN ({_SEEN}) AND NOT p.is_private AND p.text_state = 'passed'"
_WITH_TEXT = """proposal p JOIN proposal_text t ON t.community_id = p.community_id
    AND t.proposal_id = p.id AND t.version = p.text_version"""
_LIST = f"""
SELECT p.id, p.serial_no, t.title, p.status, p.triage_class, p.category_code, p.place,
       p.building_id, p.grid_id, p.submitted_at, p.status_due_at, p.closed_as, p.is_private,
       p.text_state, p.version, p.author_id = :me AS mine,
       (SELECT count(*) FROM support s WHERE s.community_id = p.community_id
           AND s.proposal_id = p.id AND s.withdrawn_at IS NULL) AS supporters
  FROM {_WITH_TEXT}
 WHERE p.community_id = :community_id AND"""  # noqa: S608, built of our own words only
_NARROWED = {
    "after": "p.id < :after",
    "status": "p.status = :status",
    "statuses": "p.status = ANY(:statuses)",
    "triage_class": "p.triage_class = :triage_class",
    "grid_id": "p.grid_id = :grid_id",
    "mine": "p.author_id = :me",
    "q": "(position(:q in t.body_norm) > 0 OR p.serial_no = :q)",
}
_MY_WRITING = f"p.status IN ('draft', 'returned') AND ({_OWN})"
_MY_INQUIRY = "p.status IN ('inquiring', 'guided') AND p.assignee_id = :me"
_IN_MY_GRIDS = f"""{_UNDER_MY_GRIDS} AND (p.status = 'submitted' OR (p.status = 'inquiring'
    AND NOT EXISTS (SELECT 1 FROM inquiry_note n WHERE n.community_id = p.community_id
        AND n.proposal_id = p.id AND n.round = p.round)))"""  # noqa: S608, our own words only


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list of matters is narrowed to; None leaves it open."""

    status: str | None = None
    statuses: list[str] | None = None
    triage_class: str | None = None
    grid_id: UUID | None = None
    mine: bool = False
    waiting: bool = False
    """Only what waits for the caller."""
    q: str | None = None


def visible_to(caller: Caller) -> str:
    """The one predicate of who sees matter `p`, for lists, details and hints alike.

    It asks for the values of `asked_by`. The author and whoever filed it always see it; staff
    by their office and grid workers in their own grids once it is handed in; everybody else from
    the acceptance on, unless it is private or its words are held.
    """
    if caller.roles & READS_ALL:
        return f"(p.status <> 'draft' OR {_OWN})"
    if _grids(caller):
        return f"({_OWN} OR ({_PUBLIC}) OR (p.status <> 'draft' AND {_UNDER_MY_GRIDS}))"
    return f"({_OWN} OR ({_PUBLIC}))"


def _waits_for(caller: Caller) -> str:
    """What the caller has to finish writing, to look into, or to receive in their own grids."""
    mine = f"({_MY_WRITING}) OR ({_MY_INQUIRY})"
    return f"({mine} OR ({_IN_MY_GRIDS}))" if _grids(caller) else f"({mine})"


def asked_by(community_id: UUID, caller: Caller) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "me": caller.resident_id,
        **({"my_grids": grids} if (grids := _grids(caller)) else {}),
    }


def _grids(caller: Caller) -> list[UUID | None]:
    return [duty.scope_id for duty in caller.duties if duty.scope_type == "grid"]


def matters(
    community_id: UUID, caller: Caller, wanted: Wanted, *, after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """A page of matters, newest first, one row more than `limit`; one statement.

    The list is the hottest read: plain rows, and a literal limit, because PostgreSQL plans a
    bound one for a long list.
    """
    narrowed = {k: v for k, v in vars(wanted).items() if v not in (None, False)}
    conditions = [visible_to(caller)]
    if narrowed.pop("waiting", False):
        conditions.append(_waits_for(caller))
    if after is not None:
        narrowed["after"] = after
    conditions += (_NARROWED[name] for name in sorted(narrowed))
    statement = f"{_LIST} {' AND '.join(conditions)} ORDER BY p.id DESC LIMIT {limit + 1}"
    return ask(statement, asked_by(community_id, caller) | narrowed)


def find_visible(
    community_id: UUID, caller: Caller, proposal_id: UUID, *, lock: bool = False
) -> Proposal:
    """The matter, if this caller may see it; otherwise there is none.

    `lock` holds it until the transaction ends, as it is at that moment.
    """
    seen = text(
        "SELECT p.* FROM proposal p WHERE p.community_id = :community_id"  # noqa: S608
        f" AND p.id = :proposal_id AND {visible_to(caller)}" + (" FOR UPDATE" if lock else "")
    )
    proposal: Proposal | None = db.session.scalar(
        select(Proposal).from_statement(seen),
        asked_by(community_id, caller) | {"proposal_id": proposal_id},
        execution_options={"populate_existing": lock},
    )
    if proposal is None:
        raise NoSuchProposal
    return proposal


def similar_candidates(
    community_id: UUID, caller: Caller, body_norm: str, *, at_least: float, closed_since: datetime
) -> list[dict[str, Any]]:
    """Visible matters, open or closed lately, whose words pg_trgm finds roughly alike."""
    _look_for(at_least)
    alike = text(
        "SELECT p.id, p.serial_no, t.title, t.body_norm"  # noqa: S608
        f"  FROM {_WITH_TEXT}"
        f" WHERE p.community_id = :community_id AND p.status IN ({_SEEN})"
        "   AND (p.status <> 'closed' OR p.status_since >= :closed_since)"
        f"  AND {visible_to(caller)} AND t.body_norm % :body_norm"
        " ORDER BY similarity(t.body_norm, :body_norm) DESC"
        f" LIMIT {SIMILAR_CANDIDATES}"
    )
    rows = db.session.execute(
        alike,
        asked_by(community_id, caller) | {"body_norm": body_norm, "closed_since": closed_since},
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
    (SELECT row_to_json(x) FROM (SELECT m.id, m.kind, m.starts_at
        FROM agenda_item i JOIN meeting m ON m.community_id = i.community_id
         AND m.id = i.meeting_id
        WHERE i.community_id = p.community_id AND i.proposal_id = p.id
        ORDER BY i.id DESC LIMIT 1) x) AS meeting
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
