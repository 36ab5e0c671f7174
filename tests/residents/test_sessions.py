"""Sessions can be seen, ended, and end by themselves; what people settle about themselves."""

from datetime import timedelta

from flask import Flask
from redis import Redis
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import utc_now
from backend.database import db, transaction
from backend.days import DAY
from backend.residents.actions.me import publish_policy
from backend.residents.actions.sessions import STAFF_KINDS, end_sessions_of
from backend.residents.identity import open_session
from backend.residents.jobs import forget_sessions
from backend.residents.models import LoginSession
from tests.counting import counted_statements
from tests.factories import Person, a_neighbourhood


def a_second_phone(person: Person) -> Person:
    with person.app.app_context(), transaction():
        token = open_session(person.id, "resident", device_label="旧手机")
    return Person(app=person.app, id=person.id, token=token)


def a_policy(app: Flask, text: str = "我们只收集办事需要的信息。") -> int:
    with app.app_context(), transaction():
        return publish_policy(text).version


def test_a_person_sees_their_own_devices(app: Flask) -> None:
    place = a_neighbourhood(app)
    resident = place.a_resident()
    a_second_phone(resident)
    place.a_resident()

    listed = resident.get("/sessions").get_json()["items"]

    assert [(each["device_label"], each["is_current"]) for each in listed] == [
        ("旧手机", False),
        ("", True),
    ]
    assert "token_hash" not in listed[0]


def test_the_list_of_devices_has_pages(app: Flask) -> None:
    resident = a_neighbourhood(app).a_resident()
    for _ in range(4):
        a_second_phone(resident)

    first = resident.get("/sessions", limit=3).get_json()
    second = resident.get("/sessions", limit=3, after=first["next"]).get_json()

    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 2, None)


def test_signing_out_ends_the_session_at_the_next_request(app: Flask) -> None:
    resident = a_neighbourhood(app).a_resident()

    assert resident.delete("/sessions/current").status_code == 204
    assert resident.get("/me").status_code == 401


def test_another_device_can_be_signed_out_from_here(app: Flask) -> None:
    resident = a_neighbourhood(app).a_resident()
    lost = a_second_phone(resident)
    listed = resident.get("/sessions").get_json()["items"]
    lost_id = next(each["id"] for each in listed if not each["is_current"])

    assert resident.delete(f"/sessions/{lost_id}").status_code == 204
    assert lost.get("/me").status_code == 401
    assert resident.get("/me").status_code == 200
    assert resident.delete(f"/sessions/{lost_id}").status_code == 404


def test_nobody_ends_the_session_of_somebody_else(app: Flask) -> None:
    place = a_neighbourhood(app)
    resident, other = place.a_resident(), place.a_resident()
    [session] = other.get("/sessions").get_json()["items"]

    assert resident.delete(f"/sessions/{session['id']}").status_code == 404
    assert other.get("/me").status_code == 200


def test_a_residents_session_lasts_a_week(app: Flask) -> None:
    resident = a_neighbourhood(app).a_resident()
    began = utc_now()

    with clock.at(began + timedelta(days=6, hours=23)):
        assert resident.get("/me").status_code == 200
    with clock.at(began + timedelta(days=7)):
        assert resident.get("/me").status_code == 401


def test_a_desk_session_lasts_twelve_hours_and_ends_when_idle(app: Flask, redis: Redis) -> None:
    place = a_neighbourhood(app)
    chair, clerk = place.a_worker("chair"), place.a_worker("counter_clerk")

    with clock.at(utc_now() + timedelta(hours=12)):
        assert chair.get("/me").status_code == 401
    for key in redis.scan_iter("awake:*"):
        assert 0 < redis.ttl(key) <= 30 * 60
        redis.delete(key)  # as Redis does after half an hour
    assert clerk.get("/me").get_json()["type"] == "/problems/idle-too-long"


def test_who_signed_in_when_is_forgotten_a_year_after_it_ended(app: Flask) -> None:
    resident = a_neighbourhood(app).a_resident()
    now = utc_now()
    with app.app_context():
        for days in (380, 370, 200):  # a session lasts a week
            with clock.at(now - timedelta(days=days)):
                a_second_phone(resident)
        forget_sessions()
        forget_sessions()

        left = db.session.scalars(select(LoginSession).order_by(LoginSession.created_at)).all()
        assert [round((now - each.created_at) / DAY) for each in left] == [370, 200, 0]
        purges = db.session.query(AuditEvent).filter_by(action="retention.purged").all()
        assert [each.detail for each in purges] == [{"rows": 1}]


def test_losing_a_role_ends_the_desk_and_spares_the_phone(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair = place.a_worker("chair")
    phone = a_second_phone(chair)

    with app.app_context(), transaction():
        ended = end_sessions_of(chair.id, "role_ended", kinds=STAFF_KINDS)

    assert ended == 1
    assert chair.get("/me").status_code == 401
    assert phone.get("/me").status_code == 200
    with app.app_context():
        because = db.session.scalars(select(LoginSession.revoked_because)).all()
    assert set(because) == {"role_ended", None}


def test_a_resident_reads_who_they_are(app: Flask) -> None:
    place = a_neighbourhood(app)
    resident = place.a_resident(name="王芳")

    with counted_statements(app) as statements:
        me = resident.get("/me").get_json()

    assert (me["name"], me["level"], me["roles"]) == ("王芳", 2, [])
    assert me["community"]["id"] == str(place.id)
    [home] = me["households"]
    assert home["address"] == "3号楼1单元101"
    assert home["household_id"] == str(resident.household_id)
    assert len(statements) <= 6


def test_a_worker_reads_their_roles_at_the_desk_only(app: Flask) -> None:
    chair = a_neighbourhood(app).a_worker("chair")

    assert chair.get("/me").get_json()["roles"] == ["chair"]
    assert a_second_phone(chair).get("/me").get_json()["roles"] == []


def test_a_nickname_needs_the_basic_consent(app: Flask) -> None:
    resident = a_neighbourhood(app).a_resident()

    refused = resident.put("/me", {"nickname": "芳姐"})
    version = a_policy(app)
    resident.post("/me/consents", {"purpose": "basic", "policy_version": version})
    settled = resident.put("/me", {"nickname": "芳姐", "large_type": True})

    assert refused.get_json()["type"] == "/problems/not-agreed"
    assert (settled.get_json()["nickname"], settled.get_json()["large_type"]) == ("芳姐", True)
    assert resident.put("/me", {"preferred_channel": "phone"}).get_json()["nickname"] == "芳姐"
    assert resident.put("/me", {"nickname": "13800138000"}).status_code == 422
    assert resident.put("/me", {"name": "别人"}).status_code == 422


def test_a_visitor_chooses_another_community(app: Flask) -> None:
    visitor, other = a_neighbourhood(app).a_visitor(), a_neighbourhood(app)

    assert visitor.put("/me", {"community_id": str(other.id)}).status_code == 200
    assert visitor.get("/me").get_json()["community"]["id"] == str(other.id)


def test_consent_is_given_to_the_policy_that_was_read(app: Flask) -> None:
    resident = a_neighbourhood(app).a_resident()
    old = a_policy(app)
    new = a_policy(app, "新版")

    stale = resident.post("/me/consents", {"purpose": "basic", "policy_version": old})
    given = resident.post("/me/consents", {"purpose": "basic", "policy_version": new})
    again = resident.post("/me/consents", {"purpose": "basic", "policy_version": new})

    assert stale.get_json()["type"] == "/problems/policy-changed"
    assert given.get_json()["id"] == again.get_json()["id"]
    listed = resident.get("/me/consents").get_json()
    assert listed["current_policy_version"] == new
    basic = next(each for each in listed["items"] if each["purpose"] == "basic")
    assert basic["policy_version"] == new
    assert basic["withdrawn_at"] is None
    assert resident.get("/me").get_json()["basic_consent_missing"] is False


def test_an_optional_consent_is_withdrawn_without_consequence(app: Flask) -> None:
    resident = a_neighbourhood(app).a_resident()
    version = a_policy(app)
    resident.post("/me/consents", {"purpose": "photo", "policy_version": version})

    assert resident.delete("/me/consents/photo").status_code == 204
    listed = resident.get("/me/consents").get_json()["items"]
    photo = next(each for each in listed if each["purpose"] == "photo")
    assert photo["withdrawn_at"] is not None
    assert resident.delete("/me/consents/photo").status_code == 204
    assert resident.delete("/me/consents/nothing").status_code == 404


def test_withdrawing_the_basic_consent_signs_the_phone_out(app: Flask) -> None:
    resident = a_neighbourhood(app).a_resident()
    version = a_policy(app)
    resident.post("/me/consents", {"purpose": "basic", "policy_version": version})

    assert resident.delete("/me/consents/basic").status_code == 204
    assert resident.get("/me").status_code == 401


def test_strangers_read_the_policy_and_the_communities(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_policy(app)
    client = app.test_client()

    policy = client.get("/api/v1/policy").get_json()
    listed = client.get("/api/v1/communities").get_json()["items"]

    assert policy["version"] == 1
    assert len(policy["sha256"]) == 64
    assert [each["id"] for each in listed] == [str(place.id)]
