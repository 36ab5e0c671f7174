"""善行 and 异议 at the desk: a look, another look, what speaks against it, and the last word."""

from flask import Flask

from tests.console.browser import a_browser, form_of, main_of
from tests.virtue_bank.a_bank import BANK, went
from tests.virtue_bank.a_deed import Neighbours
from tests.virtue_bank.pages.looking import AT, cost


def test_a_grid_worker_takes_the_first_look_and_the_board_shows_it(people: Neighbours) -> None:
    deed = people.confirmed()
    worker = a_browser(people.bank.app, people.now(people.bank.worker))
    assert f"{AT}/deeds/{deed['id']}" in worker.get(f"{AT}/deeds").text
    url = f"{AT}/deeds/{deed['id']}/decision"
    held = form_of(worker.get(f"{AT}/deeds/{deed['id']}"), url)
    assert held["points.0.points"] == "10"

    short = worker.send(url, **held | {"outcome": "approve"})
    assert short.status_code == 422
    assert "没有照片时" in short.text
    told = {"outcome": "approve", "call_note": "电话问过，属实。"}
    answer = worker.send(url, **held | told)

    assert answer.status_code == 303
    assert people.state(deed["id"]) == "publicity"
    assert "为老人送餐" in main_of(worker.get(f"{AT}/deeds", view="board"))
    stale = worker.send(url, **held | told)
    assert stale.status_code == 409


def test_two_who_decide_at_once_are_told_and_keep_what_they_wrote(people: Neighbours) -> None:
    deed = people.confirmed()
    worker = a_browser(people.bank.app, people.now(people.bank.worker))
    url = f"{AT}/deeds/{deed['id']}/decision"
    held = form_of(worker.get(f"{AT}/deeds/{deed['id']}"), url)
    told = {"outcome": "approve", "call_note": "上门看过。", "row_version": "1"}

    stale = worker.send(url, **held | told)

    assert stale.status_code == 409
    again = form_of(stale, url)
    assert again["call_note"] == "上门看过。"
    assert again["row_version"] == held["row_version"]


def test_another_person_takes_the_second_look(people: Neighbours) -> None:
    deed = people.confirmed(display="building")
    worker = a_browser(people.bank.app, people.now(people.bank.worker))
    member = a_browser(people.bank.app, people.now(people.bank.member))
    at = f"{AT}/deeds/{deed['id']}"
    held = form_of(worker.get(at), f"{at}/decision")
    told = {"outcome": "approve", "call_note": "问过了。"}
    assert worker.send(f"{at}/decision", **held | told).status_code == 303
    assert f'action="{at}/second-decision"' not in worker.get(at).text

    held = form_of(member.get(at), f"{at}/second-decision")
    assert member.send(f"{at}/second-decision", **held | {"outcome": "reject"}).status_code == 422
    assert member.send(f"{at}/second-decision", **held | {"outcome": "approve"}).status_code == 303
    assert people.state(deed["id"]) == "publicity"


def test_an_objection_is_answered_and_the_supervisors_have_the_last_word(
    people: Neighbours,
) -> None:
    objection = went(people.object(people.on_the_board()), 201)
    chair = a_browser(people.bank.app, people.now(people.bank.chair))
    supervisor = a_browser(people.bank.app, people.now(people.bank.supervisor))
    url = f"{AT}/objections/deeds/{objection['id']}/decision"
    seen = chair.get(f"{AT}/objections")
    assert "那几天是他女儿送的饭" in seen.text
    again = chair.send(url, outcome="upheld", reason="")
    assert again.status_code == 422
    assert chair.send(url, outcome="upheld", reason="问过两家人。").status_code == 303
    assert "没有等您裁决的" in supervisor.get(f"{AT}/objections").text
    went(people.appeal(objection, people.doer))

    assert "请再问一下楼上的邻居" in supervisor.get(f"{AT}/objections").text
    url = f"{AT}/objections/deeds/{objection['id']}/judgement"
    answer = supervisor.send(url, outcome="dismissed", reason="核实过，属实。")
    assert answer.status_code == 303
    assert chair.send(url, outcome="dismissed", reason="核实过。").status_code == 403


def test_who_objected_stands_on_no_page_of_the_deed(people: Neighbours) -> None:
    deed = people.on_the_board()
    went(people.object(deed), 201)
    chair = a_browser(people.bank.app, people.now(people.bank.chair))

    seen = main_of(chair.get(f"{AT}/deeds/{deed['id']}"))

    assert "等答复" in seen
    assert "女儿" not in seen


def test_lists_cost_the_same_however_long_they_are(people: Neighbours) -> None:
    app: Flask = people.bank.app
    went(people.object(people.on_the_board()), 201)
    people.confirmed(place="二楼")
    worker = a_browser(app, people.now(people.bank.worker))
    chair = a_browser(app, people.now(people.bank.chair))
    pages = [
        (worker, f"{AT}/deeds"),
        (chair, f"{AT}/deeds"),
        (chair, f"{AT}/deeds?view=board"),
        (chair, f"{AT}/objections"),
    ]
    few = [cost(app, browser, url) for browser, url in pages]
    other = people.told(item_id=people.bank.items["A2"], place="医院")
    went(people.object(people.on_the_board(**other)), 201)
    more = people.told(item_id=people.bank.items["A2"], place="社区医院", story="陪着看牙。")
    people.confirmed(**more, slot="morning")

    assert [cost(app, browser, url) for browser, url in pages] == few
    assert went(people.bank.chair.get(f"{BANK}/board"))["items"]


def test_rows_that_are_due_first_go_on_after_the_last(people: Neighbours) -> None:
    deeds = [people.confirmed(), people.confirmed(place="5号楼")]
    worker = a_browser(people.bank.app, people.now(people.bank.worker))
    first = worker.get(f"{AT}/deeds", limit="1").text
    place = first.split("after=", 1)[1].split("&", 1)[0].split('"', 1)[0]

    rest = worker.get(f"{AT}/deeds", limit="1", after=place).text

    assert f"{AT}/deeds/{deeds[1]['id']}" in rest
    assert f"{AT}/deeds/{deeds[0]['id']}" not in rest
    assert worker.get(f"{AT}/deeds", view="scope", after=place).status_code == 200
    assert worker.get(f"{AT}/deeds", after="1_2").status_code == 422
