"""Nobody waits for ever for the second person, or for the judges of an appeal."""

from datetime import datetime
from typing import Any

import pytest

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import utc_now
from backend.database import db
from backend.days import add_working_days, day_of, end_of
from backend.residents.queries.holidays import holidays
from backend.virtue_bank.jobs.sheets import close_answers
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, Bank, went
from tests.workload.test_queue import kinds_at

WHY = {"reason": "核实后不是本人所为。", "decision_ref": "居委会决定〔2026〕8号"}


@pytest.fixture
def holder(bank: Bank) -> Person:
    return bank.place.a_resident(name="冯居民")


@pytest.fixture
def street(bank: Bank) -> Person:
    return bank.place.a_worker("street_clerk", name="街道办")


@pytest.fixture
def asked(bank: Bank, holder: Person) -> dict[str, Any]:
    award = bank.award(holder, 30)
    return went(bank.chair.post(f"{BANK}/transfers/{award}/reversal-requests", WHY), 201)


def url(request: dict[str, Any], what: str = "") -> str:
    return f"{BANK}/reversal-requests/{request['id']}{what}"


def read(bank: Bank, request: dict[str, Any]) -> dict[str, Any]:
    return went(bank.now(bank.member).get(url(request)))


def due(bank: Bank, request: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(read(bank, request)["due_at"])


def five_working_days(bank: Bank) -> datetime:
    with bank.app.app_context():
        return end_of(add_working_days(day_of(utc_now()), 5, holidays()))


def test_what_nobody_confirms_is_told_once_and_then_dropped(
    bank: Bank, holder: Person, street: Person, asked: dict[str, Any]
) -> None:
    before = bank.books()
    went(holder.post(url(asked, "/answer"), {"text": "那天是我去的。"}))
    first = due(bank, asked)
    assert first == five_working_days(bank)

    with clock.at(first):
        for _ in range(2):
            bank.run(close_answers)
        for person in (bank.chair, street):
            assert bank.told(person).count("积分冲正确认超时") == 1
        assert bank.told(holder)[-1] == "很抱歉，积分冲正没有按时办理"
        assert read(bank, asked)["state"] == "answered"
        second = due(bank, asked)
        assert second == five_working_days(bank)
    with clock.at(second):
        for _ in range(2):
            bank.run(close_answers)
        told = read(bank, asked)
        assert (told["state"], told["due_at"]) == ("dropped", None)
        assert told["dropped_reason"]
        assert bank.told(holder)[-1] == "积分冲正申请已撤回"
        assert bank.told(bank.chair)[-1] == "您申请的积分冲正已作废"
        assert bank.books() == before
        with bank.app.app_context():
            kept = db.session.query(AuditEvent).filter_by(action="reversal.lapsed").one()
            assert kept.actor_id is None
        again = bank.now(bank.chair).post(
            f"{BANK}/transfers/{asked['transfer_id']}/reversal-requests", WHY
        )
        went(again, 201)


def test_who_said_nothing_does_not_wait_longer(
    bank: Bank, holder: Person, street: Person, asked: dict[str, Any]
) -> None:
    with clock.at(datetime.fromisoformat(asked["answer_until"])):
        bank.run(close_answers)
        assert read(bank, asked)["state"] == "unanswered"
        until = due(bank, asked)
        assert until == five_working_days(bank)
    with clock.at(until):
        bank.run(close_answers)
        assert bank.told(street) == ["积分冲正确认超时"]
        done = went(bank.now(bank.member).post(url(asked, "/confirmation")))  # late, but in order
        assert (done["state"], done["due_at"]) == ("confirmed", None)
        bank.run(close_answers)
    assert bank.told(holder)[-1] == "一笔积分已冲正"


def test_an_appeal_nobody_judges_is_told_to_the_street_once_and_stays_open(
    bank: Bank, holder: Person, street: Person, asked: dict[str, Any]
) -> None:
    went(holder.post(url(asked, "/answer"), {"text": "确实不是我。"}))
    went(bank.member.post(url(asked, "/confirmation")))
    went(holder.post(url(asked, "/appeal"), {"text": "有邻居可以作证。"}))
    until = due(bank, asked)
    assert until == five_working_days(bank)

    with clock.at(until):
        for _ in range(2):
            bank.run(close_answers)
        assert bank.told(street) == ["积分冲正的申诉裁决超时"]
        assert "积分冲正的申诉裁决超时" not in bank.told(bank.chair)  # whose decision it is about
        assert bank.told(holder)[-1] == "很抱歉，积分冲正没有按时办理"
    with clock.at(until.replace(year=until.year + 1)):
        bank.run(close_answers)
        assert read(bank, asked)["state"] == "appealed"
        said = {"decision": "restored", "reason": "邻居证实确有其事。"}
        judged = went(bank.now(bank.supervisor).post(url(asked, "/appeal-decision"), said))
        assert (judged["state"], judged["due_at"]) == ("restored", None)


def work_of(bank: Bank, person: Person) -> set[str]:
    return {kind for kind in kinds_at(bank.now(person)) if kind.startswith("reversal")}


def test_it_waits_at_the_desk_of_whoever_may_decide(
    bank: Bank, holder: Person, asked: dict[str, Any]
) -> None:
    assert work_of(bank, bank.member) == set()
    went(holder.post(url(asked, "/answer"), {"text": "确实不是我。"}))
    assert work_of(bank, bank.member) == {"reversal"}
    assert work_of(bank, bank.chair) == set()  # who asked

    went(bank.member.post(url(asked, "/confirmation")))
    went(holder.post(url(asked, "/appeal"), {"text": "有邻居可以作证。"}))

    assert work_of(bank, bank.member) == set()
    assert work_of(bank, bank.supervisor) == {"reversal_appeal"}


def test_in_time_nobody_is_told(
    bank: Bank, holder: Person, street: Person, asked: dict[str, Any]
) -> None:
    went(holder.post(url(asked, "/answer"), {"text": "那天是我去的。"}))
    until = due(bank, asked)

    with clock.at(until - (until - utc_now()) / 100):
        bank.run(close_answers)

    assert bank.told(street) == []
