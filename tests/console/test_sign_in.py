"""Staff come in through pages, with script or without."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from backend import clock
from backend.clock import utc_now
from backend.settings import Settings
from tests.console.browser import COOKIE, Browser, a_browser, form_of
from tests.factories import a_neighbourhood
from tests.residents.desk import PASSWORD, Desk, a_desk, an_invited_desk, another_process

CODES = "/console/set-up/codes"


@pytest.fixture
def desk(app: Flask) -> Desk:
    return a_desk(app, a_neighbourhood(app))


@pytest.fixture
def browser(app: Flask) -> Browser:
    return a_browser(app)


def type_password(browser: Browser, desk: Desk, password: str = PASSWORD) -> int:
    answer = browser.send("/console/sign-in", login_name=desk.login_name, password=password)
    return answer.status_code


def test_password_and_code_open_the_desk(browser: Browser, desk: Desk) -> None:
    assert type_password(browser, desk) == 303
    answer = browser.send("/console/sign-in/code", code=desk.code(steps=1))

    assert answer.status_code == 303
    assert answer.location == "/console"
    assert browser.get("/console").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    browser: Browser, desk: Desk
) -> None:
    type_password(browser, desk)
    answer = browser.send("/console/sign-in/code", code=desk.code(steps=1))

    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("desk="))
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/console"} <= set(cookie.split("; "))


def test_a_link_that_stands_elsewhere_leads_through_the_door_to_where_it_points(
    app: Flask, browser: Browser, desk: Desk
) -> None:
    """Browsers keep the cookie from such a link, whoever is signed in."""
    from_elsewhere = a_browser(app)
    door = from_elsewhere.get("/console/account", q="说事").location
    shown = from_elsewhere.get(door).text
    onward = re.search(r'<a href="(/console/account[^"]*)">直接打开', shown)
    assert onward

    type_password(browser, desk)
    browser.send("/console/sign-in/code", code=desk.code(steps=1))
    assert browser.get(unescape(onward[1])).status_code == 200


def test_one_goes_on_to_the_page_one_came_for_and_nowhere_else(
    app: Flask, browser: Browser, desk: Desk
) -> None:
    browser.get("/console/sign-in", next="/console/matters?step=说事")
    type_password(browser, desk)
    assert browser.send("/console/sign-in/code", code=desk.code(steps=1)).location.startswith(
        "/console/matters?step="
    )

    other = a_browser(app)
    for elsewhere in ("https://example.org/console", "//example.org", "/consoles"):
        other.get("/console/sign-in", next=elsewhere)
    type_password(other, desk)
    with clock.at(utc_now() + timedelta(minutes=2)):
        assert other.send("/console/sign-in/code", code=desk.code()).location == "/console"


def test_a_wrong_password_says_so_and_counts(browser: Browser, desk: Desk) -> None:
    answer = browser.send("/console/sign-in", login_name=desk.login_name, password="Falsch-12345")

    assert answer.status_code == 401
    assert form_of(answer, "/console/sign-in")["login_name"] == desk.login_name
    assert "Falsch-12345" not in answer.text
    assert [type_password(browser, desk, "Falsch-12345") for _ in range(4)][-1] == 429
    assert type_password(browser, desk) == 429


def test_a_wrong_code_says_so_on_the_same_page(browser: Browser, desk: Desk) -> None:
    type_password(browser, desk)

    answer = browser.send("/console/sign-in/code", code="000000")

    assert answer.status_code == 401
    assert "验证码不正确" in answer.text


def test_without_the_password_there_is_no_page_for_the_code(browser: Browser) -> None:
    assert browser.get("/console/sign-in/code").location == "/console/sign-in"
    assert browser.send("/console/sign-in/code", code="123456").status_code == 401


def test_leaving_ends_the_session_for_good(browser: Browser, desk: Desk) -> None:
    type_password(browser, desk)
    browser.send("/console/sign-in/code", code=desk.code(steps=1))
    cookie = browser.client.get_cookie(*COOKIE)
    assert cookie is not None

    browser.send("/console/sign-out")
    assert browser.client.get_cookie(*COOKIE) is None
    browser.client.set_cookie("desk", cookie.value, path="/console")
    assert browser.get("/console").status_code == 303


def test_an_invited_worker_sets_up_password_and_authenticator(app: Flask, browser: Browser) -> None:
    desk, setup_code = an_invited_desk(app, a_neighbourhood(app))
    begun = browser.send(
        "/console/set-up", login_name=desk.login_name, setup_code=setup_code, password=PASSWORD
    )
    assert begun.status_code == 200
    assert "<svg" in begun.text
    given = form_of(begun, CODES)
    desk.secret = parse_qs(urlsplit(given["otpauth_uri"]).query)["secret"][0]
    given |= {"first_code": desk.code(steps=-1), "second_code": desk.code()}

    other = browser.send(CODES, **given | {"password": "Etwas-Anderes-9"})
    wrong = browser.send(CODES, **given | {"password": PASSWORD, "second_code": "000000"})
    assert (other.status_code, wrong.status_code) == (422, 401)
    assert form_of(wrong, CODES)["otpauth_uri"] == given["otpauth_uri"]

    done = browser.send(CODES, **given | {"password": PASSWORD})
    assert done.status_code == 200
    codes = [unescape(code) for code in re.findall(r"<li>([0-9A-Z-]{23})</li>", done.text)]
    assert len(set(codes)) == 8

    again = browser.send(
        "/console/recovery",
        login_name=desk.login_name,
        password=PASSWORD,
        recovery_code=codes[0],
    )
    assert again.status_code == 200
    assert form_of(again, "/console/set-up")["setup_code"]


def test_a_weak_password_is_refused_with_the_reason(app: Flask, browser: Browser) -> None:
    desk, setup_code = an_invited_desk(app, a_neighbourhood(app))

    answer = browser.send(
        "/console/set-up", login_name=desk.login_name, setup_code=setup_code, password="123"
    )

    assert answer.status_code == 422
    assert "至少10位" in answer.text


def test_nobody_walks_round_the_limit_of_a_session_with_tokens_that_open_nothing(
    app: Flask, limited_settings: Settings
) -> None:
    chair = a_neighbourhood(app).a_worker("chair")
    with another_process(replace(limited_settings, requests_per_minute=5)) as limited:
        client = a_browser(limited, chair).client
        pages = [
            client.get("/console/account", headers={"Authorization": f"Bearer made-up-{n}"})
            for n in range(6)
        ]
        answers = []
        for n in range(6):
            client.set_cookie(COOKIE[0], f"made-up-{n}", path="/api")
            answers.append(client.get("/api/v1/me", headers=chair.headers))

    assert [page.status_code for page in pages] == [200] * 5 + [429]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
