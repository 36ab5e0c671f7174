"""投诉建议 at the desk, without script and as HTMX asks: one thing to do at a time."""

from uuid import uuid4

import pytest
from flask import Flask

from tests.console.browser import Browser, a_browser, main_of, swapped_main
from tests.factories import Neighbourhood, Person, a_neighbourhood

SAID = {"kind": "complaint", "text": "3号楼的灯报了两回，没有人回话。"}


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@pytest.fixture
def clerk(place: Neighbourhood) -> Person:
    return place.a_worker("counter_clerk", name="钱窗口")


@pytest.fixture
def browser(app: Flask, clerk: Person) -> Browser:
    return a_browser(app, clerk)


def filed(person: Person, **more: str) -> str:
    return str(person.post("/complaints", SAID | more).get_json()["id"])


def test_one_is_accepted_answered_and_called_back_without_script(
    browser: Browser, place: Neighbourhood
) -> None:
    author = place.a_resident(name="郭作者")
    at = f"/console/feedback/{filed(author)}"
    assert at in browser.get("/console/feedback").text

    went = [
        browser.send(f"{at}/acceptance"),
        browser.send(f"{at}/answer", text="周五换好。"),
        browser.send(f"{at}/call-backs", outcome="satisfied", channel="phone", note="谢谢"),
    ]

    assert [each.status_code for each in went] == [303, 303, 303]
    page = browser.get(at).text
    for word in ("郭作者", "周五换好。", "谢谢", "已办结", "满意"):
        assert word in page
    assert at not in browser.get("/console/feedback").text
    assert at in browser.get("/console/feedback", view="closed").text


def test_a_page_offers_the_one_thing_to_do_now(browser: Browser, place: Neighbourhood) -> None:
    at = f"/console/feedback/{filed(place.a_resident())}"

    assert f"{at}/acceptance" in browser.get(at).text
    assert f"{at}/answer" not in browser.get(at).text
    browser.send(f"{at}/acceptance")
    assert f"{at}/acceptance" not in browser.get(at).text
    assert f"{at}/answer" in browser.get(at).text


def test_an_answer_without_words_keeps_the_page_and_says_what_is_missing(
    browser: Browser, place: Neighbourhood
) -> None:
    at = f"/console/feedback/{filed(place.a_resident())}"
    browser.send(f"{at}/acceptance")

    answer = browser.send(f"{at}/answer", text=" ")

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_somebody_phones_and_is_in_no_register(browser: Browser, clerk: Person) -> None:
    page = browser.get("/console/feedback/new", q="王大爷")
    assert "没有登记过“王大爷”" in page.text
    said = {"kind": "suggestion", "text": "门口装个扶手。", "channel": "phone"}

    nobody = browser.send("/console/feedback/new", **said)
    written = browser.send("/console/feedback/new", **said, contact="王大爷 13800001111")

    assert nobody.status_code == 422
    assert "请选登记过的居民，或写下姓名和电话" in nobody.text
    assert "门口装个扶手。" in nobody.text
    assert written.status_code == 303
    [row] = clerk.get("/complaints").get_json()["items"]
    assert row["kind"] == "suggestion"
    assert row["number"] in browser.get("/console/feedback").text


def test_a_known_resident_is_found_and_hears_of_it(browser: Browser, place: Neighbourhood) -> None:
    author = place.a_resident(name="郭秀英")
    page = browser.get("/console/feedback/new", q="郭秀")
    assert f"person={author.id}" in page.text
    assert "郭秀英" in browser.get("/console/feedback/new", person=str(author.id)).text

    browser.send("/console/feedback/new", **SAID, channel="walk_in", person_id=str(author.id))

    assert len(author.get("/me/complaints").get_json()["items"]) == 1


def test_a_grid_worker_is_shown_nobody_of_another_grid(app: Flask, place: Neighbourhood) -> None:
    author = place.a_resident(name="郭秀英")
    elsewhere = a_browser(app, place.a_worker("grid_worker", grid_id=uuid4()))

    found = elsewhere.get("/console/feedback/new", q="郭秀")
    chosen = elsewhere.get("/console/feedback/new", person=str(author.id))

    assert (found.status_code, chosen.status_code) == (200, 403)
    assert "郭秀英" not in found.text + chosen.text


def test_the_one_it_is_about_finds_nothing(
    app: Flask, browser: Browser, place: Neighbourhood, clerk: Person
) -> None:
    complaint_id = filed(place.a_resident(), about_id=str(clerk.id))

    assert complaint_id not in browser.get("/console/feedback").text
    assert browser.get(f"/console/feedback/{complaint_id}").status_code == 404
    chair = a_browser(app, place.a_worker("chair"))
    assert chair.get(f"/console/feedback/{complaint_id}").status_code == 200


def test_a_supervisor_reads_and_has_nothing_to_press(app: Flask, place: Neighbourhood) -> None:
    at = f"/console/feedback/{filed(place.a_resident())}"
    page = a_browser(app, place.a_worker("supervisor")).get(at)

    assert page.status_code == 200
    assert "由居委会办理" in page.text
    assert f"{at}/acceptance" not in page.text


def test_the_fragment_is_what_the_whole_page_shows(browser: Browser, place: Neighbourhood) -> None:
    complaint_id = filed(place.a_resident())
    for path in ("/console/feedback", f"/console/feedback/{complaint_id}"):
        whole, part = browser.get(path), browser.swap(path)
        first = main_of(whole).split('name="csrf_token"')[0]
        assert swapped_main(part).split('name="csrf_token"')[0] == first


def test_it_stands_in_the_queue_of_work(browser: Browser, place: Neighbourhood) -> None:
    complaint_id = filed(place.a_resident())

    assert f"/console/feedback/{complaint_id}" in browser.get("/console").text
