"""居民与网格 on pages: the tree of a day, households, claims decided, offices, gaps, door slips."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from backend.clock import today
from backend.database import db
from backend.residents.models import Building, Dwelling
from tests.console.browser import Browser, a_browser, form_of
from tests.counting import counted_statements
from tests.factories import Neighbourhood, Person, a_neighbourhood

PEOPLE = "/console/people"


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


@pytest.fixture
def chair(app: Flask, place: Neighbourhood) -> Browser:
    return a_browser(app, place.a_worker("chair", name="李桂兰"))


def a_claim(place: Neighbourhood, *, name: str = "李访", room: str = "101") -> str:
    """Somebody says to live in a room that is registered; answers with the page about it."""
    while place.rooms * 100 + 1 < int(room):
        with place.app.app_context():
            place.a_household()
    visitor = place.a_visitor(name=name)
    wish = {
        "community_id": str(place.id),
        "building_id": str(place.building_id),
        "unit_no": "1",
        "room_no": room,
        "relation": "head",
        "tenure": "owner",
    }
    answer = visitor.post("/me/residence", wish)
    assert answer.status_code == 201, answer.text
    return f"{PEOPLE}/verifications/{answer.get_json()['id']}"


def a_building_without_grid(place: Neighbourhood) -> None:
    from_chair = place.a_worker("chair")
    answer = from_chair.post("/buildings", {"name": "9号楼", "units": 1})
    assert answer.status_code == 201, answer.text


def test_the_tree_shows_who_serves_what_since_when(place: Neighbourhood, chair: Browser) -> None:
    place.a_worker("grid_worker", name="吴晓东")
    a_building_without_grid(place)

    page = chair.get(PEOPLE).text

    for told in (
        "第一大网格",
        "第一小网格",
        "3号楼",
        "吴晓东",
        "网格员，",
        "不在网格里的楼",
        "9号楼",
    ):
        assert told in page
    earlier = chair.get(PEOPLE, on=str(today() - timedelta(days=365))).text
    assert "吴晓东" not in earlier
    assert "还没有人" in earlier


def test_households_are_listed_within_the_workers_grid(
    place: Neighbourhood, chair: Browser, app: Flask
) -> None:
    place.a_resident(name="王小芳")
    worker = a_browser(app, place.a_worker("grid_worker"))

    for reader in (chair, worker):
        page = reader.get(f"{PEOPLE}/households", building=str(place.building_id)).text
        assert "王小芳" in page
        assert "3号楼1单元101" in page
    with app.app_context():
        other = db.session.query(Building).filter_by(community_id=place.id).count()
    assert other == 1


def test_a_claim_is_confirmed_with_the_evidence_seen(place: Neighbourhood, chair: Browser) -> None:
    page = a_claim(place)
    assert "李访" in chair.get(f"{PEOPLE}/verifications").text
    assert "李访住在3号楼1单元101吗" in chair.get(page).text
    unanswered = chair.send(f"{page}/decision", reason="")
    assert "请填写这一项" in unanswered.text
    refused = chair.send(f"{page}/decision", confirmed="true")
    assert refused.status_code == 422
    assert "请选择核验依据" in refused.text

    answer = chair.send(f"{page}/decision", confirmed="true", evidence_kind="document_seen")

    assert answer.status_code == 303
    assert "没有等核实的" in chair.get(f"{PEOPLE}/verifications").text
    assert "通过了" in chair.get(page).text
    again = chair.send(f"{page}/decision", confirmed="true", evidence_kind="document_seen")
    assert again.status_code == 409


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(
    place: Neighbourhood, chair: Browser
) -> None:
    page = a_claim(place)

    answer = chair.send(f"{page}/decision", confirmed="false", reason="上门两次没人。")

    assert answer.status_code == 422
    assert form_of(answer, f"{page}/decision")["reason"] == "上门两次没人。"
    full = {"confirmed": "false", "reason_code": "not_found_there", "reason": "上门两次没人。"}
    assert chair.send(f"{page}/decision", **full).status_code == 303
    assert "上门两次没人。" in chair.get(page).text


def test_who_lives_there_already_is_named_to_choose_from(
    place: Neighbourhood, chair: Browser, app: Flask
) -> None:
    resident = place.a_resident(name="王小芳")
    with app.app_context():
        room = db.session.query(Dwelling).filter_by(community_id=place.id).one().room_no
    page = a_claim(place, room=room)

    assert "王小芳</option>" in chair.get(page).text
    chair.send(
        f"{page}/decision",
        confirmed="true",
        evidence_kind="known_in_person",
        household_id=str(resident.household_id),
    )

    rows = chair.get(f"{PEOPLE}/households").text
    assert re.search(r"王小芳.*李访", rows, re.DOTALL)


def test_a_grid_worker_writes_a_door_slip_that_opens_the_door_once(
    place: Neighbourhood, app: Flask
) -> None:
    place.a_resident(name="李奶奶")
    worker = a_browser(app, place.a_worker("grid_worker"))
    found = worker.get(f"{PEOPLE}/search", who="李奶奶").text
    [issue] = re.findall(rf'action="({PEOPLE}/[^"]+/slips)"', found)

    page = worker.send(issue).text

    code = re.search(r'class="slip-code number">([\d ]+)<', page)
    assert code is not None
    digits = code[1].replace(" ", "")
    signed_in = app.test_client().post("/api/v1/sessions/slip", json={"code": digits})
    assert signed_in.status_code in {200, 201}
    assert (
        "开登录码"
        not in a_browser(app, place.a_worker("chair")).get(f"{PEOPLE}/search", who="李奶奶").text
    )


def test_offices_and_gaps_can_be_read(place: Neighbourhood, chair: Browser) -> None:
    place.a_worker("supervisor", name="朱德明")
    a_building_without_grid(place)

    holders = chair.get(f"{PEOPLE}/roles").text
    gaps = chair.get(f"{PEOPLE}/gaps").text

    assert "朱德明" in holders
    assert "居务监督委员会成员" in holders
    assert "没有在任网格员" in gaps
    assert "9号楼" in gaps


@pytest.mark.parametrize("path", ["", "/households", "/search?who=王", "/verifications", "/roles"])
def test_a_longer_list_costs_the_same(
    place: Neighbourhood, chair: Browser, app: Flask, path: str
) -> None:
    def one_more(number: int) -> None:
        place.a_resident()
        a_claim(place, room=f"{number}01")
        place.a_worker("grid_worker")

    one_more(1)
    with counted_statements(app) as few:
        chair.get(f"{PEOPLE}{path}")
    for number in range(2, 5):
        one_more(number)
    with counted_statements(app) as many:
        chair.get(f"{PEOPLE}{path}")

    assert len(many) == len(few)
    if path:
        limited = "&limit=2" if "?" in path else "?limit=2"
        assert "再看一些" in chair.get(f"{PEOPLE}{path}{limited}").text


def test_people_of_another_community_are_not_there(place: Neighbourhood, app: Flask) -> None:
    page = a_claim(place)
    neighbour: Person = place.a_resident(name="王小芳")
    elsewhere = a_neighbourhood(app)
    chair = a_browser(app, elsewhere.a_worker("chair"))
    worker = a_browser(app, elsewhere.a_worker("grid_worker"))

    assert chair.get(page).status_code == 404
    assert (
        chair.send(f"{page}/decision", confirmed="true", evidence_kind="document_seen").status_code
        == 404
    )
    assert worker.send(f"{PEOPLE}/{neighbour.id}/slips").status_code == 404
    assert "王小芳" not in chair.get(f"{PEOPLE}/households").text
    assert (
        "王小芳"
        not in chair.get(f"{PEOPLE}/search", who="王小芳")
        .text.split("<main")[1]
        .split('id="rows"')[1]
    )


def test_what_both_signed_on_paper_is_typed_and_ended_at_the_desk(
    app: Flask, place: Neighbourhood, chair: Browser
) -> None:
    clerk = a_browser(app, place.a_worker("counter_clerk"))
    old, niece = place.a_resident(name="赵大爷"), place.a_resident(name="赵小妹")
    new = f"{PEOPLE}/proxies/new"
    assert "赵大爷" in clerk.get(new, q="赵大爷").text
    chosen = clerk.get(new, principal=str(old.id), q="赵小妹").text
    assert f"principal={old.id}&amp;proxy={niece.id}" in chosen
    form = {
        "principal_id": str(old.id),
        "proxy_id": str(niece.id),
        "scopes": "virtue_bank",
        "made": "paper",
    }

    without_number = clerk.send(f"{PEOPLE}/proxies", **form)
    assert "请写委托书编号" in without_number.text
    assert "赵小妹" in without_number.text
    typed = clerk.send(f"{PEOPLE}/proxies", **form, paper_serial="委-7")

    assert typed.status_code in {200, 303}
    page = clerk.get(f"{PEOPLE}/proxies").text
    assert "赵小妹代赵大爷" in page
    assert "委-7" in page
    [grant] = set(re.findall(r"proxies/([0-9a-f-]{36})/end", page))
    clerk.send(f"{PEOPLE}/proxies/{grant}/end", because="died")
    assert "还没有人请人代办" in clerk.get(f"{PEOPLE}/proxies").text
    assert "代办" not in chair.get(PEOPLE).text
