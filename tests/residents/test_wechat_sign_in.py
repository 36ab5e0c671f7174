"""Residents come in with the code of their phone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.pool import QueuePool

from backend import crypto
from backend.audit.models import AuditEvent
from backend.database import db
from backend.residents.models import LoginSession, Resident, WechatIdentity
from backend.settings import Settings
from backend.wechat.answers import Login
from backend.wechat.client import WeChatClient
from tests.doubles import RunningDouble
from tests.factories import Person, a_neighbourhood
from tests.residents.desk import another_process


def sign_in(app: Flask, code: str, **more: str) -> Any:
    client = app.test_client(use_cookies=False)
    return client.post("/api/v1/sessions/wechat", json={"code": code, **more})


def test_an_unknown_phone_becomes_a_person_of_the_community_they_name(
    app: Flask, double: RunningDouble
) -> None:
    place = a_neighbourhood(app)

    answer = sign_in(app, double.login("o_demo_01"), community_code=place.code)

    told = answer.get_json()
    assert answer.status_code == 201
    assert told["level"] == 0
    assert told["community_id"] == str(place.id)
    assert told["basic_consent_missing"] is True
    me = Person(app=app, id=told["resident_id"], token=told["token"]).get("/me").get_json()
    assert me["id"] == told["resident_id"]
    assert me["community"]["name"] == "和平里社区"


def test_the_same_phone_is_the_same_person(app: Flask, double: RunningDouble) -> None:
    first = sign_in(app, double.login("o_demo_01")).get_json()
    again = sign_in(app, double.login("o_demo_01")).get_json()
    other = sign_in(app, double.login("o_demo_02")).get_json()

    assert first["resident_id"] == again["resident_id"]
    assert first["token"] != again["token"]
    assert other["resident_id"] != first["resident_id"]


def test_two_first_sign_ins_at_once_make_one_person(app: Flask, double: RunningDouble) -> None:
    codes = [double.login("o_demo_03") for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda code: sign_in(app, code), codes))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_json()["resident_id"] for answer in answers}) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Resident)) == 1


def test_a_resident_signs_in_with_what_the_community_knows(
    app: Flask, double: RunningDouble
) -> None:
    place = a_neighbourhood(app)
    resident = place.a_resident(openid="o_demo_04")

    told = sign_in(app, double.login("o_demo_04"), community_code=a_neighbourhood(app).code)

    assert told.get_json()["resident_id"] == str(resident.id)
    assert told.get_json()["level"] == 2
    assert told.get_json()["community_id"] == str(place.id)


def test_a_code_works_once_and_is_never_tried_again(app: Flask, double: RunningDouble) -> None:
    code = double.login("o_demo_01")
    sign_in(app, code)
    before = double.calls()["paths"]["/sns/jscode2session"]

    answer = sign_in(app, code)

    assert answer.status_code == 401
    assert answer.get_json()["type"] == "/problems/code-rejected"
    assert double.calls()["paths"]["/sns/jscode2session"] == before + 1


def test_a_silent_wechat_costs_the_code_not_a_second_call(
    app: Flask, double: RunningDouble
) -> None:
    double.do("fault", path="/sns/jscode2session", times=1, status=502, body="bad gateway")

    answer = sign_in(app, double.login("o_demo_01"))

    assert answer.get_json()["type"] == "/problems/code-rejected"
    # The double does not count the call it broke, and a second one would have got through.
    assert "/sns/jscode2session" not in double.calls()["paths"]


def test_somebody_wechat_refuses_is_told_the_other_ways(app: Flask, double: RunningDouble) -> None:
    code = double.login("o_demo_01")
    double.do("fault", path="/sns/jscode2session", times=1, errcode=40226)

    answer = sign_in(app, code)

    assert answer.status_code == 403
    assert "窗口" in answer.get_json()["detail"]


def test_too_many_codes_of_one_person_are_put_off(app: Flask, double: RunningDouble) -> None:
    double.do("fault", path="/sns/jscode2session", times=1, errcode=45011)

    answer = sign_in(app, double.login("o_demo_01"))

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_community_nobody_knows_makes_no_person(app: Flask, double: RunningDouble) -> None:
    answer = sign_in(app, double.login("o_demo_01"), community_code="nowhere")

    assert answer.status_code == 404
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Resident)) == 0


def test_the_openid_is_sealed_and_the_token_only_hashed(app: Flask, double: RunningDouble) -> None:
    told = sign_in(app, double.login("o_demo_05")).get_json()

    with app.app_context():
        identity = db.session.scalars(select(WechatIdentity)).one()
        session = db.session.scalars(select(LoginSession)).one()
    assert "o_demo_05" not in identity.openid_sealed + identity.openid_mac
    context = f"wechat_identity.openid:{identity.id}"
    assert crypto.unseal(identity.openid_sealed, context) == "o_demo_05"
    assert told["token"] != session.token_hash


def test_signing_in_leaves_evidence_without_names(app: Flask, double: RunningDouble) -> None:
    told = sign_in(app, double.login("o_demo_05"), device_label="小红的手机").get_json()

    with app.app_context():
        opened = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "session.opened")
        ).one()
    assert str(opened.actor_id) == told["resident_id"]
    assert opened.detail == {}


class WatchedClient(WeChatClient):
    """The real client; notes how many connections our pools have lent while it talks."""

    lent: list[int]

    def code_to_session(self, code: str) -> Login:
        pools = [engine.pool for engine in db.engines.values()]
        self.lent = [pool.checkedout() for pool in pools if isinstance(pool, QueuePool)]
        return super().code_to_session(code)


def test_no_connection_waits_while_wechat_is_asked(
    app: Flask, settings: Settings, double: RunningDouble
) -> None:
    wechat = WatchedClient(settings.wechat, app.extensions["redis"])

    with another_process(settings, wechat=wechat) as watched:
        answer = sign_in(watched, double.login("o_demo_01"))

    assert answer.status_code == 201
    assert wechat.lent == [0, 0]


@pytest.fixture
def limited(app: Flask, limited_settings: Settings) -> Iterator[Flask]:
    with another_process(replace(limited_settings, requests_per_minute=5)) as limited:
        yield limited


def test_one_session_may_ask_so_often_a_minute(limited: Flask, double: RunningDouble) -> None:
    told = sign_in(limited, double.login("o_demo_01")).get_json()
    person = Person(app=limited, id=told["resident_id"], token=told["token"])

    answers = [person.get("/me") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    refused = answers[-1]
    assert refused.mimetype == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_tokens_somebody_makes_up_are_counted_together_by_their_address(
    app: Flask, limited: Flask
) -> None:
    known = replace(a_neighbourhood(app).a_resident(), app=limited)
    stranger = limited.test_client()

    def tries(number: int, address: str = "127.0.0.1") -> int:
        made_up = {"Authorization": f"Bearer made-up-{number}"}
        come_from = {"REMOTE_ADDR": address}
        return stranger.get("/api/v1/me", headers=made_up, environ_base=come_from).status_code

    answers = [tries(number) for number in range(101)]

    assert answers == [401] * 100 + [429]
    assert tries(101, "192.0.2.9") == 401
    assert known.get("/me").status_code == 200


def test_what_is_open_to_all_is_counted_by_address(app: Flask, limited: Flask) -> None:
    place, client = a_neighbourhood(app), limited.test_client()
    url = f"/api/v1/communities/{place.code}/publications"

    answers = [client.get(url).status_code for _ in range(101)]

    assert answers == [200] * 100 + [429]
    assert {client.get("/healthz").status_code for _ in range(101)} == {200}
    assert {client.post("/wechat/push").status_code for _ in range(101)} == {401}


def test_one_address_may_sign_in_thirty_times_a_minute(
    limited: Flask, double: RunningDouble
) -> None:
    answers = [sign_in(limited, "no code of anybody").status_code for _ in range(31)]

    assert answers == [401] * 30 + [429]


def test_without_redis_nobody_signs_in_and_residents_go_on_reading(
    app: Flask, limited_settings: Settings, double: RunningDouble
) -> None:
    told = sign_in(app, double.login("o_demo_01")).get_json()
    without_redis = replace(limited_settings, redis_url="redis://127.0.0.1:1/0")

    with another_process(without_redis) as without:
        refused = sign_in(without, double.login("o_demo_01"))
        read = Person(app=without, id=told["resident_id"], token=told["token"]).get("/me")

    assert refused.status_code == 503
    assert read.status_code == 200
