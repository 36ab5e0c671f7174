"""Sealing the evidence while people work, and finding whoever touched it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError

from backend import clock
from backend.audit import jobs
from backend.audit.actions import record, verify
from backend.audit.models import AuditBlock, AuditEvent
from backend.clock import utc_now
from backend.database import db, transaction
from backend.settings import Settings
from tests.factories import Neighbourhood, Person, a_neighbourhood


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@contextmanager
def as_owner(settings: Settings) -> Iterator[Connection]:
    """Somebody with the owner's password, past every privilege."""
    engine = create_engine(settings.database_url_owner or "")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def something_happens(community_id: UUID | None, times: int = 1, **detail: Any) -> None:
    with transaction():
        for no in range(times):
            record(
                "list.changed",
                object_type="task_list",
                object_id=uuid4(),
                community_id=community_id,
                detail={"no": no, "old": "草稿", "share": 0.5, "ids": ["a"]} | detail,
            )


def sealed(community_id: UUID | None, times: int) -> None:
    for _ in range(times):
        something_happens(community_id, 3)
        jobs.seal_audit()


def numbers(community_id: UUID | None) -> list[int | None]:
    found = db.session.query(AuditEvent.block_no).filter_by(community_id=community_id)
    return [block_no for (block_no,) in found.order_by(AuditEvent.id)]


def test_every_community_and_the_district_have_chains_of_their_own(
    place: Neighbourhood, context: Flask
) -> None:
    something_happens(place.id, 2)
    something_happens(None)
    jobs.seal_audit()
    something_happens(place.id)
    jobs.seal_audit()
    jobs.seal_audit()

    assert numbers(place.id) == [1, 1, 2]
    assert numbers(None) == [1]
    blocks = db.session.query(AuditBlock).filter_by(community_id=place.id)
    first, second = blocks.order_by(AuditBlock.no)
    assert second.prev_hash == first.block_hash
    report = verify()
    assert (report.is_good, report.chains, report.blocks, report.events) == (True, 2, 3, 4)


def test_while_a_transaction_is_held_open_nothing_after_it_is_sealed_and_nothing_is_skipped(
    place: Neighbourhood, context: Flask
) -> None:
    with db.engine.connect() as slow:
        slow.execute(
            text(
                "INSERT INTO audit_event (id, created_at, at, action, object_type, actor_role,"
                " session_kind, community_id, outcome, detail, row_hash)"
                " VALUES (:id, now(), now(), 'slow', 'x', 'system', 'none', :community_id,"
                " 'done', '{}', 'x')"
            ),
            {"id": UUID(int=1), "community_id": place.id},
        )
        something_happens(place.id)
        jobs.seal_audit()
        assert numbers(place.id) == [None]
        slow.commit()
    something_happens(place.id)
    jobs.seal_audit()

    assert numbers(place.id) == [1, 1, 1]


def test_two_sealers_make_one_chain(place: Neighbourhood, context: Flask) -> None:
    something_happens(place.id)
    with db.engine.connect() as other:
        other.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
            {"key": f"audit:{place.id}"},
        )
        jobs.seal_audit()
        assert numbers(place.id) == [None]
        other.rollback()
    jobs.seal_audit()

    assert numbers(place.id) == [1]


def test_what_a_restored_dump_brought_is_sealed(
    place: Neighbourhood, context: Flask, settings: Settings
) -> None:
    something_happens(place.id)
    with as_owner(settings) as owner:  # the server it was written on had counted much further
        owner.execute(text("UPDATE audit_event SET xid = 1::bigint << 50"))
    jobs.seal_audit()

    assert numbers(place.id) == [1]


def test_a_chain_that_cannot_be_sealed_or_read_holds_up_no_other(
    app: Flask, place: Neighbourhood, context: Flask, settings: Settings
) -> None:
    broken = a_neighbourhood(app).id
    sealed(broken, 1)
    with as_owner(settings) as owner:
        owner.execute(text("UPDATE audit_block SET no = 9223372036854775807"))
        owner.execute(text("UPDATE audit_event SET at = 'infinity'"))
    something_happens(broken)
    something_happens(place.id)
    something_happens(None)
    jobs.seal_audit()
    jobs.verify_audit()

    assert (numbers(place.id), numbers(None), numbers(broken)[3:]) == ([1], [1], [None])
    assert jobs.BROKEN._value.get() == 1  # noqa: SLF001, the client library has no reader


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_event SET actor_role = 'Chair'",
        "UPDATE audit_event SET detail = jsonb_set(detail, '{old}', '\"草稿。\"')",
        "UPDATE audit_event SET at = at + interval '1 microsecond'",
    ],
)
def test_one_changed_byte_is_found_and_the_row_is_named(
    place: Neighbourhood, context: Flask, settings: Settings, tampering: str
) -> None:
    sealed(place.id, 3)
    victim = db.session.query(AuditEvent).filter_by(block_no=2).order_by(AuditEvent.id).all()[1].id
    db.session.rollback()
    with as_owner(settings) as owner:
        owner.execute(text(f"{tampering} WHERE id = :id"), {"id": victim})

    fault = verify().faults[0]

    assert (fault.chain, fault.block_no, fault.event_id) == (place.id, 2, victim)


@pytest.mark.parametrize(
    ("tampering", "block_no"),
    [
        ("DELETE FROM audit_event WHERE id = (SELECT min(id::text)::uuid FROM audit_event)", 1),
        ("DELETE FROM audit_block WHERE no = 2", 3),
        ("DELETE FROM audit_block WHERE no = 3", 3),
        ("UPDATE audit_block SET n = 2 WHERE no = 2", 2),
        ("UPDATE audit_event SET block_no = 2 WHERE block_no = 1", 1),
        ("UPDATE audit_event SET row_hash = repeat('0', 64) WHERE block_no = 3", 3),
    ],
)
def test_rows_and_blocks_that_are_gone_or_moved_are_found(
    place: Neighbourhood, context: Flask, settings: Settings, tampering: str, block_no: int
) -> None:
    sealed(place.id, 3)
    with as_owner(settings) as owner:
        owner.execute(text(tampering))

    report = verify()

    assert [fault.block_no for fault in report.faults] == [block_no]


def test_an_event_that_nobody_seals_is_found_after_fifteen_minutes(
    place: Neighbourhood, context: Flask
) -> None:
    something_happens(place.id)

    assert verify().is_good
    with clock.at(utc_now() + timedelta(minutes=16)):
        assert [fault.reason for fault in verify().faults] == ["the event was never sealed"]


def test_an_event_kept_from_the_seal_is_found(place: Neighbourhood, context: Flask) -> None:
    sealed(place.id, 1)
    something_happens(place.id)
    with transaction():  # what the application's role may set is the number of the block
        db.session.execute(text("UPDATE audit_event SET block_no = 0 WHERE block_no IS NULL"))

    assert [fault.block_no for fault in verify().faults] == [0]


def test_what_was_cut_off_at_the_end_is_found_from_whichever_day_one_looks(
    place: Neighbourhood, context: Flask, settings: Settings
) -> None:
    sealed(place.id, 2)
    today = utc_now().astimezone(clock.SHANGHAI).date()
    with as_owner(settings) as owner:
        owner.execute(text("DELETE FROM audit_block WHERE no = 2"))

    report = verify(chain=place.id, sealed_from=today + timedelta(days=1))

    assert [fault.block_no for fault in report.faults] == [2]


def test_a_part_of_a_chain_can_be_verified(place: Neighbourhood, context: Flask) -> None:
    start = utc_now()
    for days in range(3):
        with clock.at(start + timedelta(days=days)):
            sealed(place.id, 1)
    tomorrow = (start + timedelta(days=1)).astimezone(clock.SHANGHAI).date()

    report = verify(chain=place.id, sealed_from=tomorrow, sealed_to=tomorrow)

    assert (report.is_good, report.blocks, report.events) == (True, 1, 3)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_role = 'x'",
        "UPDATE audit_event SET row_hash = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE audit_block SET n = 0",
        "DELETE FROM audit_block",
    ],
)
def test_the_applications_role_cannot_change_evidence(
    place: Neighbourhood, context: Flask, statement: str
) -> None:
    sealed(place.id, 1)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction():
        db.session.execute(text(statement))


def test_the_nightly_look_says_in_the_metrics_what_is_broken(
    place: Neighbourhood, context: Flask, settings: Settings
) -> None:
    sealed(place.id, 1)
    with as_owner(settings) as owner:
        owner.execute(text("DELETE FROM audit_event"))

    jobs.verify_audit()

    assert jobs.BROKEN._value.get() == 1  # noqa: SLF001, the client library has no reader


def test_the_command_says_by_its_exit_code_what_it_found(
    place: Neighbourhood, app: Flask, settings: Settings
) -> None:
    runner = app.test_cli_runner()
    with app.app_context():
        sealed(place.id, 2)

    good = runner.invoke(args=["verify-audit", "--community", place.code])
    unknown = runner.invoke(args=["verify-audit", "--community", "nowhere"])
    with as_owner(settings) as owner:
        owner.execute(text("UPDATE audit_event SET actor_role = 'x' WHERE block_no = 2"))
    broken = runner.invoke(args=["verify-audit"])

    assert (good.exit_code, unknown.exit_code, broken.exit_code) == (0, 2, 1)
    assert "2块" in good.output
    assert "第2块" in broken.output


def read(person: Person, what: str, **query: Any) -> list[dict[str, Any]]:
    answer = person.get(f"/audit/{what}", **query)
    assert answer.status_code == 200, answer.get_json()
    return list(answer.get_json()["items"])


def test_the_auditor_reads_all_and_a_supervisor_the_own_community(
    place: Neighbourhood, app: Flask
) -> None:
    elsewhere = a_neighbourhood(app)
    with app.app_context():
        for community_id in (place.id, elsewhere.id, None):
            sealed(community_id, 1)
    supervisor, auditor = place.a_worker("supervisor"), place.a_worker("auditor")

    own = {str(place.id)}
    assert {each["community_id"] for each in read(supervisor, "events")} == own
    assert {each["community_id"] for each in read(supervisor, "blocks")} == own
    assert {each["community_id"] for each in read(auditor, "blocks")} == {
        str(place.id),
        str(elsewhere.id),
        None,
    }
    assert len(read(auditor, "events", community_id=str(elsewhere.id))) == 3
    other = {"community_id": str(elsewhere.id)}
    assert supervisor.get("/audit/events", **other).status_code == 404
    assert supervisor.post("/audit/verifications", other).status_code == 404


def test_a_supervisor_sees_government_and_not_who_signed_in(
    place: Neighbourhood, app: Flask
) -> None:
    with app.app_context(), transaction():
        record("sign_in.failed", object_type="account", community_id=place.id)
        record("bulletin.published", object_type="bulletin", community_id=place.id)
    supervisor, auditor = place.a_worker("supervisor"), place.a_worker("auditor")

    assert [each["action"] for each in read(supervisor, "events")] == ["bulletin.published"]
    assert len(read(auditor, "events")) == 2


def test_others_read_no_evidence(place: Neighbourhood) -> None:
    for role in ("chair", "counter_clerk", "sys_admin"):
        assert place.a_worker(role).get("/audit/events").status_code == 403
    assert place.a_resident().get("/audit/events").status_code == 403


def test_pages_of_events_follow_one_another(place: Neighbourhood, app: Flask) -> None:
    with app.app_context():
        something_happens(place.id, 5)
    auditor = place.a_worker("auditor")

    first = auditor.get("/audit/events", limit=3).get_json()
    second = auditor.get("/audit/events", limit=3, after=first["next"]).get_json()

    ids = [each["id"] for each in first["items"] + second["items"]]
    assert (len(ids), ids) == (5, sorted(ids, reverse=True))


def test_a_verification_names_the_fault_and_is_itself_evidence(
    place: Neighbourhood, app: Flask, settings: Settings
) -> None:
    with app.app_context():
        sealed(place.id, 1)
    supervisor = place.a_worker("supervisor")

    good = supervisor.post("/audit/verifications").get_json()
    with as_owner(settings) as owner:
        owner.execute(text("DELETE FROM audit_event WHERE block_no = 1"))
    broken = supervisor.post("/audit/verifications").get_json()

    assert (good["is_good"], good["blocks"], good["faults"]) == (True, 1, [])
    assert broken["is_good"] is False
    assert broken["faults"][0]["chain"] == str(place.id)
    actions = [each["action"] for each in read(supervisor, "events")]
    assert actions == ["audit.verified", "audit.verified"]
