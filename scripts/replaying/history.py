"""The record of vTaiwan's "UberX" conversation, as its published files tell it."""

import csv
from dataclasses import dataclass, replace
from pathlib import Path

from backend.deliberation.rules.conversation import MAX_LETTERS, SEED_STATEMENTS, Tally

# Of events and latest votes; what any faithful replay of the whole record comes to.
PUBLISHED_SHA256 = (
    "1bc1debaf4625f1ea6ef26d959f1bf938277b87978e551a4c908c2e52870b065",
    "28ed2c575a6e3afda0f6062d682e445d6fb379126670d1867274e365c6e5ef00",
)
FILES = ("comments.csv", "votes.csv", "participants-votes.csv")


@dataclass(frozen=True)
class Spoken:
    """One statement; `decision` is how moderation ended: 1 accepted, 0 pending, -1 rejected."""

    no: int
    author: str
    text: str
    decision: int

    @property
    def is_seed(self) -> bool:
        """The organiser's first statements, on the table before anybody votes."""
        return self.no < SEED_STATEMENTS


@dataclass(frozen=True)
class Voted:
    index: int  # in order of time, from 0
    no: int
    voter: str
    value: int


@dataclass(frozen=True)
class History:
    statements: list[Spoken]
    votes: list[Voted]
    matrix: dict[str, dict[int, int]]  # voter -> statement -> the vote that counts
    shortened: int  # statements cut to the length we allow

    @property
    def people(self) -> list[str]:
        return list(self.matrix)

    def latest(self) -> dict[int, Tally]:
        """The published matrix, counted by statement."""
        return {
            spoken.no: _count(spoken.no, [own.get(spoken.no) for own in self.matrix.values()])
            for spoken in self.statements
        }

    def events(self) -> dict[int, Tally]:
        """Every vote in the log, counted by statement."""
        values: dict[int, list[int | None]] = {spoken.no: [] for spoken in self.statements}
        for voted in self.votes:
            values[voted.no].append(voted.value)
        return {no: _count(no, given) for no, given in values.items()}

    def beginning(self, votes: int) -> "History":
        """The record as if it had ended after so many votes."""
        kept = self.votes[:votes]
        last = max(voted.no for voted in kept)
        statements = [spoken for spoken in self.statements if spoken.no <= last]
        matrix: dict[str, dict[int, int]] = {spoken.author: {} for spoken in statements}
        for voted in kept:
            matrix.setdefault(voted.voter, {})[voted.no] = voted.value
        return replace(self, statements=statements, votes=kept, matrix=matrix)


def is_there(folder: Path) -> bool:
    return all((folder / name).exists() for name in FILES)


def read(folder: Path) -> History:
    comments, events, matrix = (_rows(folder / name) for name in FILES)
    statements = sorted(
        (
            Spoken(
                no=int(row["comment-id"]),
                author=row["author-id"],
                text=_one_line(row["comment-body"])[:MAX_LETTERS],
                decision=int(row["moderated"]),
            )
            for row in comments
        ),
        key=lambda spoken: spoken.no,
    )
    events.sort(key=lambda row: int(row["timestamp"]))  # stable: then by row
    return History(
        statements=statements,
        votes=[
            Voted(index, int(row["comment-id"]), row["voter-id"], int(row["vote"]))
            for index, row in enumerate(events)
        ],
        matrix={
            row["participant"]: {
                int(no): int(value) for no, value in row.items() if no.isdigit() and value
            }
            for row in matrix
        },
        shortened=sum(len(_one_line(row["comment-body"])) > MAX_LETTERS for row in comments),
    )


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _count(no: int, values: list[int | None]) -> Tally:
    return Tally(no=no, agree=values.count(1), disagree=values.count(-1), passed=values.count(0))
