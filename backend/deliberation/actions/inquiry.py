"""干部问事: look into a matter, sort it, and guide or refer what is not shared."""

from datetime import date
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.days import day_of, end_of, last_day_before
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.models import InquiryNote, Proposal, Referral, Triage
from backend.deliberation.notices import matters as notices
from backend.deliberation.queries import belongings
from backend.deliberation.rules import clocks, filing
from backend.deliberation.rules.refusals import WindowClosed
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.holidays import holidays


def note_inquiry(
    caller: Caller, proposal_id: UUID, *, version: int, mode: str, facts: str, **found: Any
) -> InquiryNote:
    """问事记录: what was seen and heard, whom it touches, what it may cost."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    note = InquiryNote(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        round=proposal.round,
        mode=mode,
        facts=facts,
        written_by=caller.resident_id,
        **found,
    )
    db.session.add(note)
    record(
        proposal,
        "inquiry_noted",
        by,
        action="note_inquiry",
        payload={"note_id": str(note.id), "mode": mode},
    )
    return note


def extend_inquiry(caller: Caller, proposal_id: UUID, *, version: int, reason: str) -> Proposal:
    """Five more working days, once, with a reason the author reads."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    extended = belongings.latest_event(proposal, "inquiry_extended")
    if extended is not None and extended.payload.get("round") == proposal.round:
        raise WindowClosed("核实期限只能延长一次。")
    record(
        proposal,
        "inquiry_extended",
        by,
        action="extend_inquiry",
        note=reason,
        payload={"round": proposal.round},
    )
    until = last_day_before(proposal.status_due_at) if proposal.status_due_at else today()
    last = clocks.last_day(until, clocks.INQUIRY_EXTENSION, holidays())
    proposal.status_due_at = end_of(last)
    announce(notices.extended(proposal, reason))
    return proposal


def sort_out(
    caller: Caller,
    proposal_id: UUID,
    *,
    version: int,
    triage_class: str,
    basis_code: str,
    reason: str,
    owner_matter: int | None,
    required_body: str | None,
    department: str | None,
    department_due_on: date | None,
) -> Proposal:
    """三事分流: great matters go to a department, common ones to the table, private ones home."""
    filing.check_basis(triage_class, basis_code)
    filing.check_destination(triage_class, required_body=required_body, department=department)
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    to, now = filing.TARGETS[triage_class], utc_now()
    due = (
        end_of(department_due_on)
        if triage_class == "major" and department_due_on
        else clocks.next_due(to, now, holidays())
    )
    proposal.triage_class = triage_class
    proposal.is_private = triage_class == "private"
    proposal.owner_matter = owner_matter
    proposal.required_body = required_body if triage_class == "common" else None
    sorting = Triage(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        round=proposal.round,
        no=belongings.triage_count(proposal) + 1,
        triage_class=triage_class,
        basis_code=basis_code,
        reason=reason,
        author_id=proposal.author_id,
        decided_by=caller.resident_id,
        owner_role=filing.OWNERS[triage_class],
        due_at=due or now,
        supervisor_id=next(iter(holder_ids(proposal.community_id, "supervisor")), None),
    )
    move(
        proposal,
        to,
        by.knowing(triaged_as=triage_class, body_set=required_body is not None),
        reason_code=basis_code,
        note=reason,
        payload={"triage_id": str(sorting.id), "class": triage_class},
        due_at=due,
    )
    db.session.add(sorting)
    if triage_class == "major":
        db.session.add(
            Referral(
                community_id=proposal.community_id,
                proposal_id=proposal.id,
                department=department or "",
                sent_at=now,
                due_on=day_of(due or now),
            )
        )
    announce(notices.triaged(proposal, reason))
    return proposal


def give_guidance(caller: Caller, proposal_id: UUID, *, version: int, text: str) -> Proposal:
    """Tell the author of a private matter who can help and how; it closes when nobody objects."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    record(proposal, "guidance_given", by, action="give_guidance", note=text)
    sorted_out = belongings.latest_triage(proposal)
    if sorted_out is not None:
        proposal.status_due_at = clocks.due_at(sorted_out.created_at, clocks.CONTEST, holidays())
    announce(notices.guided(proposal))
    return proposal


def hand_back(caller: Caller, proposal_id: UUID, *, version: int, reason: str) -> Proposal:
    """The department says it is not theirs: the matter is sorted anew."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    move(proposal, "inquiring", by, reason_code="handed_back", note=reason)
    announce(notices.handed_back(proposal, reason))
    return proposal


def close_as_no_matter(caller: Caller, proposal_id: UUID, *, version: int, reason: str) -> Proposal:
    """无此事: looked into, nothing there. A neutral end that lowers nobody's figures."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    move(proposal, "closed", by, note=reason, closed_as="no_matter")
    announce(notices.no_matter(proposal, reason))
    return proposal
