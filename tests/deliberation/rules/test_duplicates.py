import csv
from pathlib import Path

import pytest
from opencc import OpenCC

from backend.deliberation.rules import duplicates

UBERX = Path(__file__).parents[4] / "shared/data/vtaiwan-uberx/comments.csv"
TEN_PAIRS = [
    (116, 115, 1.00),
    (116, 114, 0.844),
    (115, 114, 0.844),
    (72, 70, 0.705),
    (117, 114, 0.698),
    (117, 116, 0.680),
    (117, 115, 0.680),
    (109, 108, 0.650),
    (80, 79, 0.580),
    (92, 91, 0.514),
]


def uberx() -> dict[int, str]:
    if not UBERX.exists():
        pytest.skip(f"the UberX conversation is not at {UBERX}")
    with UBERX.open(encoding="utf-8", newline="") as file:
        return {
            int(row["comment-id"]): duplicates.normalise(row["comment-body"])
            for row in csv.DictReader(file)
        }


def test_exactly_ten_pairs_of_a_real_conversation_are_alike() -> None:
    statements = dict(sorted(uberx().items()))
    numbers = list(statements)
    weighed = duplicates.vectors(list(statements.values()))
    scores = {
        (numbers[first], numbers[second]): score
        for first in range(len(weighed))
        for second in range(first)
        if (score := duplicates.cosine(weighed[first], weighed[second])) >= 0.49
    }
    expected = {(first, second): score for first, second, score in TEN_PAIRS}

    assert len(statements) == 197
    assert {pair for pair, score in scores.items() if score >= duplicates.ENOUGH} == set(expected)
    assert scores == pytest.approx(expected | {(84, 82): 0.496}, abs=0.001)


def test_only_letters_and_digits_are_compared() -> None:
    assert duplicates.normalise("３号楼，Ａ单元——路灯 坏了！") == "3号楼a单元路灯坏了"
    assert duplicates.normalise("，。！ ") == ""


def test_traditional_characters_are_the_same_words() -> None:
    to_simplified = OpenCC("tw2s").convert

    assert duplicates.normalise("電梯壞了", to_simplified) == "电梯坏了"


def test_only_the_beginning_of_a_long_text_is_compared() -> None:
    assert len(duplicates.normalise("路灯" * 1000)) == duplicates.COMPARED_CHARACTERS


def told(text: str) -> str:
    return duplicates.normalise(text)


def test_the_same_trouble_in_other_words_is_found_and_says_what_is_shared() -> None:
    candidates = [
        ("lamp", told("3号楼门口的路灯坏了，晚上看不清路")),
        ("dog", told("小区里遛狗不牵绳")),
    ]
    found = duplicates.similar(told("3号楼门口的路灯坏了很久，晚上看不清"), candidates)

    assert [similar.key for similar in found] == ["lamp"]
    assert found[0].score >= duplicates.ENOUGH
    assert found[0].shared[0] == "3号楼门口的路灯坏了"


def test_at_most_five_are_shown_the_closest_first() -> None:
    text = told("电动车在楼道里充电很危险")
    candidates = [(number, text + "啊" * number) for number in range(8)]
    found = duplicates.similar(text, candidates)

    assert [similar.key for similar in found] == [0, 1, 2, 3, 4]


def test_nothing_is_similar_to_nothing() -> None:
    assert duplicates.similar("", [("one", ""), ("two", "路灯坏了")]) == []
    assert duplicates.similar("路灯坏了", []) == []
