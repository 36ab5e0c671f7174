"""Blocks hold what was posted, in its order, and say where somebody changed it afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Connection, Engine, text

from backend import clock
from backend.clock import utc_now
from backend.database import db
from backend.ledger import queries
from backend.ledger.actions import checking
from backend.ledger.jobs import check_ledger, seal_ledger
from backend.ledger.queries import sealing
from backend.notifications.models import Notice
from tests.factories import a_neighbourhood
from tests.ledger.books import Books


@pytest.fixture
def owner(tables: Engine) -> Iterator[Connection]:
    with tables.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def seal(books: Books, most: int = 5000) -> int:
    return books.do(lambda: sealing.seal(books.community_id, most, utc_now()))


def head_of(books: Books) -> tuple[int, int, int, int] | None:
    head = queries.head(books.community_id)
    return None if head is None else (head.seq, head.n, head.from_id, head.to_id)


def communities_found_broken() -> float | None:
    return REGISTRY.get_sample_value("ledger_broken")


def bad_block(books: Books) -> int | None:
    return books.do(lambda: checking.verify(books.community_id))


def floor(books: Books) -> int:
    return books.do(lambda: checking.raise_floor(books.community_id))


def three_blocks(books: Books) -> list[int]:
    """Three sealed blocks of two transfers each; the numbers of the transfers."""
    numbers = []
    for _ in range(3):
        person = books.open()
        numbers += [books.pay(books.issuer, person, n).transfer_id for n in (5, 7)]
        assert seal(books) == 2
    return numbers


def test_what_is_posted_is_sealed_once(books: Books) -> None:
    assert seal(books) == 0
    *_, first, last = three_blocks(books)

    assert seal(books) == 0
    assert bad_block(books) is None
    assert books.do(lambda: head_of(books)) == (3, 2, first, last)


def test_a_block_takes_no_more_than_it_is_told(books: Books) -> None:
    person = books.open()
    for _ in range(5):
        books.pay(books.issuer, person, 1)

    assert [seal(books, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert bad_block(books) is None


def test_communities_have_chains_of_their_own(books: Books, neighbouring: Books) -> None:
    three_blocks(books)
    neighbouring.holding(5)

    assert seal(neighbouring) == 1
    assert bad_block(neighbouring) is None


ANOTHER = """(SELECT min(a.id) FROM ledger.account a
  WHERE a.community_id = transfer.community_id AND a.asset = transfer.asset
    AND a.id NOT IN (debit_id, credit_id))"""


@pytest.mark.parametrize(
    "touch",
    [
        "UPDATE ledger.transfer SET amount = amount + 1 WHERE id = :id",
        "UPDATE ledger.transfer SET approver_id = gen_random_uuid() WHERE id = :id",
        "UPDATE ledger.transfer SET actor_id = gen_random_uuid() WHERE id = :id",
        "UPDATE ledger.transfer SET idem_key = gen_random_uuid() WHERE id = :id",
        "UPDATE ledger.transfer SET source_id = gen_random_uuid() WHERE id = :id",
        "UPDATE ledger.transfer SET source_type = source_type + 1 WHERE id = :id",
        "UPDATE ledger.transfer SET code = code + 1 WHERE id = :id",
        f"UPDATE ledger.transfer SET debit_id = {ANOTHER} WHERE id = :id",  # noqa: S608 - our own
        f"UPDATE ledger.transfer SET credit_id = {ANOTHER} WHERE id = :id",  # noqa: S608 - our own
        "UPDATE ledger.transfer SET credit_after = credit_after + 1 WHERE id = :id",
        "UPDATE ledger.transfer SET created_at = created_at + interval '1 us' WHERE id = :id",
        "UPDATE ledger.transfer SET credit_id = debit_id, debit_id = credit_id WHERE id = :id",
        "DELETE FROM ledger.sealed WHERE transfer_id = :id",
        "UPDATE ledger.block SET prev = '' WHERE seq = 2",
        "UPDATE ledger.block SET hash = sha256('') WHERE seq = 2",
        "UPDATE ledger.block SET n = 1 WHERE seq = 2",
        "DELETE FROM ledger.block WHERE seq = 2",
    ],
)
def test_tampering_is_named_at_its_block(broken: Books, owner: Connection, touch: str) -> None:
    numbers = three_blocks(broken)

    owner.execute(text(touch), {"id": numbers[2]} if ":id" in touch else {})

    assert bad_block(broken) == 2


def test_a_transfer_taken_away_with_its_seal_is_missed(broken: Books, owner: Connection) -> None:
    numbers = three_blocks(broken)

    with owner.begin():
        owner.execute(text("DELETE FROM ledger.sealed WHERE transfer_id = :id"), {"id": numbers[3]})
        owner.execute(text("DELETE FROM ledger.transfer WHERE id = :id"), {"id": numbers[3]})

    assert bad_block(broken) == 2


def test_the_last_block_cannot_be_taken_away_alone(broken: Books, owner: Connection) -> None:
    three_blocks(broken)

    owner.execute(text("DELETE FROM ledger.block WHERE seq = 3"))

    assert bad_block(broken) == 3


def test_a_block_that_others_are_to_follow_must_be_there(broken: Books, owner: Connection) -> None:
    three_blocks(broken)

    owner.execute(text("DELETE FROM ledger.block WHERE seq = 2"))

    assert broken.do(lambda: sealing.first_bad_block(broken.community_id, 3)) == 2


def test_blocks_before_the_first_asked_for_are_trusted(broken: Books, owner: Connection) -> None:
    numbers = three_blocks(broken)
    owner.execute(text("UPDATE ledger.transfer SET amount = 1 WHERE id = :id"), {"id": numbers[0]})

    found = broken.do(lambda: sealing.first_bad_block(broken.community_id, 2))

    assert found is None
    assert bad_block(broken) == 1


def test_who_commits_late_is_sealed_later_and_not_skipped(books: Books) -> None:
    early, late = books.open(), books.open()
    issuer = books.issuer
    with books.app.app_context():
        connection = db.engine.connect()
    with connection, connection.begin():
        slow = post_by_hand(connection, books, issuer, late)
        quick = books.pay(issuer, early, 1).transfer_id
        assert quick > slow
        assert seal(books) == 0  # the slow one is older and may still commit
    assert seal(books) == 2
    assert bad_block(books) is None


def test_the_floor_waits_for_everybody_who_might_hold_a_smaller_number(books: Books) -> None:
    person, late = books.open(), books.open()
    issuer = books.issuer
    books.pay(issuer, person, 1)
    assert seal(books) == 1
    assert floor(books) == 0  # noted, not yet certain
    last = books.pay(issuer, person, 1).transfer_id
    assert seal(books) == 1
    with books.app.app_context():
        connection = db.engine.connect()
    with connection, connection.begin():
        slow = post_by_hand(connection, books, issuer, late)
        first = floor(books)  # what was noted before the slow one began
        assert 0 < first < last
        assert floor(books) == first
        assert floor(books) == first
    assert slow > last
    assert floor(books) == last
    assert seal(books) == 1
    assert [floor(books) for _ in range(2)][-1] == slow
    assert bad_block(books) is None


def test_the_floor_stays_below_what_waits_for_its_seal(books: Books) -> None:
    person, issuer = books.open(), books.issuer
    sealed, waits, _ = (books.pay(issuer, person, 1).transfer_id for _ in range(3))
    assert seal(books, 1) == 1

    assert [floor(books) for _ in range(3)][-1] == waits - 1 >= sealed
    assert seal(books) == 2
    assert bad_block(books) is None


def post_by_hand(connection: Connection, books: Books, issuer: int, person: int) -> int:
    """An award in a transaction that stays open."""
    asked = {
        "here": books.community_id,
        "issuer": issuer,
        "person": person,
        "actor": books.actor_id,
        "at": utc_now(),
    }
    made = connection.scalar(
        text("""
            SELECT transfer_id FROM ledger.post(:here, 1, gen_random_uuid(), 1, 1, :issuer,
              :person, 1, NULL, NULL, 1, gen_random_uuid(), :actor, NULL, :at)
        """),
        asked,
    )
    assert made is not None
    return int(made)


def test_the_night_is_content_with_whole_books(books: Books) -> None:
    with clock.at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        three_blocks(books)
    with clock.at(datetime(2026, 3, 2, 1, tzinfo=UTC)), books.app.app_context():
        seal_ledger()
        check_ledger()

    assert communities_found_broken() == 0


def test_the_night_tells_the_keepers_once_of_each_fault(broken: Books, owner: Connection) -> None:
    place = a_neighbourhood(broken.app)
    keeper = place.a_worker("auditor")
    numbers = three_blocks(broken)
    owner.execute(text("UPDATE ledger.transfer SET amount = 6 WHERE id = :id"), {"id": numbers[2]})

    with broken.app.app_context():
        check_ledger()
        check_ledger()
        told = db.session.query(Notice).filter_by(resident_id=keeper.id).all()
        bodies = [notice.body for notice in told]
        db.session.remove()

    assert communities_found_broken() == 1
    assert len(bodies) == len(set(bodies))
    assert any("第2块与封存时不符" in body for body in bodies)
    assert any("有一项对不上（credits）" in body for body in bodies)


def test_books_that_cannot_be_sealed_or_read_hold_up_no_others(
    broken: Books, books: Books, owner: Connection
) -> None:
    three_blocks(broken)
    broken.holding(5)
    books.holding(5)
    owner.execute(text("UPDATE ledger.block SET seq = 9223372036854775807 WHERE seq = 3"))
    unread = text("UPDATE ledger.transfer SET created_at = '-infinity' WHERE community_id = :here")
    owner.execute(unread, {"here": broken.community_id})

    with broken.app.app_context():
        seal_ledger()
        check_ledger()

    assert broken.community_id < books.community_id
    with books.app.app_context():
        assert head_of(books) is not None
        db.session.remove()
    assert communities_found_broken() == 1


def test_what_nobody_seals_for_a_day_is_an_alarm(books: Books) -> None:
    began = utc_now() - timedelta(days=2)
    with clock.at(began):
        books.holding(5)

    report = books.do(lambda: checking.check(books.community_id))

    assert report.unsealed_since is not None
    assert not report.is_good
    seal(books)
    assert books.do(lambda: checking.check(books.community_id)).is_good


def test_the_commands_say_what_they_found(broken: Books, owner: Connection) -> None:
    numbers = three_blocks(broken)
    runner = broken.app.test_cli_runner()

    assert runner.invoke(args=["verify-ledger"]).exit_code == 0
    assert runner.invoke(args=["reconcile-ledger"]).exit_code == 0
    owner.execute(text("UPDATE ledger.transfer SET amount = 6 WHERE id = :id"), {"id": numbers[2]})

    verified = runner.invoke(args=["verify-ledger"])
    reconciled = runner.invoke(args=["reconcile-ledger"])
    assert (verified.exit_code, reconciled.exit_code) == (1, 1)
    assert "账本第2块与封存时不符" in verified.output
    assert "credits" in reconciled.output
    assert runner.invoke(args=["verify-ledger", "--community", "NO"]).exit_code == 2
