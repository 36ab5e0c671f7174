"""冲正, 公示表, 账本, 清算 and 核查 at the desk: what changes the books takes two, others read."""

import pytest

from backend import clock
from backend.clock import today
from backend.virtue_bank.jobs.integrity import open_integrity_cases
from tests.console.browser import a_browser, form_of, main_of
from tests.virtue_bank.a_bank import BANK, Bank, noon, went
from tests.virtue_bank.a_deed import Neighbours, set_number
from tests.virtue_bank.pages.looking import AT, cost
from tests.virtue_bank.test_points_sheets import at_the_turn, drafted_month
from tests.virtue_bank.test_settlements import Year

WHY = {"reason": "核实后不是本人所为。", "decision_ref": "居委会决定〔2026〕8号"}


def test_points_go_back_by_two_people_once_the_holder_has_spoken(bank: Bank) -> None:
    holder = bank.place.a_resident(name="冯居民")
    award = bank.award(holder, 30)
    chair, member = a_browser(bank.app, bank.chair), a_browser(bank.app, bank.member)
    seen = chair.get(f"{AT}/reversals/new", transfer=award)
    assert "冯居民" in seen.text
    held = form_of(seen, f"{AT}/reversals/new")
    assert chair.send(f"{AT}/reversals/new", **held | {"reason": ""}).status_code == 422
    url = chair.send(f"{AT}/reversals/new", **held | WHY).location
    worker = a_browser(bank.app, bank.member)
    said = {"text": "确实不是我。", "channel": "phone"}
    assert worker.send(f"{url}/answer", **said).status_code == 303
    assert "请另一位委员确认" in chair.get(f"{url}/confirmation").text
    assert chair.send(f"{url}/confirmation").status_code in {403, 409}
    assert "整笔收回" in member.get(f"{url}/confirmation").text
    assert member.send(f"{url}/confirmation").status_code == 303
    assert "冲正了" in member.get(url).text
    assert bank.left(bank.account_of(holder))[0] == 0
    went(holder.post(f"{BANK}/reversal-requests/{url[-36:]}/appeal", {"text": "请再看看。"}))
    supervisor = a_browser(bank.app, bank.supervisor)
    assert "请再看看" in supervisor.get(url).text
    judged = {"decision": "restored", "reason": "核实是本人做的。"}
    assert supervisor.send(f"{url}/judgement", **judged).status_code == 303
    assert bank.left(bank.account_of(holder))[0] == 30


def test_who_asked_too_early_is_told_until_when_the_holder_may_speak(bank: Bank) -> None:
    award = bank.award(bank.place.a_resident(name="冯居民"), 30)
    chair, member = a_browser(bank.app, bank.chair), a_browser(bank.app, bank.member)
    told = WHY | {"transfer_id": str(award)}
    url = chair.send(f"{AT}/reversals/new", **told).location

    assert f"{url}/confirmation" not in member.get(url).text
    assert member.send(f"{url}/confirmation").status_code == 409
    assert member.send(f"{url}/withdrawal", reason="看错了。").status_code == 303
    assert "没有冲正" in member.get(url).text


def test_a_sheet_is_checked_by_one_and_published_by_another(bank: Bank) -> None:
    with at_the_turn():
        sheet = drafted_month(bank)
        url = f"{AT}/sheets/{sheet['id']}"
        member = a_browser(bank.app, bank.now(bank.member))
        chair = a_browser(bank.app, bank.now(bank.chair))
        assert "等核对" in member.get(f"{AT}/sheets").text
        worker = a_browser(bank.app, bank.now(bank.worker))
        assert worker.get(url).status_code == 404
        held = form_of(member.get(url), f"{url}/check")
        other = held | {"sha256": "0" * 64}
        assert member.send(f"{url}/check", **other).status_code == 409
        assert member.send(f"{url}/check", **held).status_code == 303
        assert "请另一位委员在公示台发布" in member.get(url).text
        assert member.send(f"{url}/check", **held).status_code == 409
        [publish] = [
            each.split('"')[0]
            for each in chair.get(url).text.split('href="')
            if each.startswith("/console/publication/")
            and "/publication" in each[30:].split('"')[0]
        ]
        assert chair.send(publish, **form_of(chair.get(publish), publish)).status_code == 303

        seen = worker.get(url).text
        assert f"/published-sheets/{sheet['id']}/print" in seen
        assert f"/published-sheets/{sheet['id']}/workbook" in seen


def test_supervisors_have_the_books_recomputed(bank: Bank) -> None:
    supervisor, chair = a_browser(bank.app, bank.supervisor), a_browser(bank.app, bank.chair)

    assert "<form" not in main_of(chair.get(f"{AT}/ledger"))
    assert "查过了，都和当初一样" in supervisor.send(f"{AT}/ledger").text
    assert chair.send(f"{AT}/ledger").status_code == 403


@pytest.fixture
def year(bank: Bank) -> Year:
    set_number(bank, "points.expire_by_year", 1)
    return Year(bank=bank, number=today().year)


def test_a_settlement_is_planned_by_one_and_announced_by_another(year: Year) -> None:
    bank = year.bank
    with clock.at(noon(year.planned)):
        chair = a_browser(bank.app, bank.now(bank.chair))
        member = a_browser(bank.app, bank.now(bank.member))
        new = {"year": str(year.number), "expires_on": year.expires.isoformat()}
        assert chair.send(f"{AT}/settlements", **new).status_code == 303
        again = chair.send(f"{AT}/settlements", **new)
        assert again.status_code == 409
        assert form_of(again, f"{AT}/settlements")["year"] == str(year.number)
    with clock.at(noon(year.announced)):
        chair = a_browser(bank.app, bank.now(bank.chair))
        member = a_browser(bank.app, bank.now(bank.member))
        [url] = [
            each.split('"')[0]
            for each in member.get(f"{AT}/settlements").text.split('href="')
            if each.split('"')[0].endswith("/announcement")
        ]
        assert "请另一位委员公告" in chair.get(url).text
        assert member.send(url).status_code == 303
        assert "已公告" in member.get(f"{AT}/settlements").text
        off = url.replace("announcement", "withdrawal")
        assert member.send(off, reason="居民会议改主意了").status_code == 303


def test_a_case_is_read_and_closed_by_supervisors_alone(people: Neighbours) -> None:
    bank = people.bank
    set_number(bank, "points.call_back_percent", 100)
    people.on_the_board()
    bank.run(open_integrity_cases)
    supervisor = a_browser(bank.app, people.now(bank.supervisor))
    [url] = {
        each.split('"')[0]
        for each in supervisor.get(f"{AT}/cases").text.split('href="')
        if each.startswith(f"{AT}/cases/")
    }
    assert "抽样回访受助人" in supervisor.get(url).text
    assert a_browser(bank.app, people.now(bank.chair)).get(url).status_code == 403
    short = supervisor.send(f"{url}/closing", state="explained", finding="")
    assert short.status_code == 422
    told = {"state": "explained", "finding": "问过老人，属实。"}
    assert supervisor.send(f"{url}/closing", **told).status_code == 303
    assert "问过老人" in supervisor.get(url).text


def test_lists_cost_the_same_however_long_they_are(bank: Bank) -> None:
    chair = a_browser(bank.app, bank.chair)
    for name in ("甲", "乙"):
        award = bank.award(bank.place.a_resident(name=name), 3)
        told = WHY | {"transfer_id": str(award)}
        assert chair.send(f"{AT}/reversals/new", **told).status_code == 303
        if name == "甲":
            few = cost(bank.app, chair, f"{AT}/reversals")

    assert cost(bank.app, chair, f"{AT}/reversals") == few
