"""When a text is held, for whom it waits, and who may decide about it. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import ahocorasick
from opencc import OpenCC

from backend.errors import Conflict, Invalid, NotAllowed, Outdated

OPEN_STATES = ("held", "escalated")
DECISIONS = ("pass", "return", "escalate")
PIECE_CHARACTERS = 2500  # WeChat takes no more at once
TOO_LATE_FOR_THE_MACHINE = timedelta(minutes=90)
VERDICTS = ("pass", "review", "risky")  # from the mildest to the gravest
LABELS = {
    10001: "广告",
    20001: "时政",
    20002: "色情",
    20003: "辱骂",
    20006: "违法犯罪",
    20008: "欺诈",
    20012: "低俗",
    20013: "版权",
    21000: "其他",
}
REASONS = {
    "advertisement": "广告",
    "politics": "时政",
    "pornography": "色情",
    "abuse": "辱骂",
    "crime": "违法犯罪",
    "fraud": "欺诈",
    "vulgar": "低俗",
    "copyright": "版权",
    "privacy": "他人隐私",
    "off_topic": "与事项无关",
    "other": "其他",
}
_SENTENCE_END = re.compile(r"(?<=[。！？!?；;\n])")
_simplify = OpenCC("t2s").convert


class NotInTheSample(Outdated):
    title = "这条内容不在待抽查之列"


class AlreadyDecided(Outdated):
    title = "这条内容已有人处理"


class OwnText(NotAllowed):
    title = "不能审核自己或家人的内容"


class NotYourTurn(NotAllowed):
    title = "这条内容由审核员处理"


class ReasonMissing(Invalid):
    title = "请说明理由"


class NoAppealPossible(Conflict):
    title = "现在不能申诉"


class SameJudge(NotAllowed):
    title = "申诉须由另一人复核"


class WordList:
    """The operator's words, found in any script and however many blanks stand between."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = ahocorasick.Automaton()
        for word in words:
            if plain := plainly(word):
                self._words.add_word(plain, plain)
        self._words.make_automaton()

    def is_hit_by(self, text: str) -> bool:
        return len(self._words) > 0 and any(True for _ in self._words.iter(plainly(text)))


def plainly(text: str) -> str:
    """Simplified, in one width and case, without blanks or invisible characters."""
    simple: str = _simplify(unicodedata.normalize("NFKC", text))
    return "".join(c for c in simple.casefold() if unicodedata.category(c)[0] not in "ZC")


def words_in(lines: Iterable[str]) -> list[str]:
    """One word a line; empty lines and those that begin with # say nothing."""
    stripped = (line.strip() for line in lines)
    return [line for line in stripped if line and not line.startswith("#")]


def pieces(text: str, most: int = PIECE_CHARACTERS) -> list[str]:
    """`text` in pieces WeChat takes, cut at sentence ends where there are any."""
    found = [""]
    for sentence in _SENTENCE_END.split(text):
        for start in range(0, len(sentence), most):
            part = sentence[start : start + most]
            if len(found[-1]) + len(part) > most:
                found.append("")
            found[-1] += part
    return [piece for piece in found if piece.strip()]


def worst(verdicts: Collection[str]) -> str:
    """The gravest verdict counts; one that nobody knows is as good as `review`."""
    return max(
        (verdict if verdict in VERDICTS else "review" for verdict in verdicts),
        key=VERDICTS.index,
    )


def is_clear(*, verdict: str, on_word_list: bool, premoderated: bool) -> bool:
    """Whether nobody needs to look: the machine is sure, and that is enough here."""
    return verdict == "pass" and not on_word_list and not premoderated


def check_open(state: str) -> None:
    if state not in OPEN_STATES:
        raise AlreadyDecided


def check_reviewer(
    *, reviewer_id: UUID, author_id: UUID, close_to_reviewer: Collection[UUID]
) -> None:
    """Nobody judges their own text, that of their household, or of declared kin."""
    if reviewer_id == author_id or author_id in close_to_reviewer:
        raise OwnText("请另一位审核员处理。")


def check_turn(*, roles: Collection[str], state: str, due_at: datetime, now: datetime) -> None:
    """Moderators decide what is held; the chair what was escalated, or waited too long."""
    if "chair" in roles and (state == "escalated" or due_at <= now):
        return
    if state == "escalated":
        raise NotYourTurn("已提交主任处理。")
    if "moderator" not in roles:
        raise NotYourTurn("超过时限或上报后，由主任处理。")


def is_drawn(case_id: UUID, percent: int) -> bool:
    """Whether this text is among the `percent` of a hundred that people look at again.

    By the hash of its id, so that anybody can draw the same sample and nobody can choose it.
    """
    drawn = int.from_bytes(hashlib.sha256(case_id.bytes).digest()[:4])
    return drawn % 100 < percent


def check_sampled(*, sampled: bool, checked_at: datetime | None) -> None:
    if not sampled or checked_at is not None:
        raise NotInTheSample("请刷新后查看。")


def check_decision(decision: str, reason_code: str | None, reason: str) -> None:
    if decision != "pass" and not (reason_code and reason.strip()):
        raise ReasonMissing(errors={"reason": ["退回或上报须选择原因并写明理由"]})


def check_appeal(
    *,
    state: str,
    decided_at: datetime | None,
    appealed_at: datetime | None,
    within_days: int,
    now: datetime,
) -> None:
    if state != "returned" or decided_at is None:
        raise NoAppealPossible("只有被退回的内容可以申诉。")
    if appealed_at is not None:
        raise NoAppealPossible("每条内容可以申诉一次。")
    if now > decided_at + timedelta(days=within_days):
        raise NoAppealPossible(f"申诉期为{within_days}天，已经过期；可以修改后重新提交。")


def check_appeal_judge(
    *,
    judge_id: UUID,
    decided_by: UUID | None,
    appealed_at: datetime | None,
    appeal_outcome: str | None,
) -> None:
    if appealed_at is None:
        raise NoAppealPossible("作者没有申诉。")
    if appeal_outcome is not None:
        raise AlreadyDecided
    if judge_id == decided_by:
        raise SameJudge("请由没有参与第一次审核的人复核。")


def category(reason_code: str | None) -> str:
    """The plain word for what was wrong; never the word that was found."""
    return REASONS.get(reason_code or "", REASONS["other"])
