"""Submitting a text, and what the machine says of it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from prometheus_client import Histogram

from backend import crypto
from backend.clock import today, utc_now
from backend.database import db
from backend.days import end_of
from backend.moderation import queries, rules
from backend.moderation.models import DOUBTFUL, ORDINARY, RISKY, ModerationCase
from backend.residents.queries.holidays import working_days_after
from backend.residents.queries.settings import setting_on
from backend.wechat import wechat
from backend.wechat.errors import WeChatProblem

Told = Callable[[ModerationCase], None]

DEMO_WORDS = Path(__file__).parent.parent / "words.demo.txt"
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
        due_at=end_of_working_day(
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
        tell_subject(case, by="machine")


def tell_subject(case: ModerationCase, *, by: str) -> None:
    WAIT.labels(by).observe((utc_now() - case.created_at).total_seconds())
    if (tell := _Installed.told.get(case.subject_type)) is not None:
        tell(case)


def end_of_working_day(count: int) -> datetime:
    return end_of(working_days_after(today(), count))


def _replace_open_case(community_id: UUID, subject_type: str, subject_id: UUID) -> None:
    earlier = queries.lock_open_case(community_id, subject_type, subject_id)
    if earlier is not None:
        earlier.state = "replaced"
        db.session.flush()


def _openid_of(resident_id: UUID) -> str | None:
    identity = queries.wechat_identity_of(resident_id)
    if identity is None:
        return None
    return crypto.unseal(identity.openid_sealed, f"wechat_identity.openid:{identity.id}")
