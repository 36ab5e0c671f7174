"""Is this matter already told? A hint from shared characters; a person decides."""

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key")
Vector = dict[str, float]
ToSimplified = Callable[[str], str]

COMPARED_CHARACTERS = 300
GRAMS = (2, 3)
ENOUGH = 0.5
ROUGHLY = 0.2  # what pg_trgm must find before anything is weighed
SHOWN = 5
SHARED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Similar(Generic[Key]):
    """A candidate close enough to be asked about, and the words both texts have."""

    key: Key
    score: float
    shared: tuple[str, ...]


def unchanged(text: str) -> str:
    return text


def normalise(text: str, to_simplified: ToSimplified = unchanged) -> str:
    """What is compared: letters and digits of the folded, simplified text, the first 300."""
    folded = to_simplified(unicodedata.normalize("NFKC", text).casefold())
    kept = [letter for letter in folded if unicodedata.category(letter)[0] in "LN"]
    return "".join(kept[:COMPARED_CHARACTERS])


def grams(normalised: str) -> Counter[str]:
    return Counter(
        normalised[start : start + size]
        for size in GRAMS
        for start in range(len(normalised) - size + 1)
    )


def vectors(texts: Sequence[str]) -> list[Vector]:
    """TF-IDF over the given texts, each of length one."""
    counted = [grams(text) for text in texts]
    seen_in: Counter[str] = Counter()
    for counts in counted:
        seen_in.update(counts.keys())
    idf = {gram: math.log((1 + len(texts)) / (1 + df)) + 1 for gram, df in seen_in.items()}
    return [_unit({gram: n * idf[gram] for gram, n in counts.items()}) for counts in counted]


def cosine(one: Vector, other: Vector) -> float:
    short, long = sorted((one, other), key=len)
    return sum(value * long.get(gram, 0.0) for gram, value in short.items())


def shared_words(one: str, other: str) -> tuple[str, ...]:
    """The longest stretches both normalised texts have, the longest first."""
    found: list[str] = []
    start = 0
    while start < len(one):
        length = 0
        while start + length < len(one) and one[start : start + length + 1] in other:
            length += 1
        if length >= min(GRAMS):
            found.append(one[start : start + length])
        start += max(length, 1)
    return tuple(sorted(dict.fromkeys(found), key=lambda word: (-len(word), word))[:SHARED_SHOWN])


def similar(query: str, candidates: Iterable[tuple[Key, str]]) -> list[Similar[Key]]:
    """The at most five candidates worth asking about; both sides are normalised already."""
    known = list(candidates)
    asked, *others = vectors([query, *(text for _, text in known)])
    scored = [
        (cosine(asked, vector), place, key, text)
        for place, ((key, text), vector) in enumerate(zip(known, others, strict=True))
    ]
    close = sorted((entry for entry in scored if entry[0] >= ENOUGH), key=lambda e: (-e[0], e[1]))
    return [
        Similar(key, round(score, 3), shared_words(query, text))
        for score, _, key, text in close[:SHOWN]
    ]


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {gram: value / length for gram, value in vector.items()} if length else {}
