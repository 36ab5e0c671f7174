"""Staff come in with a password and the code of the moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import utc_now
from backend.database import db
from backend.residents.models import StaffAccount
from backend.settings import Settings
from tests.factories import Person, a_neighbourhood
from tests.residents.desk import PASSWORD, Desk, a_desk, an_invited_desk, another_process, secret_of


@pytest.fixture
def desk(app: Flask) -> Desk:
    return a_desk(app, a_neighbourhood(app))


def kind_of(answer: TestResponse) -> str:
    return str(answer.get_json()["type"]).removeprefix("/problems/")


def at_once(times: int, ask: Callable[[int], TestResponse]) -> list[int]:
    with ThreadPoolExecutor(times) as pool:
        return sorted(answer.status_code for answer in pool.map(ask, range(times)))


def account_of(desk: Desk) -> StaffAccount:
    with desk.app.app_context():
        return db.session.scalars(
            select(StaffAccount).where(StaffAccount.login_name == desk.login_name)
        ).one()


def actions_about(desk: Desk) -> list[str]:
    with desk.app.app_context():
        return list(
            db.session.scalars(
                select(AuditEvent.action)
                .where(AuditEvent.object_id == desk.id)
                .order_by(AuditEvent.id)
            )
        )


def fail(desk: Desk, times: int) -> TestResponse:
    for _ in range(times):
        answer = desk.type_password("Wrong-Password-1")
    return answer


def test_an_account_is_set_up_with_an_authenticator(app: Flask) -> None:
    desk, setup_code = an_invited_desk(app, a_neighbourhood(app))

    done = desk.set_up(setup_code)

    assert done.get_json()["status"] == "active"
    assert len(set(desk.recovery_codes)) == 8
    assert actions_about(desk) == [
        "account.created",
        "password.changed",
        "account.set_up",
        "totp.changed",
    ]


def test_the_two_codes_must_follow_each_other(app: Flask) -> None:
    desk, setup_code = an_invited_desk(app, a_neighbourhood(app))
    given = {"login_name": desk.login_name, "setup_code": setup_code, "password": PASSWORD}
    desk.secret = secret_of(desk.post("/staff-setup", given))

    same = desk.post("/staff-setup", given | {"codes": [desk.code(), desk.code()]})
    apart = desk.post("/staff-setup", given | {"codes": [desk.code(steps=-2), desk.code()]})

    assert kind_of(same) == kind_of(apart) == "wrong-code"


def test_a_setup_code_lives_a_day(app: Flask) -> None:
    desk, setup_code = an_invited_desk(app, a_neighbourhood(app))
    given = {"login_name": desk.login_name, "setup_code": setup_code, "password": PASSWORD}

    with clock.at(utc_now() + timedelta(hours=24)):
        late = desk.post("/staff-setup", given)

    assert kind_of(late) == "setup-code-expired"


def test_a_setup_code_is_read_as_people_type_it(app: Flask) -> None:
    desk, setup_code = an_invited_desk(app, a_neighbourhood(app))

    assert desk.set_up(setup_code.lower().replace("-", " ")).status_code == 200


def test_one_setup_code_sets_up_one_phone(app: Flask) -> None:
    desk, setup_code = an_invited_desk(app, a_neighbourhood(app))
    given: dict[str, Any] = {
        "login_name": desk.login_name,
        "setup_code": setup_code,
        "password": PASSWORD,
    }
    desk.secret = secret_of(desk.post("/staff-setup", given))
    given["codes"] = [desk.code(steps=-1), desk.code()]

    statuses = at_once(
        20, lambda no: desk.post("/staff-setup", given | {"password": f"Gui-Hua-{no}-Kai-Le"})
    )

    assert statuses.count(200) == 1


def test_password_and_code_open_the_console(desk: Desk) -> None:
    ticket = desk.type_password().get_json()
    answer = desk.type_code(ticket["ticket"], desk.code(steps=1), "field", device_label="手机")

    assert ticket["must_change_password"] is False
    assert answer.status_code == 201
    assert answer.get_json()["kind"] == "field"
    assert answer.get_json()["resident_id"] == str(desk.resident_id)


def test_a_ticket_lives_five_minutes_and_opens_one_session(desk: Desk) -> None:
    late = desk.type_password().get_json()["ticket"]
    with clock.at(utc_now() + timedelta(minutes=5)):
        assert kind_of(desk.type_code(late, desk.code())) == "ticket-expired"

    used = desk.type_password().get_json()["ticket"]
    desk.type_code(used, desk.code(steps=1))
    with clock.at(utc_now() + timedelta(minutes=2)):
        assert kind_of(desk.type_code(used, desk.code())) == "ticket-expired"


def test_a_code_counts_once_and_none_before_it_afterwards(desk: Desk) -> None:
    desk.sign_in(steps=1)
    ticket = desk.type_password().get_json()["ticket"]

    assert kind_of(desk.type_code(ticket, desk.code(steps=1))) == "wrong-code"
    assert kind_of(desk.type_code(ticket, desk.code())) == "wrong-code"


def test_a_code_of_a_minute_ago_is_too_old(desk: Desk) -> None:
    with clock.at(utc_now() + timedelta(minutes=10)):
        ticket = desk.type_password().get_json()["ticket"]

        assert kind_of(desk.type_code(ticket, desk.code(steps=-2))) == "wrong-code"
        assert desk.type_code(ticket, desk.code(steps=-1)).status_code == 201


def test_twenty_tries_with_one_code_open_one_session(desk: Desk) -> None:
    tickets = [desk.type_password().get_json()["ticket"] for _ in range(2)]
    code = desk.code(steps=1)

    statuses = at_once(20, lambda no: desk.type_code(tickets[no % 2], code))

    assert statuses.count(201) == 1


def test_nobody_learns_whether_a_name_exists(app: Flask, desk: Desk) -> None:
    nobody = Desk(app=app, login_name="nobody.here")

    known = [fail(desk, 1) for _ in range(7)]
    unknown = [fail(nobody, 1) for _ in range(7)]

    assert [answer.status_code for answer in known] == [401] * 4 + [429] * 3
    assert [answer.status_code for answer in unknown] == [401] * 4 + [429] * 3
    told = [{**answer.get_json(), "retry_after_seconds": None} for answer in (*known, *unknown)]
    assert told[:7] == told[7:]


def test_failures_survive_their_refusal(desk: Desk) -> None:
    fail(desk, 3)

    assert account_of(desk).failures == 3
    assert actions_about(desk)[-3:] == ["sign_in.failed"] * 3


def test_the_fifth_failure_locks_for_a_quarter_of_an_hour(desk: Desk) -> None:
    locked = fail(desk, 5)

    assert kind_of(locked) == "account-locked"
    assert 0 < int(locked.headers["Retry-After"]) <= 900
    assert kind_of(desk.type_password()) == "account-locked"
    assert actions_about(desk)[-1] == "account.locked"
    with clock.at(utc_now() + timedelta(minutes=15)):
        assert desk.type_password().status_code == 201


def test_failures_far_apart_do_not_lock(desk: Desk) -> None:
    fail(desk, 4)
    with clock.at(utc_now() + timedelta(minutes=15)):
        assert kind_of(fail(desk, 4)) == "wrong-password"


def test_guessed_codes_count_even_between_right_passwords(desk: Desk) -> None:
    for _ in range(4):
        ticket = desk.type_password().get_json()["ticket"]
        desk.type_code(ticket, "000000")

    ticket = desk.type_password().get_json()["ticket"]
    assert kind_of(desk.type_code(ticket, "000000")) == "account-locked"


def test_twenty_guesses_at_once_are_counted_one_by_one(desk: Desk) -> None:
    statuses = at_once(20, lambda _: desk.type_password("Wrong-Password-1"))

    assert statuses == [401] * 4 + [429] * 16


def test_the_third_lock_of_a_day_stays_until_an_admin_resets(desk: Desk) -> None:
    began = utc_now()
    for hours in (0, 1, 2):
        with clock.at(began + timedelta(hours=hours)):
            fail(desk, 5)

    with clock.at(began + timedelta(days=3)):
        answer = desk.type_password()
    assert kind_of(answer) == "account-locked"
    assert "安全管理员" in answer.get_json()["detail"]


def test_locks_on_different_days_do_not_add_up(desk: Desk) -> None:
    began = utc_now()
    for days in (0, 1, 2):
        with clock.at(began + timedelta(days=days)):
            fail(desk, 5)

    with clock.at(began + timedelta(days=2, minutes=16)):
        assert desk.type_password().status_code == 201


def test_an_old_password_is_changed_with_the_code(desk: Desk) -> None:
    with clock.at(utc_now() + timedelta(days=180)):
        ticket = desk.type_password().get_json()
        asked = desk.type_code(ticket["ticket"], desk.code())
        weak = desk.type_code(ticket["ticket"], desk.code(), new_password="short")
        same = desk.type_code(ticket["ticket"], desk.code(), new_password=PASSWORD)
        done = desk.type_code(ticket["ticket"], desk.code(), new_password="Mei-Hua-San-Nong-3")

        assert ticket["must_change_password"] is True
        assert kind_of(asked) == "password-too-old"
        assert (weak.status_code, same.status_code, done.status_code) == (422, 422, 201)
        assert desk.type_password("Mei-Hua-San-Nong-3").status_code == 201
        assert desk.type_password().status_code == 401


def test_a_password_changed_at_the_door_ends_desks_opened_with_the_old_one(desk: Desk) -> None:
    changes_at = utc_now() + timedelta(days=180)
    with clock.at(changes_at - timedelta(hours=1)):
        before = desk.sign_in(kind="field")
        assert before.get("/me").status_code == 200

    with clock.at(changes_at):
        ticket = desk.type_password().get_json()["ticket"]
        new = "Mei-Hua-San-Nong-3"
        done = desk.type_code(ticket, desk.code(), new_password=new).get_json()
        here = Person(app=desk.app, id=UUID(done["resident_id"]), token=done["token"])

        assert here.get("/me").status_code == 200
        assert before.get("/me").status_code == 401


def test_a_lost_phone_is_replaced_with_a_recovery_code(desk: Desk) -> None:
    before = desk.sign_in()
    given = {"login_name": desk.login_name, "password": PASSWORD}

    answer = desk.post("/staff-recovery", given | {"recovery_code": desk.recovery_codes[0]})

    assert answer.status_code == 200
    assert before.get("/me").status_code == 401
    assert desk.type_password().status_code == 401
    old_secret, desk.password = desk.secret, "Mei-Hua-San-Nong-3"
    assert desk.set_up(answer.get_json()["setup_code"]).status_code == 200
    assert desk.secret != old_secret
    assert desk.sign_in().get("/me").status_code == 200


def test_a_recovery_code_needs_the_password_and_must_be_one_of_the_eight(desk: Desk) -> None:
    given = {"login_name": desk.login_name, "password": "Wrong-Password-1"}
    code = {"recovery_code": desk.recovery_codes[0]}

    wrong_password = desk.post("/staff-recovery", given | code)
    wrong_code = desk.post("/staff-recovery", given | {"password": PASSWORD, "recovery_code": "x"})

    assert kind_of(wrong_password) == "wrong-password"
    assert kind_of(wrong_code) == "wrong-code"
    assert account_of(desk).failures == 2


def test_one_address_may_try_ten_times_a_minute(desk: Desk, limited_settings: Settings) -> None:
    with another_process(limited_settings) as limited:
        elsewhere = replace(desk, app=limited)
        names = [replace(elsewhere, login_name=f"nobody.{no}") for no in range(11)]
        statuses = [each.type_password().status_code for each in names]

    assert statuses == [401] * 10 + [429]


def test_what_nobody_types_is_no_login_name(desk: Desk) -> None:
    stranger = replace(desk, login_name="chair\x00zhao")
    given = {"login_name": stranger.login_name, "password": PASSWORD}

    assert stranger.type_password().status_code == 422
    assert desk.post("/staff-setup", given | {"setup_code": "x"}).status_code == 422
    assert desk.post("/staff-recovery", given | {"recovery_code": "x"}).status_code == 422
