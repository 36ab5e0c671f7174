"""Twelve at once: whoever comes second learns what the first did, and no balance suffers."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from backend.database import db
from backend.errors import DomainError
from backend.ledger.models import (
    AlreadyPosted,
    AlreadyReversed,
    BatchLine,
    BudgetSpent,
    HoldEnded,
    InsufficientPoints,
    OwnerKind,
    Posted,
)
from tests.ledger.books import Books

THREADS = 12


def at_once(works: list[Callable[[], object]], threads: int = THREADS) -> list[object]:
    """What each answers or refuses; all threads begin together."""
    start = Barrier(threads)

    def share(mine: list[Callable[[], object]]) -> list[object]:
        start.wait(30)
        return [outcome(work) for work in mine]

    with ThreadPoolExecutor(threads) as pool:
        shares = pool.map(share, [works[number::threads] for number in range(threads)])
        return [each for done in shares for each in done]


def outcome(work: Callable[[], object]) -> object:
    try:
        return work()
    except DomainError as refusal:
        return type(refusal)


def transfers(books: Books) -> int:
    counted = text("SELECT count(*) FROM ledger.transfer WHERE community_id = :here")
    asked = {"here": books.community_id}
    return int(books.do(lambda: db.session.execute(counted, asked).scalar_one()))


def all_replay_but_one(outcomes: list[object]) -> bool:
    made = [each for each in outcomes if isinstance(each, Posted)]
    return (
        len(made) == len(outcomes)
        and len({each.transfer_id for each in made}) == 1
        and sum(not each.replay for each in made) == 1
    )


def test_one_key_makes_one_transfer(books: Books) -> None:
    person, issuer, key, share = books.open(), books.issuer, uuid4(), uuid4()

    def pay() -> Posted:
        return books.pay(issuer, person, 7, key=key, source_id=share)

    assert all_replay_but_one(at_once([pay] * THREADS))
    assert books.available(person) == 7


@pytest.mark.parametrize("exact", [True, False])
def test_the_last_points_under_one_key_are_spent_once_and_nobody_is_refused(
    books: Books, *, exact: bool
) -> None:
    person, shop, row = books.holding(7 if exact else 10), books.shop, uuid4()

    outcomes = at_once([lambda: books.pay(person, shop, 7, source_id=row)] * THREADS)

    assert all_replay_but_one(outcomes)


def test_one_hold_and_one_end_of_it(books: Books) -> None:
    person, shop, row = books.holding(7), books.shop, uuid4()

    held = at_once([lambda: books.hold(person, shop, 7, source_id=row)] * THREADS)
    assert all_replay_but_one(held)
    number = next(each.transfer_id for each in held if isinstance(each, Posted))
    assert all_replay_but_one(at_once([lambda: books.post(number, 7, source_id=row)] * THREADS))


def test_a_hold_is_posted_or_voided_by_whoever_comes_first(books: Books) -> None:
    shop = books.shop
    people = [books.holding(9) for _ in range(20)]
    holds = [books.hold(person, shop, 9).transfer_id for person in people]
    works: list[Callable[[], object]] = []
    for number in holds:
        works += [partial(books.post, number, 9), partial(books.void, number)]

    outcomes = Counter("made" if isinstance(each, Posted) else each for each in at_once(works))

    assert outcomes == {"made": len(holds), HoldEnded: len(holds)}
    assert sum(books.balance(person).pending for person in people) == 0


def test_twice_as_many_reversals_reverse_each_once(books: Books) -> None:
    issuer = books.issuer
    people = [books.open() for _ in range(30)]
    paid = [books.pay(issuer, person, 3).transfer_id for person in people]
    works: list[Callable[[], object]] = [partial(books.reverse, number, 3) for number in paid * 2]
    random.Random(5).shuffle(works)

    outcomes = Counter("made" if isinstance(each, Posted) else each for each in at_once(works))

    assert outcomes == {"made": len(paid), AlreadyReversed: len(paid)}
    assert {books.available(person) for person in people} == {0}


def test_a_share_is_paid_once_though_everybody_has_a_key_of_their_own(books: Books) -> None:
    quota, person = books.holding(1000, OwnerKind.QUOTA), books.open()
    shares = [uuid4() for _ in range(40)]
    works: list[Callable[[], object]] = [
        partial(books.hold, quota, person, 5, source_id=share, key=uuid4())
        for share in shares * THREADS
    ]

    outcomes = Counter("made" if isinstance(each, Posted) else each for each in at_once(works))

    assert outcomes == {"made": len(shares), AlreadyPosted: len(shares) * (THREADS - 1)}
    assert books.balance(quota).pending == 5 * len(shares)


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [(OwnerKind.QUOTA, BudgetSpent), (OwnerKind.PERSON, InsufficientPoints)],
)
def test_the_last_point_goes_to_one(
    books: Books, kind: OwnerKind, refusal: type[DomainError]
) -> None:
    giver, people = books.holding(25, kind), [books.open() for _ in range(THREADS)]
    works: list[Callable[[], object]] = [
        partial(books.hold, giver, person, 1) for person in people * 4
    ]

    outcomes = Counter("made" if isinstance(each, Posted) else each for each in at_once(works))

    assert outcomes == {"made": 25, refusal: len(works) - 25}
    assert books.available(giver) == 0


def test_opposite_transfers_between_four_accounts_neither_lock_nor_lose(books: Books) -> None:
    accounts = [books.holding(100) for _ in range(4)]
    chance = random.Random(11)
    pairs = [chance.sample(accounts, 2) for _ in range(300)]
    works: list[Callable[[], object]] = [
        partial(books.pay, debit, credit, 1) for debit, credit in pairs
    ]

    outcomes = at_once(works)

    assert all(isinstance(each, Posted) or each is InsufficientPoints for each in outcomes)
    assert sum(books.available(each) for each in accounts) == 400


def test_batches_over_the_same_people_neither_lock_nor_pay_twice(books: Books) -> None:
    quota = books.holding(10_000, OwnerKind.QUOTA)
    people = [books.open() for _ in range(20)]
    chance = random.Random(13)
    months = [uuid4() for _ in range(6)]

    def lines(month: UUID) -> list[BatchLine]:
        order = chance.sample(people, len(people))
        return [
            BatchLine(credit_id=person, amount=2, source_id=UUID(int=month.int ^ person))
            for person in order
        ]

    works: list[Callable[[], object]] = [
        partial(books.batch, quota, lines(month)) for month in months * 4
    ]

    outcomes = at_once(works)

    assert sorted(str(each) for each in outcomes) == sorted(["0"] * 18 + ["20"] * 6)
    assert {books.available(person) for person in people} == {12}


def test_an_owner_has_one_account_though_twelve_open_it(books: Books) -> None:
    before = transfers(books)
    numbers = at_once([lambda: books.special(OwnerKind.DONATION_POOL)] * THREADS)

    assert len(set(numbers)) == 1
    assert transfers(books) == before
