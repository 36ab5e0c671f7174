"""A matter as one person sees it: where it stands, who acts next, and what they may do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.deliberation.actions.standing import Standing, stand
from backend.deliberation.models import InquiryNote, Proposal
from backend.deliberation.models.words import CATEGORY_NAMES, CLASS_NAMES
from backend.deliberation.queries import belongings, matters
from backend.deliberation.queries.cases import moves_of
from backend.deliberation.queries.matters import Wanted
from backend.deliberation.rules import stages
from backend.residents.models import Caller, community_of
from backend.residents.models.masks import NOBODY, mask_name
from backend.residents.queries.people import names
from backend.residents.queries.places import building_names

Move = tuple[str, str, datetime]


def show(caller: Caller, proposal_id: UUID) -> dict[str, Any]:
    """The case page of a matter the caller may see; a constant number of statements."""
    proposal = matters.find_visible(community_of(caller), caller, proposal_id)
    return _case(caller, proposal, moves_of(proposal))


def show_with_records(
    caller: Caller, proposal_id: UUID, *, events: int, with_inquiry: bool
) -> dict[str, Any]:
    """The same with its chain of at most so many events, and the notes of those who looked."""
    proposal = matters.find_visible(community_of(caller), caller, proposal_id)
    chain = _events(caller, proposal, limit=events, after=None)
    told = _case(caller, proposal, _moves(chain) if len(chain) <= events else moves_of(proposal))
    notes = list(belongings.inquiry_notes(proposal)) if with_inquiry else []
    return told | {"events": chain[:events], "inquiry_notes": notes}


def _case(caller: Caller, proposal: Proposal, moves: Sequence[Move]) -> dict[str, Any]:
    by = stand(caller, proposal)
    more = matters.details(proposal, caller.resident_id)
    meeting = more["meeting"]
    known = names([proposal.author_id, proposal.assignee_id])
    return {
        **_row(proposal, more["title"]),
        "body": more["body"],
        "supporters": more["supporters"],
        "mine": proposal.author_id == caller.resident_id,
        "supported": by.facts.supported_by_me,
        "followed": more["followed"],
        "author": _author(proposal, by, known.get(proposal.author_id, NOBODY)),
        "round": proposal.round,
        "rework_count": proposal.rework_count,
        "required_body": proposal.required_body,
        "assignee_id": proposal.assignee_id,
        "assignee": known.get(proposal.assignee_id) if proposal.assignee_id else None,
        "meeting_id": meeting and UUID(meeting["id"]),
        "meeting": meeting,
        "timeline": _timeline(proposal, moves),
        "allowed_actions": [
            {
                "action": each.action,
                "label": each.label,
                "allowed": each.allowed,
                "reason": each.reason,
            }
            for each in stages.allowed_actions(proposal.status, by.roles, by.facts)
        ],
        "triage": more["triage"],
        "referral": more["referral"],
        "resolution": more["resolution"],
        "tasks": more["tasks"] or [],
        "appraisal": more["appraisal"],
        "bulletins": more["bulletins"] or [],
        "objections": _objections(more["objections"] or [], by),
    }


def page_of_matters(
    caller: Caller, *, limit: int, after: UUID | None, step: str | None, **wanted: Any
) -> list[dict[str, Any]]:
    """A page of matters with what a list shows: label, step, owner; one row more than `limit`."""
    status = wanted.pop("status")
    if step is not None and status is None:
        wanted["statuses"] = [s for s, state in stages.STATES.items() if state.step == step]
    rows = matters.matters(
        community_of(caller), caller, Wanted(status=status, **wanted), after=after, limit=limit
    )
    return [
        row | _standing_words(row["status"]) | {"due_at": row.pop("status_due_at")} for row in rows
    ]


def read_events(
    caller: Caller, proposal_id: UUID, *, limit: int, after: UUID | None
) -> list[dict[str, Any]]:
    """The chain as a member may read it; the free words only for those concerned and staff."""
    proposal = matters.find_visible(community_of(caller), caller, proposal_id)
    return _events(caller, proposal, limit=limit, after=after)


def _events(
    caller: Caller, proposal: Proposal, *, limit: int, after: UUID | None
) -> list[dict[str, Any]]:
    concerned = caller.resident_id in {proposal.author_id, proposal.filed_by}
    return matters.events_page(
        proposal,
        after=after,
        limit=limit,
        with_notes=concerned or bool(caller.roles & matters.READS_ALL),
    )


def read_inquiry_notes(caller: Caller, proposal_id: UUID) -> list[InquiryNote]:
    proposal = matters.find_visible(community_of(caller), caller, proposal_id)
    return list(belongings.inquiry_notes(proposal))


def _row(proposal: Proposal, title: str) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "serial_no": proposal.serial_no,
        "title": title,
        "status": proposal.status,
        **_standing_words(proposal.status),
        "triage_class": proposal.triage_class,
        "class_label": CLASS_NAMES.get(proposal.triage_class or ""),
        "category_code": proposal.category_code,
        "category_label": CATEGORY_NAMES[proposal.category_code],
        "place": proposal.place,
        "building_id": proposal.building_id,
        "grid_id": proposal.grid_id,
        "submitted_at": proposal.submitted_at,
        "due_at": proposal.status_due_at,
        "closed_as": proposal.closed_as,
        "is_private": proposal.is_private,
        "text_state": proposal.text_state,
        "version": proposal.version,
    }


def _standing_words(status: str) -> dict[str, Any]:
    state = stages.STATES[status]
    return {
        "status_label": state.label,
        "step": state.step,
        "owner": stages.ROLES.get(state.waits_for),
    }


def _moves(chain: list[dict[str, Any]]) -> list[Move]:
    """As `moves_of`, where the chain has been read already."""
    return [
        (each["to_status"], each["actor_role"], each["occurred_at"])
        for each in chain
        if each["from_status"] not in {None, each["to_status"]}
    ]


def _timeline(proposal: Proposal, moves: Sequence[Move]) -> list[dict[str, Any]]:
    return [
        {
            "step": stretch.step,
            "state": stretch.state,
            "visits": [
                {"status": v.status, "label": v.label, "since": v.since, "by": v.by}
                for v in stretch.visits
            ],
        }
        for stretch in stages.timeline(moves, proposal.status)
    ]


def _author(proposal: Proposal, by: Standing, name: str) -> str:
    """As the author chose to be shown; staff who deal with the matter read the name."""
    if by.roles & {"author", "filer", "staff", "grid_worker", "supervisor"}:
        return name
    if proposal.display_name == "anonymous":
        return "匿名居民"
    if proposal.display_name == "building" and proposal.building_id:
        found = building_names(proposal.community_id, [proposal.building_id])
        return f"{found.get(proposal.building_id, '')}居民"
    return mask_name(name)


def _objections(found: list[Mapping[str, Any]], by: Standing) -> list[Mapping[str, Any]]:
    """Who decides reads them all; everybody else their own."""
    decides = by.roles & {"chair", "supervisor", "staff"}
    return [each for each in found if decides or each["mine"]]
