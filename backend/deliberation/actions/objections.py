"""Saying no: appeals, contests, objections, the supervisors' questions, and asking again."""

from dataclasses import dataclass
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.days import end_of
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.actions.referring import refer_again
from backend.deliberation.actions.standing import Standing
from backend.deliberation.actions.tasks import drop_tasks, mend
from backend.deliberation.models import Objection, Proposal
from backend.deliberation.notices import matters as notices
from backend.deliberation.notices import outcomes as outcome_notices
from backend.deliberation.queries import belongings
from backend.deliberation.queries.matters import find_visible
from backend.deliberation.rules import clocks, filing, stages
from backend.deliberation.rules.guards import REOPENERS_NEEDED, check
from backend.deliberation.rules.refusals import (
    AlreadyObjected,
    NothingToDecide,
    NotInThisState,
)
from backend.limits import OBJECTIONS, keep_pace
from backend.notifications.actions import announce
from backend.publication.queries import bulletins_of
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.holidays import holidays
from backend.residents.queries.people import is_live_resident

# target of the objection -> the work it is in the table of states, and its clock
KINDS = {
    "rejection": ("appeal", clocks.APPEAL_DECISION),
    "triage": ("contest", clocks.OBJECTION_ANSWER),
    "publication": ("object", clocks.OBJECTION_ANSWER),
    "oversight": ("oversee", clocks.OVERSIGHT_ANSWER),
}
# target -> where an upheld objection sends the matter, by its status; a great one is referred
UPHELD = {
    ("rejection", "rejected"): "inquiring",
    ("triage", "referred"): "inquiring",
    ("triage", "guided"): "inquiring",
    ("triage", "queued"): "inquiring",
    ("publication", "publicized"): "queued",
    ("publication", "outcome_publicized"): "acting",
}


@dataclass(frozen=True)
class _Target:
    id: UUID
    decided_by: UUID | None


def object_to(
    caller: Caller,
    proposal_id: UUID,
    *,
    target: str,
    text: str,
    channel: str | None = None,
    resident_id: UUID | None = None,
) -> Objection:
    """File an objection for oneself, or type in what somebody said (`resident_id`, `channel`).

    Raises:
        AlreadyObjected: once against the same decision.
        AskedTooOften: a resident's own, very many within a day; not what a worker types in for
            others, nor a supervisor's questions.
    """
    community_id = community_of(caller)
    person_id = resident_id or caller.resident_id
    if resident_id is not None and not is_live_resident(community_id, resident_id):
        raise filing.NotAResident
    find_visible(community_id, caller, proposal_id)
    proposal, by = take(caller, community_id, proposal_id)
    action, clock = KINDS[target]
    aimed = _aim(proposal, target)
    if belongings.objection_by(proposal, aimed.id, person_id) is not None:
        raise AlreadyObjected("同一事由只能提出一次，请等候答复。")
    if resident_id is not None:
        relation = "author" if proposal.author_id == person_id else "resident"
        by = by.for_person(person_id, channel or caller.channel).being(relation)
    record(proposal, f"{action}_filed", by, action=action, note=text, payload={"target": target})
    if resident_id is None and target != "oversight":
        keep_pace(OBJECTIONS, person_id)
    objection = Objection(
        community_id=community_id,
        proposal_id=proposal.id,
        target=target,
        target_id=aimed.id,
        by_id=person_id,
        channel=channel or caller.channel,
        keyed_by=caller.resident_id if resident_id else None,
        text=text,
        due_at=clocks.due_at(utc_now(), clock, holidays()),
        first_decided_by=aimed.decided_by,
    )
    db.session.add(objection)
    db.session.flush()
    for decider in holder_ids(community_id, "chair", "supervisor"):
        announce(notices.objection_filed(proposal, decider, objection.id))
    return objection


def decide(caller: Caller, objection_id: UUID, *, decision: str, reply: str) -> Objection:
    """The chair and a supervisor decide together: the first says it, the second confirms it."""
    community_id = community_of(caller)
    found = belongings.find_objection(community_id, objection_id)
    proposal, by = take(caller, community_id, found.proposal_id)
    objection = belongings.lock_objection(community_id, objection_id)
    if objection.decided_at is not None or objection.target == "oversight":
        raise NothingToDecide("这项异议已经答复。")
    stages.check_work("decide_objection", proposal.status, by.roles, by.facts)
    side = filing.joint_role(caller.roles)
    if objection.decided_by is None:
        objection.decided_by, objection.decision, objection.reply = (
            caller.resident_id,
            decision,
            reply,
        )
        record(
            proposal,
            "objection_proposed",
            by,
            payload={"objection_id": str(objection.id), "decision": decision, "as": side},
        )
        return objection
    filing.check_joint_decision(
        decided_by=objection.decided_by,
        first=objection.decision,
        second=decision,
        decider=caller.resident_id,
    )
    filing.check_other_side(side, belongings.side_of(proposal, objection.id))
    objection.confirmed_by, objection.decided_at = caller.resident_id, utc_now()
    _carry_out(proposal, by, objection)
    announce(
        notices.objection_decided(proposal, objection.by_id, objection.id, objection.reply or reply)
    )
    return objection


def answer(caller: Caller, objection_id: UUID, *, reply: str) -> Objection:
    """The committee answers a supervisor's question; nobody answers their own."""
    community_id = community_of(caller)
    found = belongings.find_objection(community_id, objection_id)
    proposal, by = take(caller, community_id, found.proposal_id)
    objection = belongings.lock_objection(community_id, objection_id)
    if objection.target != "oversight" or objection.decided_at is not None:
        raise NothingToDecide("这项质询已经答复。")
    if objection.by_id == caller.resident_id:
        raise filing.NotADecider("质询由居委会书面答复。")
    objection.decided_by, objection.decision = caller.resident_id, "answered"
    objection.reply, objection.decided_at = reply, utc_now()
    record(proposal, "oversight_answered", by, note=reply)
    announce(notices.objection_decided(proposal, objection.by_id, objection.id, reply))
    return objection


def reopen(caller: Caller, proposal_id: UUID, *, version: int, facts: str) -> Proposal:
    """The author alone, or ten residents one after another, take a closed matter up again."""
    find_visible(community_of(caller), caller, proposal_id)
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    if proposal.status != "closed":
        raise NotInThisState("事项还没有办结，不用重新提出。")
    askers = belongings.reopening_askers(proposal) | {caller.resident_id}
    check(by.facts, "not_yet_reopening")
    enough = by.facts.by_author or len(askers) >= REOPENERS_NEEDED
    if not enough and by.facts.in_reopening_time:
        record(proposal, "reopening_asked", by, note=facts)
        return proposal
    move(proposal, "inquiring", by.knowing(reopeners=len(askers)), note=facts)
    proposal.assignee_id = None
    announce(notices.reopened(proposal))
    return proposal


def _aim(proposal: Proposal, target: str) -> _Target:
    """What exactly is objected to, and who decided it: they may not judge it again."""
    if target == "rejection":
        event = belongings.latest_event(proposal, "rejected")
        if event is not None:
            return _Target(event.id, event.actor_id)
    if target == "triage":
        sorting = belongings.latest_triage(proposal)
        if sorting is not None:
            return _Target(sorting.id, sorting.decided_by)
    if target == "publication":
        known = bulletins_of(proposal.community_id, "proposal", proposal.id)
        posted = [bulletin for bulletin in known if bulletin.online_at is not None]
        if posted:
            return _Target(posted[-1].id, None)
    if target == "oversight":
        newest = belongings.newest_event(proposal)
        return _Target(newest.id, None)
    raise NotInThisState("现在没有可以提出异议的决定。")


def _carry_out(proposal: Proposal, by: Standing, objection: Objection) -> None:
    if objection.decision != "upheld":
        record(
            proposal,
            "objection_refused",
            by,
            note=objection.reply,
            payload={"objection_id": str(objection.id)},
        )
        return
    to = UPHELD[objection.target, proposal.status]
    if to == "acting" and proposal.triage_class == "major":
        to = "referred"
    mended_by = clocks.add_days(today(), clocks.REWORK_PLAN.spans[0].count)
    move(
        proposal,
        to,
        by.knowing(objection_upheld=True, decided_by_another=True),
        note=objection.reply,
        payload={"objection_id": str(objection.id)},
        due_at=end_of(mended_by) if to == "acting" else None,
    )
    if to == "inquiring":
        proposal.assignee_id = None  # another person looks into it
    if to == "queued":
        drop_tasks(proposal)
    if to == "referred":
        refer_again(proposal, at=utc_now())
    if to == "acting":
        for task in mend(proposal, mended_by):
            announce(outcome_notices.task_given(proposal, task))
    _settle_the_others(proposal, objection)


def _settle_the_others(proposal: Proposal, upheld: Objection) -> None:
    """What else was said against the same decision has come true with it, and is answered so."""
    for other in belongings.open_objections(proposal, upheld.target):
        other.decided_by, other.confirmed_by = upheld.decided_by, upheld.confirmed_by
        other.decision, other.reply = upheld.decision, upheld.reply
        other.decided_at = upheld.decided_at
        announce(notices.objection_decided(proposal, other.by_id, other.id, upheld.reply or ""))
