from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.deliberation.rules import chain
from backend.deliberation.rules.chain import ChainBroken

FIRST: dict[str, Any] = {
    "community_id": UUID("00000000-0000-7000-8000-000000000001"),
    "proposal_id": UUID("00000000-0000-7000-8000-000000000002"),
    "seq": 1,
    "kind": "submitted",
    "from_status": "draft",
    "to_status": "submitted",
    "actor_id": UUID("00000000-0000-7000-8000-000000000003"),
    "actor_role": "resident",
    "on_behalf_of_id": None,
    "channel": "mini_program",
    "reason_code": None,
    "note_sha256": None,
    "payload": {"text_version": 1},
    "occurred_at": datetime(2026, 12, 1, 2, 3, 4, tzinfo=UTC),
    "prev_hash": chain.GENESIS,
}
PATH = ["draft", "submitted", "returned", "submitted", "inquiring", "queued", "scheduled"]


def a_history() -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    head = chain.GENESIS
    for seq, (source, target) in enumerate(pairwise(PATH), start=1):
        event = FIRST | {
            "seq": seq,
            "kind": target,
            "from_status": source,
            "to_status": target,
            "payload": {"说明": f"第{seq}步", "no": seq},
            "occurred_at": FIRST["occurred_at"] + timedelta(hours=seq),
            "prev_hash": head,
        }
        head = chain.event_hash(event)
        events.append(event | {"hash": head})
    return events


def test_the_hash_equals_the_published_vector() -> None:
    assert (
        chain.event_hash(FIRST)
        == "fdd974db6a362805afb7efbbb914124bd96e8e48c096cdcef5ebacb8168ceb57"
    )


def test_the_same_moment_in_another_zone_has_the_same_hash() -> None:
    in_shanghai = FIRST["occurred_at"].astimezone(timezone(timedelta(hours=8)))

    assert chain.event_hash(FIRST | {"occurred_at": in_shanghai}) == chain.event_hash(FIRST)


def test_what_is_not_evidence_does_not_change_the_hash() -> None:
    assert chain.event_hash(FIRST | {"id": UUID(int=9), "created_at": "x"}) == chain.event_hash(
        FIRST
    )


def test_a_float_is_never_hashed() -> None:
    with pytest.raises(TypeError):
        chain.canonical({"score": 0.5})


def test_an_untouched_history_is_in_order() -> None:
    head = chain.verify(a_history())

    assert (head.seq, head.status) == (6, "scheduled")


def test_an_empty_history_ends_at_its_beginning() -> None:
    assert chain.verify([]) == chain.Head(0, chain.GENESIS, None)


@given(place=st.integers(0, 5), column=st.sampled_from([*chain.HASHED, "hash"]))
def test_any_changed_column_breaks_the_chain(place: int, column: str) -> None:
    history = a_history()
    value = history[place][column]
    history[place][column] = "改" if value is None else f"{value}改"

    with pytest.raises(ChainBroken):
        chain.verify(history)


@given(place=st.integers(0, 4))
def test_an_event_taken_out_is_missed(place: int) -> None:
    history = a_history()
    del history[place]

    with pytest.raises(ChainBroken, match=f"第{place + 1}条"):
        chain.verify(history)


@given(order=st.permutations(range(6)))
def test_events_cannot_change_places(order: list[int]) -> None:
    history = a_history()
    shuffled = [history[place] for place in order]

    if order == list(range(6)):
        chain.verify(shuffled)
    else:
        with pytest.raises(ChainBroken):
            chain.verify(shuffled)


def test_a_forged_event_does_not_fit_even_with_a_right_hash_of_its_own() -> None:
    history = a_history()
    forged = history[2] | {"payload": {"no": 99}}
    history[2] = forged | {"hash": chain.event_hash(forged)}

    with pytest.raises(ChainBroken, match="第4条"):
        chain.verify(history)


def test_a_float_slipped_into_the_record_is_found() -> None:
    history = a_history()
    history[1]["payload"] = {"no": 2.0}

    with pytest.raises(ChainBroken, match="第2条"):
        chain.verify(history)
