"""Statements 观点征集: what a vote says, which statement comes next, how counts are compared."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal
from uuid import UUID

from backend.errors import Conflict, Invalid, NotAllowed

AGREE, PASS, DISAGREE = 1, 0, -1
VALUES = (AGREE, PASS, DISAGREE)
ACCEPTED, PENDING, REJECTED = 1, 0, -1
SEED_STATEMENTS = 5
MAX_LETTERS = 140

Moderation = Literal["strict", "permissive"]


class NotAVote(Invalid):
    title = "请选择同意、略过或不同意"


class ConversationClosed(Conflict):
    title = "意见征集已结束"


class OwnStatementPending(Conflict):
    title = "您的观点还在审核中"


class VoteFirst(NotAllowed):
    title = "表态后才能查看结果"


class TooFewSeeds(Conflict):
    title = "观点太少，还不能开始征集"


@dataclass(frozen=True, slots=True)
class Tally:
    """The latest votes on one statement, counted."""

    no: int
    agree: int = 0
    disagree: int = 0
    passed: int = 0

    @property
    def total(self) -> int:
        return self.agree + self.disagree + self.passed


def check_value(value: int) -> None:
    if value not in VALUES:
        raise NotAVote("同意记为1，略过记为0，不同意记为-1。", errors={"value": ["须为1、0或-1"]})


def check_open(state: str) -> None:
    if state != "open":
        raise ConversationClosed("您可以查看结果，或关注下一次意见征集。")


def check_seeds(statements: int) -> None:
    """A conversation begins with differing views on the table, not with an empty one."""
    if statements < SEED_STATEMENTS:
        raise TooFewSeeds(f"请先写好至少{SEED_STATEMENTS}条反映不同看法的观点。")


def is_shown(moderation: int, mode: Moderation) -> bool:
    return moderation == ACCEPTED or (moderation == PENDING and mode == "permissive")


def check_may_see_tally(*, has_voted: bool, closed: bool) -> None:
    """Nobody is led by others' votes: the numbers come after one's own."""
    if not (has_voted or closed):
        raise VoteFirst("请先对这条观点表态。")


def weight(tally: Tally, extremity: float = 0.0) -> float:
    """How readily a statement is shown next: agreed, divisive and little-seen ones first."""
    novelty = 1 + 8 * 2 ** (-tally.total / 5)
    return (float(_interest(tally)) * (extremity + 1) * novelty) ** 2


def _interest(tally: Tally) -> Fraction:
    """(1−p)·a: rarely passed over, often agreed with."""
    passed = Fraction(tally.passed + 1, tally.total + 2)
    agreed = Fraction(tally.agree + 1, tally.total + 2)
    return (1 - passed) * agreed


def next_statement(candidates: Sequence[tuple[UUID, float]], draw: float) -> UUID | None:
    """The unvoted statement that `draw`, a number in [0, 1), falls on."""
    if not candidates:
        return None
    left = draw * sum(share for _, share in candidates)
    for statement_id, share in candidates:
        left -= share
        if left < 0:
            return statement_id
    return candidates[-1][0]


def checksum(tallies: Iterable[Tally]) -> str:
    """SHA-256 of the lines `no,agree,disagree,pass`, for comparing two counts at a glance."""
    lines = (
        f"{tally.no},{tally.agree},{tally.disagree},{tally.passed}\n"
        for tally in sorted(tallies, key=lambda tally: tally.no)
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()
