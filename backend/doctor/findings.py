"""One finding: a plain sentence, and whether it is good news."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    is_good: bool
    words: str


def good(words: str) -> Finding:
    return Finding(is_good=True, words=words)


def bad(words: str) -> Finding:
    return Finding(is_good=False, words=words)
