from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.deliberation.rules import quorum
from backend.deliberation.rules.quorum import (
    BelowLaw,
    Counts,
    CountsImpossible,
    NotAFraction,
    RuleRow,
)
from backend.deliberation.rules.rule_rows import SEED_RULE_ROWS

ROWS = {row.code: row for row in SEED_RULE_ROWS}
REPRESENTATIVES = ROWS["representatives_assembly"]
ASSEMBLY = ROWS["residents_assembly_persons"]
FOUR = ROWS["four_party"]
LAW_ROWS = [row for row in SEED_RULE_ROWS if row.origin == "law"]

rows = st.builds(
    lambda base, inclusive, den, num: replace(
        ASSEMBLY,
        quorum_num=min(num, den),
        quorum_den=den,
        quorum_inclusive=inclusive,
        pass_num=min(num, den),
        pass_den=den,
        pass_inclusive=inclusive,
        pass_base=base,
    ),
    st.sampled_from(["attending", "cast", "entitled"]),
    st.booleans(),
    st.integers(1, 12),
    st.integers(1, 12),
)
small = st.integers(0, 2000)


@pytest.mark.parametrize(
    ("inclusive", "whole", "num", "den", "fails", "passes"),
    [
        (True, 120, 2, 3, 79, 80),
        (False, 1001, 1, 2, 500, 501),
        (False, 80, 1, 2, 40, 41),
        (True, 900, 2, 3, 599, 600),
        (True, 8_123_456, 2, 3, 5_415_637, 5_415_638),
        (True, 600, 3, 4, 449, 450),
        (True, 5_415_638, 3, 4, 4_061_728, 4_061_729),
        (False, 600, 1, 2, 300, 301),
        (False, 5_415_638, 1, 2, 2_707_819, 2_707_820),
    ],
)
def test_the_thresholds_of_the_law_fall_where_it_says(
    *, inclusive: bool, whole: int, num: int, den: int, fails: int, passes: int
) -> None:
    reaches = quorum.at_least if inclusive else quorum.more_than

    assert not reaches(fails, whole, num, den)
    assert reaches(passes, whole, num, den)


@given(part=small, whole=small, num=st.integers(1, 50), den=st.integers(1, 50))
def test_whole_number_arithmetic_equals_exact_fractions(
    part: int, whole: int, num: int, den: int
) -> None:
    share = Fraction(whole) * Fraction(num, den)

    assert quorum.at_least(part, whole, num, den) == (part >= share)
    assert quorum.more_than(part, whole, num, den) == (part > share)


@given(row=rows, yes=small, no=small, abstain=small, idle=small)
def test_one_more_yes_never_turns_a_pass_into_a_failure(
    row: RuleRow, yes: int, no: int, abstain: int, idle: int
) -> None:
    attending = yes + no + abstain + idle
    counts = Counts(entitled=attending, attending=attending, yes=yes, no=no, abstain=abstain)
    before = quorum.passed(row, counts)
    with_newcomer = replace(counts, yes=yes + 1, attending=attending + 1, entitled=attending + 1)
    with_idler = replace(counts, yes=yes + 1)

    assert quorum.passed(row, with_newcomer) >= before
    assert idle == 0 or quorum.passed(row, with_idler) >= before


@given(row=rows, yes=small, no=small, abstain=small)
def test_one_more_abstainer_never_turns_a_failure_into_a_pass(
    row: RuleRow, yes: int, no: int, abstain: int
) -> None:
    row = replace(row, pass_base="attending")
    present = yes + no + abstain
    counts = Counts(entitled=present + 1, attending=present, yes=yes, no=no, abstain=abstain)
    after = quorum.passed(row, replace(counts, attending=present + 1, abstain=abstain + 1))

    assert after <= quorum.passed(row, counts)


def test_an_empty_roll_never_has_a_quorum() -> None:
    assert quorum.decide(FOUR, Counts(entitled=0, attending=0)).outcome == "quorum_failed"


def test_a_passed_decision_prints_its_formula() -> None:
    decision = quorum.decide(REPRESENTATIVES, Counts(entitled=120, attending=81, yes=41, no=40))

    assert decision.outcome == "agreed"
    assert decision.sentence == (
        "应到120，实到81，81×3=243 ≥ 120×2=240，达到法定人数；同意41，41×2=82 > 81×1=81，通过。"
    )


def test_a_tie_does_not_pass_and_the_sentence_shows_it() -> None:
    decision = quorum.decide(REPRESENTATIVES, Counts(entitled=120, attending=80, yes=40, no=40))

    assert decision.outcome == "not_agreed"
    assert decision.sentence.endswith("同意40，40×2=80 ≤ 80×1=80，未通过。")


def test_too_few_people_fail_before_any_vote_is_counted() -> None:
    decision = quorum.decide(REPRESENTATIVES, Counts(entitled=120, attending=79, yes=79))

    assert decision.outcome == "quorum_failed"
    assert decision.sentence == "应到120，实到79，79×3=237 < 120×2=240，未达到法定人数。"


def test_spoiled_slips_and_abstentions_attend_but_never_agree() -> None:
    ballot = ROWS["household_ballot"]
    counts = Counts(entitled=100, attending=60, yes=30, no=10, abstain=10, spoiled=10)

    assert counts.base("cast") == 60
    assert quorum.decide(ballot, counts).outcome == "not_agreed"
    assert quorum.decide(ballot, replace(counts, yes=31, no=9)).outcome == "agreed"


@pytest.mark.parametrize(
    "counts",
    [
        Counts(entitled=10, attending=11),
        Counts(entitled=10, attending=5, yes=4, no=2),
        Counts(entitled=10, attending=5, yes=-1),
    ],
)
def test_numbers_that_cannot_be_true_are_refused(counts: Counts) -> None:
    with pytest.raises(CountsImpossible):
        quorum.decide(REPRESENTATIVES, counts)


@pytest.mark.parametrize("law", LAW_ROWS, ids=lambda row: row.code)
def test_no_row_may_ask_for_less_than_the_law(law: RuleRow) -> None:
    weaker = [
        replace(law, quorum_num=1, quorum_den=1000),
        replace(law, pass_num=1, pass_den=1000),
        replace(law, counted_channels=(*law.counted_channels, "post"), legal_basis=" "),
        replace(law, proxy_max=2),
        replace(law, pass_base="cast"),
        replace(law, notice_days=law.notice_days - 1),
    ]

    quorum.check_not_below_law(law, law)
    for row in weaker:
        with pytest.raises(BelowLaw) as refusal:
            quorum.check_not_below_law(row, law)
        assert law.legal_basis in refusal.value.detail


def test_half_itself_is_less_than_over_half() -> None:
    with pytest.raises(BelowLaw, match="通过比例"):
        quorum.check_not_below_law(replace(ASSEMBLY, pass_inclusive=True), ASSEMBLY)


def test_a_stricter_row_may_succeed_the_law() -> None:
    stricter = replace(ASSEMBLY, pass_num=2, pass_den=3, pass_inclusive=True, notice_days=15)

    quorum.check_not_below_law(stricter, ASSEMBLY)


@pytest.mark.parametrize(("num", "den"), [(0, 1), (1, 0), (3, 2), (-1, 2)])
def test_a_share_above_one_or_of_nothing_is_no_share(num: int, den: int) -> None:
    with pytest.raises(NotAFraction):
        quorum.check_not_below_law(replace(ASSEMBLY, pass_num=num, pass_den=den), ASSEMBLY)


def test_the_seed_rows_are_well_formed_and_law_rows_name_their_article() -> None:
    assert len(ROWS) == len(SEED_RULE_ROWS)
    for row in SEED_RULE_ROWS:
        quorum.check_fraction("quorum_num", row.quorum_num, row.quorum_den)
        quorum.check_fraction("pass_num", row.pass_num, row.pass_den)
        assert set(row.counted_channels) <= set(quorum.CHANNELS)
        assert row.proxy_max == 0
        assert row.origin != "law" or "第" in row.legal_basis
