import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import pytest

from backend.deliberation.rules import conversation
from backend.deliberation.rules.conversation import (
    ConversationClosed,
    Tally,
    TooFewSeeds,
    VoteFirst,
)

UBERX = Path(__file__).parents[4] / "shared/data/vtaiwan-uberx/votes.csv"


def test_a_closed_conversation_takes_no_votes() -> None:
    conversation.check_open("open")
    with pytest.raises(ConversationClosed):
        conversation.check_open("closed")


def test_a_conversation_starts_with_five_views() -> None:
    conversation.check_seeds(5)
    with pytest.raises(TooFewSeeds):
        conversation.check_seeds(4)


@pytest.mark.parametrize(
    ("moderation", "strict", "permissive"), [(1, True, True), (0, False, True), (-1, False, False)]
)
def test_a_pending_statement_is_shown_only_where_that_is_agreed(
    *, moderation: int, strict: bool, permissive: bool
) -> None:
    assert conversation.is_shown(moderation, "strict") is strict
    assert conversation.is_shown(moderation, "permissive") is permissive


def test_numbers_are_shown_after_ones_own_vote_or_at_the_end() -> None:
    conversation.check_may_see_tally(has_voted=True, closed=False)
    conversation.check_may_see_tally(has_voted=False, closed=True)
    with pytest.raises(VoteFirst):
        conversation.check_may_see_tally(has_voted=False, closed=False)


def test_the_weight_of_one_agreement_is_four_ninths_before_scaling() -> None:
    tally = Tally(no=1, agree=1)
    scaling = 1 + 8 * 2 ** (-1 / 5)

    assert conversation.weight(tally) == pytest.approx((4 / 9 * scaling) ** 2)


def test_a_new_statement_comes_before_one_everybody_passed_over() -> None:
    new, dull = Tally(no=1), Tally(no=2, passed=40)

    assert conversation.weight(new) > conversation.weight(dull)


def test_the_draw_falls_on_each_statement_in_proportion_to_its_weight() -> None:
    light, heavy = (UUID(int=1), 1.0), (UUID(int=2), 3.0)
    drawn = [conversation.next_statement([light, heavy], step / 100) for step in range(100)]

    assert (drawn.count(light[0]), drawn.count(heavy[0])) == (25, 75)
    assert conversation.next_statement([], 0.5) is None


def test_the_checksum_does_not_depend_on_the_order_of_counting() -> None:
    tallies = [Tally(no=1, agree=2), Tally(no=2, disagree=3, passed=1)]

    assert conversation.checksum(tallies) == conversation.checksum(reversed(tallies))
    assert conversation.checksum(tallies) != conversation.checksum(tallies[:1])


def counted(votes: Iterable[tuple[int, int]]) -> list[Tally]:
    found = Counter(votes)
    return [
        Tally(
            no=no,
            agree=found[no, conversation.AGREE],
            disagree=found[no, conversation.DISAGREE],
            passed=found[no, conversation.PASS],
        )
        for no in {no for no, _ in found} | set(range(197))
    ]


def test_the_uberx_conversation_has_its_two_published_checksums() -> None:
    if not UBERX.exists():
        pytest.skip(f"the UberX conversation is not at {UBERX}")
    with UBERX.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    events = [(int(row["comment-id"]), int(row["vote"])) for row in rows]
    latest = {(row["voter-id"], int(row["comment-id"])): int(row["vote"]) for row in rows}

    assert (len(events), len(latest)) == (49_997, 49_443)
    assert conversation.checksum(counted(events)) == (
        "1bc1debaf4625f1ea6ef26d959f1bf938277b87978e551a4c908c2e52870b065"
    )
    assert conversation.checksum(counted((no, value) for (_, no), value in latest.items())) == (
        "28ed2c575a6e3afda0f6062d682e445d6fb379126670d1867274e365c6e5ef00"
    )
