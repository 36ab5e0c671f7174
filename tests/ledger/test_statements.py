"""A statement tells every line with its balance, whichever page it is on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, text

from backend import clock
from backend.ledger import queries
from backend.ledger.actions import checking
from backend.ledger.models import BatchLine, Code, Kind, OwnerKind
from backend.ledger.queries import Line
from backend.ledger.queries.statements import LAST, STATEMENT
from tests.ledger.books import Books

BEGIN = datetime(2026, 5, 1, tzinfo=UTC)


def pages(books: Books, account_id: int, limit: int) -> list[Line]:
    """All lines, fetched page by page."""
    lines: list[Line] = []
    while True:
        after = lines[-1].id if lines else None
        page = books.do(
            lambda after=after: queries.statement(  # type: ignore[misc]
                books.community_id, account_id, after=after, limit=limit
            )
        )
        lines += page[:limit]
        if len(page) <= limit:
            return lines


def a_long_account(books: Books) -> int:
    person, other, issuer, shop = books.open(), books.open(), books.issuer, books.shop
    for number in range(4):
        with clock.at(BEGIN + timedelta(days=number)):
            books.pay(issuer, person, 10)
            books.batch(
                issuer,
                [
                    BatchLine(credit_id=each, amount=2, source_id=uuid4())
                    for each in (person, other, person)
                ],
            )
            held = books.hold(person, shop, 5)
            if number % 2:
                books.void(held.transfer_id)
            else:
                books.post(held.transfer_id, 4)
            books.reverse(books.pay(person, other, 1).transfer_id, 1)
    return person


def test_balances_are_right_on_every_page(books: Books) -> None:
    person = a_long_account(books)

    whole = pages(books, person, 100)

    balance = 0
    for line in reversed(whole):
        balance += line.change
        assert line.balance == balance
    assert balance == books.available(person) == 4 * 14 - 2 * 4
    for limit in (1, 2, 3, 7):
        assert pages(books, person, limit) == whole


def test_a_hold_and_its_release_change_nothing(books: Books) -> None:
    person = a_long_account(books)

    changes = {(line.kind, line.change) for line in pages(books, person, 50)}

    assert {change for kind, change in changes if kind in (Kind.HOLD, Kind.VOID)} == {0}
    assert (Kind.POST, -4) in changes
    assert (Kind.REVERSAL, 1) in changes


def test_a_span_of_days_begins_with_the_balance_of_its_time(books: Books) -> None:
    person = a_long_account(books)
    day = {"since": BEGIN + timedelta(days=1), "until": BEGIN + timedelta(days=2)}

    lines = books.do(
        lambda: queries.statement(books.community_id, person, limit=50, after=None, **day)
    )

    assert {line.created_at.date() for line in lines} == {(BEGIN + timedelta(days=1)).date()}
    assert lines[0].balance == 10 + 14


def test_lines_say_which_block_seals_them(books: Books) -> None:
    person = books.holding(5)
    books.do(lambda: checking.seal_block(books.community_id))
    books.pay(person, books.shop, 1, code=Code.REDEEM)

    assert [line.block for line in pages(books, person, 10)] == [None, 1]


def test_an_account_without_a_limit_has_lines_and_no_balance(books: Books) -> None:
    books.holding(5)

    lines = pages(books, books.issuer, 10)

    assert [(line.change, line.balance) for line in lines] == [(-5, None)]


def test_nobodys_statement_is_empty(books: Books, neighbouring: Books) -> None:
    person = books.holding(5)

    assert pages(neighbouring, person, 10) == []
    assert pages(books, books.open(), 10) == []


def test_one_transfer_can_be_looked_up_at_home(books: Books, neighbouring: Books) -> None:
    made = books.pay(books.issuer, books.open(), 3).transfer_id

    def amount(where: Books) -> int | None:
        found = queries.transfer(where.community_id, made)
        return None if found is None else found.amount

    assert books.do(lambda: amount(books)) == 3
    assert neighbouring.do(lambda: amount(neighbouring)) is None


def test_lines_of_a_batch_carry_the_balance_of_both_sides(books: Books) -> None:
    quota, person, other = books.holding(100, OwnerKind.QUOTA), books.holding(5), books.open()
    lines = [
        BatchLine(credit_id=each, amount=amount, source_id=uuid4())
        for each, amount in ((person, 1), (other, 2), (person, 3))
    ]
    books.batch(quota, lines[:1])

    assert books.batch(quota, [lines[1], lines[0], lines[2]]) == 2

    assert [line.balance for line in pages(books, person, 1)] == [9, 6, 5]
    assert [line.balance for line in pages(books, quota, 1)] == [94, 97, 99, 100]
    assert books.do(lambda: queries.reconcile(books.community_id)) == []


MANY, A_PAGE = 1_500, 21


def an_account_with_many_lines(books: Books) -> int:
    """All of one day in May, but for two of April; nothing since."""
    person, issuer = books.open(), books.issuer
    with clock.at(BEGIN - timedelta(days=9)):
        books.pay(issuer, person, 1)
        books.hold(person, books.shop, 1)
    with clock.at(BEGIN):
        for _ in range(MANY // 500):
            lines = [BatchLine(credit_id=person, amount=1, source_id=uuid4()) for _ in range(500)]
            books.batch(issuer, lines)
    return person


def rows_read(connection: Connection, **asked: Any) -> int:
    """How many rows of tables the statement really fetched, those in vain as well."""
    found = connection.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {STATEMENT.text}"), asked)

    def of(node: dict[str, Any]) -> float:
        below = sum(map(of, node.get("Plans", [])), 0.0)
        if "Relation Name" not in node:
            return below
        fetched = float(node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        return below + fetched * int(node["Actual Loops"])

    return int(of(found.scalar_one()[0]["Plan"]))


def test_a_page_of_a_long_account_reads_few_rows(books: Books, tables: Engine) -> None:
    person = an_account_with_many_lines(books)
    middle = pages(books, person, MANY)[MANY // 2].id
    asked: dict[str, Any] = {"community_id": books.community_id, "most": A_PAGE}
    always = {"since": "-infinity", "until": "infinity"}
    april = {"since": BEGIN - timedelta(days=30), "until": BEGIN - timedelta(days=1)}

    with tables.begin() as owner:
        owner.execute(text("ANALYZE ledger.transfer"))
        for shortcut in ("seqscan", "bitmapscan"):  # which pay in a table as small as this one
            owner.execute(text(f"SET LOCAL enable_{shortcut} = off"))
        for account_id in (person, books.issuer):
            for before in (LAST, middle):
                for days in (always, april):
                    told = {"account_id": account_id, "before": before, **days}
                    assert rows_read(owner, **asked, **told) <= 4 * A_PAGE, told
