"""A year and more of a busy virtue bank: every step a transaction of its own, as in life."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from backend import clock
from backend.clock import today, utc_now
from backend.database import db, in_transaction, transaction
from backend.days import month_of, months_later
from backend.errors import DomainError
from backend.ledger.actions.checking import reconcile
from backend.ledger.jobs import check_ledger, seal_ledger
from backend.ledger.models import Account, Block, Transfer
from backend.residents.actions import settings
from backend.residents.actions.calendar_days import seed_holidays
from backend.residents.models import Community
from backend.virtue_bank.actions import sealing, settlements
from backend.virtue_bank.jobs.deeds import lapse_due_deeds, post_due_awards
from backend.virtue_bank.jobs.points_sheets import draft_points_sheets
from backend.virtue_bank.jobs.settlements import run_settlements, tell_settlements
from backend.virtue_bank.jobs.sheets import close_answers, freeze_quotas, turn_rule_sheets
from backend.virtue_bank.jobs.shop import open_months, void_due_orders
from backend.virtue_bank.models import PointsSheet
from backend.virtue_bank.queries.shop import reconcile_stock
from backend.virtue_bank.rules.deeds import Acted
from backend.virtue_bank.rules.deeds import Told as Claim
from scripts.demonstration import people, places
from scripts.demonstration.deeds import ITEMS, SHELF, WORDS
from scripts.demonstration.history import History, Story, at, in_days
from scripts.demonstration.people import Town
from scripts.demonstration.points import Bank
from scripts.demonstration.seeding import SEED, NotEmpty, Told

DEEDS, ORDERS, REVERSALS = 10_000, 200, 24
MONTHS = 14  # with a year's end among them, far enough back for what was earned by then to expire
BUDGET, QUOTA = 400_000, 3_000
ENDS = (
    ("credited",) * 90
    + ("objected", "voided", "lapsed", "rejected", "returned", "refuted")
    + ("withdrawn",) * 4
)
ORDERS_END = ("picked_up",) * 8 + ("cancelled", "expired")
REVERSALS_END = ("confirmed", "confirmed", "restored", "stands", "dropped", "requested")
NOTICE_DAYS, FIRST_ORDERS_AFTER = 40, 60


@dataclass
class Lived:
    """What came of it: the community, who may sign in, and why some were refused."""

    community_id: UUID
    town: Town
    refused: Counter[str] = field(default_factory=Counter)


def live_a_year(
    told: Told,
    *,
    deeds: int = DEEDS,
    orders: int = ORDERS,
    reversals: int = REVERSALS,
    months: int = MONTHS,
) -> Lived:
    """Build the place, and let so many deeds, orders and reversals happen in it."""
    with transaction():
        if db.session.query(Community.id).first() is not None:
            raise NotEmpty
        random = Random(SEED)
        opens_on = months_later(month_of(today()), -months)
        seed_holidays(range(opens_on.year - 1, today().year + 2))
        with clock.at(at(opens_on - timedelta(days=30), 9)):
            town = _a_town(random, told)
    lived = Lived(town.community_id, town)
    bank = Bank(town, opens_on=opens_on)
    history = History(until=utc_now(), told=_months_told(opens_on, told), step=_steps(lived))
    year = Year(bank, random)
    for story, begins in year.stories(deeds=deeds, orders=orders, reversals=reversals):
        history.add(story, begins)
    history.run()
    with transaction():
        people.connect_phones(town)
    return lived


def verified(lived: Lived) -> Iterator[str]:
    """A line for each thing that is to add up, and does.

    Raises:
        SystemExit: it does not.
    """
    here = lived.community_id
    seal_ledger()
    check_ledger()
    with transaction():
        wrong = [*reconcile(here), *reconcile_stock(here)]
        _must(not wrong, f"balances: {wrong[:3]}")
        accounts, transfers = (
            db.session.query(table).filter_by(community_id=here).count()
            for table in (Account, Transfer)
        )
        yield f"balances: {accounts:,} accounts follow from {transfers:,} transfers, stock too"
        found = sealing.verify_ledger(lived.town.at_desk("supervisor1"))
        _must(not found["altered_sheets"], f"sheets: {found['altered_sheets']}")
        sheets, checked = (
            db.session.query(PointsSheet).filter_by(community_id=here).count(),
            db.session.query(PointsSheet).filter(PointsSheet.checked_at.is_not(None)).count(),
        )
        yield f"sheets: {sheets} say what their hashes say, {checked} of them are checked"
        _must(found["first_bad_block"] is None, f"chain: block {found['first_bad_block']}")
        blocks = db.session.query(Block).filter_by(community_id=here).count()
        yield f"chain: {blocks:,} blocks recompute, each on the one before"


class Year:
    """Whose turn it is, by the dice."""

    def __init__(self, bank: Bank, random: Random) -> None:
        self.bank, self.random = bank, random
        self.days = (today() - bank.opens_on).days

    def stories(
        self, *, deeds: int, orders: int, reversals: int
    ) -> Iterator[tuple[Story, datetime]]:
        bank, opens_on = self.bank, self.bank.opens_on
        yield self._accounts(), at(opens_on - timedelta(days=20), 9)
        yield bank.opening(), at(opens_on - timedelta(days=15), 14)
        yield bank.months(BUDGET, QUOTA), at(opens_on, 9)
        yield bank.checking(), at(opens_on, 10, 30)
        yield bank.supplying(), at(opens_on + timedelta(days=1), 10)
        yield self._expiry(), at(opens_on + timedelta(days=1), 11)
        yield _jobs(), at(opens_on, 1, 30)
        for _ in range(deeds):
            yield self._deed(), self._some_evening(2)
        for _ in range(orders):
            who = self.random.choice(bank.grown_ups).id
            title = self.random.choice(SHELF)["title"]
            ends = self.random.choice(ORDERS_END)
            yield bank.order(who, title, ends), self._some_evening(FIRST_ORDERS_AFTER)
        for _ in range(reversals):
            who = self.random.choice(bank.grown_ups).id
            ends = self.random.choice(REVERSALS_END)
            yield bank.reversal(who, ends), self._some_evening(FIRST_ORDERS_AFTER)

    def _accounts(self) -> Story:
        people.give_accounts(self.bank.town)
        yield in_days(1)

    def _some_evening(self, after: int) -> datetime:
        day = self.bank.opens_on + timedelta(days=self.random.randint(after, self.days))
        return at(day, self.random.randint(17, 21), self.random.randint(0, 59))

    def _deed(self) -> Story:
        random, bank = self.random, self.bank
        item = random.choice(ITEMS)
        doer, other = random.sample(bank.grown_ups, 2)
        neighbour = random.choice(bank.elders).id
        is_helped = item.get("needs_helped", True)
        most = max(1, item["points_max"] // item["points"] - 1)
        claim = Claim(
            item_id=bank.items[item["code"]],
            occurred_on=today(),
            story=random.choice(WORDS[item["code"]]),
            display=random.choice(("masked", "masked", "full")),
            place=f"{random.randint(1, 10)}号楼{random.randint(1, 5)}0{random.randint(1, 3)}",
            helped_id=neighbour if is_helped else None,
            shares=[Acted(acted_id=doer.id, units=random.randint(1, most))],
            witness_ids=[other.id] if is_helped else [neighbour, other.id],
        )
        yield from bank.life(claim, doer.id, until=random.choice(ENDS))

    def _expiry(self) -> Story:
        """The community has its points expire by the year; a settlement after the first one."""
        town = self.bank.town
        settings.change_setting(
            town.at_desk("chair"),
            "points.expire_by_year",
            value=1,
            valid_from=today(),
            basis="居民代表会议决议",
        )
        year = today().year
        yield at(date(year + 1, 1, 3), 10)
        planned = settlements.plan_settlement(
            town.at_desk("chair"), year=year, expires_on=today() + timedelta(days=NOTICE_DAYS)
        )
        planned_id = planned.id
        yield in_days(1, 10)
        settlements.announce_settlement(town.at_desk("member1"), planned_id)


def _jobs() -> Story:
    """What the timetable runs of it, once a day."""
    while True:
        for work in (
            *(turn_rule_sheets, freeze_quotas, open_months, post_due_awards, lapse_due_deeds),
            *(void_due_orders, close_answers, tell_settlements, run_settlements, seal_ledger),
            draft_points_sheets,
        ):
            work()
        yield in_days(1, 1, 30)


def _a_town(random: Random, told: Told) -> Town:
    built = 0

    def step() -> None:
        nonlocal built
        built += 1
        told("Homes", built, places.BUILDINGS)

    town = people.bring_in(places.build(random, step))
    people.agree_to_the_policy(town)
    db.session.flush()
    db.session.expunge_all()  # the town's people stay as they are, whatever is committed later
    return town


def _steps(lived: Lived) -> Callable[[Callable[[], datetime | None]], datetime | None]:
    """Each step commits; what the rules refuse ends its story, as it would somebody's wish."""

    def step(go_on: Callable[[], datetime | None]) -> datetime | None:
        try:
            return in_transaction(go_on)
        except DomainError as refusal:
            lived.refused[type(refusal).__name__] += 1
            return None
        finally:
            db.session.expunge_all()

    return step


def _months_told(began: date, told: Told) -> Callable[[date], None]:
    whole = (today() - began).days

    def tell(day: date) -> None:
        told("A year of points", max(0, min((day - began).days, whole)), whole)

    return tell


def _must(holds: bool, what: str) -> None:  # noqa: FBT001
    if not holds:
        raise SystemExit(f"Does not add up: {what}")
