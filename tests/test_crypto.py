from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.crypto import Keys, SealBroken

HERE = "resident.phone:0191"


def keys(
    suite: str = "std",
    *,
    active: str = "k1",
    field_keys: Mapping[str, bytes] | None = None,
    index_keys: tuple[bytes, ...] = (b"i" * 32,),
) -> Keys:
    return Keys(
        field_keys=field_keys or {"k1": b"1" * 32, "k2": b"2" * 32},
        active=active,
        index_keys=index_keys,
        suite=suite,
    )


@pytest.mark.parametrize("suite", ["std", "gm"])
@given(text=st.text())
def test_what_is_sealed_can_be_read_again_in_its_place(suite: str, text: str) -> None:
    value = keys(suite).seal(text, HERE)
    assert value.split("$")[:2] == [suite, "k1"]
    assert keys(suite).unseal(value, HERE) == text


@pytest.mark.parametrize("suite", ["std", "gm"])
def test_a_value_moved_to_another_row_does_not_open(suite: str) -> None:
    value = keys(suite).seal("13800000000", HERE)
    with pytest.raises(SealBroken):
        keys(suite).unseal(value, "resident.phone:0192")


def test_the_same_text_is_never_sealed_twice_alike() -> None:
    assert keys().seal("林安然", HERE) != keys().seal("林安然", HERE)


def test_both_suites_stay_readable_whatever_is_active() -> None:
    old = keys("std").seal("林安然", HERE)
    assert keys("gm").unseal(old, HERE) == "林安然"


def test_a_value_sealed_with_the_former_key_opens_after_the_change() -> None:
    old = keys(active="k1").seal("林安然", HERE)
    assert keys(active="k2").unseal(old, HERE) == "林安然"


def test_a_value_whose_key_was_dropped_does_not_open() -> None:
    old = keys(active="k1").seal("林安然", HERE)
    with pytest.raises(SealBroken):
        keys(active="k2", field_keys={"k2": b"2" * 32}).unseal(old, HERE)


@pytest.mark.parametrize("value", ["", "plain", "std$k1$", "std$k1$AAAA", "x$k1$" + "A" * 60, "$$"])
def test_what_was_never_sealed_does_not_open(value: str) -> None:
    with pytest.raises(SealBroken):
        keys().unseal(value, HERE)


def test_no_byte_of_a_sealed_value_can_be_changed() -> None:
    value = keys().seal("林安然", HERE)
    head = len("std$k1$")
    for place in range(head, len(value) - 1):  # the last sign has bits that mean nothing
        changed = value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
        with pytest.raises(SealBroken):
            keys().unseal(changed, HERE)


def test_one_column_cannot_be_searched_with_the_hashes_of_another() -> None:
    assert keys().macs("resident.phone", "138") != keys().macs("contact.phone", "138")


def test_while_index_keys_change_values_are_found_under_both() -> None:
    former = keys(index_keys=(b"i" * 32,)).macs("resident.phone", "138")[0]
    during = keys(index_keys=(b"j" * 32, b"i" * 32)).macs("resident.phone", "138")
    assert former in during
    assert former != during[0]


def test_after_a_change_of_suite_values_are_still_found() -> None:
    former = keys("std").macs("resident.phone", "138")[0]
    assert former in keys("gm").macs("resident.phone", "138")
    assert former != keys("gm").macs("resident.phone", "138")[0]


def test_keys_are_not_shown() -> None:
    assert "1111" not in repr(keys())
    assert "iiii" not in repr(keys())


@pytest.mark.parametrize(
    "wrong",
    [
        {"suite": "rot13"},
        {"active": "k9"},
        {"field_keys": {"k1": b"1" * 32, "a$b": b"2" * 32}},
        {"index_keys": ()},
    ],
)
def test_keys_that_cannot_work_are_refused_at_the_start(wrong: dict[str, object]) -> None:
    given = {"field_keys": {"k1": b"1" * 32}, "active": "k1", "index_keys": (b"i",), "suite": "std"}
    with pytest.raises(ValueError, match=r"key|suite"):
        Keys(**(given | wrong))  # type: ignore[arg-type]
