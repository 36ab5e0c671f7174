"""The security administrator keeps the accounts of staff."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.notifications.models import Notice
from backend.residents.actions.accounts import suspend_without_role
from backend.residents.identity import open_session
from backend.residents.jobs import end_terms
from backend.residents.models import KeptAnswer, RoleAssignment, StaffAccount
from tests.counting import counted_statements
from tests.factories import Neighbourhood, Person, a_neighbourhood
from tests.residents.desk import Desk, a_desk, an_invited_desk


def an_admin_desk(app: Flask, place: Neighbourhood, role: str) -> Desk:
    """A second admin with an authenticator, to be the witness of a reset."""
    holder = place.a_worker(role)
    answer = place.a_worker("sec_admin").post(
        "/staff-accounts", {"login_name": f"{role}.li", "resident_id": str(holder.id)}
    )
    desk = Desk(app=app, login_name=f"{role}.li", id=UUID(answer.get_json()["account"]["id"]))
    desk.set_up(answer.get_json()["setup_code"])
    return desk


def test_the_setup_code_is_shown_once(app: Flask) -> None:
    place = a_neighbourhood(app)
    desk, setup_code = an_invited_desk(app, place)

    listed = place.a_worker("sec_admin").get("/staff-accounts")

    assert listed.get_json()["items"][0]["id"] == str(desk.id)
    assert setup_code not in listed.get_data(as_text=True)
    with app.app_context():
        account = db.session.scalars(select(StaffAccount)).one()
    assert setup_code not in (account.setup_code_hash or "")


def test_a_repeated_request_shows_no_secret_again(app: Flask) -> None:
    place = a_neighbourhood(app)
    admin = place.a_worker("sec_admin")
    wanted = {"login_name": "wang.fang", "name": "王芳"}

    first = admin.post("/staff-accounts", wanted, **{"Idempotency-Key": "once"})
    again = admin.post("/staff-accounts", wanted, **{"Idempotency-Key": "once"})

    assert (first.status_code, again.status_code) == (201, 409)
    with app.app_context():
        assert db.session.scalars(select(KeptAnswer)).all() == []


def test_only_the_security_administrator_keeps_accounts(app: Flask) -> None:
    place = a_neighbourhood(app)

    for role in ("chair", "sys_admin", "auditor"):
        assert place.a_worker(role).get("/staff-accounts").status_code == 403
    assert place.a_resident().get("/staff-accounts").status_code == 403


def test_a_login_name_is_never_given_twice(app: Flask) -> None:
    place = a_neighbourhood(app)
    admin = place.a_worker("sec_admin")
    desk, _ = an_invited_desk(app, place, "wang.fang")
    admin.post(f"/staff-accounts/{desk.id}/closing")

    again = admin.post("/staff-accounts", {"login_name": "Wang.Fang", "name": "王芳"})

    assert again.get_json()["type"] == "/problems/login-name-taken"


def test_a_person_has_one_account(app: Flask) -> None:
    place = a_neighbourhood(app)
    admin, chair = place.a_worker("sec_admin"), place.a_worker("chair")
    wanted = {"resident_id": str(chair.id)}

    first = admin.post("/staff-accounts", wanted | {"login_name": "chair.one"})
    second = admin.post("/staff-accounts", wanted | {"login_name": "chair.two"})

    assert (first.status_code, second.status_code) == (201, 409)


def test_an_account_has_one_owner_named_in_one_way(app: Flask) -> None:
    admin = a_neighbourhood(app).a_worker("sec_admin")

    assert admin.post("/staff-accounts", {"login_name": "nobody"}).status_code == 422
    assert (
        admin.post(
            "/staff-accounts",
            {"login_name": "two.ways", "name": "王芳", "resident_id": str(admin.id)},
        ).status_code
        == 422
    )


def test_a_suspended_account_is_out_at_once(app: Flask) -> None:
    place = a_neighbourhood(app)
    desk = a_desk(app, place)
    worker = desk.sign_in()

    answer = place.a_worker("sec_admin").post(f"/staff-accounts/{desk.id}/suspension")

    assert answer.get_json()["status"] == "suspended"
    assert worker.get("/me").status_code == 401
    assert desk.type_password().status_code == 401
    with app.app_context():
        done = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "account.changed")
        ).one()
    assert done.detail == {"old": "active", "new": "suspended"}


def test_a_ticket_of_a_suspended_account_is_worthless(app: Flask) -> None:
    place = a_neighbourhood(app)
    desk = a_desk(app, place)
    ticket = desk.type_password().get_json()["ticket"]
    place.a_worker("sec_admin").post(f"/staff-accounts/{desk.id}/suspension")

    assert desk.type_code(ticket, desk.code(steps=1)).status_code == 401


def test_a_closed_account_stays_closed(app: Flask) -> None:
    place = a_neighbourhood(app)
    desk, admin = a_desk(app, place), place.a_worker("sec_admin")

    assert admin.post(f"/staff-accounts/{desk.id}/closing").status_code == 200
    assert admin.post(f"/staff-accounts/{desk.id}/closing").status_code == 409
    assert admin.post(f"/staff-accounts/{desk.id}/suspension").status_code == 409


def test_a_reset_is_seen_by_a_second_admin(app: Flask) -> None:
    place = a_neighbourhood(app)
    desk, witness = a_desk(app, place), an_admin_desk(app, place, "auditor")
    admin, worker = place.a_worker("sec_admin"), desk.sign_in()
    seen = {"witness_login_name": witness.login_name, "witness_code": witness.code(steps=1)}

    answer = admin.post(f"/staff-accounts/{desk.id}/reset", seen)

    assert answer.status_code == 200
    assert answer.get_json()["account"]["status"] == "invited"
    assert worker.get("/me").status_code == 401
    desk.password = "Mei-Hua-San-Nong-3"
    assert desk.set_up(answer.get_json()["setup_code"]).status_code == 200


def test_a_reset_without_a_second_admin_changes_nothing(app: Flask) -> None:
    place = a_neighbourhood(app)
    desk, colleague = a_desk(app, place), a_desk(app, place, "clerk.qian")
    admin = place.a_worker("sec_admin")

    no_admin = admin.post(
        f"/staff-accounts/{desk.id}/reset",
        {"witness_login_name": colleague.login_name, "witness_code": colleague.code(steps=1)},
    )
    wrong_code = admin.post(
        f"/staff-accounts/{desk.id}/reset",
        {"witness_login_name": colleague.login_name, "witness_code": "000000"},
    )

    assert no_admin.status_code == 403
    assert wrong_code.status_code == 401
    assert desk.type_password().status_code == 201


def test_a_reset_unlocks(app: Flask) -> None:
    place = a_neighbourhood(app)
    desk, witness = a_desk(app, place), an_admin_desk(app, place, "sys_admin")
    admin = place.a_worker("sec_admin")
    for _ in range(5):
        desk.type_password("Wrong-Password-1")
    locked = [each["is_locked"] for each in admin.get("/staff-accounts").get_json()["items"]]

    seen = {"witness_login_name": witness.login_name, "witness_code": witness.code(steps=1)}
    setup_code = admin.post(f"/staff-accounts/{desk.id}/reset", seen).get_json()["setup_code"]
    desk.password = "Mei-Hua-San-Nong-3"

    assert sorted(locked) == [False, True]
    assert desk.set_up(setup_code).status_code == 200
    assert desk.type_password().status_code == 201


def test_nobody_suspends_themselves(app: Flask) -> None:
    place = a_neighbourhood(app)
    admin = place.a_worker("sec_admin")
    own = place.a_worker("sec_admin").post(
        "/staff-accounts", {"login_name": "sec.admin", "resident_id": str(admin.id)}
    )

    account_id = own.get_json()["account"]["id"]
    assert admin.post(f"/staff-accounts/{account_id}/suspension").status_code == 403


def a_chair_with_a_desk(app: Flask) -> tuple[Person, Desk]:
    place = a_neighbourhood(app)
    chair = place.a_worker("chair")
    made = place.a_worker("sec_admin").post(
        "/staff-accounts", {"login_name": "chair.sun", "resident_id": str(chair.id)}
    )
    desk = Desk(app=app, login_name="chair.sun")
    desk.set_up(made.get_json()["setup_code"])
    return chair, desk


def test_with_the_last_role_the_account_rests(app: Flask) -> None:
    chair, desk = a_chair_with_a_desk(app)

    with app.app_context(), transaction():
        suspend_without_role(chair.id)
    assert chair.get("/me").status_code == 200

    with app.app_context(), transaction():
        held = db.session.scalars(
            select(RoleAssignment).where(RoleAssignment.resident_id == chair.id)
        ).one()
        held.state = "ended"
        db.session.flush()
        suspend_without_role(chair.id)
    assert chair.get("/me").status_code == 401
    assert desk.type_password().status_code == 401


def test_the_account_rests_when_the_last_term_is_over(app: Flask) -> None:
    chair, desk = a_chair_with_a_desk(app)
    with app.app_context(), transaction():
        held = db.session.scalars(
            select(RoleAssignment).where(RoleAssignment.resident_id == chair.id)
        ).one()
        held.valid = Range(today() - timedelta(days=30), today() + timedelta(days=1))

    with app.app_context():
        end_terms()
    assert chair.get("/me").status_code == 200
    with clock.at(utc_now() + timedelta(days=1)):
        with app.app_context(), transaction():
            chair.token = open_session(chair.id, "console")
        assert chair.get("/me").status_code == 200
        with app.app_context():
            end_terms()
            end_terms()
        assert chair.get("/me").status_code == 401
        assert desk.type_password().status_code == 401
    with app.app_context():
        told = db.session.scalars(select(Notice.headline).where(Notice.resident_id == chair.id))
        assert list(told) == ["您不再担任居委会主任"]


def test_a_term_that_cannot_be_ended_holds_up_no_other(app: Flask) -> None:
    place = a_neighbourhood(app)
    nobody, chair = place.a_worker("chair"), place.a_worker("chair")
    with app.app_context(), transaction():
        for each in db.session.scalars(
            select(RoleAssignment).where(RoleAssignment.resident_id.in_([nobody.id, chair.id]))
        ):
            each.valid = Range(today() - timedelta(days=30), today())
            if each.resident_id == nobody.id:
                each.role = "an office of long ago"

    with app.app_context():
        end_terms()
        ended = select(RoleAssignment.resident_id).where(RoleAssignment.state == "ended")
        assert list(db.session.scalars(ended)) == [chair.id]


def test_the_list_of_accounts_takes_the_same_statements_for_any_length(app: Flask) -> None:
    place = a_neighbourhood(app)
    admin = place.a_worker("sec_admin")
    counts = []
    for no in range(2):
        for each in range(no * 3 + 1):
            an_invited_desk(app, place, f"worker.{no}.{each}")
        with counted_statements(app) as statements:
            listed = admin.get("/staff-accounts", status="invited").get_json()
        counts.append((len(listed["items"]), len(statements)))

    assert [items for items, _ in counts] == [1, 5]
    assert counts[0][1] == counts[1][1]


def test_the_first_three_admins_are_made_on_the_server(app: Flask) -> None:
    asked = [
        *("make-admins", "--sys-admin", "sys.zhao", "赵一", "--sec-admin", "sec.qian", "钱二"),
        *("--auditor", "audit.sun", "孙三", "--present", "李主任", "--present", "周书记"),
    ]
    runner = app.test_cli_runner()

    first = runner.invoke(args=asked)
    again = runner.invoke(args=asked)

    assert first.exit_code == 0, first.output
    assert again.exit_code != 0
    lines = {line.split("\t")[0]: line for line in first.output.splitlines()}
    assert set(lines) == {"sys_admin", "sec_admin", "auditor"}
    setup_code = lines["sec_admin"].split("设置码 ")[1].split("\t")[0]
    desk = Desk(app=app, login_name="sec.qian")
    desk.set_up(setup_code)
    assert desk.sign_in().get("/staff-accounts").status_code == 200


def test_the_first_admins_need_two_people_present(app: Flask) -> None:
    alone = app.test_cli_runner().invoke(
        args=[
            *("make-admins", "--sys-admin", "sys.zhao", "赵一", "--sec-admin", "sec.qian", "钱二"),
            *("--auditor", "audit.sun", "孙三", "--present", "李主任", "--present", "李主任"),
        ]
    )

    assert alone.exit_code == 2


def test_a_changed_password_ends_the_other_desks(app: Flask) -> None:
    desk = a_desk(app, a_neighbourhood(app))
    here = desk.sign_in()
    wanted = {"password": desk.password, "new_password": "Mei-Hua-San-Nong-3"}
    with clock.at(utc_now() + timedelta(minutes=5)):
        elsewhere = desk.sign_in(steps=0)
        wrong = here.put("/me/password", wanted | {"code": "000000"})
        done = here.put("/me/password", wanted | {"code": desk.code(steps=1)})

        assert (wrong.status_code, done.status_code) == (401, 204)
        assert here.get("/me").status_code == 200
        assert elsewhere.get("/me").status_code == 401
        assert desk.type_password("Mei-Hua-San-Nong-3").status_code == 201


def test_the_policy_is_published_from_a_file(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "policy.txt"
    file.write_text("我们只收集办事需要的信息。", "utf-8")
    runner = app.test_cli_runner()

    runner.invoke(args=["publish-policy", str(file)])
    told = runner.invoke(args=["publish-policy", str(file)]).output

    assert "第2版" in told
    assert app.test_client().get("/api/v1/policy").get_json()["version"] == 2


def test_the_shipped_policy_names_who_runs_the_installation(app: Flask) -> None:
    told = app.test_cli_runner().invoke(
        args=["publish-policy", "--operator", "和平街道办事处", "--contact", "010-64200000"]
    )

    text = app.test_client().get("/api/v1/policy").get_json()["text"]
    assert told.exit_code == 0
    assert "和平街道办事处（以下称“我们”）" in text
    assert "010-64200000" in text
    assert "$" not in text
