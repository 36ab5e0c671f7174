"""Statements 观点征集: who may say and vote what, which comes next, how counts are compared."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal
from uuid import UUID

from backend.deliberation.rules.refusals import LivesElsewhere
from backend.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound

AGREE, PASS, DISAGREE = 1, 0, -1
ACCEPTED, PENDING, REJECTED = 1, 0, -1
SEED_STATEMENTS = 5
MAX_LETTERS = 140

Moderation = Literal["strict", "permissive"]


class ConversationClosed(Conflict):
    title = "意见征集已结束"


class OwnStatementPending(Conflict):
    title = "您的观点还在审核中"


class VoteFirst(NotAllowed):
    title = "表态后才能查看结果"


class TooFewSeeds(Conflict):
    title = "观点太少，还不能开始征集"


class OneSubject(Invalid):
    title = "一次征集只能关联一个事项或一次会议"


class PrivateMatter(Conflict):
    title = "此事项不公开，不能公开征集意见"


class ClosesTooEarly(Invalid):
    title = "截止时间须在现在之后"


class KeyAlreadyUsed(Conflict):
    title = "这个编号已用于另一次表态"


class OwnVoteKeyed(NotAllowed):
    title = "不能为自己代录，请自行表态"


class AlreadyVotedInPerson(Conflict):
    title = "本人已自己表过态，不能代录覆盖"


class OwnText(NotAllowed):
    title = "不能审核自己提出的观点"


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


def check_open(state: str) -> None:
    if state != "open":
        raise ConversationClosed("您可以查看结果，或关注下一次意见征集。")


def check_seeds(statements: int) -> None:
    """A conversation begins with differing views on the table, not with an empty one."""
    if statements < SEED_STATEMENTS:
        raise TooFewSeeds(f"请先写好至少{SEED_STATEMENTS}条反映不同看法的观点。")


def check_distinct(statements: Sequence[str]) -> None:
    if len(set(statements)) < len(statements):
        raise Invalid("每条观点只写一次。", errors={"statements": ["有重复的观点"]})


def check_subject(*, has_proposal: bool, has_meeting: bool) -> None:
    if has_proposal and has_meeting:
        raise OneSubject


def check_closing_time(closes_at: datetime | None, now: datetime) -> None:
    if closes_at is not None and closes_at <= now:
        raise ClosesTooEarly("请重新选择截止时间。", errors={"closes_at": ["须在现在之后"]})


def check_may_key(*, is_own: bool, is_covered: bool) -> None:
    """A worker keys for the people they serve, and never for themselves."""
    if is_own:
        raise OwnVoteKeyed
    if not is_covered:
        raise LivesElsewhere("请由所在网格的网格员或社区工作人员代录。")


def check_not_over_own(channel: str | None, *, was_keyed: bool, cast_at: datetime | None) -> None:
    """What a person has said themselves is not replaced by what somebody says they said."""
    if channel is not None and not was_keyed:
        raise AlreadyVotedInPerson(
            "请本人在小程序里修改。", channel=channel, cast_at=cast_at and cast_at.isoformat()
        )


def why_no_vote(
    *, is_closed: bool, is_shown: bool, is_mine: bool, moderation: int
) -> DomainError | None:
    """The refusal of a vote on this statement, if there is one."""
    if not is_shown:
        if is_mine and moderation == PENDING:
            return OwnStatementPending("审核通过后，大家就能看到并表态。")
        return NotFound("这条观点不存在或未公开。")
    if is_closed:
        return ConversationClosed("您可以查看结果，或关注下一次意见征集。")
    return None


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
