"""细则 and 预算额度 at the desk: written, asked about, adopted, funded, allotted, always by two."""

from datetime import timedelta

import pytest
from flask import Flask

from backend import clock
from backend.clock import today
from tests.console.browser import a_browser, form_of, main_of
from tests.virtue_bank.a_bank import Bank, a_bare_bank, an_open_bank, month_end, noon
from tests.virtue_bank.pages.looking import AT, cost

ITEM = {
    "code": "A1",
    "title": "为老人送餐",
    "category": "助老",
    "points": "10",
    "points_max": "10",
    "needs_helped": "true",
}


@pytest.fixture
def bank(app: Flask) -> Bank:
    return a_bare_bank(app)


def test_a_sheet_from_its_first_word_to_its_adoption_by_two(bank: Bank) -> None:
    chair = a_browser(bank.app, bank.chair)
    assert "写第一版" in main_of(chair.get(f"{AT}/rules"))
    url = chair.send(f"{AT}/rules").location
    assert "照抄" not in chair.get(url).text
    held = form_of(chair.get(f"{url}/items/new"), f"{url}/items/new")
    assert chair.send(f"{url}/items/new", **held | ITEM).status_code == 303
    held = form_of(chair.get(f"{url}/caps"), f"{url}/caps")
    cap = {"caps.0.subject": "person", "caps.0.period": "month", "caps.0.cap": "60"}
    assert chair.send(f"{url}/caps", **held | cap).status_code == 303
    seen = main_of(chair.get(url))
    assert "为老人送餐" in seen
    assert "各项合计：一个人每月最多60分" in seen
    assert url not in a_browser(bank.app, bank.worker).get(f"{AT}/rules").text
    held = form_of(chair.get(url), f"{url}/consultation")
    assert chair.send(f"{url}/consultation", **held).status_code == 303
    begins = today() + timedelta(days=10)
    with clock.at(noon(today() + timedelta(days=9))):
        chair = a_browser(bank.app, bank.now(bank.chair))
        member = a_browser(bank.app, bank.now(bank.member))
        told = {"resolution_ref": "决议〔2026〕3号", "adopted_on": today().isoformat()}
        noted = chair.send(f"{url}/adoption", **told, **{"from": begins.isoformat()})
        assert noted.status_code == 303
        assert "请另一位委员" in main_of(chair.get(f"{url}/adoption-confirmation"))
        assert "之前" not in main_of(member.get(f"{url}/adoption-confirmation"))
        assert member.send(f"{url}/adoption-confirmation").status_code == 303

        assert "通过了，还没生效" in member.get(url).text


def test_a_stale_item_keeps_what_was_typed(bank: Bank) -> None:
    chair = a_browser(bank.app, bank.chair)
    url = chair.send(f"{AT}/rules").location
    held = form_of(chair.get(f"{url}/items/new"), f"{url}/items/new") | ITEM
    assert chair.send(f"{url}/items/new", **held).status_code == 303

    stale = chair.send(f"{url}/items/new", **held | {"code": "A2", "title": "陪同就医"})

    assert stale.status_code == 409
    again = form_of(stale, f"{url}/items/new")
    assert (again["title"], again["row_version"]) == ("陪同就医", "2")
    assert chair.send(f"{url}/items/new", **held | again).status_code == 303
    assert chair.send(f"{url}/items/A2/removal", row_version="3").status_code == 303
    assert "陪同就医" not in chair.get(url).text


def test_a_budget_shows_what_covers_it_and_two_people_decide(bank: Bank) -> None:
    chair, member = a_browser(bank.app, bank.chair), a_browser(bank.app, bank.member)
    since = today().replace(day=1)
    new = {
        "from": since.isoformat(),
        "to": month_end(since).isoformat(),
        "points": "500",
        "resolution_ref": "决议〔2026〕4号",
    }
    refused = chair.send(f"{AT}/budgets/new", **new)
    assert refused.status_code == 409
    assert "请补充库存、减少预算，或写明理由" in refused.text
    assert form_of(refused, f"{AT}/budgets/new")["points"] == "500"
    url = chair.send(f"{AT}/budgets/new", **new, coverage_reason="下月备货").location
    assert "请另一位委员确认" in chair.get(url).text
    assert member.send(f"{url}/confirmation").status_code == 303
    held = form_of(chair.get(url), f"{url}/quotas")
    lines = [key.rpartition(".")[0] for key, value in held.items() if value == str(bank.worker.id)]
    assert chair.send(f"{url}/quotas", **held).status_code == 422
    proposed = chair.send(f"{url}/quotas", **held | {f"{lines[0]}.points": "200"})
    assert proposed.status_code == 303
    [confirm] = [
        each.split('"')[0]
        for each in member.get(url).text.split('action="')
        if "/quotas/" in each and "/confirmation" in each.split('"')[0]
    ]
    assert member.send(confirm).status_code == 303

    seen = main_of(member.get(url))
    assert "吴网格200分" in seen
    assert "300分" in seen


def test_lists_cost_the_same_however_long_they_are(app: Flask) -> None:
    bank = an_open_bank(app)
    chair = a_browser(app, bank.chair)
    pages = [f"{AT}/rules", f"{AT}/rules/{bank.sheet_id}", f"{AT}/budgets/{bank.budget_id}"]
    few = [cost(bank.app, chair, url) for url in pages]
    bank.quotas({bank.worker.id: 5}, month=month_end(today()) + timedelta(days=1))
    bank.written()

    assert [cost(bank.app, chair, url) for url in pages] == few


def test_the_way_back_from_a_serious_step_is_a_link(app: Flask) -> None:
    bank = an_open_bank(app)
    with clock.at(noon(today())):
        sheet_id = bank.written()
        bank.laid_open(sheet_id)
    with clock.at(noon(today() + timedelta(days=9))):
        bank.noted(sheet_id, begins_on=today() + timedelta(days=1))
        member = a_browser(app, bank.now(bank.member))
        seen = main_of(member.get(f"{AT}/rules/{sheet_id}/adoption-confirmation"))

    assert f'<a href="{AT}/rules/{sheet_id}">先不确认</a>' in seen
