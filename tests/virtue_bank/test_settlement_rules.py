"""Which points expire: those a queue of lots would let go, told thirty days before."""

from collections import deque
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest

from backend.errors import DomainError
from backend.virtue_bank.rules import settlements as rules
from backend.virtue_bank.rules.second import SamePerson

CUTOFF = rules.year_end(2026)
EARLY = date(2027, 1, 20)


class Lots:
    """Points as a queue: what was earned first is spent first. The slow and obvious way."""

    def __init__(self) -> None:
        self.lots: deque[list[int]] = deque()  # [day, points]
        self.debits = 0
        self.credits: list[tuple[int, int]] = []

    def earn(self, day: int, points: int) -> None:
        self.lots.append([day, points])
        self.credits.append((day, points))

    def take(self, points: int) -> None:
        self.debits += points
        while points:
            taken = min(points, self.lots[0][1])
            self.lots[0][1] -= taken
            points -= taken
            if not self.lots[0][1]:
                self.lots.popleft()

    @property
    def balance(self) -> int:
        return sum(points for _, points in self.lots)

    def older_than(self, cutoff: int, held: int) -> int:
        """What of the lots until `cutoff` no open hold waits for; holds take the oldest first."""
        old = 0
        for day, points in self.lots:
            free = max(0, points - held)
            held = max(0, held - points)
            old += free if day <= cutoff else 0
        return old

    def earned(self, cutoff: int) -> int:
        return sum(points for day, points in self.credits if day <= cutoff)


@pytest.mark.parametrize("seed", range(200))
def test_expiry_is_what_a_queue_of_lots_lets_go(seed: int) -> None:
    """Random histories of earning, spending, holding, giving up and ascending settlements."""
    random = Random(seed)
    lots, held, last_cutoff = Lots(), 0, 0
    for day in range(1, 120):
        chance = random.random()
        if chance < 0.4:
            lots.earn(day, random.randint(1, 50))
        elif chance < 0.6 and (free := lots.balance - held) > 0:
            lots.take(random.randint(1, free))
        elif chance < 0.75 and (free := lots.balance - held) > 0:
            held += random.randint(1, free)
        elif chance < 0.85 and held:
            given = random.randint(0, held)  # the rest of the hold is free again
            lots.take(given)
            held = 0
        elif chance < 0.9:
            cutoff = random.randint(last_cutoff, day)
            told = {"debits": lots.debits, "pending": held}
            expired = rules.expiring(earned=lots.earned(cutoff), **told)
            assert expired == lots.older_than(cutoff, held)
            assert 0 <= expired <= lots.balance - held
            lots.take(expired)
            told = {"debits": lots.debits, "pending": held}
            assert rules.expiring(earned=lots.earned(cutoff), **told) == 0
            last_cutoff = cutoff


def test_a_year_ends_at_midnight_in_shanghai() -> None:
    assert datetime(2026, 12, 31, 16, tzinfo=UTC) == CUTOFF
    assert rules.begins_at(date(2027, 1, 1)) == CUTOFF


@pytest.mark.parametrize(
    ("announced_on", "first"),
    [
        (date(2028, 1, 30), date(2028, 3, 1)),  # with a 29 February between
        (date(2027, 1, 30), date(2027, 3, 2)),
        (date(2028, 1, 29), date(2028, 2, 29)),
        (date(2027, 12, 1), date(2028, 1, 1)),
    ],
)
def test_thirty_full_days_lie_between_the_announcement_and_the_day(
    announced_on: date, first: date
) -> None:
    assert rules.first_day(announced_on, 30) == first


def plan(**about: object) -> None:
    told: dict[str, object] = {
        "expires_by_year": True,
        "cutoff_at": CUTOFF,
        "last_cutoff": None,
        "underway": False,
        "expires_on": date(2027, 3, 1),
        "today": EARLY,
        "notice_days": 30,
    }
    rules.check_plan(**(told | about))  # type: ignore[arg-type]


def test_a_settlement_is_planned_early_enough() -> None:
    plan()
    plan(expires_on=date(2027, 2, 20))
    plan(expires_on=date(2027, 1, 1), today=date(2026, 11, 1))
    plan(expires_on=EARLY + timedelta(days=366))


@pytest.mark.parametrize(
    ("about", "refusal"),
    [
        ({"expires_by_year": False}, rules.NoSettlementPolicy),
        ({"underway": True}, rules.SettlementUnderway),
        ({"last_cutoff": CUTOFF}, rules.CutoffTaken),
        ({"last_cutoff": rules.year_end(2027)}, rules.CutoffTaken),
        ({"expires_on": date(2027, 2, 19)}, rules.NoticeTooShort),
        ({"expires_on": date(2026, 12, 31), "today": date(2026, 11, 1)}, rules.DayTooFar),
        ({"expires_on": EARLY + timedelta(days=367)}, rules.DayTooFar),
    ],
)
def test_a_settlement_is_not_planned(about: dict[str, object], refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        plan(**about)


def announce(**about: object) -> None:
    told: dict[str, object] = {
        "state": "planned",
        "planned_by": uuid4(),
        "announces": uuid4(),
        "cutoff_at": CUTOFF,
        "now": datetime(2027, 1, 20, tzinfo=UTC),
        "expires_on": date(2027, 3, 1),
        "today": EARLY,
        "notice_days": 30,
    }
    rules.check_announcement(**(told | about))  # type: ignore[arg-type]


def test_another_person_announces_it_after_the_year() -> None:
    announce()
    one = uuid4()
    with pytest.raises(SamePerson):
        announce(planned_by=one, announces=one)
    with pytest.raises(rules.YearNotOver):
        announce(now=datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC))
    announce(now=CUTOFF)
    for state in ("announced", "running", "done", "dropped"):
        with pytest.raises(rules.NotPlanned):
            announce(state=state)


def test_who_announces_late_announces_for_a_later_day() -> None:
    with pytest.raises(rules.NoticeTooShort) as refused:
        announce(today=date(2027, 2, 1))
    assert refused.value.members["first_day"] == "2027-03-04"


def test_what_has_begun_is_not_dropped() -> None:
    for state in ("planned", "announced"):
        rules.check_droppable(state)
    for state in ("running", "done", "dropped"):
        with pytest.raises(rules.NotToDrop):
            rules.check_droppable(state)
