"""Giving up the account: nothing says any more who it was, and what was done stays."""

from flask import Flask
from sqlalchemy import text

from backend.audit.models import AuditEvent
from backend.clock import today, utc_now
from backend.crypto import mac, seal
from backend.database import db, transaction
from backend.notifications.actions import announce
from backend.notifications.jobs import expand_notices
from backend.notifications.models import Delivery, Notice, NoticePreference
from backend.residents.actions.me import publish_policy
from backend.residents.models import (
    Consent,
    Kin,
    LoginSession,
    Residency,
    Resident,
    RoleAssignment,
    StaffAccount,
    Verification,
    WechatIdentity,
)
from backend.residents.queries.people import names
from tests.factories import Neighbourhood, Person, a_neighbourhood
from tests.residents.test_verification import a_dwelling, request_of


def agreed(app: Flask, person: Person) -> None:
    with app.app_context(), transaction():
        version = publish_policy("我们只收集办事需要的信息。").version
    answer = person.post("/me/consents", {"purpose": "basic", "policy_version": version})
    assert answer.status_code == 201


def row_of(app: Flask, person: Person) -> Resident:
    with app.app_context():
        found = db.session.get_one(Resident, person.id)
        db.session.expunge(found)
        return found


def test_nothing_says_any_more_who_it_was(app: Flask) -> None:
    place = a_neighbourhood(app)
    person = place.a_resident(name="王小芳")
    agreed(app, person)
    with app.app_context(), transaction():
        row = db.session.get_one(Resident, person.id)
        row.nickname, row.pinyin, row.born_year = "小芳", "wangxiaofang", 1960
        row.phone_sealed = seal("13800001234", f"resident.phone:{row.id}")
        row.phone_mac = mac("resident.phone", "13800001234")
        db.session.add(
            WechatIdentity(
                resident_id=person.id,
                app_id="wx",
                openid_sealed="sealed",
                openid_mac="mac",
                bound_at=utc_now(),
            )
        )
    assert person.get("/me/erasure").get_json() == {"losses": []}

    assert person.delete("/me").status_code == 204

    assert person.get("/me").status_code == 401
    row = row_of(app, person)
    assert (row.status, row.erased_at is not None) == ("erased", True)
    assert {row.name, row.nickname, row.pinyin, row.born_year, row.phone_sealed} == {None}
    assert {row.phone_mac, row.home_community_id} == {None}
    with app.app_context():
        assert names([person.id]) == {person.id: "已注销用户"}
        bound = db.session.query(WechatIdentity).filter_by(resident_id=person.id).all()
        assert {(each.openid_sealed, each.openid_mac) for each in bound} == {("", "")}
        assert all(each.unbound_at for each in bound)
        given = db.session.query(Consent).filter_by(resident_id=person.id).all()
        assert given
        assert all(each.withdrawn_at for each in given)
        ended = db.session.query(LoginSession).filter_by(resident_id=person.id).all()
        assert {(each.revoked_because, each.device_label) for each in ended} == {("erased", "")}
        homes = db.session.query(Residency).filter_by(resident_id=person.id).all()
        assert all(today() not in home.valid for home in homes)
        [evidence] = db.session.query(AuditEvent).filter_by(action="person.erased").all()
        assert (evidence.object_id, evidence.detail) == (person.id, {})


def test_what_was_asked_for_is_asked_no_more_and_its_words_are_gone(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    visitor = place.a_visitor(name="赵来")
    claim = request_of(place, visitor)
    with app.app_context(), transaction():
        db.session.execute(text("UPDATE verification SET note = '我是赵来'"))
    worker = place.a_worker("grid_worker")

    assert visitor.delete("/me").status_code == 204

    with app.app_context():
        [row] = db.session.query(Verification).all()
        assert (str(row.id), row.state, row.note) == (claim["id"], "refused", "")
    seen = {"confirmed": True, "evidence_kind": "document_seen"}
    assert worker.post(f"/verifications/{claim['id']}/decision", seen).status_code == 409


def test_roles_and_the_way_to_the_desk_end_with_the_account(app: Flask) -> None:
    place = a_neighbourhood(app)
    member, sister = place.a_worker("committee_member"), place.a_resident()
    first, second = sorted((member.id, sister.id))
    with app.app_context(), transaction():
        db.session.add(
            StaffAccount(
                resident_id=member.id,
                login_name="member",
                duty_phone="13900001111",
                password_hash="x",
                totp_secret_sealed="x",
                status="active",
            )
        )
        db.session.add(
            Kin(resident_a=first, resident_b=second, relation="sibling", declared_by=member.id)
        )

    assert member.delete("/me").status_code == 204

    with app.app_context():
        held = db.session.query(RoleAssignment).filter_by(resident_id=member.id).all()
        assert {each.state for each in held} == {"ended"}
        [account] = db.session.query(StaffAccount).filter_by(resident_id=member.id).all()
        assert (account.status, account.login_name, account.duty_phone) == ("closed", "member", "")
        assert account.password_hash is account.totp_secret_sealed is None
        assert db.session.query(Kin).count() == 0


def test_what_was_told_is_forgotten_and_others_keep_theirs(app: Flask) -> None:
    place = a_neighbourhood(app)
    person, other = place.a_resident(), place.a_resident()
    with app.app_context(), transaction():
        for each in (person, other):
            announce(
                Notice(
                    community_id=place.id,
                    event_key=f"told:{each.id}",
                    kind="points_change",
                    headline="10分已入账",
                    body="“为老人送餐”公示期满。",
                    payload={},
                    page="account/inbox",
                    resident_id=each.id,
                )
            )
    with app.app_context():
        expand_notices()
    for each in (person, other):
        assert len(each.get("/me/inbox").get_json()["items"]) == 1
    with app.app_context(), transaction():
        db.session.add(NoticePreference(resident_id=person.id, topic="publication", mode="inbox"))

    assert person.delete("/me").status_code == 204

    assert len(other.get("/me/inbox").get_json()["items"]) == 1
    with app.app_context():
        left = db.session.query(Notice).filter_by(community_id=place.id).all()
        assert [each.resident_id for each in left] == [other.id]
        assert {each.resident_id for each in db.session.query(Delivery).all()} == {other.id}
        assert not db.session.query(NoticePreference).filter_by(resident_id=person.id).all()


def test_another_stays_as_they_were(app: Flask) -> None:
    place: Neighbourhood = a_neighbourhood(app)
    person = place.a_resident()
    other = place.a_resident(name="李安", household_id=person.household_id)

    person.delete("/me")

    told = other.get("/me").get_json()
    assert (told["name"], told["level"], len(told["households"])) == ("李安", 2, 1)
