"""How evidence is hashed, and how a break is found."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from backend.audit.rules import (
    FIRST_PREV_HASH,
    Block,
    Row,
    block_hash,
    canonical,
    events_hash,
    fault_in_block,
    fault_in_unsealed,
    row_hash,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def a_row(no: int, **changed: Any) -> Row:
    columns: dict[str, Any] = {
        "id": UUID(int=no),
        "at": NOW,
        "action": "role.appointed",
        "object_type": "role_assignment",
        "object_id": UUID(int=9),
        "actor_id": UUID(int=8),
        "actor_role": "chair",
        "session_kind": "console",
        "community_id": None,
        "on_behalf_of_id": None,
        "outcome": "done",
        "detail": {"role": "网格员"},
    }
    return Row(columns=columns | changed, row_hash=row_hash(columns))


def a_block(rows: list[Row], no: int = 1, prev_hash: str = FIRST_PREV_HASH) -> Block:
    together = events_hash(row.row_hash for row in rows)
    return Block(
        no=no,
        n=len(rows),
        prev_hash=prev_hash,
        events_hash=together,
        block_hash=block_hash(prev_hash=prev_hash, no=no, n=len(rows), events=together),
    )


def test_canonical_json_sorts_keys_keeps_chinese_and_writes_times_in_utc() -> None:
    shanghai = NOW.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+08:00").tzinfo)

    assert canonical({"b": "网格", "a": shanghai}) == (
        '{"a":"2026-11-21T09:00:00.000000Z","b":"网格"}'.encode()
    )


def test_a_whole_chain_has_no_fault() -> None:
    first, second = [a_row(1), a_row(2)], [a_row(3)]
    head = a_block(first)
    tail = a_block(second, no=2, prev_hash=head.block_hash)

    assert fault_in_block(None, head, first, no=1, prev_hash=FIRST_PREV_HASH) is None
    assert fault_in_block(None, tail, second, no=2, prev_hash=head.block_hash) is None


def test_a_changed_row_is_named() -> None:
    rows = [a_row(1), a_row(2, actor_role="resident")]

    fault = fault_in_block(None, a_block(rows), rows, no=1, prev_hash=FIRST_PREV_HASH)

    assert fault is not None
    assert (fault.block_no, fault.event_id) == (1, UUID(int=2))


@given(st.permutations(range(1, 6)), st.integers(0, 4))
def test_rows_left_out_or_put_in_another_order_are_found(order: list[int], kept: int) -> None:
    rows = [a_row(no) for no in range(1, 6)]
    block = a_block(rows)

    for wrong in ([rows[no - 1] for no in order], rows[:kept]):
        fault = fault_in_block(None, block, wrong, no=1, prev_hash=FIRST_PREV_HASH)
        assert (fault is None) == (wrong == rows)


def test_a_missing_block_and_a_forged_one_are_found() -> None:
    rows = [a_row(1)]
    block = a_block(rows, no=2)
    forged = Block(
        no=1, n=1, prev_hash=FIRST_PREV_HASH, events_hash=block.events_hash, block_hash="0" * 64
    )

    missing = fault_in_block(None, block, rows, no=1, prev_hash=FIRST_PREV_HASH)
    wrong = fault_in_block(None, forged, rows, no=1, prev_hash=FIRST_PREV_HASH)

    assert missing is not None
    assert missing.reason == "block 1 is missing"
    assert wrong is not None
    assert wrong.reason == "the block was changed"


def test_an_event_waits_fifteen_minutes_for_its_seal_and_not_longer() -> None:
    rows = [a_row(1)]
    quarter = timedelta(minutes=15)

    assert fault_in_unsealed(None, rows, last_no=0, given=(None, None), now=NOW + quarter) is None
    late = fault_in_unsealed(
        None, rows, last_no=0, given=(None, None), now=NOW + quarter + timedelta(seconds=1)
    )
    assert late is not None
    assert late.event_id == UUID(int=1)


def test_events_of_a_block_that_was_cut_off_are_found() -> None:
    fault = fault_in_unsealed(None, [], last_no=3, given=(1, 4), now=NOW)

    assert fault is not None
    assert fault.block_no == 4
