"""Every page of the desk as every role: the matrix answers; rows of elsewhere are not there."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backend.errors import AccessDenied
from backend.residents.rules.grants import (
    LETTERS,
    PhoneNotBound,
    ResidenceNotVerified,
    granted_scopes,
)
from backend.tokens import DESK_COOKIE
from tests.console.browser import Browser, a_browser
from tests.doubles import RunningDouble
from tests.factories import a_neighbourhood
from tests.furnished import a_furnished_community, on_monday
from tests.test_architecture import ANY_ID, OPEN_BLUEPRINTS, any_arguments, is_at_the_desk

STAFF = sorted({role for roles in LETTERS.values() for role in roles})
SIGNS_OUT = "own_desk.sign_out"  # it would end the very session that asks
NOBODYS_ROW = {403, 404}
REFUSED = {AccessDenied.title, PhoneNotBound.title, ResidenceNotVerified.title}


def pages(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(method, path, permission) of every page that asks who is there."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        name = rule.endpoint.split(".")[0]
        if not is_at_the_desk(rule.rule) or name in OPEN_BLUEPRINTS or rule.endpoint == SIGNS_OUT:
            continue
        with app.test_request_context():
            _, path = rule.build(any_arguments(rule)) or ("", "")
        permission = str(getattr(app.view_functions[rule.endpoint], "permission", ""))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, path, permission


def ask(browser: Browser, method: str, path: str) -> TestResponse:
    return browser.get(path) if method == "GET" else browser.send(path, version="1")


@pytest.mark.long
def test_a_page_is_open_to_whom_the_matrix_says(app: Flask, subtests: pytest.Subtests) -> None:
    place = a_neighbourhood(app)
    browsers = {role: a_browser(app, place.a_worker(role)) for role in STAFF}
    for method, path, permission in pages(app):
        with subtests.test(method=method, path=path):
            for role, browser in browsers.items():
                answer = ask(browser, method, path)
                granted = bool(granted_scopes(permission, {role}, 0))
                refused = any(f">{title}<" in answer.text for title in REFUSED)
                assert answer.status_code < 500, role
                assert refused != granted, role


@pytest.mark.long
def test_a_matter_of_another_community_is_on_no_page(
    app: Flask, double: RunningDouble, subtests: pytest.Subtests
) -> None:
    there, here = a_furnished_community(app, double), a_neighbourhood(app)
    with on_monday():
        desks = [a_browser(app, here.a_worker(role)) for role in ("chair", "supervisor")]
        before = there.rows()
        known = there.ids | there.more
        named = [known[name] for name in ("proposal_id", "second_matter_id", "complaint_id")]
        for browser in desks:
            for method, path, _ in pages(app):
                for told in named if ANY_ID in path else named[:1]:
                    url = path.replace(ANY_ID, told)
                    answer = ask(browser, method, url)
                    with subtests.test(method=method, url=url):
                        if told in url:
                            assert answer.status_code in {*NOBODYS_ROW, 422}
                        assert not {each for each in there.secrets() if each in answer.text} - {
                            told
                        }
        assert there.rows() == before


def test_a_chosen_community_must_be_one_that_is_served(app: Flask) -> None:
    here, there = a_neighbourhood(app), a_neighbourhood(app)
    browser = a_browser(app, here.a_worker("chair"))

    answer = browser.send("/console/account/community", community_id=str(there.id))

    assert answer.status_code == 404
    assert browser.get("/console/matters").status_code == 200


def test_a_street_clerk_chooses_the_community_to_look_at(app: Flask) -> None:
    place = a_neighbourhood(app)
    browser = a_browser(app, place.a_worker("street_clerk"))
    assert "请先选一个社区" in browser.get("/console").text

    answer = browser.send("/console/account/community", community_id=str(place.id))

    assert answer.status_code == 303
    assert "请先选一个社区" not in browser.get("/console").text


def test_who_sits_down_next_is_not_kept_out_by_a_community_chosen_before(app: Flask) -> None:
    here, there = a_neighbourhood(app), a_neighbourhood(app)
    browser = a_browser(app, here.a_worker("street_clerk"))
    browser.send("/console/account/community", community_id=str(here.id))

    browser.client.set_cookie(DESK_COOKIE, there.a_worker("chair").token, path="/console")
    page = browser.get("/console/matters")

    assert page.status_code == 200
    assert browser.send("/console/account/community", community_id=str(there.id)).status_code == 303


def test_a_form_of_a_community_no_longer_served_goes_to_no_other(app: Flask) -> None:
    here, there = a_neighbourhood(app), a_neighbourhood(app)
    browser = a_browser(app, here.a_worker("street_clerk"))
    browser.send("/console/account/community", community_id=str(here.id))

    browser.client.set_cookie(DESK_COOKIE, there.a_worker("chair").token, path="/console")
    sent = browser.send("/console/account/community", community_id=str(there.id))

    assert sent.status_code == 404
