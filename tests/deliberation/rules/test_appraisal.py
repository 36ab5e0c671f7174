import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.deliberation.rules import appraisal
from backend.deliberation.rules.appraisal import NotAScore

GOOD, BAD = 4, 3


@pytest.mark.parametrize(
    ("invited", "needed"), [(0, 0), (3, 3), (5, 5), (50, 5), (51, 6), (60, 6), (101, 11)]
)
def test_a_tenth_must_answer_but_at_least_five(invited: int, needed: int) -> None:
    assert appraisal.need(invited) == needed


def test_eighty_in_a_hundred_satisfied_is_enough() -> None:
    assert appraisal.passed(20, [GOOD] * 8 + [BAD] * 2)
    assert not appraisal.passed(20, [GOOD] * 7 + [BAD] * 3)
    assert not appraisal.passed(20, [GOOD] * 4)
    assert not appraisal.passed(0, [])


@pytest.mark.parametrize(
    ("scores", "extended", "rework_count", "follows"),
    [
        ([GOOD] * 5, False, 0, "satisfied"),
        ([GOOD] * 4, False, 0, "extend"),
        ([GOOD] * 4, True, 0, "insufficient"),
        ([], True, 0, "insufficient"),
        ([BAD] * 5, False, 0, "rework"),
        ([BAD] * 5, True, 1, "rework"),
        ([BAD] * 5, False, 2, "unsatisfied"),
    ],
)
def test_what_follows_an_appraisal(
    *, scores: list[int], extended: bool, rework_count: int, follows: str
) -> None:
    assert appraisal.after(20, scores, extended=extended, rework_count=rework_count) == follows


def test_the_street_supervises_the_second_rework() -> None:
    assert not appraisal.street_supervises(1)
    assert appraisal.street_supervises(2)


def test_a_low_score_says_why() -> None:
    appraisal.check_score(3, "")
    appraisal.check_score(2, "灯还是不亮")
    for score, reason in ((2, " "), (0, "好"), (6, "好")):
        with pytest.raises(NotAScore):
            appraisal.check_score(score, reason)


def test_fewer_than_five_answers_are_not_published() -> None:
    few = appraisal.published(4, [5, 5, 5, 1], {"phone": 4})

    assert (few.answered, few.spread, few.channels) == (None, None, None)
    assert "过少" in few.text


def test_five_answers_are_published_with_their_spread_and_channels() -> None:
    enough = appraisal.published(20, [5, 5, 4, 4, 1], {"phone": 2, "mini_program": 3})

    assert enough.spread == {1: 1, 2: 0, 3: 0, 4: 2, 5: 2}
    assert enough.channels == {"phone": 2, "mini_program": 3}
    assert enough.text == "邀请20人，参评5人，满意4/5"


@given(st.integers(0, 500), st.lists(st.integers(1, 5), max_size=60))
def test_one_more_satisfied_answer_never_turns_a_pass_into_a_failure(
    invited: int, scores: list[int]
) -> None:
    assert appraisal.passed(invited, [*scores, 5]) >= appraisal.passed(invited, scores)
