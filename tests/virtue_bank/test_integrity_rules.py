"""What is unusual enough to ask about, and who may not be the one who asks."""

from uuid import UUID

import pytest

from backend.virtue_bank.rules import integrity as rules
from backend.virtue_bank.rules.integrity import Given, Proof

MAC = "{:08x}" + "0" * 56
POT, WORKER, WANG, LI, ZHAO, SUN = (UUID(int=number) for number in range(1, 7))


def given(points: int, of: int) -> Given:
    return Given(
        pot_id=POT, holder_id=WORKER, resident_id=WANG, points=points, of=of, serials=("VB-1",)
    )


def proof(number: int, *confirmers: UUID, acted: UUID = WANG, files: bool = False) -> Proof:
    return Proof(
        deed_id=UUID(int=number),
        acted=frozenset({acted}),
        confirmers=frozenset(confirmers),
        has_files=files,
    )


def test_more_than_three_tenths_of_a_months_points_for_one_person_is_asked_about() -> None:
    assert rules.unusual_pairs([given(30, 100), given(31, 100)], 30) == [given(31, 100)]


def test_a_pair_of_a_month_is_one_case() -> None:
    assert rules.pair_id(POT, WANG) == rules.pair_id(POT, WANG)
    assert rules.pair_id(POT, WANG) != rules.pair_id(POT, LI)


def test_the_same_confirmers_again_without_any_file_are_asked_about() -> None:
    first, second = proof(100, LI, ZHAO), proof(101, ZHAO, LI)

    assert list(rules.repeated_proofs([first, second])) == [(second, first)]


def test_other_confirmers_a_file_or_somebody_else_are_nothing_to_ask_about() -> None:
    first = proof(100, LI, ZHAO)

    assert list(rules.repeated_proofs([first, proof(101, LI, SUN)])) == []
    assert list(rules.repeated_proofs([first, proof(101, LI, ZHAO, files=True)])) == []
    assert list(rules.repeated_proofs([first, proof(101, LI, ZHAO, acted=SUN)])) == []
    assert list(rules.repeated_proofs([proof(100), proof(101)])) == []


def test_two_of_a_hundred_are_called_back() -> None:
    drawn = [number for number in range(1000) if rules.is_drawn(MAC.format(number), 2)]

    assert len(drawn) == 20


def test_nobody_looks_into_the_business_of_their_own_family() -> None:
    rules.check_closable("open", concerned=[WANG, LI], close=[SUN])
    with pytest.raises(rules.OwnCase):
        rules.check_closable("open", concerned=[WANG, LI], close=[SUN, LI])
    with pytest.raises(rules.CaseClosed):
        rules.check_closable("acted", concerned=[], close=[])
