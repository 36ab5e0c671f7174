"""What people decide about a text: passing, returning, appeals, samples."""

from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.errors import NotFound
from backend.moderation import notices, queries, rules
from backend.moderation.actions.texts import end_of_working_day, tell_subject
from backend.moderation.models import DOUBTFUL, ModerationCase
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import close_to
from backend.residents.queries.settings import setting_on, settings_on


def decide(
    caller: Caller, case_id: UUID, *, decision: str, reason_code: str | None, reason: str
) -> ModerationCase:
    """Pass the text, return it to its author with a reason, or hand it to the chair.

    Raises:
        AlreadyDecided: somebody else was faster.
        OwnText: the reviewer wrote it, or somebody close to the reviewer.
        NotYourTurn: it waits for somebody else.
        ReasonMissing: a return or escalation needs one.
    """
    case = queries.lock_case(community_of(caller), case_id)
    rules.check_open(case.state)
    rules.check_reviewer(
        reviewer_id=caller.resident_id,
        author_id=case.author_id,
        close_to_reviewer=close_to(case.community_id, caller),
    )
    rules.check_turn(roles=caller.roles, state=case.state, due_at=case.due_at, now=utc_now())
    rules.check_decision(decision, reason_code, reason)
    case.reason_code, case.reason = reason_code, reason or None
    _record(f"moderation.{decision}", caller, case)
    if decision == "escalate":
        case.state = "escalated"
        return case
    case.state = "passed" if decision == "pass" else "returned"
    case.decided_by, case.decided_at = caller.resident_id, utc_now()
    announce(
        notices.text_passed(case)
        if decision == "pass"
        else notices.text_returned(case, rules.category(reason_code))
    )
    tell_subject(case, by="people")
    return case


def check_sample(caller: Caller, case_id: UUID, *, finding: str) -> ModerationCase:
    """A person has looked at what the machine let pass; a doubtful text goes to the queue.

    It stays as it is until the queue has decided, as after a report.

    Raises:
        NotInTheSample: it was not drawn, or somebody has looked already.
        OwnText: the reviewer wrote it, or somebody close to the reviewer.
    """
    case = queries.lock_case(community_of(caller), case_id)
    rules.check_sampled(sampled=case.sampled, checked_at=case.sample_checked_at)
    rules.check_reviewer(
        reviewer_id=caller.resident_id,
        author_id=case.author_id,
        close_to_reviewer=close_to(case.community_id, caller),
    )
    case.sample_checked_by, case.sample_checked_at = caller.resident_id, utc_now()
    case.sample_finding = finding
    _record(f"moderation.sample_{finding}", caller, case)
    latest = queries.lock_latest_case(case.community_id, case.subject_type, case.subject_id)
    if finding == "doubtful" and latest.id == case.id:  # else a newer text took its place
        _held_again(case)
    return case


def appeal(caller: Caller, case_id: UUID, *, text: str) -> ModerationCase:
    """Ask another judge, once, within seven days.

    Raises:
        NoAppealPossible: it was not returned, was appealed before, or the days are over.
    """
    case = queries.lock_case(community_of(caller), case_id)
    if case.author_id != caller.resident_id:
        raise NotFound
    limits = settings_on(
        case.community_id, ["moderation.appeal_days", "moderation.appeal_working_days"], today()
    )
    rules.check_appeal(
        state=case.state,
        decided_at=case.decided_at,
        appealed_at=case.appealed_at,
        within_days=limits["moderation.appeal_days"],
        now=utc_now(),
    )
    case.appealed_at, case.appeal_text = utc_now(), text
    case.due_at = end_of_working_day(limits["moderation.appeal_working_days"])
    case.overdue_told_at = None
    _record("moderation.appealed", caller, case)
    return case


def decide_appeal(caller: Caller, case_id: UUID, *, decision: str, reason: str) -> ModerationCase:
    """Another judge passes the text after all, or lets the return stand.

    Raises:
        SameJudge: whoever decided first does not decide again.
        OwnText: the judge wrote it, or somebody close to the judge.
        AlreadyDecided: somebody else was faster.
    """
    case = queries.lock_case(community_of(caller), case_id)
    rules.check_appeal_judge(
        judge_id=caller.resident_id,
        decided_by=case.decided_by,
        appealed_at=case.appealed_at,
        appeal_outcome=case.appeal_outcome,
    )
    rules.check_reviewer(
        reviewer_id=caller.resident_id,
        author_id=case.author_id,
        close_to_reviewer=close_to(case.community_id, caller),
    )
    case.appeal_by, case.appeal_reason = caller.resident_id, reason
    case.appeal_outcome = "passed" if decision == "pass" else "upheld"
    _record(f"moderation.appeal_{case.appeal_outcome}", caller, case)
    announce(notices.appeal_decided(case))
    if decision == "pass":
        case.state = "passed"
        tell_subject(case, by="appeal")
    return case


def look_again(community_id: UUID, subject_type: str, subject_id: UUID) -> ModerationCase:
    """People look at a reported text (again); it stays as it is until they have decided.

    Raises:
        NotFound: no such text was ever submitted here.
    """
    case = queries.lock_latest_case(community_id, subject_type, subject_id)
    return case if case.state in rules.OPEN_STATES else _held_again(case)


def tell_overdue() -> None:
    """Tell chair and author, once, that a text has waited too long; it is never passed so."""
    for case in queries.lock_overdue(utc_now()):
        for chair in holder_ids(case.community_id, "chair"):
            announce(notices.review_overdue_to_chair(case, chair))
        announce(notices.review_overdue_to_author(case))
        case.overdue_told_at = utc_now()


def _held_again(case: ModerationCase) -> ModerationCase:
    """A new case about the same text; the machine has said what it has to say."""
    again = ModerationCase(
        community_id=case.community_id,
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        author_id=case.author_id,
        scene=case.scene,
        title=case.title,
        excerpt=case.excerpt,
        text_sha256=case.text_sha256,
        due_at=end_of_working_day(
            setting_on(case.community_id, "moderation.check_working_days", today())
        ),
        priority=min(case.priority, DOUBTFUL),
        on_word_list=case.on_word_list,
        machine_result=case.machine_result,
        machine_label=case.machine_label,
        checked_at=case.checked_at or utc_now(),
    )
    db.session.add(again)
    db.session.flush()
    return again


def _record(action: str, caller: Caller, case: ModerationCase) -> None:
    detail: dict[str, Any] = {
        "subject_type": case.subject_type,
        "subject_id": str(case.subject_id),
        "reason_code": case.reason_code,
        "text_sha256": case.text_sha256,
    }
    record(
        action,
        object_type="moderation_case",
        object_id=case.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=case.community_id,
        detail=detail,
    )
