"""验收: somebody who did not do the work looks at it; then those concerned are asked."""

from uuid import UUID

from backend.clock import today
from backend.database import db
from backend.days import end_of
from backend.deliberation.actions.appraising import open_appraisal
from backend.deliberation.actions.kinship import near_the_work
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.actions.standing import Standing
from backend.deliberation.actions.tasks import mend
from backend.deliberation.models import Inspection, Proposal
from backend.deliberation.notices import outcomes as notices
from backend.deliberation.queries import outcomes as found
from backend.deliberation.queries.circumstances import circumstances
from backend.deliberation.queries.matters import find_visible
from backend.deliberation.rules import clocks
from backend.deliberation.rules import outcomes as rules
from backend.deliberation.rules.refusals import NotInThisState
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.people import household_ids_of, is_live_resident

PROPOSED = "inspection_proposed"


def inspect(
    caller: Caller,
    proposal_id: UUID,
    *,
    version: int,
    result: str,
    defects: list[str],
    second_id: UUID | None,
) -> Proposal:
    """A supervisor's word is enough; a resident names a second one, who must confirm."""
    rules.check_defects(result, defects)
    find_visible(community_of(caller), caller, proposal_id)
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    _check_inspecting(proposal)
    _check_inspector(proposal, caller.resident_id, is_supervisor="supervisor" in by.roles)
    if "supervisor" in by.roles:
        _conclude(proposal, by, caller.resident_id, result=result, defects=defects)
        return proposal
    if second_id is None or second_id == caller.resident_id:
        raise rules.SecondMissing("请指名另一位与事项无关的居民，由其确认。")
    _check_inspector(proposal, second_id, is_supervisor=False)
    _check_two(proposal, caller.resident_id, second_id)
    record(
        proposal,
        PROPOSED,
        by,
        note="\n".join(defects) or None,
        payload={"result": result, "second_id": str(second_id)},
    )
    announce(notices.confirm_inspection(proposal, second_id))
    return proposal


def confirm(caller: Caller, proposal_id: UUID, *, version: int) -> Proposal:
    """The second resident has looked too and says the same."""
    find_visible(community_of(caller), caller, proposal_id)
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    _check_inspecting(proposal)
    proposed = found.newest_event_since_entering(proposal, PROPOSED)
    if proposed is None or proposed.actor_id is None:
        raise rules.NothingToConfirm("请先由一位居民填写验收单。")
    if proposed.payload["second_id"] != str(caller.resident_id):
        raise rules.NotTheSecond
    _check_inspector(proposal, caller.resident_id, is_supervisor=False)
    _check_two(proposal, proposed.actor_id, caller.resident_id)
    note = found.note_of(proposed)
    _conclude(
        proposal,
        by.being("inspector"),
        proposed.actor_id,
        second_id=caller.resident_id,
        result=proposed.payload["result"],
        defects=note.split("\n") if note else [],
    )
    return proposal


def _conclude(
    proposal: Proposal,
    by: Standing,
    inspector_id: UUID,
    *,
    result: str,
    defects: list[str],
    second_id: UUID | None = None,
) -> None:
    inspection = Inspection(
        community_id=proposal.community_id,
        proposal_id=proposal.id,
        round=proposal.round,
        inspector_id=inspector_id,
        second_id=second_id,
        result=result,
        defects=defects,
    )
    payload = {"inspection_id": str(inspection.id), "result": result}
    if result == "accepted":
        open_appraisal(proposal, by, payload=payload)
    else:
        due_on = clocks.add_days(today(), clocks.REWORK_PLAN.spans[0].count)
        move(
            proposal,
            "acting",
            by,
            note="\n".join(defects),
            payload=payload,
            due_at=end_of(due_on),
        )
        for task in mend(proposal, due_on):
            announce(notices.task_given(proposal, task))
        announce(notices.defects_found(proposal))
    db.session.add(inspection)


def _check_inspecting(proposal: Proposal) -> None:
    if proposal.status != "inspecting":
        raise NotInThisState("全部任务完成后才验收。", case_status=proposal.status)


def _check_inspector(proposal: Proposal, person_id: UUID, *, is_supervisor: bool) -> None:
    around = circumstances(proposal, person_id, today=today())
    rules.check_inspector(
        is_supervisor=is_supervisor,
        is_resident=is_live_resident(proposal.community_id, person_id),
        unrelated=around["unrelated"],
        near_the_work=near_the_work(proposal, person_id),
    )


def _check_two(proposal: Proposal, one: UUID, other: UUID) -> None:
    homes = household_ids_of(proposal.community_id, [one, other])
    rules.check_two_households(homes.get(one, frozenset()), homes.get(other, frozenset()))
