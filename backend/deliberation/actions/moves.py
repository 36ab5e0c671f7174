"""Moving a matter: one check, one event in its chain, one new clock, under its row's lock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.deliberation.actions.standing import Standing, stand
from backend.deliberation.models import EventNote, Proposal, ProposalEvent
from backend.deliberation.queries.cases import chain_of, lock_proposal
from backend.deliberation.rules import chain, clocks, stages
from backend.deliberation.rules.refusals import StaleVersion
from backend.residents.models import Caller
from backend.residents.queries.holidays import holidays


def take(
    caller: Caller, community_id: UUID, proposal_id: UUID, version: int | None = None
) -> tuple[Proposal, Standing]:
    """The matter, locked, and the caller in front of it.

    Raises:
        NoSuchProposal: there is none in this community.
        StaleVersion: somebody has changed it since the caller looked.
    """
    proposal = lock_proposal(community_id, proposal_id)
    if version is not None and version != proposal.version:
        raise StaleVersion(
            f"您看到的是第{version}版，现在是第{proposal.version}版"
            f"（{stages.STATES[proposal.status].label}）。",
            your_version=version,
            current_version=proposal.version,
            case_status=proposal.status,
        )
    return proposal, stand(caller, proposal)


def move(
    proposal: Proposal,
    to: str,
    by: Standing,
    *,
    reason_code: str | None = None,
    note: str | None = None,
    payload: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    due_at: datetime | None = None,
    closed_as: str | None = None,
    serial_no: str | None = None,
) -> ProposalEvent:
    """Bring a locked matter from its status to `to`, or refuse by name.

    `due_at` is for statuses whose day the case itself names (a session, a promised date);
    otherwise the status's own clock runs. `at` is when a late job should have done it.
    """
    allowed = stages.check_move(proposal.status, to, by.roles, by.facts)
    now = at or utc_now()
    due = due_at or clocks.next_due(to, now, holidays())
    source = proposal.status
    _begin_again(proposal, source, to)
    proposal.status = to
    proposal.status_since = now
    proposal.status_due_at = due
    proposal.escalated_at = None
    proposal.closed_as = closed_as
    if source == "draft":
        proposal.serial_no = serial_no
        proposal.submitted_at = now
    return _link(
        proposal,
        kind=to,
        source=source,
        role=_capacity(allowed.roles, by),
        by=by,
        reason_code=reason_code,
        note=note,
        payload=payload,
        at=now,
    )


def record(
    proposal: Proposal,
    kind: str,
    by: Standing,
    *,
    action: str | None = None,
    reason_code: str | None = None,
    note: str | None = None,
    payload: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> ProposalEvent:
    """Add an event that leaves the status as it is: an extension, an objection, a posting.

    With `action` (of the table of work within a status) the caller's right to it is checked.
    """
    if action is None:
        role = _capacity(("system", "author", "assignee", *stages.ROLES), by)
    else:
        work = stages.check_work(action, proposal.status, by.roles, by.facts)
        role = _capacity(work.roles, by)
    return _link(
        proposal,
        kind=kind,
        source=proposal.status,
        role=role,
        by=by,
        reason_code=reason_code,
        note=note,
        payload=payload,
        at=at or utc_now(),
    )


def verify_chain(proposal: Proposal) -> chain.Head:
    """Recompute the whole chain and compare its end with the matter's own row."""
    head = chain.verify(chain_of(proposal))
    if (head.seq, head.hash) != (proposal.last_seq, proposal.last_hash):
        raise chain.ChainBroken("末尾的记录缺失。", seq=proposal.last_seq)
    if head.status is not None and head.status != proposal.status:
        raise chain.ChainBroken("事项状态与最后一条记录不符。", seq=head.seq)
    return head


def _begin_again(proposal: Proposal, source: str, to: str) -> None:
    """A reopened matter starts a new round; a failed appraisal counts as a rework."""
    if source == "closed":
        proposal.round += 1
        proposal.rework_count = 0
    if source == "appraising" and to in {"acting", "referred"}:
        proposal.rework_count += 1


def _capacity(roles: tuple[str, ...], by: Standing) -> str:
    """The role under which somebody acts: the first of those asked for that they have."""
    return next(role for role in roles if role in by.roles)


def _link(
    proposal: Proposal,
    *,
    kind: str,
    source: str,
    role: str,
    by: Standing,
    reason_code: str | None,
    note: str | None,
    payload: Mapping[str, Any] | None,
    at: datetime,
) -> ProposalEvent:
    """The next link of the chain. The matter's row lock is the chain's lock."""
    event: dict[str, Any] = {
        "community_id": proposal.community_id,
        "proposal_id": proposal.id,
        "seq": proposal.last_seq + 1,
        "kind": kind,
        "from_status": source,
        "to_status": proposal.status,
        "actor_id": by.actor_id,
        "actor_role": role,
        "on_behalf_of_id": by.on_behalf_of_id,
        "channel": by.channel,
        "reason_code": reason_code,
        "note_sha256": chain.sha256(note) if note else None,
        "payload": dict(payload or {}),
        "occurred_at": at,
        "prev_hash": proposal.last_hash,
    }
    row = ProposalEvent(**event, hash=chain.event_hash(event))
    db.session.add(row)
    proposal.last_seq = row.seq
    proposal.last_hash = row.hash
    proposal.version += 1
    db.session.flush()
    if note:
        db.session.add(EventNote(community_id=proposal.community_id, event_id=row.id, text=note))
    return row
