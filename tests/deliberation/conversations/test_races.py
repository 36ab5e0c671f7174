"""Many people at once, and the log and its counts under whatever order they come in."""

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text

from backend.clock import utc_now
from backend.database import db, transaction
from backend.deliberation.models import StatementVote, StatementVoteLatest
from backend.deliberation.queries.statement_votes import cast_vote
from tests.deliberation.conversations.stories import (
    added,
    opened,
    statement_ids,
    tallies,
    vote,
)
from tests.factories import Neighbourhood, Person, a_neighbourhood

THREADS = 50


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


def at_once(work: list[Any]) -> list[Any]:
    """Run all of `work` in threads that start together."""
    start = Barrier(len(work))

    def run(each: Any) -> Any:
        start.wait()
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(run, each) for each in work]]


def replayed(app: Flask, place: Neighbourhood) -> dict[Any, tuple[int, int]]:
    """(statement, person) -> value and seq, from the event log alone."""
    with app.app_context():
        events = db.session.scalars(
            select(StatementVote)
            .where(StatementVote.community_id == place.id)
            .order_by(StatementVote.cast_at, StatementVote.seq)
        ).all()
        return {(e.statement_id, e.resident_id): (e.value, e.seq) for e in events}


def kept(app: Flask, place: Neighbourhood) -> dict[Any, tuple[int, int]]:
    with app.app_context():
        rows = db.session.scalars(
            select(StatementVoteLatest).where(StatementVoteLatest.community_id == place.id)
        ).all()
        return {(row.statement_id, row.resident_id): (row.value, row.seq) for row in rows}


def test_fifty_votes_of_one_person_at_once_leave_one_that_counts(
    app: Flask, place: Neighbourhood
) -> None:
    wang = place.a_resident()
    conversation = opened(place)
    first = statement_ids(wang, conversation)[1]

    at_once([lambda value=n % 3 - 1: vote(wang, first, value) for n in range(THREADS)])

    assert sum(tallies(wang, conversation)[1]) == 1
    assert kept(app, place) == replayed(app, place)
    with app.app_context():
        assert len(db.session.scalars(select(StatementVote.id)).all()) == THREADS


def test_one_vote_sent_fifty_times_at_once_is_one_event(app: Flask, place: Neighbourhood) -> None:
    wang = place.a_resident()
    first = statement_ids(wang, opened(place))[1]

    answers = at_once([lambda: vote(wang, first, 1, client_key="one") for _ in range(THREADS)])

    assert answers == [{"value": 1, "agree": 1, "disagree": 0, "passed": 0}] * THREADS
    with app.app_context():
        assert len(db.session.scalars(select(StatementVote.id)).all()) == 1


def test_fifty_people_at_once_are_all_counted(app: Flask, place: Neighbourhood) -> None:
    people = [place.a_resident() for _ in range(THREADS)]
    conversation = opened(place)
    first = statement_ids(people[0], conversation)[1]

    at_once(
        [
            lambda person=person, value=n % 3 - 1: vote(person, first, value)
            for n, person in enumerate(people)
        ]
    )

    assert tallies(people[0], conversation)[1] == (16, 17, 17)


def test_what_was_confirmed_counts_and_nothing_is_confirmed_after_the_close(
    app: Flask, place: Neighbourhood
) -> None:
    people = [place.a_resident() for _ in range(THREADS)]
    member = place.a_worker("committee_member")
    conversation = opened(place, by=member)
    first = statement_ids(people[0], conversation)[1]

    def cast(person: Person) -> int:
        return person.put(f"/statements/{first}/vote", {"value": 1}).status_code

    def close() -> int:
        counted = member.post(f"/conversations/{conversation}/closing")
        assert counted.status_code == 200
        at_close.append(tallies(member, conversation)[1])
        return 0

    at_close: list[tuple[int, int, int]] = []
    half = THREADS // 2
    work = [lambda person=person: cast(person) for person in people]
    answers = Counter(at_once([*work[:half], close, *work[half:]]))

    assert set(answers) <= {0, 200, 409}
    assert answers[200] + answers[409] == THREADS
    assert at_close == [(answers[200], 0, 0)]
    assert tallies(people[0], conversation)[1] == (answers[200], 0, 0)


def test_a_vote_that_waited_for_the_close_is_refused(app: Flask, place: Neighbourhood) -> None:
    wang = place.a_resident()
    conversation = opened(place)
    first = statement_ids(wang, conversation)[1]
    with app.app_context():
        engine = db.engine

    with engine.begin() as closing, ThreadPoolExecutor(1) as pool:
        closing.execute(
            text("SELECT FROM conversation WHERE id = :id FOR UPDATE"), {"id": conversation}
        )
        closing.execute(
            text("UPDATE conversation SET state = 'closed' WHERE id = :id"), {"id": conversation}
        )
        voting = pool.submit(wang.put, f"/statements/{first}/vote", {"value": 1})
        until_somebody_waits(closing)
        closing.commit()
        assert voting.result().status_code == 409

    assert kept(app, place) == {}


def until_somebody_waits(connection: Connection) -> None:
    deadline = monotonic() + 20
    while not connection.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")):
        assert monotonic() < deadline


@pytest.mark.parametrize("earlier", [timedelta(), timedelta(milliseconds=1), timedelta(days=1)])
def test_an_own_vote_counts_over_a_keyed_one_whatever_the_clocks_say(
    app: Flask, place: Neighbourhood, earlier: timedelta
) -> None:
    wang, worker = place.a_resident(), place.a_worker("grid_worker")
    first = statement_ids(wang, opened(place))[1]
    keyed_at = utc_now()

    with app.app_context(), transaction():
        keyed = cast_vote(
            place.id,
            UUID(first),
            wang.id,
            1,
            channel="phone",
            keyed_by=worker.id,
            now=keyed_at,
        )
    with app.app_context(), transaction():
        own = cast_vote(
            place.id, UUID(first), wang.id, -1, channel="mini_program", now=keyed_at - earlier
        )

    assert (keyed.value, own.value) == (1, -1)
    assert (own.agree, own.disagree, own.passed) == (0, 1, 0)
    assert [value for value, _ in kept(app, place).values()] == [-1]


def test_a_keyed_vote_that_meets_an_own_one_just_cast_is_refused(
    app: Flask, place: Neighbourhood
) -> None:
    wang, worker = place.a_resident(), place.a_worker("grid_worker")
    conversation = opened(place)
    first = statement_ids(wang, conversation)[1]
    said = {"resident_id": str(wang.id), "value": 1, "channel": "phone"}

    with app.app_context():
        engine = db.engine
    with ThreadPoolExecutor(1) as pool:
        with app.app_context(), transaction():
            cast_vote(place.id, UUID(first), wang.id, -1, channel="mini_program", now=utc_now())
            keying = pool.submit(worker.post, f"/statements/{first}/keyed-votes", said)
            with engine.connect() as looking:
                until_somebody_waits(looking)
        refused = keying.result()

    assert refused.status_code == 409
    assert refused.get_json()["channel"] == "mini_program"
    assert tallies(wang, conversation)[1] == (0, 1, 0)
    assert len(kept(app, place)) == 1
    with app.app_context():
        assert len(db.session.scalars(select(StatementVote.id)).all()) == 1


def test_statements_written_at_once_get_numbers_of_their_own(place: Neighbourhood) -> None:
    people = [place.a_resident() for _ in range(10)]
    conversation = opened(place, "permissive")

    at_once(
        [
            lambda person=person, n=n: added(person, conversation, f"第{n}个人的看法")
            for n, person in enumerate(people)
        ]
    )

    assert sorted(statement_ids(people[0], conversation)) == list(range(1, 16))


histories = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 5), st.sampled_from([-1, 0, 1]), st.booleans()),
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=histories)
def test_tallies_equal_the_replay_of_the_log(
    app: Flask, history: list[tuple[int, int, int, bool]]
) -> None:
    """I15: each vote sent once or, as over a bad line, twice."""
    place = a_neighbourhood(app)
    member = place.a_worker("committee_member")
    people = [place.a_resident() for _ in range(4)]
    conversation = opened(place, by=member)
    ids = statement_ids(member, conversation)
    expected: dict[int, dict[int, int]] = defaultdict(dict)

    for n, (who, no, value, twice) in enumerate(history):
        expected[no][who] = value
        for _ in range(1 + twice):
            answer = vote(people[who], ids[no], value, client_key=f"v{n}")
        own = list(expected[no].values())
        assert (answer["agree"], answer["disagree"], answer["passed"]) == (
            own.count(1),
            own.count(-1),
            own.count(0),
        )

    counted = tallies(member, conversation)
    for no in ids:
        own = list(expected[no].values())
        assert counted[no] == (own.count(1), own.count(-1), own.count(0))
    assert kept(app, place) == replayed(app, place)
    with app.app_context():
        events = db.session.scalars(
            select(StatementVote.id).where(StatementVote.community_id == place.id)
        ).all()
    assert len(events) == len(history)
