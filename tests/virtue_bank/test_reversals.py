"""Points taken back: four eyes, the holder's word, and a supervisor's judgement."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.ledger.models import Code, Kind, Transfer
from backend.residents.models import Kin
from backend.virtue_bank.jobs.sheets import close_answers
from tests.factories import Person, a_neighbourhood
from tests.virtue_bank.a_bank import BANK, Bank, at_once, refused, went

WHY = {"reason": "核实后不是本人所为。", "decision_ref": "居委会决定〔2026〕8号"}


@pytest.fixture
def holder(bank: Bank) -> Person:
    """Somebody with an award of thirty points, which is wrong."""
    return bank.place.a_resident(name="冯居民")


@pytest.fixture
def award(bank: Bank, holder: Person) -> int:
    return bank.award(holder, 30)


@pytest.fixture
def asked(bank: Bank, award: int) -> dict[str, Any]:
    return went(bank.chair.post(f"{BANK}/transfers/{award}/reversal-requests", WHY), 201)


def url(request: dict[str, Any], what: str = "") -> str:
    return f"{BANK}/reversal-requests/{request['id']}{what}"


def ends(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def confirmed(bank: Bank, holder: Person, request: dict[str, Any]) -> dict[str, Any]:
    went(holder.post(url(request, "/answer"), {"text": "确实不是我。"}))
    return went(bank.member.post(url(request, "/confirmation")))


def account(bank: Bank, person: Person) -> tuple[int, int, int]:
    return bank.left(bank.account_of(person))


def test_nothing_moves_before_the_second_person(
    bank: Bank, holder: Person, award: int, asked: dict[str, Any]
) -> None:
    before = bank.books()
    confirmation = url(asked, "/confirmation")

    refused(bank.chair.post(confirmation), "same-person", 403)
    refused(bank.member.post(confirmation), "answer-open")
    assert bank.books() == before
    assert bank.told(holder)[-1] == "有一笔积分申请冲正，请您说明"
    went(holder.post(url(asked, "/answer"), {"text": "那天是我去的。"}))
    assert bank.told(bank.member)[-1] == "一项积分冲正可以确认了"
    assert "一项积分冲正可以确认了" not in bank.told(bank.chair)
    refused(bank.chair.post(confirmation), "same-person", 403)
    assert bank.books() == before

    done = went(bank.member.post(confirmation))

    assert done["state"] == "confirmed"
    assert account(bank, holder) == (0, 0, 0)
    assert bank.left(bank.quota(bank.worker).account_id) == (1000, 0, 0)
    refused(bank.member.post(confirmation), "not-waiting")
    with bank.app.app_context():
        entry = db.session.scalars(select(Transfer).where(Transfer.reverses_id == award)).one()
        assert (entry.kind, entry.code, entry.amount) == (Kind.REVERSAL, Code.REVERSE, 30)
        assert (entry.actor_id, entry.approver_id) == (bank.chair.id, bank.member.id)
        acts = db.session.query(AuditEvent).filter_by(object_type="reversal_request")
        assert [each.action for each in acts.order_by(AuditEvent.id)] == [
            "reversal.requested",
            "reversal.confirmed",
        ]


def test_who_does_not_answer_is_not_waited_for_for_ever(
    bank: Bank, holder: Person, asked: dict[str, Any]
) -> None:
    until = ends(asked["answer_until"])
    assert until - utc_now() >= timedelta(days=4)
    with clock.at(until - timedelta(seconds=2)):
        bank.run(close_answers)
        refused(bank.now(bank.member).post(url(asked, "/confirmation")), "answer-open")
    with clock.at(until):
        bank.run(close_answers)
        bank.run(close_answers)
        assert bank.told(bank.member).count("一项积分冲正可以确认了") == 1
        late = bank.now(holder).post(url(asked, "/answer"), {"text": "来晚了。"})
        refused(late, "answer-closed")
        done = went(bank.now(bank.member).post(url(asked, "/confirmation")))

    assert (done["state"], done["answer"]) == ("confirmed", None)


def test_what_is_spent_becomes_a_debt_that_later_points_repay(
    bank: Bank, holder: Person, asked: dict[str, Any]
) -> None:
    spend(bank, holder, 25)
    confirmed(bank, holder, asked)

    assert account(bank, holder) == (0, 0, 25)
    bank.award(holder, 40)
    assert account(bank, holder) == (15, 0, 0)


def spend(bank: Bank, holder: Person, points: int) -> None:
    clerk = bank.place.a_worker("counter_clerk")
    counter = {"title": "窗口", "place": "一楼", "hours": "", "clerk_ids": [str(clerk.id)]}
    counter_id = went(bank.member.post(f"{BANK}/counters", counter))["id"]
    soap = {"title": "洗衣液", "description": "两斤装", "kind": "goods", "points": points}
    item = went(bank.member.post(f"{BANK}/shop/items", soap | {"counter_id": counter_id}))
    moved = {"kind": "received", "quantity": 1}
    went(bank.member.post(f"{BANK}/shop/items/{item['id']}/movements", moved))
    order = {"lines": [{"item_id": item["id"], "quantity": 1}]}
    code = went(holder.post(f"{BANK}/shop/orders", order), 201)["code"]
    went(clerk.post(f"{BANK}/counter/pick-ups", {"counter_id": counter_id, "code": code}))


def test_an_entry_is_asked_about_once(bank: Bank, award: int) -> None:
    ask = partial(bank.chair.post, f"{BANK}/transfers/{award}/reversal-requests", WHY)

    answers = at_once([ask] * 4)

    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


def test_a_request_is_confirmed_once_however_many_press(
    bank: Bank, holder: Person, asked: dict[str, Any]
) -> None:
    went(holder.post(url(asked, "/answer"), {"text": "确实不是我。"}))
    seconds = [bank.place.a_worker("committee_member") for _ in range(4)]

    answers = at_once([partial(each.post, url(asked, "/confirmation")) for each in seconds])

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 3}
    assert account(bank, holder) == (0, 0, 0)


def test_a_dropped_request_changes_nothing_and_may_be_made_again(
    bank: Bank, holder: Person, award: int, asked: dict[str, Any]
) -> None:
    before = bank.books()

    dropped = went(bank.chair.post(url(asked, "/withdrawal"), {"reason": "重新核实，没有问题。"}))

    assert (dropped["state"], bank.books()) == ("dropped", before)
    assert bank.told(holder)[-1] == "积分冲正申请已撤回"
    refused(bank.member.post(url(asked, "/confirmation")), "not-waiting")
    refused(holder.post(url(asked, "/answer"), {"text": "谢谢。"}), "not-waiting")
    assert went(bank.chair.post(f"{BANK}/transfers/{award}/reversal-requests", WHY), 201)


def test_an_upheld_appeal_awards_the_points_anew(
    bank: Bank, holder: Person, asked: dict[str, Any]
) -> None:
    confirmed(bank, holder, asked)
    went(holder.post(url(asked, "/appeal"), {"text": "有邻居可以作证。"}))
    judgement = {"decision": "restored", "reason": "邻居证实确有其事。"}
    assert bank.told(bank.supervisor)[-1] == "有居民对积分冲正提出申诉"
    assert bank.member.post(url(asked, "/appeal-decision"), judgement).status_code == 403

    told = went(bank.supervisor.post(url(asked, "/appeal-decision"), judgement))

    assert (told["state"], account(bank, holder)) == ("restored", (30, 0, 0))
    assert bank.told(holder)[-1] == "积分冲正的申诉有了结果"
    refused(bank.supervisor.post(url(asked, "/appeal-decision"), judgement), "no-appeal")
    lines = went(holder.get(f"{BANK}/accounts/{bank.account_of(holder)}/statement"))["lines"]
    assert [(line["title"], line["change"]) for line in lines] == [
        ("申诉恢复", 30),
        ("冲正", -30),
        ("善行积分", 30),
    ]


def test_a_restored_award_may_be_looked_into_again_but_the_first_one_may_not(
    bank: Bank, holder: Person, award: int, asked: dict[str, Any]
) -> None:
    confirmed(bank, holder, asked)
    went(holder.post(url(asked, "/appeal"), {"text": "有邻居可以作证。"}))
    judgement = {"decision": "restored", "reason": "邻居证实确有其事。"}
    went(bank.supervisor.post(url(asked, "/appeal-decision"), judgement))
    lines = went(holder.get(f"{BANK}/accounts/{bank.account_of(holder)}/statement"))["lines"]

    refused(
        bank.chair.post(f"{BANK}/transfers/{award}/reversal-requests", WHY), "reversal-underway"
    )
    again = bank.chair.post(f"{BANK}/transfers/{lines[0]['id']}/reversal-requests", WHY)
    assert went(again, 201)["amount"] == 30
    reversal = bank.chair.post(f"{BANK}/transfers/{lines[1]['id']}/reversal-requests", WHY)
    refused(reversal, "nothing-to-reverse")


def test_a_dismissed_appeal_moves_nothing(
    bank: Bank, holder: Person, asked: dict[str, Any]
) -> None:
    confirmed(bank, holder, asked)
    before = bank.books()
    went(holder.post(url(asked, "/appeal"), {"text": "不同意。"}))
    judgement = {"decision": "stands", "reason": "没有新的事实。"}

    assert went(bank.supervisor.post(url(asked, "/appeal-decision"), judgement))["state"] == (
        "stands"
    )
    assert bank.books() == before
    refused(holder.post(url(asked, "/appeal"), {"text": "还是不同意。"}), "nothing-to-appeal")


def test_an_appeal_has_fifteen_days(bank: Bank, holder: Person, asked: dict[str, Any]) -> None:
    until = ends(confirmed(bank, holder, asked)["appeal_until"])
    assert until.astimezone(clock.SHANGHAI).date() == today() + timedelta(days=16)
    with clock.at(until):
        refused(bank.now(holder).post(url(asked, "/appeal"), {"text": "不同意。"}), "appeal-closed")
    with clock.at(until - timedelta(seconds=2)):
        went(bank.now(holder).post(url(asked, "/appeal"), {"text": "不同意。"}))


def test_an_appeal_is_judged_once(bank: Bank, holder: Person, asked: dict[str, Any]) -> None:
    confirmed(bank, holder, asked)
    went(holder.post(url(asked, "/appeal"), {"text": "不同意。"}))
    judgement = {"decision": "restored", "reason": "确有其事。"}
    judges = [bank.place.a_worker("supervisor") for _ in range(4)]

    answers = at_once(
        [partial(each.post, url(asked, "/appeal-decision"), judgement) for each in judges]
    )

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 3}
    assert account(bank, holder) == (30, 0, 0)


def test_what_was_said_on_the_phone_counts_as_much(
    bank: Bank, holder: Person, asked: dict[str, Any]
) -> None:
    said = {"text": "电话里说：那天是我去的。", "channel": "phone"}

    refused(bank.member.post(url(asked, "/answer"), {"text": "代录。"}), "channel-missing", 422)
    refused(bank.chair.post(url(asked, "/answer"), said), "decided-by-you", 403)
    assert bank.place.a_resident().post(url(asked, "/answer"), said).status_code == 404
    told = went(bank.worker.post(url(asked, "/answer"), said))

    assert (told["state"], told["answer"]) == ("answered", said["text"])
    went(bank.member.post(url(asked, "/confirmation")))
    refused(bank.member.post(url(asked, "/appeal"), said), "decided-by-you", 403)
    assert went(bank.worker.post(url(asked, "/appeal"), said))["state"] == "appealed"
    with bank.app.app_context():
        kept = db.session.query(AuditEvent).filter(AuditEvent.action.like("%_recorded"))
        assert [each.action for each in kept.order_by(AuditEvent.id)] == [
            "reversal.answer_recorded",
            "reversal.appeal_recorded",
        ]


def test_nobody_decides_about_the_own_family(
    bank: Bank, holder: Person, award: int, asked: dict[str, Any]
) -> None:
    aunt = bank.place.a_worker("committee_member")
    with bank.app.app_context(), transaction():
        first, second = sorted([aunt.id, holder.id])
        db.session.add(
            Kin(resident_a=first, resident_b=second, relation="other", declared_by=aunt.id)
        )
    went(holder.post(url(asked, "/answer"), {"text": "确实不是我。"}))

    refused(aunt.post(url(asked, "/confirmation")), "own-account", 403)
    refused(aunt.post(url(asked, "/withdrawal"), {"reason": "不必了。"}), "own-account", 403)


@pytest.mark.parametrize("number", [0, 999_999, 10**30])
def test_a_number_the_books_do_not_hold(bank: Bank, number: int) -> None:
    answer = bank.chair.post(f"{BANK}/transfers/{number}/reversal-requests", WHY)

    assert answer.status_code == 404


def test_what_is_no_award_is_not_taken_back(bank: Bank, holder: Person) -> None:
    held, _ = bank.held(holder, 10)
    line = went(bank.worker.get(f"{BANK}/accounts/{bank.quota(bank.worker).account_id}/statement"))
    allotted = line["lines"][-1]["id"]

    for number in (held, allotted):
        answer = bank.chair.post(f"{BANK}/transfers/{number}/reversal-requests", WHY)
        refused(answer, "nothing-to-reverse")


def test_only_the_holder_and_those_who_oversee_read_a_request(
    bank: Bank, holder: Person, asked: dict[str, Any]
) -> None:
    elsewhere = a_neighbourhood(bank.app)

    for reader in (holder, bank.chair, bank.member, bank.supervisor):
        assert went(reader.get(url(asked)))["id"] == asked["id"]
        assert [each["id"] for each in went(reader.get(f"{BANK}/reversal-requests"))["items"]] == [
            asked["id"]
        ]
    for stranger in (bank.place.a_resident(), elsewhere.a_worker("chair"), bank.worker):
        assert stranger.get(url(asked)).status_code in {403, 404}
    assert went(bank.place.a_resident().get(f"{BANK}/reversal-requests"))["items"] == []


def test_a_reversal_of_a_closed_month_goes_back_to_its_quota_and_is_given_no_more(
    bank: Bank, holder: Person, asked: dict[str, Any]
) -> None:
    quota = bank.quota(bank.worker)
    with clock.at(ends(asked["answer_until"]) + timedelta(days=40)):
        went(bank.now(bank.member).post(url(asked, "/confirmation")))

    assert bank.left(quota.account_id) == (1000, 0, 0)
    assert account(bank, holder) == (0, 0, 0)
