"""A matter's moves on the real database: one event each, chained, under its row's lock."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.deliberation.actions.moves import move, record, take, verify_chain
from backend.deliberation.actions.standing import timetable_stands
from backend.deliberation.models import EventNote, Proposal, ProposalEvent, ProposalText, Support
from backend.deliberation.queries.cases import (
    NoSuchProposal,
    chain_of,
    find_proposal,
    lock_proposal,
    moves_of,
    next_number,
)
from backend.deliberation.rules import clocks, refusals
from backend.deliberation.rules.chain import ChainBroken
from backend.errors import DomainError
from backend.residents.models import Caller, Duty
from backend.settings import Settings
from tests.factories import Neighbourhood, Person, a_neighbourhood


@pytest.fixture
def here(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@pytest.fixture
def author(here: Neighbourhood) -> Person:
    return here.a_resident(name="王芳")


@pytest.fixture
def worker(here: Neighbourhood) -> Person:
    return here.a_worker("grid_worker")


@pytest.fixture
def proposal_id(context: Flask, here: Neighbourhood, author: Person) -> UUID:
    return a_draft(here, author)


def a_draft(here: Neighbourhood, author: Person) -> UUID:
    with transaction():
        proposal = Proposal(
            community_id=here.id,
            author_id=author.id,
            channel="mini_program",
            category_code="lighting",
            grid_id=here.grid_id,
        )
        db.session.add(proposal)
        db.session.flush()
        db.session.add(
            ProposalText(
                community_id=here.id,
                proposal_id=proposal.id,
                version=1,
                title="3号楼门口路灯不亮",
                body="晚上看不清路",
                body_norm="3号楼门口路灯不亮晚上看不清路",
                sha256="0" * 64,
                written_by=author.id,
            )
        )
    return proposal.id


def caller(here: Neighbourhood, person: Person, *roles: str) -> Caller:
    """The person as identity would describe them."""
    duties = tuple(
        Duty(
            id=person.id,
            role=role,
            scope_type="grid" if role == "grid_worker" else "community",
            scope_id=here.grid_id if role == "grid_worker" else None,
            community_id=here.id,
        )
        for role in roles
    )
    return Caller(
        resident_id=person.id,
        session_id=person.id,
        session_kind="field" if roles else "resident",
        community_id=here.id,
        level=2,
        duties=duties,
    )


def go(
    here: Neighbourhood,
    proposal_id: UUID,
    to: str,
    who: Caller,
    *,
    knowing: dict[str, Any] | None = None,
    version: int | None = None,
    **more: Any,
) -> None:
    with transaction():
        proposal, standing = take(who, here.id, proposal_id, version)
        move(proposal, to, standing.knowing(**(knowing or {})), **more)


def submit(here: Neighbourhood, proposal_id: UUID, author: Person) -> None:
    number = next_number(here.id, today().year)
    go(
        here,
        proposal_id,
        "submitted",
        caller(here, author),
        knowing={"similar_answered": True},
        serial_no=f"{today().year}-{here.code}-{number}",
        payload={"text_version": 1},
    )


def test_a_submitted_matter_is_numbered_clocked_and_evidenced(
    here: Neighbourhood, author: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    proposal = find_proposal(here.id, proposal_id)
    [event] = chain_of(proposal)

    assert proposal.status == "submitted"
    assert proposal.serial_no == f"{today().year}-{here.code}-1"
    assert proposal.status_due_at == clocks.next_due("submitted", event["occurred_at"], {})
    assert (event["actor_id"], event["actor_role"]) == (author.id, "author")
    assert (event["from_status"], event["to_status"]) == ("draft", "submitted")
    assert verify_chain(proposal).seq == 1


def test_the_reason_is_in_the_chain_but_its_words_can_be_erased(
    here: Neighbourhood, author: Person, worker: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    desk = caller(here, worker, "grid_worker")
    go(here, proposal_id, "returned", desk, reason_code="unclear", note="请说明是哪一盏灯")
    with transaction():
        note = db.session.scalars(select(EventNote)).one()
        note.text, note.erased_at = None, utc_now()
    proposal = find_proposal(here.id, proposal_id)

    assert chain_of(proposal)[-1]["note_sha256"] is not None
    assert verify_chain(proposal).status == "returned"


def test_nobody_accepts_a_matter_of_their_own_household(
    here: Neighbourhood, author: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    neighbour = here.a_resident(name="同户", household_id=author.household_id)

    with pytest.raises(refusals.OwnHousehold):
        go(here, proposal_id, "inquiring", caller(here, neighbour, "grid_worker"))


def test_a_worker_of_another_grid_is_not_asked(
    here: Neighbourhood, author: Person, worker: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    elsewhere = caller(here, worker, "grid_worker")
    duty = Duty(
        id=worker.id,
        role="grid_worker",
        scope_type="grid",
        scope_id=worker.id,
        community_id=here.id,
    )
    elsewhere = Caller(**{**elsewhere.__dict__, "duties": (duty,)})

    with pytest.raises(refusals.NotYourTurn):
        go(here, proposal_id, "inquiring", elsewhere)


def test_whoever_looked_at_an_older_version_is_told(
    here: Neighbourhood, author: Person, worker: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    desk = caller(here, worker, "grid_worker")

    with pytest.raises(refusals.StaleVersion) as refusal:
        go(here, proposal_id, "inquiring", desk, version=1)
    assert refusal.value.members == {
        "your_version": 1,
        "current_version": 2,
        "case_status": "submitted",
    }


def test_another_communitys_matter_does_not_exist(
    app: Flask, author: Person, here: Neighbourhood, proposal_id: UUID
) -> None:
    elsewhere = a_neighbourhood(app)

    with pytest.raises(NoSuchProposal), transaction():
        take(caller(here, author), elsewhere.id, proposal_id)


def test_of_two_workers_accepting_at_once_one_is_told_what_the_other_did(
    app: Flask, here: Neighbourhood, author: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    desks = [caller(here, here.a_worker("grid_worker"), "grid_worker") for _ in range(8)]

    def accept(who: Caller) -> str:
        with app.app_context():
            try:
                go(here, proposal_id, "inquiring", who, version=2)
            except DomainError as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()
            return "accepted"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(accept, desks))

    assert answers == ["StaleVersion"] * 7 + ["accepted"]
    db.session.expire_all()
    proposal = find_proposal(here.id, proposal_id)
    assert [to for to, _, _ in moves_of(proposal)] == ["submitted", "inquiring"]
    assert verify_chain(proposal).seq == 2


def test_numbers_have_no_gaps_even_if_many_file_at_once(
    app: Flask, context: Flask, here: Neighbourhood
) -> None:
    def take_number(fails: int) -> int:
        with app.app_context(), suppress(ZeroDivisionError), transaction():
            number = next_number(here.id, 2026)
            return number if 1 // (1 - fails) else 0
        return 0

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(take_number, [0, 1] * 8))

    assert sorted(number for number in numbers if number) == list(range(1, 9))


def test_a_refused_move_leaves_nothing_behind(
    here: Neighbourhood, author: Person, proposal_id: UUID
) -> None:
    with pytest.raises(refusals.SimilarUnanswered):
        go(here, proposal_id, "submitted", caller(here, author), serial_no="1")

    proposal = find_proposal(here.id, proposal_id)
    assert (proposal.status, proposal.version, proposal.last_seq) == ("draft", 1, 0)
    assert chain_of(proposal) == []


def test_a_supported_matter_cannot_be_withdrawn(
    here: Neighbourhood, author: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    neighbour = here.a_resident(name="李强")
    with transaction():
        db.session.add(
            Support(
                community_id=here.id,
                proposal_id=proposal_id,
                resident_id=neighbour.id,
                channel="mini_program",
            )
        )

    with pytest.raises(refusals.HasSupporters):
        go(here, proposal_id, "withdrawn", caller(here, author))


def test_the_timetable_acts_as_of_the_time_it_was_due_and_in_nobodys_name(
    here: Neighbourhood, author: Person, worker: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    go(here, proposal_id, "returned", caller(here, worker, "grid_worker"))
    with transaction():
        proposal = lock_proposal(here.id, proposal_id)
        due = proposal.status_due_at
        move(proposal, "lapsed", timetable_stands(proposal, due), at=due)
    event = chain_of(find_proposal(here.id, proposal_id))[-1]

    assert (event["actor_id"], event["actor_role"], event["channel"]) == (None, "system", "system")
    assert event["occurred_at"] == due


def test_work_within_a_status_is_an_event_too(
    here: Neighbourhood, author: Person, worker: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    go(here, proposal_id, "rejected", caller(here, worker, "grid_worker"))
    with transaction():
        proposal, standing = take(caller(here, author), here.id, proposal_id)
        record(proposal, "appealed", standing, action="appeal", note="这是公共路灯")
    proposal = find_proposal(here.id, proposal_id)
    event = chain_of(proposal)[-1]

    assert (event["kind"], event["from_status"], event["to_status"]) == (
        "appealed",
        "rejected",
        "rejected",
    )
    assert verify_chain(proposal).seq == 3
    assert len(moves_of(proposal)) == 2


def reopened(here: Neighbourhood, proposal_id: UUID, author: Person) -> Proposal:
    with transaction():
        proposal, standing = take(caller(here, author), here.id, proposal_id)
        ready = standing.being("assignee").knowing(
            unrelated=True, assigned=True, inquiry_noted=True
        )
        move(proposal, "closed", ready, closed_as="no_matter")
    go(here, proposal_id, "inquiring", caller(here, author), note="又不亮了")
    return find_proposal(here.id, proposal_id)


def test_a_reopened_matter_is_the_same_in_a_new_round(
    here: Neighbourhood, author: Person, worker: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    go(here, proposal_id, "inquiring", caller(here, worker, "grid_worker"))
    proposal = reopened(here, proposal_id, author)

    assert (proposal.round, proposal.closed_as) == (2, None)
    assert verify_chain(proposal).status == "inquiring"


def test_the_application_cannot_rewrite_history(
    here: Neighbourhood, author: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    for statement in (
        "UPDATE proposal_event SET reason_code = 'x'",
        "DELETE FROM proposal_event",
        "TRUNCATE proposal_event CASCADE",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction():
            db.session.execute(text(statement))


@pytest.fixture
def as_owner(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Run a statement with the rights the application does not have."""
    owner = create_engine(settings.database_url_owner or "")

    def run(statement: str) -> None:
        with owner.begin() as connection:
            connection.execute(text(statement))
        db.session.expire_all()

    yield run
    owner.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE proposal_event SET payload = '{\"text_version\": 2}'",
        "UPDATE proposal_event SET occurred_at = occurred_at - interval '1 day'",
        "DELETE FROM proposal_event WHERE seq = 2",
        "UPDATE proposal SET status = 'returned', version = version + 1",
    ],
)
def test_whoever_rewrites_it_as_the_owner_is_found_out(
    here: Neighbourhood,
    author: Person,
    proposal_id: UUID,
    as_owner: Callable[[str], None],
    statement: str,
) -> None:
    submit(here, proposal_id, author)
    desk = caller(here, here.a_worker("grid_worker"), "grid_worker")
    go(here, proposal_id, "inquiring", desk)
    as_owner(statement)

    with pytest.raises(ChainBroken):
        verify_chain(find_proposal(here.id, proposal_id))


def test_every_event_of_a_matter_is_in_order(
    here: Neighbourhood, author: Person, worker: Person, proposal_id: UUID
) -> None:
    submit(here, proposal_id, author)
    go(here, proposal_id, "returned", caller(here, worker, "grid_worker"))
    go(here, proposal_id, "submitted", caller(here, author))
    events = db.session.scalars(select(ProposalEvent).order_by(ProposalEvent.seq)).all()

    assert [event.seq for event in events] == [1, 2, 3]
    assert [later.prev_hash for later in events[1:]] == [event.hash for event in events[:-1]]
    assert events[-1].occurred_at - events[0].occurred_at < timedelta(minutes=1)
