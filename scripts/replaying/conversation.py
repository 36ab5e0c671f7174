"""The replay itself: statements, votes, moderation, and the comparison with the record."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from backend.deliberation.rules.conversation import Tally, checksum
from scripts.replaying.history import History, Voted
from scripts.replaying.line import Line

API = "/api/v1"
DECISIONS = {1: "accepted", 0: "pending", -1: "rejected"}
THREADS = 8

Told = Callable[[str, int, int], None]  # what is being done, how much of it, out of how much


@dataclass(frozen=True)
class Cast:
    """The tokens of everybody who takes part."""

    organiser: str
    moderator: str
    people: Mapping[str, str]  # the record's number of a person -> token


@dataclass
class Report:
    """What the replay came to; `differences` is empty where every cell agrees."""

    conversation: str
    votes: int = 0
    vote_seconds: float = 0.0
    repeats: int = 0
    events: int = 0
    latest: int = 0
    events_sha256: str = ""
    latest_sha256: str = ""
    decisions: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    @property
    def votes_per_second(self) -> float:
        return self.votes / self.vote_seconds if self.vote_seconds else 0.0

    @property
    def agrees(self) -> bool:
        return not self.differences


class Replay:
    """One conversation of the record, held again at `url`.

    Started again with the same `conversation`, it goes on where it was: statements there are
    not posted twice, and a vote sent twice is one vote, known by its number in the record.
    """

    def __init__(self, url: str, history: History, cast: Cast, *, told: Told) -> None:
        self._url = url
        self._history = history
        self._cast = cast
        self._told = told
        self._line = Line(url)

    def open(self, *, key: str) -> str:
        """Open the conversation with the record's first statements as seeds; its id."""
        seeds = [spoken.text for spoken in self._history.statements if spoken.is_seed]
        opened = self._line.ask(
            "POST",
            f"{API}/conversations",
            {"topic": "UberX 自用車載客", "moderation": "permissive", "statements": seeds},
            token=self._cast.organiser,
            key=key,
        )
        return str(opened["id"])

    def run(self, conversation: str) -> Report:
        """Everything after the opening, and the comparison."""
        report = Report(conversation)
        ids = self._speak(conversation)
        self._vote(conversation, ids, report)
        self._moderate(conversation)
        self._compare(conversation, report)
        report.repeats += self._line.repeats
        self._line.close()
        return report

    def _statements(self, conversation: str) -> dict[int, Any]:
        listed = self._line.pages(
            f"{API}/conversations/{conversation}/statements", token=self._cast.organiser
        )
        return {item["no"] - 1: item for item in listed}  # the record counts from 0

    def _speak(self, conversation: str) -> dict[int, str]:
        """Post what is missing, in order; statement ids by the record's number."""
        ids = {no: item["id"] for no, item in self._statements(conversation).items()}
        every = self._history.statements
        for done, spoken in enumerate(every, start=1):
            if spoken.no not in ids:
                posted = self._line.ask(
                    "POST",
                    f"{API}/conversations/{conversation}/statements",
                    {"text": spoken.text},
                    token=self._cast.people[spoken.author],
                    key=f"{conversation}-{spoken.no}",
                )
                if posted["no"] - 1 != spoken.no:
                    raise RuntimeError(f"Statement {spoken.no} became number {posted['no']}.")
                ids[spoken.no] = posted["id"]
            self._told("Statements", done, len(every))
        return ids

    def _vote(self, conversation: str, ids: Mapping[int, str], report: Report) -> None:
        """All votes; each person's own in order, people beside each other."""
        votes, done, guard = self._history.votes, 0, threading.Lock()
        shares: dict[int, list[Voted]] = defaultdict(list)
        for share, own in enumerate(_by_person(votes)):
            shares[share % THREADS].extend(own)
        for each in shares.values():
            each.sort(key=lambda voted: voted.index)

        def send(share: Sequence[Voted]) -> int:
            nonlocal done
            line = Line(self._url)
            for count, voted in enumerate(share, start=1):
                line.ask(
                    "PUT",
                    f"{API}/statements/{ids[voted.no]}/vote",
                    {"value": voted.value, "client_key": f"{conversation}-{voted.index}"},
                    token=self._cast.people[voted.voter],
                )
                if count % 50 == 0 or count == len(share):
                    with guard:
                        done += 50 if count % 50 == 0 else count % 50
                        self._told("Votes", done, len(votes))
            line.close()
            return line.repeats

        began = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            report.repeats += sum(pool.map(send, shares.values()))
        report.vote_seconds = time.perf_counter() - began
        report.votes = len(votes)

    def _moderate(self, conversation: str) -> None:
        """Accept and reject as it was done then; what was left pending stays so."""
        standing = self._statements(conversation)
        every = self._history.statements
        for done, spoken in enumerate(every, start=1):
            item, wanted = standing[spoken.no], DECISIONS[spoken.decision]
            if wanted not in ("pending", item["moderation"]):
                self._line.ask(
                    "POST",
                    f"{API}/statements/{item['id']}/moderation",
                    {"decision": "accept"}
                    if wanted == "accepted"
                    else {"decision": "reject", "reason_code": "other", "reason": "当时未予采用"},
                    token=self._cast.moderator,
                    key=f"{item['id']}-{wanted}",
                )
            self._told("Moderation", done, len(every))

    def _compare(self, conversation: str, report: Report) -> None:
        path = f"{API}/conversations/{conversation}"
        latest = self._counted(f"{path}/tallies")
        events = self._counted(f"{path}/event-counts")
        report.latest = sum(tally.total for tally in latest.values())
        report.events = sum(tally.total for tally in events.values())
        report.latest_sha256 = checksum(latest.values())
        report.events_sha256 = checksum(events.values())
        differs = report.differences
        for what, counted, wanted in (
            ("latest", latest, self._history.latest()),
            ("events", events, self._history.events()),
        ):
            differs += [
                f"{what} of statement {no}: {counted.get(no)}, in the record {tally}"
                for no, tally in wanted.items()
                if counted.get(no) != tally
            ]
            differs += [f"{what}: statement {no} is new" for no in counted.keys() - wanted.keys()]
        self._compare_standing(conversation, report)
        self._compare_people(conversation, differs)

    def _counted(self, path: str) -> dict[int, Tally]:
        listed = self._line.pages(path, token=self._cast.organiser)
        return {
            item["no"] - 1: Tally(
                no=item["no"] - 1,
                agree=item["agree"],
                disagree=item["disagree"],
                passed=item["passed"],
            )
            for item in listed
        }

    def _compare_standing(self, conversation: str, report: Report) -> None:
        standing = self._statements(conversation)
        for word in DECISIONS.values():
            report.decisions[word] = sum(item["moderation"] == word for item in standing.values())
        report.differences += [
            f"statement {spoken.no} is {standing[spoken.no]['moderation']}"
            for spoken in self._history.statements
            if standing[spoken.no]["moderation"] != DECISIONS[spoken.decision]
        ]

    def _compare_people(self, conversation: str, differs: list[str]) -> None:
        """Cell for cell: what each person's own votes say against their row of the matrix."""
        matrix, done = self._history.matrix, 0

        def read(people: Sequence[str]) -> None:
            nonlocal done
            line = Line(self._url)
            for person in people:
                listed = line.pages(
                    f"{API}/me/statement-votes",
                    token=self._cast.people[person],
                    conversation=conversation,
                )
                own = {item["no"] - 1: item["value"] for item in listed}
                if own != matrix[person]:
                    differs.append(f"the votes of person {person}")
                done += 1
                self._told("People compared", done, len(matrix))
            line.close()

        people = self._history.people
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(read, (people[share::THREADS] for share in range(THREADS))))


def _by_person(votes: Iterable[Voted]) -> list[list[Voted]]:
    """Each person's votes, whoever has most first, so that shares come out even."""
    own: dict[str, list[Voted]] = defaultdict(list)
    for voted in votes:
        own[voted.voter].append(voted)
    return sorted(own.values(), key=len, reverse=True)
