"""A planted difference is found, whichever column was touched, and days are Shanghai's."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, text

from backend import clock
from backend.database import db
from backend.days import SHANGHAI
from backend.ledger import queries
from backend.ledger.actions import checking
from backend.ledger.models import BatchLine, DayTotal
from tests.ledger.books import Books


@pytest.fixture
def owner(tables: Engine) -> Iterator[Connection]:
    with tables.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def a_busy_day(books: Books) -> dict[str, int]:
    """Every kind of transfer, a batch among them; numbers by what they are."""
    person, other, issuer, shop = books.open(), books.open(), books.issuer, books.shop
    paid = books.pay(issuer, person, 50)
    held = books.hold(person, shop, 20)
    posted = books.post(held.transfer_id, 15)
    open_hold = books.hold(person, shop, 5)
    voided = books.void(books.hold(person, shop, 3).transfer_id)
    undone = books.reverse(books.pay(issuer, other, 4).transfer_id, 4)
    books.batch(issuer, [BatchLine(credit_id=other, amount=2, source_id=uuid4())])
    books.pay(issuer, other, 1)
    return {
        "person": person,
        "other": other,
        "issuer": issuer,
        "paid": paid.transfer_id,
        "posted": posted.transfer_id,
        "open": open_hold.transfer_id,
        "voided": voided.transfer_id,
        "undone": undone.transfer_id,
    }


def found(books: Books) -> set[str]:
    return {each.check for each in books.do(lambda: queries.reconcile(books.community_id))}


def test_a_busy_day_adds_up(books: Books) -> None:
    a_busy_day(books)

    assert found(books) == set()


@pytest.mark.parametrize(
    ("touch", "checks"),
    [
        ("UPDATE ledger.account SET credits_posted = credits_posted + 1 WHERE id = :person",
         {"credits", "zero-sum"}),
        ("UPDATE ledger.account SET debits_posted = debits_posted + 1 WHERE id = :person",
         {"debits", "zero-sum"}),
        ("UPDATE ledger.account SET debits_pending = 0 WHERE id = :person", {"pending"}),
        ("UPDATE ledger.account SET max_balance = 1 WHERE id = :person", {"ceiling"}),
        ("UPDATE ledger.account SET derived = false WHERE id = :issuer",
         {"debits", "credits", "limit", "derived", "zero-sum"}),
        ("UPDATE ledger.account SET credits_posted = 1 WHERE id = :issuer", {"credits"}),
        ("UPDATE ledger.transfer SET amount = 5000 WHERE id = :open", {"pending", "limit"}),
        ("UPDATE ledger.transfer SET amount = 21 WHERE id = :posted",
         {"debits", "hold", "balance-after", "zero-sum"}),
        ("UPDATE ledger.transfer SET amount = 2 WHERE id = :voided", {"hold"}),
        ("UPDATE ledger.transfer SET amount = 3 WHERE id = :undone",
         {"debits", "reversal", "balance-after", "zero-sum"}),
        ("UPDATE ledger.transfer SET credit_after = 49 WHERE id = :paid", {"balance-after"}),
        ("UPDATE ledger.transfer SET actor_id = gen_random_uuid() WHERE id = :paid", {"person"}),
        ("UPDATE ledger.transfer SET approver_id = gen_random_uuid() WHERE id = :paid",
         {"person"}),
        ("UPDATE ledger.transfer SET credit_id = :other WHERE id = :paid",
         {"credits", "limit", "balance-after"}),
        ("UPDATE ledger.transfer SET credit_id = 0 WHERE id = :open", {"accounts"}),
        ("DELETE FROM ledger.transfer WHERE id = :undone",
         {"debits", "balance-after", "zero-sum"}),
    ],
)  # fmt: skip
def test_a_planted_difference_is_found(
    broken: Books, owner: Connection, touch: str, checks: set[str]
) -> None:
    numbers = a_busy_day(broken)

    asked = {name: number for name, number in numbers.items() if f":{name}" in touch}
    owner.execute(text(touch), asked)

    assert found(broken) == checks


def test_days_are_summed_as_shanghai_counts_them(books: Books) -> None:
    person, issuer = books.open(), books.issuer
    for moment, points in (
        (datetime(2024, 2, 29, 15, 59, 59, tzinfo=UTC), 1),  # still the 29th
        (datetime(2024, 2, 29, 16, 0, tzinfo=UTC), 2),  # the 1st of March
        (datetime(2024, 12, 31, 16, 0, tzinfo=UTC), 4),  # the new year
    ):
        with clock.at(moment):
            books.pay(issuer, person, points)
    with clock.at(datetime(2025, 1, 1, 15, tzinfo=UTC)):
        assert books.do(lambda: checking.roll_up(books.community_id)) == 2
    with clock.at(datetime(2025, 1, 1, 16, tzinfo=UTC)):
        for _ in range(2):
            books.do(lambda: checking.roll_up(books.community_id))

    rows = books.do(
        lambda: [
            (row.account_id, row.day, row.debits, row.credits)
            for row in db.session.query(DayTotal).order_by(DayTotal.day)
        ]
    )
    assert rows == [
        (issuer, date(2024, 2, 29), 1, 0),
        (issuer, date(2024, 3, 1), 2, 0),
        (issuer, date(2025, 1, 1), 4, 0),
    ]


def test_a_day_counts_from_its_midnight_whichever_night_sums_it(books: Books) -> None:
    person, shop = books.open(), books.shop
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    for day in days:
        with clock.at(datetime.combine(day, time(), SHANGHAI)):
            books.pay(books.issuer, person, 10)
            books.post(books.hold(person, shop, 3).transfer_id, 2)
            books.hold(person, shop, 1)
            books.reverse(books.pay(person, shop, 4).transfer_id, 4)

    def summed() -> list[tuple[date, int, int]]:
        return books.do(
            lambda: [
                (row.day, row.debits, row.credits)
                for row in db.session.query(DayTotal).order_by(DayTotal.day)
                if row.account_id == shop
            ]
        )

    for day in (days[0], days[2], days[2], days[2]):
        with clock.at(datetime.combine(day + timedelta(days=1), time(), SHANGHAI)):
            books.do(lambda: checking.roll_up(books.community_id))
    assert summed() == [(day, 4, 6) for day in days]


def test_a_day_that_was_summed_wrongly_is_found_and_mended(
    broken: Books, owner: Connection
) -> None:
    with clock.at(datetime(2024, 3, 1, 4, tzinfo=UTC)):
        broken.holding(5)
    broken.do(lambda: checking.roll_up(broken.community_id))
    owner.execute(text("UPDATE ledger.day SET debits = 6"))

    assert found(broken) == {"day"}

    broken.do(lambda: checking.roll_up(broken.community_id, since=date(2024, 1, 1)))
    assert found(broken) == set()
