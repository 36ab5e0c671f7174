"""The desk's pages about accounts that stand still."""

from tests.console.browser import a_browser, form_of, main_of
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, Bank, went
from tests.virtue_bank.a_deed import neighbours
from tests.virtue_bank.pages.looking import AT, cost

WHY = {"reason": "两件善行的证明对不上，正在核查。", "decision_ref": "核查〔2026〕3号"}


def frozen(bank: Bank, person: Person) -> str:
    """The address of a request that a supervisor has confirmed."""
    chair, supervisor = a_browser(bank.app, bank.chair), a_browser(bank.app, bank.supervisor)
    told = WHY | {"account_id": str(bank.account_of(person))}
    url: str = chair.send(f"{AT}/freezings/new", **told).location
    assert supervisor.send(f"{url}/confirmation").status_code == 303
    return url


def test_the_chair_finds_the_account_by_name_and_a_supervisor_confirms(bank: Bank) -> None:
    holder = bank.place.a_resident(name="冯居民")
    bank.award(holder, 30)
    chair, supervisor = a_browser(bank.app, bank.chair), a_browser(bank.app, bank.supervisor)
    found = chair.get(f"{AT}/freezings/new", q="冯居民")
    assert f"person={holder.id}" in found.text
    seen = chair.get(f"{AT}/freezings/new", person=str(holder.id))
    assert "有30分" in seen.text
    held = form_of(seen, f"{AT}/freezings/new")
    wrong = chair.send(f"{AT}/freezings/new", **held | {"reason": ""})
    assert (wrong.status_code, "有30分" in wrong.text) == (422, True)
    url = chair.send(f"{AT}/freezings/new", **held | WHY).location
    assert "撤回申请" in chair.get(url).text
    assert chair.send(f"{url}/confirmation").status_code == 403
    assert f"{url}/confirmation" in supervisor.get("/console").text

    assert "积分一分不少" in supervisor.get(f"{url}/confirmation").text
    assert supervisor.send(f"{url}/confirmation").status_code == 303

    assert "冻结着" in supervisor.get(url).text
    assert "冻结冯居民的积分账户" in chair.get(f"{AT}/freezings").text
    again = chair.send(f"{AT}/freezings/new", **held | WHY)
    assert (again.status_code, "账户已经冻结" in again.text) == (409, True)
    seen_again = supervisor.get(f"{url}/confirmation")
    assert "现在不能确认" in seen_again.text
    assert "<form" not in main_of(seen_again)


def test_a_supervisor_says_no_with_a_reason(bank: Bank) -> None:
    holder = bank.place.a_resident(name="冯居民")
    bank.award(holder, 30)
    chair, supervisor = a_browser(bank.app, bank.chair), a_browser(bank.app, bank.supervisor)
    told = WHY | {"account_id": str(bank.account_of(holder))}
    url = chair.send(f"{AT}/freezings/new", **told).location
    assert "不同意冻结" in supervisor.get(url).text
    assert "不同意冻结" not in chair.get(url).text
    wrong = supervisor.send(f"{url}/refusal", reason="")
    assert (wrong.status_code, "为什么不同意" in wrong.text) == (422, True)

    assert supervisor.send(f"{url}/refusal", reason="依据里没有写到他。").status_code == 303

    seen = chair.get(url).text
    assert "监督委员会没同意" in seen
    assert "依据里没有写到他。" in seen
    assert f"{url}/confirmation" not in supervisor.get("/console").text
    assert "现在不能确认" in supervisor.get(f"{url}/confirmation").text


def test_it_is_freed_the_same_way(bank: Bank) -> None:
    holder = bank.place.a_resident(name="冯居民")
    bank.award(holder, 30)
    url = frozen(bank, holder)
    chair, supervisor = a_browser(bank.app, bank.chair), a_browser(bank.app, bank.supervisor)
    freeing = chair.send(f"{url}/unfreezing", **WHY).location
    assert chair.send(f"{freeing}/withdrawal").status_code == 303
    assert "撤回了" in chair.get(freeing).text
    freeing = chair.send(f"{url}/unfreezing", **WHY).location
    assert "照常使用" in supervisor.get(f"{freeing}/confirmation").text
    assert supervisor.send(f"{freeing}/confirmation").status_code == 303
    assert "解冻了" in chair.get(url).text
    went(holder.post(f"{BANK}/donations", {"points": 5}), 201)


def test_what_the_holder_says_is_typed_and_judged_by_another_supervisor(bank: Bank) -> None:
    holder = bank.place.a_resident(name="冯居民")
    bank.award(holder, 30)
    url = frozen(bank, holder)
    member, judge = (
        a_browser(bank.app, each) for each in (bank.member, bank.place.a_worker("supervisor"))
    )
    said = {"text": "请问问另外两位。", "channel": "phone"}
    assert member.send(f"{url}/appeal", **said).status_code == 303
    assert "judgement" not in a_browser(bank.app, bank.supervisor).get(url).text
    assert url in judge.get("/console").text
    assert "请问问另外两位" in judge.get(url).text
    judged = {"decision": "lifted", "reason": "问过了，属实。"}
    assert judge.send(f"{url}/judgement", **judged).status_code == 303
    went(holder.post(f"{BANK}/donations", {"points": 5}), 201)


def test_the_desk_says_of_a_deed_that_it_waits_for_the_account(bank: Bank) -> None:
    people = neighbours(bank)
    deed = people.on_the_board()
    frozen(bank, people.doer)
    with people.when_over(deed):
        people.sweep()
        member = a_browser(bank.app, bank.now(bank.member))
        for page in (f"{AT}/deeds?view=scope", f"{AT}/deeds/{deed['id']}"):
            seen = member.get(page).text
            assert "公示已结束" in seen
            assert "账户解冻后入账" in seen


def test_the_desk_says_whose_share_of_a_deed_is_credited_and_whose_waits(bank: Bank) -> None:
    people = neighbours(bank)
    shares = [{"acted_id": str(each.id)} for each in (people.doer, people.other)]
    deed = people.on_the_board(shares=shares)
    frozen(bank, people.doer)
    with people.when_over(deed):
        people.sweep()
        for reader, why in ((bank.member, "其余的等账户解冻后入账"), (bank.worker, "")):
            desk = a_browser(bank.app, bank.now(reader))
            for page in (f"{AT}/deeds?view=scope", f"{AT}/deeds/{deed['id']}"):
                seen = desk.get(page).text
                assert "部分已入账" in seen
                assert ("账户解冻后入账" in seen) == bool(why)
                assert why in seen
            assert "何邻居，10分已入账" in seen
            assert ("王小芳，10分等账户解冻后入账" if why else "王小芳，10分还没有入账") in seen


def test_the_page_of_a_reversal_leads_the_chair_there(bank: Bank) -> None:
    holder = bank.place.a_resident(name="冯居民")
    award = bank.award(holder, 30)
    chair, member = a_browser(bank.app, bank.chair), a_browser(bank.app, bank.member)
    url = chair.send(f"{AT}/reversals/new", transfer_id=str(award), **WHY).location
    link = f"{AT}/freezings/new?account={bank.account_of(holder)}"
    assert link in chair.get(url).text
    assert link not in member.get(url).text
    assert "冯居民" in chair.get(link).text


def test_the_list_costs_the_same_however_long_it_is(bank: Bank) -> None:
    chair, costs = a_browser(bank.app, bank.chair), []
    for name in ("甲居民", "乙居民"):
        person = bank.place.a_resident(name=name)
        bank.award(person, 3)
        frozen(bank, person)
        costs.append(cost(bank.app, chair, f"{AT}/freezings"))

    assert costs[0] == costs[1]
