"""Budgets, quotas and caps: two people, one account each, and never a point too many."""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import SHANGHAI, today
from backend.database import db, transaction
from backend.errors import DomainError
from backend.ledger.models import AccountFrozen, BudgetSpent
from backend.virtue_bank.actions.caps import count_in, count_out, used_of
from backend.virtue_bank.jobs.sheets import freeze_quotas
from backend.virtue_bank.models import CapCounter, Quota
from backend.virtue_bank.queries.sheets import caps_of
from backend.virtue_bank.rules.caps import CapReached, CapUse
from tests.counting import counted_statements
from tests.factories import a_neighbourhood
from tests.virtue_bank.a_bank import BANK, Bank, at_once, month_end, refused, went


def budget_of(bank: Bank) -> dict[str, Any]:
    told: dict[str, Any] = went(bank.now(bank.chair).get(f"{BANK}/budgets"))["items"][0]
    return told


# budgets


def test_two_people_fund_a_budget(bare_bank: Bank) -> None:
    bare_bank.sheet(begins_on=today())
    proposed = went(bare_bank.proposed_budget(5000), 201)
    url = f"{BANK}/budgets/{proposed['id']}/confirmation"
    before = bare_bank.books()

    assert (proposed["state"], proposed["left"], proposed["coverage_percent"]) == (
        "proposed",
        None,
        0,
    )
    refused(bare_bank.chair.post(url), "same-person", 403)
    assert bare_bank.books() == before
    assert bare_bank.told(bare_bank.member)[-1] == "积分预算待确认"

    funded = went(bare_bank.member.post(url))

    assert (funded["state"], funded["left"]) == ("funded", 5000)
    refused(bare_bank.member.post(url), "budget-not-waiting")
    with bare_bank.app.app_context():
        acts = db.session.query(AuditEvent).filter_by(object_type="budget")
        assert [each.action for each in acts.order_by(AuditEvent.id)] == [
            "budget.proposed",
            "budget.funded",
        ]


def test_empty_shelves_need_a_reason(bare_bank: Bank) -> None:
    told = refused(bare_bank.proposed_budget(5000, coverage_reason=None), "coverage-needs-reason")

    assert told["percent"] == 0
    assert went(bare_bank.proposed_budget(5000), 201)["coverage_reason"] == "商店下月备货。"


def test_full_shelves_need_none(bare_bank: Bank) -> None:
    clerk = bare_bank.place.a_worker("counter_clerk")
    counter = {"title": "窗口", "place": "一楼", "hours": "", "clerk_ids": [str(clerk.id)]}
    counter_id = went(bare_bank.member.post(f"{BANK}/counters", counter))["id"]
    soap = {"title": "洗衣液", "description": "两斤装", "kind": "goods", "points": 20}
    item = went(bare_bank.member.post(f"{BANK}/shop/items", soap | {"counter_id": counter_id}))
    moved = {"kind": "received", "quantity": 10}
    went(bare_bank.member.post(f"{BANK}/shop/items/{item['id']}/movements", moved))

    told = refused(bare_bank.proposed_budget(201, coverage_reason=None), "coverage-needs-reason")
    assert told["percent"] == 99
    full = went(bare_bank.proposed_budget(200, coverage_reason=None), 201)
    assert (full["shelf"], full["coverage_percent"]) == (200, 100)


def test_what_people_have_counts_against_the_shelves(bank: Bank) -> None:
    bank.award(bank.place.a_resident(), 70)
    later = month_end(today() + timedelta(days=400)) + timedelta(days=1)
    next_year = {"from": later.isoformat(), "to": month_end(later).isoformat()}

    told = went(bank.proposed_budget(10, **next_year), 201)

    assert (told["circulation"], told["shelf"]) == (70, 0)


def test_one_budget_at_a_time(bank: Bank) -> None:
    refused(bank.proposed_budget(10), "budget-overlaps")
    chair = bank.now(bank.chair)
    later = month_end(today() + timedelta(days=400)) + timedelta(days=1)
    new = {
        "from": later.isoformat(),
        "to": month_end(later).isoformat(),
        "points": 10,
        "resolution_ref": "决议",
        "coverage_reason": "备货",
    }
    answers = at_once([lambda: chair.post(f"{BANK}/budgets", new) for _ in range(4)])
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]

    waiting = next(each.get_json() for each in answers if each.status_code == 201)
    dropped = went(chair.post(f"{BANK}/budgets/{waiting['id']}/withdrawal"))
    assert dropped["state"] == "dropped"
    refused(bank.member.post(f"{BANK}/budgets/{waiting['id']}/confirmation"), "budget-not-waiting")
    assert went(chair.post(f"{BANK}/budgets", new), 201)


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "9999-12-01", "to": "9999-12-31"},
        {"to": "2026-02-30"},
        {"points": 0},
        {"points": 2**63},
        {"points": "5000"},
        {"resolution_ref": " "},
    ],
    ids=str,
)
def test_a_budget_without_sense_is_refused(bare_bank: Bank, wrong: dict[str, Any]) -> None:
    asked = {"points": 5000} | wrong

    assert bare_bank.proposed_budget(**asked).status_code == 422


def test_a_budget_is_confirmed_once_however_many_press(bare_bank: Bank) -> None:
    bare_bank.sheet(begins_on=today())
    proposed = went(bare_bank.proposed_budget(5000), 201)
    seconds = [bare_bank.place.a_worker("committee_member") for _ in range(4)]
    url = f"{BANK}/budgets/{proposed['id']}/confirmation"

    answers = at_once([partial(each.post, url) for each in seconds])

    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert budget_of(bare_bank)["left"] == 5000


# quotas


def test_each_approver_has_an_account_of_the_month(bank: Bank) -> None:
    told = went(bank.worker.get(f"{BANK}/me/quota"))["quota"]

    assert (told["points"], told["available"], told["held"]) == (1000, 1000, 0)
    assert told["month"] == str(today().replace(day=1))
    assert told["holder_kind"] == "grid_worker"
    assert bank.quota(bank.member).holder_kind == "committee"
    assert budget_of(bank)["left"] == 98_000
    assert bank.told(bank.worker)[-1].endswith("审批额度到账")
    assert went(bank.chair.get(f"{BANK}/me/quota")) == {"quota": None}


def test_a_quota_waits_for_the_second_person_and_moves_nothing(bank: Bank) -> None:
    another = bank.place.a_worker("grid_worker")
    before = bank.books()
    allotment = went(bank.proposed_quotas({another.id: 500}), 201)
    url = f"{BANK}/allotments/{allotment['id']}"

    refused(bank.now(bank.chair).post(f"{url}/confirmation"), "same-person", 403)
    assert bank.books() == before
    assert went(another.get(f"{BANK}/me/quota"))["quota"] is None
    refused(bank.proposed_quotas({another.id: 500}), "quota-taken")

    went(bank.chair.post(f"{url}/withdrawal"))
    refused(bank.member.post(f"{url}/confirmation"), "allotment-not-waiting")
    assert went(bank.proposed_quotas({another.id: 400}), 201)


def test_nobody_is_given_a_second_quota_in_a_month(bank: Bank) -> None:
    refused(bank.proposed_quotas({bank.worker.id: 1}), "quota-taken")
    next_month = month_end(today()) + timedelta(days=1)
    assert went(bank.proposed_quotas({bank.worker.id: 1}, month=next_month), 201)


def test_only_approvers_are_given_quotas(bank: Bank) -> None:
    resident, clerk = bank.place.a_resident(), bank.place.a_worker("counter_clerk")
    elsewhere = a_neighbourhood(bank.app).a_worker("grid_worker")
    for stranger in (resident, clerk, elsewhere):
        refused(bank.proposed_quotas({stranger.id: 1}), "not-an-approver", 422)


def test_quotas_never_pass_the_budget(bank: Bank) -> None:
    workers = [bank.place.a_worker("grid_worker") for _ in range(3)]
    told = refused(bank.proposed_quotas({workers[0].id: 98_001}), "budget-short")
    assert (told["available"], told["asked"]) == (98_000, 98_001)

    assert went(bank.proposed_quotas({workers[0].id: 98_000}), 201)
    refused(bank.proposed_quotas({workers[1].id: 1}), "budget-short")


def test_the_last_of_a_budget_goes_to_one(bank: Bank) -> None:
    workers = [bank.place.a_worker("grid_worker") for _ in range(4)]
    chair = bank.now(bank.chair)
    url = f"{BANK}/budgets/{bank.budget_id}/quotas"

    def wish(holder: Any) -> Any:
        line = {"holder_id": str(holder.id), "points": 60_000}
        return chair.post(url, {"month": today().isoformat(), "quotas": [line]})

    answers = at_once([partial(wish, each) for each in workers])

    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


def test_an_allotment_is_confirmed_once_however_many_press(bank: Bank) -> None:
    another = bank.place.a_worker("grid_worker")
    allotment = went(bank.proposed_quotas({another.id: 500}), 201)
    seconds = [bank.place.a_worker("committee_member") for _ in range(4)]
    url = f"{BANK}/allotments/{allotment['id']}/confirmation"

    answers = at_once([partial(each.post, url) for each in seconds])

    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert bank.left(bank.quota(another).account_id) == (500, 0, 0)
    assert budget_of(bank)["left"] == 97_500


def test_the_last_point_of_a_quota_goes_to_one(bank: Bank) -> None:
    people = [bank.place.a_resident() for _ in range(6)]
    for person in people:
        bank.account_of(person)

    def give(person: Any) -> str:
        try:
            bank.award(person, 400)
        except BudgetSpent:
            return "spent"
        return "given"

    assert Counter(at_once([partial(give, each) for each in people])) == {"given": 2, "spent": 4}
    assert bank.left(bank.quota(bank.worker).account_id) == (200, 0, 0)


def test_at_the_end_of_the_month_the_quota_is_closed_but_open_holds_still_post(
    bank: Bank,
) -> None:
    person = bank.place.a_resident()
    held = bank.held(person, 30)
    quota = bank.quota(bank.worker)
    last = datetime.combine(month_end(today()), datetime.max.time(), tzinfo=SHANGHAI)
    with clock.at(last - timedelta(seconds=5)):
        bank.run(freeze_quotas)
        assert bank.quota(bank.worker).state == "live"
        bank.award(person, 10)
    with clock.at(last + timedelta(seconds=5)):
        bank.run(freeze_quotas)
        bank.run(freeze_quotas)
        assert went(bank.now(bank.worker).get(f"{BANK}/me/quota")) == {"quota": None}
        with bank.app.app_context():
            states = {each.state for each in db.session.query(Quota)}
        assert states == {"frozen"}
        bank.posted(held, 30)
        assert bank.left(bank.account_of(person)) == (40, 0, 0)
        with pytest.raises(AccountFrozen):
            bank.award(person, 1, out_of=quota)


def test_quotas_of_a_month_that_is_over_are_refused(bank: Bank) -> None:
    first = today().replace(day=1)
    another = bank.place.a_worker("grid_worker")

    refused(
        bank.proposed_quotas({another.id: 1}, month=first - timedelta(days=1)),
        "month-outside",
        422,
    )


def test_residents_see_no_budget_and_nobody_elses_committee_either(bank: Bank) -> None:
    resident = bank.place.a_resident()
    stranger = a_neighbourhood(bank.app).a_worker("chair")

    assert resident.get(f"{BANK}/budgets").status_code == 403
    assert bank.worker.get(f"{BANK}/budgets").status_code == 403
    assert went(stranger.get(f"{BANK}/budgets"))["items"] == []
    assert stranger.get(f"{BANK}/budgets/{bank.budget_id}/quotas").status_code == 404


def test_lists_cost_the_same_few_statements_however_long(bank: Bank) -> None:
    url = f"{BANK}/budgets/{bank.budget_id}/quotas"
    with counted_statements(bank.app) as few:
        assert len(went(bank.chair.get(url))["items"]) == 1
    for _ in range(3):
        bank.quotas({bank.place.a_worker("grid_worker").id: 10 for _ in range(3)})
    chair = bank.now(bank.chair)
    with counted_statements(bank.app) as more:
        told = went(chair.get(url))["items"]

    assert [len(each["quotas"]) for each in told] == [3, 3, 3, 2]
    assert len(more) == len(few)


# caps


@pytest.fixture
def use(bank: Bank, context: Flask) -> CapUse:
    """Ten points of a day's cap of twenty."""
    cap = next(each for each in caps_of(bank.place.id, UUID(bank.sheet_id)) if each.period == "day")
    return CapUse(
        rule_cap_id=cap.id, subject_key="somebody", period_start=today(), points=10, cap=cap.cap
    )


def test_a_cap_is_used_up_and_given_back(bank: Bank, use: CapUse) -> None:
    for _ in range(2):
        with transaction():
            count_in(bank.place.id, [use])
    with pytest.raises(CapReached) as refusal, transaction():
        count_in(bank.place.id, [use])
    assert refusal.value.members == {"room": 0}
    with transaction():
        count_out(bank.place.id, [use])
    assert used_of(bank.place.id, use) == 10


def test_more_than_a_whole_cap_is_refused_the_first_time_too(bank: Bank, use: CapUse) -> None:
    too_much = CapUse(
        rule_cap_id=use.rule_cap_id,
        subject_key="another",
        period_start=use.period_start,
        points=21,
        cap=20,
    )
    with pytest.raises(CapReached) as refusal, transaction():
        count_in(bank.place.id, [too_much])

    assert refusal.value.members == {"room": 20}
    assert db.session.query(CapCounter).count() == 0


def test_the_last_point_of_a_cap_goes_to_one(bank: Bank, use: CapUse) -> None:
    def take() -> str:
        with bank.app.app_context():
            try:
                with transaction():
                    count_in(bank.place.id, [use])
            except CapReached:
                return "reached"
            finally:
                db.session.remove()
            return "taken"

    assert Counter(at_once([take] * 6)) == {"taken": 2, "reached": 4}
    assert used_of(bank.place.id, use) == 20


def test_a_cap_is_of_the_period_of_the_deed(bank: Bank, use: CapUse) -> None:
    yesterday = CapUse(
        rule_cap_id=use.rule_cap_id,
        subject_key=use.subject_key,
        period_start=today() - timedelta(days=1),
        points=20,
        cap=20,
    )
    with transaction():
        count_in(bank.place.id, [yesterday, use])

    assert (used_of(bank.place.id, yesterday), used_of(bank.place.id, use)) == (20, 10)


def test_one_refused_counter_leaves_all_as_they_were(bank: Bank, use: CapUse) -> None:
    other = CapUse(
        rule_cap_id=use.rule_cap_id,
        subject_key="zzz",
        period_start=date(2027, 1, 1),
        points=99,
        cap=20,
    )
    with pytest.raises(DomainError), transaction():
        count_in(bank.place.id, [use, other])

    assert used_of(bank.place.id, use) == 0
