"""A visitor with WeChat is somebody already registered: one row remains."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from backend.audit.models import AuditEvent
from backend.clock import utc_now
from backend.complaints.models import Complaint
from backend.database import db, transaction
from backend.residents.models import (
    Consent,
    LoginSession,
    Policy,
    Residency,
    Resident,
    Verification,
    WechatIdentity,
)
from tests.factories import Neighbourhood, Person, a_neighbourhood
from tests.residents.test_verification import SEEN, a_dwelling, address, request_of


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    found = a_neighbourhood(app)
    a_dwelling(found)
    return found


def registered(place: Neighbourhood, name: str = "王芳") -> str:
    """Somebody a worker has seen at the door, without WeChat."""
    who = address(place) | {"name": name, "evidence_kind": "document_seen"}
    answer = place.a_worker("grid_worker").post("/people", who)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["person_id"])


def linked(place: Neighbourhood, worker: Person, claim: dict[str, Any], known: str) -> Any:
    decision = SEEN | {"same_person_id": known}
    return worker.post(f"/verifications/{claim['id']}/decision", decision)


def agreed(person: Person) -> None:
    policy = Policy(kind="general", version=1, text="x", sha256="x", effective_on=utc_now().date())
    db.session.add(policy)
    db.session.flush()
    db.session.add(
        Consent(
            resident_id=person.id,
            purpose="basic",
            policy_id=policy.id,
            channel="mini_program",
            given_at=utc_now(),
        )
    )


def test_the_account_moves_to_the_registered_person_and_the_empty_row_is_erased(
    place: Neighbourhood, context: Flask
) -> None:
    known, visitor = registered(place), place.a_visitor(name="")
    with transaction():
        agreed(visitor)
        db.session.add(
            WechatIdentity(
                resident_id=visitor.id,
                app_id="wx",
                openid_sealed="x",
                openid_mac="y",
                bound_at=utc_now(),
            )
        )
    claim, worker = request_of(place, visitor), place.a_worker("grid_worker")
    [candidate] = worker.get(f"/verifications/{claim['id']}/same-people").get_json()["items"]
    assert (candidate["person_id"], candidate["name"]) == (known, "王芳")

    answer = linked(place, worker, claim, known)

    assert answer.status_code == 200, answer.text
    assert (answer.get_json()["state"], answer.get_json()["person"]) == ("verified", "王芳")
    me = visitor.get("/me").get_json()  # the phone in hand stays signed in, as the known person
    assert (me["id"], me["level"]) == (known, 2)
    [home] = db.session.query(Residency).filter_by(resident_id=UUID(known))
    assert str(home.verification_id) == claim["id"]
    states = [v.state for v in db.session.query(Verification).filter_by(actor_id=UUID(known))]
    assert sorted(states) == ["ended", "verified"]
    for model in (WechatIdentity, LoginSession):
        assert db.session.query(model).filter_by(resident_id=UUID(known)).count() == 1
    live = db.session.query(Consent).filter_by(withdrawn_at=None).one()
    assert str(live.resident_id) == known
    left = db.session.get(Resident, visitor.id)
    assert left is not None
    assert (left.status, left.name, left.home_community_id) == ("erased", None, None)
    event = db.session.query(AuditEvent).filter_by(action="person.linked").one()
    assert (str(event.object_id), event.detail["erased"]) == (known, str(visitor.id))


def test_only_somebody_who_lives_there_without_an_account_can_be_the_same(
    place: Neighbourhood,
) -> None:
    visitor, worker = place.a_visitor(), place.a_worker("grid_worker")
    claim = request_of(place, visitor)
    a_dwelling(place, "802")
    neighbour = place.a_resident()
    elsewhere = a_neighbourhood(place.app).a_resident()

    for other in (str(neighbour.id), str(elsewhere.id), str(visitor.id), str(worker.id)):
        assert linked(place, worker, claim, other).status_code in {403, 404}
    assert visitor.get("/me").get_json()["level"] == 0


def test_a_person_whose_phone_is_known_is_nobody_elses(place: Neighbourhood) -> None:
    known, worker = registered(place), place.a_worker("grid_worker")
    first, second = place.a_visitor(), place.a_visitor()
    with place.app.app_context(), transaction():
        db.session.add(
            WechatIdentity(
                resident_id=first.id,
                app_id="wx",
                openid_sealed="x",
                openid_mac="y",
                bound_at=utc_now(),
            )
        )
    early, late = request_of(place, first), request_of(place, second)

    assert linked(place, worker, early, known).status_code == 200
    assert linked(place, worker, late, known).status_code == 404
    same = worker.get(f"/verifications/{late['id']}/same-people").get_json()["items"]
    assert same == []


def test_who_has_done_something_as_a_visitor_is_not_dissolved(place: Neighbourhood) -> None:
    known, visitor = registered(place), place.a_visitor()
    claim, worker = request_of(place, visitor), place.a_worker("grid_worker")
    with place.app.app_context(), transaction():
        db.session.add(
            Complaint(
                community_id=place.id,
                number="TS2027-X-0001",
                kind="suggestion",
                text="请在门口装个扶手。",
                due_at=utc_now(),
                complainant_id=visitor.id,
                actor_id=visitor.id,
                channel="mini_program",
            )
        )

    refused = linked(place, worker, claim, known)

    assert refused.status_code == 409
    assert refused.get_json()["type"] == "/problems/both-have-acts"
    assert worker.post(f"/verifications/{claim['id']}/decision", SEEN).status_code == 200
