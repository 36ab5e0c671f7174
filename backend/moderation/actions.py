"""Submitting a text, letting the machine look, and the decisions of people."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from prometheus_client import Histogram

from backend import crypto
from backend.audit.actions import record
from backend.clock import SHANGHAI, today, utc_now
from backend.database import db
from backend.errors import NotFound
from backend.moderation import notices, queries, rules
from backend.moderation.models import DOUBTFUL, ORDINARY, RISKY, ContentReport, ModerationCase
from backend.notifications.actions import announce
from backend.residents.models import Caller
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.holidays import working_days_after
from backend.residents.queries.people import kin_of, residents_of_households
from backend.residents.queries.settings import setting_on, settings_on
from backend.wechat import wechat
from backend.wechat.errors import WeChatProblem

Told = Callable[[ModerationCase], None]

DEMO_WORDS = Path(__file__).parent / "words.demo.txt"
CLAIMED_AT_ONCE = 5
CLAIM_LASTS = timedelta(minutes=2)

WAIT = Histogram(
    "moderation_wait_seconds",
    "From submitting a text until it is decided.",
    ["by"],
    buckets=(1, 5, 30, 300, 3600, 4 * 3600, 24 * 3600, 72 * 3600),
)


class _Installed:
    words = rules.WordList([])
    told: dict[str, Told] = {}


def use_word_list(operators: Path | None) -> None:
    """Read the built-in words and the operator's (UTF-8, one a line) for this process."""
    lines = [
        line
        for path in (DEMO_WORDS, operators)
        if path is not None
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    _Installed.words = rules.WordList(rules.words_in(lines))


def on_decision(subject_type: str, tell: Told) -> None:
    """Have `tell` called, in the same transaction, when such a text is passed or returned.

    It is called again when an appeal turns a return into a pass. `case.state` says which.
    """
    _Installed.told[subject_type] = tell


@dataclass(frozen=True, kw_only=True)
class Question:
    """A text the machine shall look at."""

    community_id: UUID
    case_id: UUID
    scene: int
    title: str = field(repr=False)
    text: str = field(repr=False)
    openid: str | None = field(repr=False)  # None: nobody to ask about, people decide


@dataclass(frozen=True, kw_only=True)
class Verdict:
    result: str  # pass | review | risky | none
    label: int | None = None


NO_VERDICT = Verdict(result="none")


def submit_text(
    *,
    community_id: UUID,
    subject_type: str,
    subject_id: UUID,
    author_id: UUID,
    title: str,
    text: str,
    scene: int = 3,
    premoderated: bool = True,
) -> ModerationCase:
    """Hold a text until machine and people have seen it; a newer text replaces an older one."""
    _replace_open_case(community_id, subject_type, subject_id)
    on_list = _Installed.words.is_hit_by(f"{title}\n{text}")
    case = ModerationCase(
        community_id=community_id,
        subject_type=subject_type,
        subject_id=subject_id,
        author_id=author_id,
        scene=scene,
        title=title,
        excerpt=text,
        text_sha256=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest(),
        due_at=_end_of_working_day(
            setting_on(community_id, "moderation.check_working_days", today())
        ),
        premoderated=premoderated,
        on_word_list=on_list,
        priority=DOUBTFUL if on_list else ORDINARY,
    )
    db.session.add(case)
    db.session.flush()
    return case


def claim_texts() -> list[Question]:
    """Take a few texts the machine has not seen; another job may take them after two minutes."""
    now = utc_now()
    cases = queries.lock_unchecked(now, CLAIMED_AT_ONCE)
    for case in cases:
        case.claimed_until = now + CLAIM_LASTS
    return [
        Question(
            community_id=case.community_id,
            case_id=case.id,
            scene=case.scene,
            title=case.title,
            text=case.excerpt,
            openid=_openid_of(case.author_id)
            if now - case.created_at <= rules.TOO_LATE_FOR_THE_MACHINE
            else None,
        )
        for case in cases
    ]


def ask_machine(question: Question) -> Verdict:
    """WeChat's gravest verdict over all pieces of the text; none whatever goes wrong."""
    if question.openid is None:
        return NO_VERDICT
    try:
        checks = [
            wechat().check_text(question.openid, question.scene, piece, question.title)
            for piece in rules.pieces(question.text)
        ]
    except WeChatProblem:  # the client has counted and logged it
        return NO_VERDICT
    if not checks:
        return NO_VERDICT
    result = rules.worst([check.suggest for check in checks])
    label = next((c.label for c in checks if rules.worst([c.suggest]) == result), None)
    return Verdict(result=result, label=label)


def record_verdict(question: Question, verdict: Verdict) -> None:
    """Keep what the machine said; it passes what nobody needs to see, and never returns."""
    case = queries.lock_case(question.community_id, question.case_id)
    case.machine_result = verdict.result
    case.machine_label = verdict.label
    case.checked_at = utc_now()
    case.claimed_until = None
    if verdict.result == "risky":
        case.priority = RISKY
    elif verdict.result == "review":
        case.priority = min(case.priority, DOUBTFUL)
    if case.state == "held" and rules.is_clear(
        verdict=verdict.result, on_word_list=case.on_word_list, premoderated=case.premoderated
    ):
        case.state = "passed"
        case.decided_at = utc_now()
        percent = setting_on(case.community_id, "moderation.sample_percent", today())
        case.sampled = rules.is_drawn(case.id, percent)
        _tell_subject(case, by="machine")


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
    case = queries.lock_case(_community_of(caller), case_id)
    rules.check_open(case.state)
    rules.check_reviewer(
        reviewer_id=caller.resident_id,
        author_id=case.author_id,
        close_to_reviewer=_close_to(caller),
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
    _tell_subject(case, by="people")
    return case


def check_sample(caller: Caller, case_id: UUID, *, finding: str) -> ModerationCase:
    """A person has looked at what the machine let pass; a doubtful text goes to the queue.

    It stays as it is until the queue has decided, as after a report.

    Raises:
        NotInTheSample: it was not drawn, or somebody has looked already.
        OwnText: the reviewer wrote it, or somebody close to the reviewer.
    """
    case = queries.lock_case(_community_of(caller), case_id)
    rules.check_sampled(sampled=case.sampled, checked_at=case.sample_checked_at)
    rules.check_reviewer(
        reviewer_id=caller.resident_id,
        author_id=case.author_id,
        close_to_reviewer=_close_to(caller),
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
    case = queries.lock_case(_community_of(caller), case_id)
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
    case.due_at = _end_of_working_day(limits["moderation.appeal_working_days"])
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
    case = queries.lock_case(_community_of(caller), case_id)
    rules.check_appeal_judge(
        judge_id=caller.resident_id,
        decided_by=case.decided_by,
        appealed_at=case.appealed_at,
        appeal_outcome=case.appeal_outcome,
    )
    rules.check_reviewer(
        reviewer_id=caller.resident_id,
        author_id=case.author_id,
        close_to_reviewer=_close_to(caller),
    )
    case.appeal_by, case.appeal_reason = caller.resident_id, reason
    case.appeal_outcome = "passed" if decision == "pass" else "upheld"
    _record(f"moderation.appeal_{case.appeal_outcome}", caller, case)
    announce(notices.appeal_decided(case))
    if decision == "pass":
        case.state = "passed"
        _tell_subject(case, by="appeal")
    return case


def report_content(
    caller: Caller, subject_type: str, subject_id: UUID, *, reason_code: str, text: str
) -> ContentReport:
    """举报: people look at the text (again); it stays as it is until they have decided.

    Raises:
        NotFound: no such text was ever submitted here.
        AlreadyReported: this person has reported it.
    """
    community_id = _community_of(caller)
    case = queries.lock_latest_case(community_id, subject_type, subject_id)
    if queries.report_of(community_id, caller.resident_id, subject_type, subject_id) is not None:
        raise rules.AlreadyReported
    if case.state not in rules.OPEN_STATES:
        case = _held_again(case)
    report = ContentReport(
        community_id=community_id,
        actor_id=caller.resident_id,
        subject_type=subject_type,
        subject_id=subject_id,
        reason_code=reason_code,
        text=text,
        case_id=case.id,
    )
    db.session.add(report)
    db.session.flush()
    return report


def tell_overdue() -> None:
    """Tell chair and author, once, that a text has waited too long; it is never passed so."""
    for case in queries.lock_overdue(utc_now()):
        for chair in holder_ids(case.community_id, "chair"):
            announce(notices.review_overdue_to_chair(case, chair))
        announce(notices.review_overdue_to_author(case))
        case.overdue_told_at = utc_now()


def _replace_open_case(community_id: UUID, subject_type: str, subject_id: UUID) -> None:
    earlier = queries.lock_open_case(community_id, subject_type, subject_id)
    if earlier is not None:
        earlier.state = "replaced"
        db.session.flush()


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
        due_at=_end_of_working_day(
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


def _tell_subject(case: ModerationCase, *, by: str) -> None:
    WAIT.labels(by).observe((utc_now() - case.created_at).total_seconds())
    if (tell := _Installed.told.get(case.subject_type)) is not None:
        tell(case)


def _openid_of(resident_id: UUID) -> str | None:
    identity = queries.wechat_identity_of(resident_id)
    if identity is None:
        return None
    return crypto.unseal(identity.openid_sealed, f"wechat_identity.openid:{identity.id}")


def _close_to(caller: Caller) -> frozenset[UUID]:
    """Those the caller lives with here, and declared near relatives."""
    homes = residents_of_households(_community_of(caller), caller.household_ids)
    return kin_of([caller.resident_id]).union(*homes.values())


def _end_of_working_day(count: int) -> datetime:
    day = working_days_after(today(), count) + timedelta(days=1)
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


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


def _community_of(caller: Caller) -> UUID:
    if caller.community_id is None:
        raise NotFound("请先选择所在社区。")
    return caller.community_id
