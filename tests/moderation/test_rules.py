"""What is held, for whom it waits, and who may decide."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from backend.moderation.rules import (
    LABELS,
    AlreadyDecided,
    NoAppealPossible,
    NotYourTurn,
    OwnText,
    ReasonMissing,
    SameJudge,
    WordList,
    check_appeal,
    check_appeal_judge,
    check_decision,
    check_open,
    check_reviewer,
    check_turn,
    is_clear,
    is_drawn,
    pieces,
    words_in,
    worst,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "text", ["网络赌博", "網絡賭博", "网 络 赌\u200b博", "来玩网络\n赌博吧", "ＢＥＩ网络赌博"]
)
def test_a_listed_word_is_found_in_any_script_and_however_it_is_spaced(text: str) -> None:
    assert WordList(["网络赌博"]).is_hit_by(text)


def test_other_text_and_an_empty_list_hit_nothing() -> None:
    assert not WordList(["网络赌博"]).is_hit_by("网络很慢，有人赌气")
    assert not WordList([]).is_hit_by("网络赌博")
    assert not WordList(["  "]).is_hit_by("任何话")


def test_a_word_list_may_have_comments_and_empty_lines() -> None:
    assert words_in(["# 说明", "", " 办假证 \n"]) == ["办假证"]


def test_a_long_text_is_cut_at_sentence_ends_and_nothing_is_lost() -> None:
    text = "这是一句话。" * 900

    cut = pieces(text)

    assert "".join(cut) == text
    assert all(len(piece) <= 2500 and piece.endswith("。") for piece in cut)


def test_a_text_without_sentence_ends_is_cut_all_the_same() -> None:
    assert [len(piece) for piece in pieces("字" * 6000)] == [2500, 2500, 1000]


def test_the_worst_piece_counts_and_an_unknown_verdict_is_looked_at() -> None:
    assert worst(["pass", "risky", "review"]) == "risky"
    assert worst(["pass", "something new"]) == "review"
    assert worst(["pass"]) == "pass"


@pytest.mark.parametrize(
    ("verdict", "on_word_list", "premoderated", "clear"),
    [
        ("pass", False, False, True),
        ("pass", False, True, False),
        ("pass", True, False, False),
        ("review", False, False, False),
        ("risky", False, False, False),
        ("none", False, False, False),
    ],
)
def test_only_a_clean_pass_needs_nobody(
    verdict: str, *, on_word_list: bool, premoderated: bool, clear: bool
) -> None:
    assert is_clear(verdict=verdict, on_word_list=on_word_list, premoderated=premoderated) is clear


def test_nobody_reviews_their_own_text_nor_that_of_family() -> None:
    author, reviewer = uuid4(), uuid4()

    check_reviewer(reviewer_id=reviewer, author_id=author, close_to_reviewer=[])
    for close_to_reviewer, who in (([], author), ([author], reviewer)):
        with pytest.raises(OwnText):
            check_reviewer(reviewer_id=who, author_id=author, close_to_reviewer=close_to_reviewer)


def test_a_decided_case_is_decided() -> None:
    for state in ("passed", "returned", "replaced"):
        with pytest.raises(AlreadyDecided):
            check_open(state)


@pytest.mark.parametrize(
    ("role", "state", "late", "may"),
    [
        ("moderator", "held", False, True),
        ("moderator", "held", True, True),
        ("moderator", "escalated", False, False),
        ("chair", "held", False, False),
        ("chair", "held", True, True),
        ("chair", "escalated", False, True),
    ],
)
def test_the_chair_takes_what_was_handed_up_or_waited_too_long(
    role: str, state: str, *, late: bool, may: bool
) -> None:
    due_at = NOW - HOUR if late else NOW + HOUR

    if may:
        check_turn(roles={role}, state=state, due_at=due_at, now=NOW)
    else:
        with pytest.raises(NotYourTurn):
            check_turn(roles={role}, state=state, due_at=due_at, now=NOW)


def test_a_return_says_why() -> None:
    check_decision("pass", None, "")
    check_decision("return", "abuse", "有人身攻击")
    for code, reason in ((None, "有人身攻击"), ("abuse", " ")):
        with pytest.raises(ReasonMissing):
            check_decision("return", code, reason)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "passed"},
        {"state": "held", "decided_at": None},
        {"appealed_at": NOW},
        {"now": NOW + timedelta(days=7, seconds=1)},
    ],
)
def test_an_appeal_is_possible_once_in_seven_days_after_a_return(change: dict[str, object]) -> None:
    fine = {"state": "returned", "decided_at": NOW, "appealed_at": None, "within_days": 7}
    check_appeal(**fine, now=NOW + timedelta(days=7))  # type: ignore[arg-type]

    with pytest.raises(NoAppealPossible):
        check_appeal(**({"now": NOW} | fine | change))  # type: ignore[arg-type]


def test_another_judge_decides_the_appeal_once() -> None:
    first, second = uuid4(), uuid4()
    fine = {"decided_by": first, "appealed_at": NOW, "appeal_outcome": None}

    check_appeal_judge(judge_id=second, **fine)  # type: ignore[arg-type]
    with pytest.raises(SameJudge):
        check_appeal_judge(judge_id=first, **fine)  # type: ignore[arg-type]
    with pytest.raises(NoAppealPossible):
        check_appeal_judge(judge_id=second, **(fine | {"appealed_at": None}))  # type: ignore[arg-type]
    with pytest.raises(AlreadyDecided):
        check_appeal_judge(judge_id=second, **(fine | {"appeal_outcome": "upheld"}))  # type: ignore[arg-type]


def test_every_label_of_wechat_has_a_plain_word() -> None:
    assert LABELS[20003] == "辱骂"
    assert len(LABELS) == 9


@pytest.mark.parametrize("percent", [1, 5, 50, 100])
def test_the_sample_is_about_as_large_as_it_should_be_and_the_same_every_time(
    percent: int,
) -> None:
    texts = [UUID(int=no) for no in range(4000)]
    drawn = [is_drawn(text, percent) for text in texts]

    assert abs(sum(drawn) / 40 - percent) < 3
    assert drawn == [is_drawn(text, percent) for text in texts]
