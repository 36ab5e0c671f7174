from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import today
from backend.database import db, transaction
from backend.notifications.models import Notice
from backend.residents.models import Resident, RoleAssignment
from backend.residents.queries.holders import holder_ids
from backend.residents.rules.appointments import (
    SEATS,
    Held,
    RolesClash,
    check_no_clash,
    kin_warning,
)
from backend.residents.rules.grants import GRANTS, ROLES
from tests.counting import counted_statements
from tests.factories import Neighbourhood, Person, a_neighbourhood

HERE, THERE = uuid4(), uuid4()


# -- who excludes whom ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "held", "kin"),
    [
        ("supervisor", ["committee_member"], []),
        ("supervisor", ["chair"], []),
        ("supervisor", ["counter_clerk"], []),
        ("supervisor", ["party_secretary"], []),
        ("committee_member", ["supervisor"], []),
        ("counter_clerk", ["supervisor"], []),
        ("supervisor", [], ["committee_member"]),
        ("chair", [], ["supervisor"]),
        ("sec_admin", ["sys_admin"], []),
        ("auditor", ["sec_admin"], []),
        ("auditor", ["building_captain"], []),
        ("grid_worker", ["auditor"], []),
        ("building_captain", ["sys_admin"], []),
    ],
)
def test_roles_that_exclude_each_other_are_refused(
    role: str, held: list[str], kin: list[str]
) -> None:
    with pytest.raises(RolesClash):
        check_no_clash(
            role,
            HERE,
            held=[Held(role=each, community_id=HERE) for each in held],
            held_by_kin=[Held(role=each, community_id=HERE) for each in kin],
        )


@pytest.mark.parametrize(
    ("role", "held", "kin"),
    [
        ("supervisor", [("committee_member", THERE)], []),
        ("supervisor", [], [("chair", THERE)]),
        ("supervisor", [("building_captain", HERE)], []),
        ("chair", [("party_secretary", HERE)], []),
        ("committee_member", [], [("chair", HERE)]),
        ("moderator", [("committee_member", HERE)], []),
        ("auditor", [], [("sec_admin", None)]),
    ],
)
def test_other_roles_go_together(
    role: str, held: list[tuple[str, UUID]], kin: list[tuple[str, UUID]]
) -> None:
    check_no_clash(
        role,
        HERE,
        held=[Held(role=name, community_id=place) for name, place in held],
        held_by_kin=[Held(role=name, community_id=place) for name, place in kin],
    )


def test_related_members_of_a_committee_are_named() -> None:
    assert kin_warning("chair", HERE, [Held(role="committee_member", community_id=HERE)])
    assert not kin_warning("chair", HERE, [Held(role="committee_member", community_id=THERE)])
    assert not kin_warning("grid_worker", HERE, [Held(role="chair", community_id=HERE)])


def test_every_role_but_the_three_admins_has_a_seat_and_a_row_of_the_matrix() -> None:
    assert set(SEATS) == ROLES - {"sys_admin", "sec_admin", "auditor"}
    assert {seat.action for seat in SEATS.values()} <= set(GRANTS)


# -- over HTTP ------------------------------------------------------------------------


def appoint(by: Person, whom: Person, role: str, **more: Any) -> Any:
    return by.post("/roles", {"resident_id": str(whom.id), "role": role} | more)


def over_building(place: Neighbourhood) -> dict[str, str]:
    return {"scope_id": str(place.building_id)}


def over_grid(place: Neighbourhood) -> dict[str, str]:
    return {"scope_id": str(place.grid_id)}


def test_a_chair_alone_names_a_captain(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, neighbour = place.a_worker("chair"), place.a_resident()
    made = appoint(chair, neighbour, "building_captain", **over_building(place))
    assert made.status_code == 201, made.get_json()
    role = made.get_json()["role"]
    assert (role["state"], role["scope"], role["title"]) == ("live", "3号楼", "楼栋长")
    with app.app_context():
        assert holder_ids(place.id, "building_captain") == [neighbour.id]
        [notice] = db.session.scalars(select(Notice))
        assert notice.headline == "您已担任楼栋长"
        actions = db.session.scalars(select(AuditEvent.action)).all()
        assert "role.live" in actions


def test_a_worker_is_live_when_the_second_person_has_confirmed(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, admin = place.a_worker("chair"), place.a_worker("sec_admin")
    person = place.a_resident()
    proposed = appoint(chair, person, "grid_worker", **over_grid(place)).get_json()["role"]
    assert proposed["state"] == "proposed"
    with app.app_context():
        assert holder_ids(place.id, "grid_worker") == []
    assert chair.post(f"/roles/{proposed['id']}/confirmation").status_code == 403
    other_admin = place.a_worker("sys_admin")
    assert other_admin.post(f"/roles/{proposed['id']}/confirmation").status_code == 404
    assert [each["id"] for each in admin.get("/roles", state="proposed").get_json()["items"]] == [
        proposed["id"]
    ]
    confirmed = admin.post(f"/roles/{proposed['id']}/confirmation")
    assert confirmed.get_json()["state"] == "live"
    assert admin.post(f"/roles/{proposed['id']}/confirmation").status_code == 409
    with app.app_context():
        assert holder_ids(place.id, "grid_worker") == [person.id]


def test_a_dropped_proposal_can_be_made_again(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, admin, person = (
        place.a_worker("chair"),
        place.a_worker("sec_admin"),
        place.a_resident(),
    )
    proposed = appoint(chair, person, "counter_clerk").get_json()["role"]
    dropped = admin.post(f"/roles/{proposed['id']}/confirmation", {"accepted": False})
    assert dropped.get_json()["state"] == "ended"
    assert appoint(chair, person, "counter_clerk").status_code == 201


@pytest.mark.parametrize(
    ("by", "role", "status"),
    [
        ("chair", "committee_member", 403),
        ("street_clerk", "committee_member", 201),
        ("street_clerk", "supervisor", 201),
        ("street_clerk", "grid_worker", 403),
        ("sec_admin", "grid_worker", 403),
        ("sec_admin", "dept_user", 201),
        ("chair", "dept_user", 403),
        ("chair", "sec_admin", 422),
        ("committee_member", "partner_org", 403),
        ("chair", "partner_org", 201),
        ("chair", "emperor", 422),
    ],
)
def test_who_appoints_to_what(app: Flask, by: str, role: str, status: int) -> None:
    place = a_neighbourhood(app)
    appointing, person = place.a_worker(by), place.a_resident()
    body = {"resident_id": str(person.id), "role": role} | over_grid(place)
    answer = appointing.post("/roles", body, **{"X-Community": str(place.id)})
    assert answer.status_code == status, answer.get_json()


@pytest.mark.parametrize(
    ("role", "more"),
    [
        ("building_captain", {}),
        ("stair_captain", {"scope": True}),
        ("grid_worker", {}),
        ("partner_org", {"from_on": "2020-01-01"}),
        ("partner_org", {"until_on": "2020-01-01"}),
    ],
)
def test_an_appointment_says_over_what_and_for_how_long(
    app: Flask, role: str, more: dict[str, Any]
) -> None:
    place = a_neighbourhood(app)
    if more.pop("scope", False):
        more = over_building(place)
    answer = appoint(place.a_worker("chair"), place.a_resident(), role, **more)
    assert answer.status_code == 422


def test_people_and_places_of_another_community_are_unknown(app: Flask) -> None:
    here, there = a_neighbourhood(app), a_neighbourhood(app)
    chair = here.a_worker("chair")
    stranger = there.a_resident()
    assert appoint(chair, stranger, "partner_org").status_code == 404
    foreign = appoint(chair, here.a_resident(), "building_captain", **over_building(there))
    assert foreign.status_code == 404
    held = appoint(there.a_worker("chair"), stranger, "partner_org").get_json()["role"]
    assert chair.delete(f"/roles/{held['id']}").status_code == 404
    assert held["id"] not in str(chair.get("/roles").get_json())
    clerk = here.a_worker("street_clerk")
    assert clerk.delete(f"/roles/{held['id']}").status_code == 404


def test_a_role_is_held_once_over_one_scope(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, person = place.a_worker("chair"), place.a_resident()
    assert appoint(chair, person, "partner_org").status_code == 201
    assert appoint(chair, person, "partner_org").get_json()["type"] == "/problems/already-held"


def test_two_appointments_at_once_are_one(app: Flask) -> None:
    place = a_neighbourhood(app)
    chairs, person = [place.a_worker("chair"), place.a_worker("chair")], place.a_resident()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda chair: appoint(chair, person, "partner_org"), chairs))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_member_and_supervisor_at_once_are_one(app: Flask) -> None:
    place = a_neighbourhood(app)
    clerks, person = [place.a_worker("street_clerk") for _ in range(2)], place.a_resident()
    here = {"X-Community": str(place.id)}
    wishes = [{"resident_id": str(person.id), "role": role} for role in ("supervisor", "chair")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda pair: pair[0].post("/roles", pair[1], **here), zip(clerks, wishes))  # noqa: B905
        )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


def test_a_role_begins_on_its_day(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, person = place.a_worker("chair"), place.a_resident()
    first = today() + timedelta(days=3)
    last = today() + timedelta(days=5)
    appoint(chair, person, "partner_org", from_on=first.isoformat(), until_on=last.isoformat())
    with app.app_context():
        days = [today() + timedelta(days=n) for n in range(7)]
        held = [bool(holder_ids(place.id, "partner_org", on=day)) for day in days]
    assert held == [False, False, False, True, True, False, False]


def test_kin_of_a_member_is_no_supervisor(app: Flask) -> None:
    place = a_neighbourhood(app)
    member, clerk, person = (
        place.a_worker("committee_member"),
        place.a_worker("street_clerk"),
        place.a_resident(),
    )
    pair = {"one_id": str(member.id), "other_id": str(person.id), "relation": "sibling"}
    assert member.post("/kin", pair).status_code == 201
    assert member.post("/kin", pair).get_json()["type"] == "/problems/kin-already-declared"
    wish = {"resident_id": str(person.id), "role": "supervisor"}
    here = {"X-Community": str(place.id)}
    refused = clerk.post("/roles", wish, **here)
    assert refused.get_json()["type"] == "/problems/roles-clash"
    related = clerk.post("/roles", wish | {"role": "committee_member"}, **here)
    assert related.status_code == 201
    assert "近亲属" in related.get_json()["warnings"][0]


def test_kin_is_declared_by_those_concerned_and_where_a_role_is_held(app: Flask) -> None:
    place = a_neighbourhood(app)
    one, other, clerk = place.a_resident(), place.a_resident(), place.a_worker("counter_clerk")
    member = place.a_worker("committee_member")
    pair = {"one_id": str(one.id), "other_id": str(other.id), "relation": "spouse"}
    assert clerk.post("/kin", pair).status_code == 403
    chair = place.a_worker("chair")
    assert chair.post("/kin", pair).get_json()["type"] == "/problems/neither-holds-a-role"
    theirs = pair | {"one_id": str(member.id)}
    assert clerk.post("/kin", theirs).status_code == 403
    assert chair.post("/kin", theirs).status_code == 201
    alone = pair | {"other_id": str(one.id)}
    assert chair.post("/kin", alone).status_code == 422


def test_who_loses_the_last_role_is_signed_out_at_once(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, worker = place.a_worker("chair"), place.a_worker("grid_worker")
    assert worker.get("/verifications").status_code == 200
    with app.app_context():
        [held] = db.session.scalars(
            select(RoleAssignment.id).where(RoleAssignment.resident_id == worker.id)
        )
    assert chair.delete(f"/roles/{held}").status_code == 204
    assert chair.delete(f"/roles/{held}").status_code == 409
    assert worker.get("/verifications").status_code == 401
    with app.app_context():
        assert holder_ids(place.id, "grid_worker") == []


def test_a_captain_without_office_stays_signed_in_as_a_resident(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, captain = place.a_worker("chair"), place.a_resident()
    held = appoint(chair, captain, "building_captain", **over_building(place)).get_json()["role"]
    assert chair.delete(f"/roles/{held['id']}").status_code == 204
    assert captain.get("/me/residence").status_code == 200


def test_a_late_confirmation_begins_with_its_day(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, person = place.a_worker("chair"), place.a_resident()
    proposed = appoint(chair, person, "counter_clerk").get_json()["role"]
    with clock.at(clock.utc_now() + timedelta(days=4)):
        admin = place.a_worker("sec_admin")
        confirmed = admin.post(f"/roles/{proposed['id']}/confirmation").get_json()
        assert confirmed["from_on"] == today().isoformat()


def test_the_list_costs_the_same_whatever_its_length(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair = place.a_worker("chair")
    counts = []
    for _ in range(2):
        for _ in range(3):
            place.a_worker("counter_clerk")
        with counted_statements(app) as statements:
            chair.get("/roles")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_an_erased_person_is_given_no_role(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, person = place.a_worker("chair"), place.a_resident()
    with app.app_context(), transaction():
        found = db.session.get(Resident, person.id)
        assert found is not None
        found.status = "erased"
    assert appoint(chair, person, "partner_org").status_code == 404
