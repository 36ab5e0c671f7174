"""Appraisal 民主评事: how many must answer, when it passes, and what a failed one leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from backend.errors import Invalid

Next = Literal["satisfied", "extend", "insufficient", "rework", "unsatisfied"]
Share = tuple[int, int]
"""A rate that always travels with its numerator and denominator."""

SCORES = range(1, 6)
SATISFIED_FROM = 4
REASON_UP_TO = 2
MINIMUM = 5
PERCENT_SATISFIED = 80
MAX_REWORK = 2
STREET_SUPERVISES_FROM = 2
PUBLISHED_FROM = 5


class NotAScore(Invalid):
    title = "评分有误"


@dataclass(frozen=True, slots=True)
class Published:
    """What a stranger may know of an appraisal; too few answers could be told apart."""

    invited: int
    answered: int | None
    spread: Mapping[int, int] | None
    channels: Mapping[str, int] | None
    text: str


def check_score(score: int, comment: str) -> None:
    if score not in SCORES:
        raise NotAScore("请打1至5分。", errors={"score": ["须为1至5的整数"]})
    if score <= REASON_UP_TO and not comment.strip():
        raise NotAScore("打1分或2分请写明原因，便于改进。", errors={"comment": ["请写明原因"]})


def need(invited: int) -> int:
    """How many must answer: a tenth, at least five, and never more than were asked."""
    return min(invited, max(MINIMUM, -(-invited // 10)))


def satisfied(scores: Sequence[int]) -> int:
    return sum(score >= SATISFIED_FROM for score in scores)


def passed(invited: int, scores: Sequence[int]) -> bool:
    answered = len(scores)
    return (
        answered > 0
        and answered >= need(invited)
        and satisfied(scores) * 100 >= PERCENT_SATISFIED * answered
    )


def after(invited: int, scores: Sequence[int], *, extended: bool, rework_count: int) -> Next:
    """What follows when the time for answering is over."""
    if len(scores) < need(invited) or not scores:
        return "insufficient" if extended else "extend"
    if passed(invited, scores):
        return "satisfied"
    return "rework" if rework_count < MAX_REWORK else "unsatisfied"


def street_supervises(rework_count: int) -> bool:
    """From the second rework on, the street watches and the representatives hear of it."""
    return rework_count >= STREET_SUPERVISES_FROM


def published(invited: int, scores: Sequence[int], channels: Mapping[str, int]) -> Published:
    """Nothing but 「人数过少」 below five answers."""
    if len(scores) < PUBLISHED_FROM:
        return Published(invited, None, None, None, "参评人数过少，不公布结果")
    share = satisfied_share(scores)
    return Published(
        invited,
        len(scores),
        {score: scores.count(score) for score in SCORES},
        dict(channels),
        f"邀请{invited}人，参评{len(scores)}人，满意{share[0]}/{share[1]}",
    )


def satisfied_share(scores: Sequence[int]) -> Share:
    return satisfied(scores), len(scores)
