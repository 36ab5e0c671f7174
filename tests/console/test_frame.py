"""One frame for all pages of the desk: whole or swapped, guarded, and polite when it says no."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from redis import Redis

from backend import clock
from backend.clock import utc_now
from tests.console.browser import Browser, a_browser, form_of, main_of, swapped_main
from tests.counting import counted_statements
from tests.deliberation.queued import a_queued_matter, with_rules
from tests.factories import Neighbourhood, Person, a_neighbourhood

CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return with_rules(a_neighbourhood(app))


@pytest.fixture
def chair(place: Neighbourhood) -> Person:
    return place.a_worker("chair")


@pytest.fixture
def browser(app: Flask, chair: Person) -> Browser:
    return a_browser(app, chair)


def a_submitted_matter(place: Neighbourhood) -> str:
    """A matter that waits to be accepted."""
    author = place.a_resident()
    words = {"title": "井盖响", "body": "夜里车压过井盖很响。", "category": "facilities"}
    case = author.post("/proposals", words).get_json()
    handed_in = {"version": case["version"], "similar_answer": "different"}
    author.post(f"/proposals/{case['id']}/submission", handed_in)
    return str(case["id"])


@pytest.mark.parametrize(
    "path", ["/console", "/console/triage", "/console/matters", "/console/account"]
)
def test_the_fragment_is_what_the_whole_page_shows(browser: Browser, path: str) -> None:
    whole, part = browser.get(path), browser.swap(path)

    assert whole.status_code == part.status_code == 200
    assert "<!doctype html>" not in part.text
    token = re.compile(r'name="csrf_token" value="[^"]+"')
    assert token.sub("", swapped_main(part)) == token.sub("", main_of(whole))


def test_a_place_on_the_page_is_filled_alone(browser: Browser, place: Neighbourhood) -> None:
    a_queued_matter(place)

    rows = browser.swap("/console/matters", into="rows")

    assert "<h1" not in rows.text
    assert "楼道灯" in rows.text


def test_pages_load_nothing_from_elsewhere_and_are_not_kept(browser: Browser) -> None:
    answer = browser.get("/console")

    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    assert not re.findall(r"<[^>]+\s(?:style|on\w+)=", answer.text)


def test_a_stranger_is_led_to_the_door_and_back(app: Flask) -> None:
    answer = a_browser(app).get("/console/matters", step="说事")

    assert answer.status_code == 303
    assert (
        answer.location
        == "/console/sign-in?next=/console/matters%3Fstep%3D%25E8%25AF%25B4%25E4%25BA%258B"
    )


def test_a_residents_session_opens_no_desk(app: Flask, place: Neighbourhood) -> None:
    assert a_browser(app, place.a_resident()).get("/console").status_code == 303


def test_a_bearer_token_opens_no_page_and_a_cookie_no_api(app: Flask, chair: Person) -> None:
    bare = app.test_client(use_cookies=False)
    assert bare.get("/console", headers=chair.headers).status_code == 303

    assert a_browser(app, chair).client.get("/api/v1/me").status_code == 401


def test_a_form_without_its_token_is_refused_in_words(browser: Browser) -> None:
    answer = browser.client.post("/console/sign-out", data={})

    assert answer.status_code == 400
    assert "放得太久" in answer.text


def test_a_form_sent_from_elsewhere_is_refused(browser: Browser, app: Flask) -> None:
    stranger = a_browser(app)
    stranger.get("/console/sign-in")

    assert (
        browser.client.post("/console/sign-out", data={"csrf_token": stranger.token}).status_code
        == 400
    )
    assert browser.get("/console").status_code == 200


def test_half_an_hour_without_asking_ends_the_session(browser: Browser, redis: Redis) -> None:
    assert browser.get("/console").status_code == 200
    for key in redis.scan_iter("awake:*"):
        assert 0 < redis.ttl(key) <= 1800
        redis.delete(key)

    assert browser.get("/console").status_code == 303


def test_the_number_that_the_page_asks_for_by_itself_keeps_nobody_awake(
    browser: Browser, redis: Redis
) -> None:
    browser.get("/console")
    key = next(redis.scan_iter("awake:*"))
    redis.expire(key, 100)

    assert browser.swap("/console/queue-count", into="").status_code == 200

    assert redis.ttl(key) <= 100


def test_a_page_that_is_open_while_the_session_ended_keeps_its_words(
    browser: Browser, place: Neighbourhood, redis: Redis
) -> None:
    matter = a_submitted_matter(place)
    browser.get("/console")
    for key in redis.scan_iter("awake:*"):
        redis.delete(key)

    answer = browser.send_swap(f"/console/matters/{matter}/acceptance", version="2")

    assert answer.status_code == 401
    assert answer.headers["X-Desk"] == "notice"
    assert "在新窗口登录" in answer.text


def test_what_is_missing_is_told_beside_the_field_and_nothing_typed_is_lost(
    browser: Browser, place: Neighbourhood
) -> None:
    matter = a_submitted_matter(place)
    url = f"/console/matters/{matter}/rejection"
    typed = {"version": "2", "reason_code": "other", "note": "请到隔壁<社区>办", "clause": ""}

    for answer in (browser.send(url, **typed), browser.send_swap(url, **typed)):
        assert answer.status_code == 422
        assert form_of(answer, url)["note"] == typed["note"]
        assert 'aria-invalid="true"' in answer.text
        assert 'role="alert"' in answer.text
        assert "请填写这一项" in answer.text
        assert '<option value="other" selected>' in answer.text


def test_what_somebody_else_changed_meanwhile_is_told_and_nothing_is_lost(
    browser: Browser, place: Neighbourhood, app: Flask
) -> None:
    matter = a_submitted_matter(place)
    page = f"/console/matters/{matter}"
    url = f"{page}/acceptance"
    seen = form_of(browser.get(page), url)
    other = a_browser(app, place.a_worker("grid_worker"))
    assert other.send(url, version=seen["version"], note="").status_code == 303

    swapped = browser.send_swap(url, stands_on=page, version=seen["version"], note="请尽快")
    whole = browser.send(
        f"{page}/rejection",
        version=seen["version"],
        reason_code="other",
        clause="第三条",
        note="不归我们管",
    )

    assert swapped.status_code == whole.status_code == 409
    assert swapped.headers["X-Desk"] == "notice"
    assert f'href="{page}"' in swapped.text
    assert "看看新内容" in swapped.text
    assert form_of(whole, f"{page}/rejection")["note"] == "不归我们管"


def test_a_refused_form_changes_nothing(browser: Browser, place: Neighbourhood) -> None:
    matter = a_submitted_matter(place)
    page = f"/console/matters/{matter}"
    before = main_of(browser.get(page))

    refused = browser.send(
        f"{page}/triage",
        version="2",
        **{"class": "common"},
        basis_code="shared_space",
        reason="共用",
        required_body="four_party",
    )

    assert refused.status_code == 409
    token = re.compile(r'value="[^"]{40,}"')
    assert token.sub("", main_of(browser.get(page))) == token.sub("", before)


def test_what_is_not_there_or_not_allowed_is_a_page(
    browser: Browser, app: Flask, place: Neighbourhood
) -> None:
    nowhere = browser.get("/console/nowhere")
    no_matter = browser.get("/console/matters/00000000-0000-0000-0000-000000000000")
    forbidden = a_browser(app, place.a_worker("moderator")).get("/console/triage")

    assert [nowhere.status_code, no_matter.status_code, forbidden.status_code] == [404, 404, 403]
    for answer in (nowhere, no_matter, forbidden):
        assert answer.mimetype == "text/html"
        assert "<h1" in answer.text


def test_a_denial_at_the_desk_is_kept_as_evidence(app: Flask, place: Neighbourhood) -> None:
    a_browser(app, place.a_worker("moderator")).get("/console/triage")

    events = place.a_worker("auditor").get("/audit/events").get_json()["items"]
    assert "access.denied" in {event["action"] for event in events}


@pytest.mark.parametrize("path", ["/console", "/console/matters", "/console/triage"])
def test_a_list_costs_the_same_number_of_statements_whatever_its_length(
    app: Flask, browser: Browser, place: Neighbourhood, path: str
) -> None:
    a_submitted_matter(place)
    with counted_statements(app) as few:
        browser.get(path, **({"view": "accept"} if path.endswith("triage") else {}))
    for _ in range(5):
        a_submitted_matter(place)
    with counted_statements(app) as many:
        answer = browser.get(path, **({"view": "accept"} if path.endswith("triage") else {}))

    assert answer.text.count("data-row") >= 6
    assert len(many) == len(few)


def test_a_page_asks_once_what_it_shows_twice(
    app: Flask, browser: Browser, place: Neighbourhood
) -> None:
    """Who asks, the page's own question and whose desk it is; a matter: its twin and four more."""
    matter = a_queued_matter(place)["id"]
    asked: dict[str, list[str]] = {}
    for path in ("/console/matters", "/console", f"/console/matters/{matter}"):
        browser.get(path)
        with counted_statements(app) as asked[path]:
            assert browser.get(path).status_code == 200
    with counted_statements(app) as twin:
        browser.client.get(f"/api/v1/proposals/{matter}", headers=place.a_resident().headers)

    grids = 1  # to narrow the list by
    assert len(asked["/console"]) == 3
    assert len(asked["/console/matters"]) == 3 + grids
    assert len(asked[f"/console/matters/{matter}"]) <= len(twin) + 4


def test_days_are_said_as_people_say_them(browser: Browser, place: Neighbourhood) -> None:
    a_submitted_matter(place)
    assert re.search(r"\d+月\d+日（星期.）前", browser.get("/console").text)

    with clock.at(utc_now() + timedelta(days=6)):
        late = a_browser(place.app, place.a_worker("chair")).get("/console")
    assert re.search(r"晚了\d+天", late.text)
