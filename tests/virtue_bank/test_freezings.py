"""Accounts that stand still: by two people, for all that gives, until two people free them."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.days import add_working_days, day_of, end_of
from backend.ledger.actions import set_account
from backend.notifications.models import Notice
from backend.residents.models import Kin
from backend.residents.queries.holidays import holidays
from backend.virtue_bank.jobs.freezings import lapse_freezings
from backend.virtue_bank.models import FreezingRequest
from backend.virtue_bank.queries.honours import points_acted
from tests.counting import counted_statements
from tests.factories import Person, a_neighbourhood
from tests.virtue_bank.a_bank import BANK, Bank, at_once, refused, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours
from tests.virtue_bank.a_shop import Shop, a_shop
from tests.virtue_bank.test_families import AFamily

WHY = {"reason": "两件善行的证明对不上，正在核查。", "decision_ref": "核查〔2026〕3号"}
DONE = {"reason": "核查清楚了，没有问题。", "decision_ref": "核查〔2026〕3号结论"}


@pytest.fixture
def holder(bank: Bank) -> Person:
    person = bank.place.a_resident(name="冯居民")
    bank.award(person, 30)
    return person


def url(request: dict[str, Any], what: str = "") -> str:
    return f"{BANK}/freezing-requests/{request['id']}{what}"


def ask(bank: Bank, account_id: int, what: str = "freezing", by: Person | None = None) -> Any:
    why = WHY if what == "freezing" else DONE
    return bank.now(by or bank.chair).post(f"{BANK}/accounts/{account_id}/{what}", why)


def asked(bank: Bank, account_id: int, what: str = "freezing") -> dict[str, Any]:
    return went(ask(bank, account_id, what), 201)


def confirm(bank: Bank, request: dict[str, Any], by: Person | None = None) -> Any:
    return bank.now(by or bank.supervisor).post(url(request, "/confirmation"))


def frozen(bank: Bank, account_id: int) -> dict[str, Any]:
    return went(confirm(bank, asked(bank, account_id)))


def freed(bank: Bank, account_id: int) -> dict[str, Any]:
    return went(confirm(bank, asked(bank, account_id, "unfreezing")))


def is_frozen(bank: Bank, person: Person, owner: str = "person") -> bool:
    accounts = went(bank.now(person).get(f"{BANK}/me/accounts"))["items"]
    return next(bool(each["frozen"]) for each in accounts if each["owner"] == owner)


def test_nothing_happens_before_a_supervisor_confirms(bank: Bank, holder: Person) -> None:
    account_id, before = bank.account_of(holder), bank.books()
    request = asked(bank, account_id)

    assert (request["state"], request["aim"], request["owner"]) == ("requested", "freeze", "person")
    assert bank.told(bank.supervisor) == ["一个积分账户申请冻结，请您核对"]
    assert bank.told(holder) == []
    for person in (bank.chair, bank.member, bank.worker, holder):
        assert confirm(bank, request, by=person).status_code == 403
    assert bank.books() == before
    assert not is_frozen(bank, holder)

    done = went(confirm(bank, request))

    assert (done["state"], is_frozen(bank, holder)) == ("confirmed", True)
    assert bank.told(holder) == ["您的积分账户冻结了"]
    assert bank.left(account_id) == (30, 0, 0)
    with bank.app.app_context():
        told = db.session.query(Notice).filter_by(resident_id=holder.id).one()
        assert WHY["reason"] in told.body
        assert WHY["decision_ref"] in told.body
        assert "申诉" in told.body
        acts = db.session.query(AuditEvent).filter_by(object_type="freezing_request")
        assert [(each.action, each.actor_id) for each in acts.order_by(AuditEvent.id)] == [
            ("freezing.requested", bank.chair.id),
            ("freezing.confirmed", bank.supervisor.id),
        ]


def test_who_is_frozen_sees_everything_and_gives_nothing(bank: Bank, holder: Person) -> None:
    account_id = bank.account_of(holder)
    frozen(bank, account_id)
    before = bank.books()

    refused(holder.post(f"{BANK}/donations", {"points": 5}), "account-frozen")
    assert bank.books() == before
    told = went(holder.get(f"{BANK}/accounts/{account_id}/statement"))
    assert (told["account"]["frozen"], len(told["lines"])) == (True, 1)
    [seen] = went(holder.get(f"{BANK}/freezing-requests", account=str(account_id)))["items"]
    assert (seen["reason"], seen["decision_ref"]) == (WHY["reason"], WHY["decision_ref"])
    assert not {"asked_by", "confirmed_by"} & seen.keys()
    assert went(holder.get(url(seen)))["state"] == "confirmed"


def test_two_people_free_it_again(bank: Bank, holder: Person) -> None:
    account_id = bank.account_of(holder)
    first = frozen(bank, account_id)
    request = asked(bank, account_id, "unfreezing")
    assert confirm(bank, request, by=bank.chair).status_code == 403
    assert is_frozen(bank, holder)

    went(confirm(bank, request))

    assert not is_frozen(bank, holder)
    assert bank.told(holder)[-1] == "您的积分账户解冻了"
    ended = went(holder.get(url(first)))
    assert (ended["state"], ended["lifted_at"] is None) == ("lifted", False)
    went(holder.post(f"{BANK}/donations", {"points": 5}), 201)
    assert frozen(bank, account_id)["state"] == "confirmed"


def test_what_is_so_already_is_not_asked_for_and_one_request_waits_at_a_time(
    bank: Bank, holder: Person
) -> None:
    account_id = bank.account_of(holder)
    refused(ask(bank, account_id, "unfreezing"), "not-frozen")
    request = asked(bank, account_id)
    refused(ask(bank, account_id), "freezing-underway")
    went(confirm(bank, request))
    refused(ask(bank, account_id), "already-frozen")
    refused(confirm(bank, request), "not-waiting")


def test_only_accounts_of_people_are_frozen(bank: Bank, holder: Person) -> None:
    quota = bank.quota(bank.worker).account_id
    assert quota is not None
    refused(ask(bank, quota), "nothing-to-freeze")
    for number in (0, 999_999, 10**30):
        assert ask(bank, number).status_code == 404


def test_asked_twice_at_once_it_is_asked_once(bank: Bank, holder: Person) -> None:
    account_id = bank.account_of(holder)

    answers = at_once([partial(ask, bank, account_id)] * 4)

    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


def test_of_supervisors_who_confirm_at_once_one_does(bank: Bank, holder: Person) -> None:
    request = asked(bank, bank.account_of(holder))
    seconds = [bank.place.a_worker("supervisor") for _ in range(4)]

    answers = at_once([partial(each.post, url(request, "/confirmation")) for each in seconds])

    assert Counter(each.status_code for each in answers) == {200: 1, 409: 3}
    assert bank.told(holder) == ["您的积分账户冻结了"]


def test_a_lost_answer_is_asked_for_again_under_the_same_key(bank: Bank, holder: Person) -> None:
    request = asked(bank, bank.account_of(holder))
    key = {"Idempotency-Key": "once-and-again"}
    press = partial(bank.supervisor.post, url(request, "/confirmation"), None, **key)

    first, again = went(press()), went(press())

    assert first == again
    assert bank.told(holder) == ["您的积分账户冻结了"]


def test_who_asked_may_withdraw_and_nobody_hears_of_it(bank: Bank, holder: Person) -> None:
    before = bank.books()
    request = asked(bank, bank.account_of(holder))
    second_chair = bank.place.a_worker("chair")

    refused(second_chair.post(url(request, "/withdrawal")), "asked-by-another", 403)
    assert went(bank.chair.post(url(request, "/withdrawal")))["state"] == "withdrawn"
    refused(bank.chair.post(url(request, "/withdrawal")), "not-waiting")
    refused(confirm(bank, request), "not-waiting")
    assert (bank.told(holder), bank.books()) == ([], before)


def test_what_no_supervisor_confirms_in_time_is_void(bank: Bank, holder: Person) -> None:
    before = bank.books()
    request = asked(bank, bank.account_of(holder))
    until = datetime.fromisoformat(request["confirm_until"])
    assert until - utc_now() >= timedelta(days=4)

    with clock.at(until):
        refused(confirm(bank, request), "freezing-lapsed")
        bank.run(lapse_freezings)
        bank.run(lapse_freezings)
        refused(confirm(bank, request), "freezing-lapsed")
        assert asked(bank, bank.account_of(holder))["state"] == "requested"

    assert bank.told(bank.chair) == ["积分账户冻结申请没有人确认，已经作废"]
    assert (bank.told(holder), bank.books()) == ([], before)


def test_a_supervisor_says_no_and_who_asked_hears_why(bank: Bank, holder: Person) -> None:
    account_id, before = bank.account_of(holder), bank.books()
    request = asked(bank, account_id)
    no = {"reason": "依据里没有写到这个账户。"}
    for person in (bank.chair, bank.member, holder):
        assert bank.now(person).post(url(request, "/refusal"), no).status_code == 403
    assert bank.supervisor.post(url(request, "/refusal"), {"reason": " "}).status_code == 422

    declined = went(bank.supervisor.post(url(request, "/refusal"), no))

    assert (declined["state"], declined["declined_reason"]) == ("declined", no["reason"])
    refused(confirm(bank, request), "not-waiting")
    refused(bank.supervisor.post(url(request, "/refusal"), no), "not-waiting")
    assert bank.told(bank.chair) == ["积分账户冻结申请，监督委员会没有同意"]
    with bank.app.app_context():
        told = db.session.query(Notice).filter_by(resident_id=bank.chair.id).one()
        assert no["reason"] in told.body
        kept = db.session.query(AuditEvent).filter_by(action="freezing.declined").one()
        assert kept.actor_id == bank.supervisor.id
    assert (bank.told(holder), bank.books()) == ([], before)
    assert holder.get(url(request)).status_code == 404
    freezing = asked(bank, account_id)  # once again, with what is new
    went(confirm(bank, freezing))
    freeing = asked(bank, account_id, "unfreezing")
    assert went(bank.supervisor.post(url(freeing, "/refusal"), no))["state"] == "declined"
    assert is_frozen(bank, holder)
    with clock.at(datetime.fromisoformat(asked(bank, account_id, "unfreezing")["confirm_until"])):
        [late, *_] = went(bank.now(bank.chair).get(f"{BANK}/freezing-requests"))["items"]
        refused(bank.now(bank.supervisor).post(url(late, "/refusal"), no), "freezing-lapsed")


def test_nobody_freezes_the_own_account_or_that_of_kin(bank: Bank, holder: Person) -> None:
    account_id, before = bank.account_of(holder), bank.books()
    aunt = bank.place.a_worker("supervisor")
    uncle = bank.place.a_worker("chair")
    with bank.app.app_context(), transaction():
        for relative in (aunt, uncle):
            first, second = sorted([relative.id, holder.id])
            db.session.add(
                Kin(resident_a=first, resident_b=second, relation="other", declared_by=relative.id)
            )

    refused(ask(bank, account_id, by=uncle), "own-account", 403)
    request = asked(bank, account_id)
    refused(confirm(bank, request, by=aunt), "own-account", 403)
    no = bank.now(aunt).post(url(request, "/refusal"), {"reason": "他不会的。"})
    refused(no, "own-account", 403)
    own = bank.account_of(bank.supervisor)
    mine = asked(bank, own)
    assert confirm(bank, mine).status_code == 403
    assert bank.supervisor.get(url(mine)).status_code == 404
    listed = went(bank.supervisor.get(f"{BANK}/freezing-requests"))["items"]
    assert [each["id"] for each in listed] == [request["id"]]
    assert bank.told(bank.supervisor) == ["一个积分账户申请冻结，请您核对"]
    assert bank.books()[1] == before[1]


def test_the_holder_hears_of_nothing_that_was_not_confirmed(bank: Bank, holder: Person) -> None:
    request = asked(bank, bank.account_of(holder))

    assert holder.get(url(request)).status_code == 404
    assert went(holder.get(f"{BANK}/freezing-requests"))["items"] == []
    assert holder.post(url(request, "/appeal"), {"text": "不同意。"}).status_code == 404
    for reader in (bank.chair, bank.member, bank.supervisor):
        assert went(reader.get(url(request)))["id"] == request["id"]
        assert len(went(reader.get(f"{BANK}/freezing-requests"))["items"]) == 1
    went(confirm(bank, request))
    elsewhere = a_neighbourhood(bank.app)
    for stranger in (bank.place.a_resident(), elsewhere.a_worker("chair"), bank.worker):
        assert stranger.get(url(request)).status_code in {403, 404}
        assert went(stranger.get(f"{BANK}/freezing-requests"))["items"] == []


# appeals


def test_an_appeal_is_judged_by_a_supervisor_who_had_no_part_in_it(
    bank: Bank, holder: Person
) -> None:
    judge = bank.place.a_worker("supervisor")
    request = frozen(bank, bank.account_of(holder))
    went(holder.post(url(request, "/appeal"), {"text": "证人那天在外地，可以问别人。"}))
    judgement = {"decision": "lifted", "reason": "另外两位证人说得清楚。"}
    assert bank.told(judge)[-1] == "有居民对积分账户冻结提出申诉"
    assert "有居民对积分账户冻结提出申诉" not in bank.told(bank.supervisor)

    refused(
        bank.supervisor.post(url(request, "/appeal-decision"), judgement), "decided-by-you", 403
    )
    assert bank.member.post(url(request, "/appeal-decision"), judgement).status_code == 403
    assert is_frozen(bank, holder)
    told = went(judge.post(url(request, "/appeal-decision"), judgement))

    assert (told["state"], is_frozen(bank, holder)) == ("lifted", False)
    assert bank.told(holder)[-1] == "积分账户冻结的申诉有了结果"
    refused(judge.post(url(request, "/appeal-decision"), judgement), "no-appeal")


def test_where_nobody_is_left_to_judge_those_above_hear_of_it(bank: Bank, holder: Person) -> None:
    account_id = bank.account_of(holder)
    request = frozen(bank, account_id)

    went(holder.post(url(request, "/appeal"), {"text": "不同意。"}))

    assert bank.told(bank.chair) == ["冻结的申诉没有人可以裁决"]
    freed(bank, account_id)
    assert went(holder.get(url(request)))["state"] == "lifted"


def test_an_appeal_nobody_judges_is_told_to_the_street_once_and_stays_open(
    bank: Bank, holder: Person
) -> None:
    judge, street = bank.place.a_worker("supervisor"), bank.place.a_worker("street_clerk")
    request = frozen(bank, bank.account_of(holder))
    assert request["due_at"] is None
    appealed = went(holder.post(url(request, "/appeal"), {"text": "请再问问别人。"}))
    until = datetime.fromisoformat(appealed["due_at"])
    with bank.app.app_context():
        assert until == end_of(add_working_days(day_of(utc_now()), 5, holidays()))

    with clock.at(until - timedelta(minutes=1)):
        bank.run(lapse_freezings)
        assert bank.told(street) == []
    with clock.at(until):
        for _ in range(2):
            bank.run(lapse_freezings)
        assert bank.told(street) == ["积分账户冻结的申诉裁决超时"]
        assert bank.told(bank.chair) == []  # whose decision it is about
        assert bank.told(holder)[1:] == ["很抱歉，您的申诉没有按时答复"]
        with bank.app.app_context():
            late = db.session.query(Notice).filter_by(headline=bank.told(holder)[-1]).one()
            assert "请打居委会电话010-64200000" in late.body
    with clock.at(until.replace(year=until.year + 1)):
        bank.run(lapse_freezings)
        assert is_frozen(bank, holder)
        said = {"decision": "stands", "reason": "核查还没有完。"}
        judged = went(bank.now(judge).post(url(request, "/appeal-decision"), said))
        assert (judged["state"], judged["due_at"]) == ("stands", None)
        assert len(bank.told(street)) == 1


def test_whoever_is_freed_by_two_people_waits_for_no_judge(bank: Bank, holder: Person) -> None:
    street = bank.place.a_worker("street_clerk")
    account_id = bank.account_of(holder)
    request = frozen(bank, account_id)
    went(holder.post(url(request, "/appeal"), {"text": "请再问问别人。"}))
    freed(bank, account_id)
    before = bank.told(street)

    with clock.at(utc_now() + timedelta(days=30)):
        bank.run(lapse_freezings)
        ended = went(bank.now(holder).get(url(request)))
        assert (ended["state"], ended["due_at"]) == ("lifted", None)
        assert bank.told(street) == before


def test_a_dismissed_appeal_leaves_it_frozen_until_two_people_free_it(
    bank: Bank, holder: Person
) -> None:
    judge = bank.place.a_worker("supervisor")
    account_id = bank.account_of(holder)
    request = frozen(bank, account_id)
    went(holder.post(url(request, "/appeal"), {"text": "不同意。"}))
    judgement = {"decision": "stands", "reason": "核查还没有完。"}
    before = bank.books()

    assert went(judge.post(url(request, "/appeal-decision"), judgement))["state"] == "stands"
    assert bank.books() == before
    refused(holder.post(url(request, "/appeal"), {"text": "还是不同意。"}), "nothing-to-appeal")
    freed(bank, account_id)
    assert went(holder.get(url(request)))["state"] == "lifted"


def test_an_appeal_has_fifteen_days_and_counts_as_much_on_the_phone(
    bank: Bank, holder: Person
) -> None:
    request = frozen(bank, bank.account_of(holder))
    said = {"text": "电话里说：请再查一查。", "channel": "phone"}
    until = datetime.fromisoformat(request["appeal_until"])
    with clock.at(until):
        late = bank.now(holder).post(url(request, "/appeal"), {"text": "不同意。"})
        refused(late, "appeal-closed")

    refused(bank.member.post(url(request, "/appeal"), {"text": "代。"}), "channel-missing", 422)
    refused(bank.chair.post(url(request, "/appeal"), said), "decided-by-you", 403)
    assert bank.place.a_resident().post(url(request, "/appeal"), said).status_code == 404
    assert went(bank.worker.post(url(request, "/appeal"), said))["state"] == "appealed"


# what else moves points


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)


def test_a_deed_that_is_due_waits_until_the_account_is_free(people: Neighbours) -> None:
    bank = people.bank
    deed = people.on_the_board()
    frozen(bank, bank.account_of(people.doer))
    with people.when_over(deed):
        before = bank.books()
        people.sweep()
        people.sweep()
        assert (people.state(deed["id"]), bank.books()) == ("publicity", before)
        assert people.board() == []
        freed(bank, bank.account_of(people.doer))
        people.sweep()
        people.sweep()
        assert (people.state(deed["id"]), people.has(people.doer)) == ("credited", 10)


def test_a_deed_that_waits_for_an_account_says_so_to_those_who_may_know(
    people: Neighbours,
) -> None:
    bank = people.bank
    deed = people.on_the_board(shares=[{"acted_id": str(people.doer.id)}])

    def told(reader: Person) -> tuple[str, bool]:
        seen = went(bank.now(reader).get(f"{DEEDS}/{deed['id']}"))
        return seen["state_label"], seen["awaits_unfreezing"]

    frozen(bank, bank.account_of(people.doer))
    assert told(people.doer) == ("公示", False)
    with people.when_over(deed):
        people.sweep()
        assert told(people.doer) == ("公示已结束", True)
        assert told(bank.member) == ("公示已结束", True)
        assert told(people.helped) == ("公示已结束", False)  # whose account it is not
        assert told(bank.worker) == ("公示已结束", False)
        [mine] = went(bank.now(people.doer).get(DEEDS, view="mine"))["items"]
        assert (mine["state"], mine["awaits_unfreezing"]) == ("publicity", True)
        freed(bank, bank.account_of(people.doer))
        people.sweep()
        assert told(people.doer) == ("已入账", False)


def test_one_who_is_frozen_holds_up_nobody_they_acted_with(people: Neighbours) -> None:
    bank = people.bank
    shares = [{"acted_id": str(each.id)} for each in (people.doer, people.other)]
    deed = people.on_the_board(shares=shares)
    frozen(bank, bank.account_of(people.doer))
    with people.when_over(deed):
        people.sweep()
        assert (people.has(people.doer), people.has(people.other)) == (0, 10)
        freed(bank, bank.account_of(people.doer))
        people.sweep()
        assert (people.has(people.doer), people.has(people.other)) == (10, 10)


def test_of_a_deed_of_two_each_reads_the_truth_of_the_own_share(people: Neighbours) -> None:
    bank = people.bank
    shares = [{"acted_id": str(each.id)} for each in (people.doer, people.other)]
    deed = people.on_the_board(shares=shares)
    frozen(bank, bank.account_of(people.doer))

    def told(reader: Person) -> tuple[Any, ...]:
        seen = people.read(deed["id"], by=reader)
        assert seen["timeline"][-1]["label"] == seen["state_label"]
        why = went(bank.now(reader).get(f"{DEEDS}/{deed['id']}/explanation"))
        assert why["timeline"] == seen["timeline"]
        fields = ("state_label", "own_points", "own_credited", "awaits_unfreezing")
        return (
            *(seen[each] for each in fields),
            {each["acted"]: each["state_label"] for each in seen["shares"]},
        )

    with people.when_over(deed):
        people.sweep()
        one, two = "王小芳", "何邻居"
        waits = {one: "等账户解冻后入账", two: "已入账"}
        not_yet = waits | {one: "还没有入账"}
        assert told(people.doer) == ("公示已结束", 10, 0, True, waits)
        assert told(people.other) == ("已入账", 10, 10, False, not_yet)
        assert told(bank.member) == ("部分已入账", 20, 10, True, waits)
        for reader in (bank.worker, people.helped):  # who are not told of accounts
            assert told(reader) == ("部分已入账", 20, 10, False, not_yet)
        for reader, view, label in (
            (people.doer, "mine", "公示已结束"),
            (people.other, "mine", "已入账"),
            (bank.member, "scope", "部分已入账"),
        ):
            [row] = went(bank.now(reader).get(DEEDS, view=view))["items"]
            assert (row["state"], row["state_label"]) == ("credited", label)
        assert people.board() == []
        freed(bank, bank.account_of(people.doer))
        people.sweep()
        done = {one: "已入账", two: "已入账"}
        assert told(people.doer) == ("已入账", 10, 10, False, done)
        assert told(bank.member) == ("已入账", 20, 20, False, done)


def test_points_that_hang_and_points_that_wait_are_told_apart(people: Neighbours) -> None:
    bank = people.bank
    shares = [{"acted_id": str(each.id)} for each in (people.doer, people.other)]

    def to_come(reader: Person) -> list[tuple[int, int, int]]:
        items = went(bank.now(reader).get(f"{BANK}/me/accounts"))["items"]
        return [(each["available"], each["on_board"], each["hung"]) for each in items]

    assert to_come(people.doer) == []
    deed = people.on_the_board(shares=shares)
    assert to_come(people.doer) == to_come(people.other) == [(0, 10, 0)]
    until = people.row(deed["id"]).display_until
    assert until is not None
    with clock.at(until - timedelta(hours=1)):
        later = people.on_the_board(place="5号楼501")
        frozen(bank, bank.account_of(people.doer))
        assert (to_come(people.doer), to_come(people.other)) == ([(0, 20, 0)], [(0, 10, 0)])
    with people.when_over(deed):
        assert (to_come(people.doer), to_come(people.other)) == ([(0, 10, 10)], [(0, 0, 10)])
        people.sweep()
        assert (to_come(people.doer), to_come(people.other)) == ([(0, 10, 10)], [(10, 0, 0)])
        went(people.object(later), 201)
        assert to_come(people.doer) == [(0, 10, 10)]
        freed(bank, bank.account_of(people.doer))
        people.sweep()
        assert to_come(people.doer) == [(10, 10, 0)]


def test_a_share_that_waits_is_not_counted_as_credited(people: Neighbours) -> None:
    bank = people.bank
    shares = [{"acted_id": str(each.id)} for each in (people.doer, people.other)]
    deed = people.on_the_board(shares=shares)
    frozen(bank, bank.account_of(people.doer))
    everybody = {"since": today() - timedelta(days=30), "until": today() + timedelta(days=30)}

    def counted() -> tuple[dict[UUID, int], list[str]]:
        with bank.app.app_context():
            who = (people.doer.id, people.other.id)
            acted = points_acted(bank.place.id, who, **everybody)
        return acted, went(bank.now(people.doer).get("/me/erasure"))["losses"]

    with people.when_over(deed):
        people.sweep()
        acted, losses = counted()
        assert acted == {people.other.id: 10}
        assert "有1件善行还没有入账，注销后领不到积分。" in losses
        freed(bank, bank.account_of(people.doer))
        people.sweep()
        acted, losses = counted()
        assert acted == {people.doer.id: 10, people.other.id: 10}
        assert not any("还没有入账" in each for each in losses)


def test_points_an_appeal_restores_do_not_go_to_an_account_that_stands_still(
    bank: Bank, holder: Person
) -> None:
    account_id = bank.account_of(holder)
    award = bank.award(holder, 10)
    asks = f"{BANK}/transfers/{award}/reversal-requests"
    reversal = f"{BANK}/reversal-requests/{went(bank.chair.post(asks, WHY), 201)['id']}"
    went(holder.post(f"{reversal}/answer", {"text": "是我做的。"}))
    went(bank.member.post(f"{reversal}/confirmation"))
    went(holder.post(f"{reversal}/appeal", {"text": "请再看看。"}))
    frozen(bank, account_id)
    before = bank.books()
    judgement = {"decision": "restored", "reason": "确有其事。"}

    told = refused(bank.supervisor.post(f"{reversal}/appeal-decision", judgement), "account-frozen")

    assert told["detail"] == "请先解冻，再作裁决。"
    assert bank.books() == before
    freed(bank, account_id)
    went(bank.supervisor.post(f"{reversal}/appeal-decision", judgement))
    assert bank.left(account_id)[0] == 40


@pytest.fixture
def shop(app: Flask) -> Shop:
    return a_shop(app)


def stop(shop: Shop, account_id: int, *, frozen: bool = True) -> None:
    with shop.app.app_context(), transaction():
        set_account(shop.place.id, account_id, frozen=frozen)


def own_account(shop: Shop, person: Person) -> int:
    return int(went(person.get(f"{BANK}/me/accounts"))["items"][0]["id"])


def test_what_was_ordered_before_is_fetched_cancelled_or_brought_back_but_nothing_new(
    shop: Shop,
) -> None:
    item, person = shop.an_item(), shop.somebody(points=100)
    fetched, code = shop.ordered(person, item)
    given_up, _ = shop.ordered(person, item)
    stop(shop, own_account(shop, person))
    before = shop.books()

    refused(shop.order(person, (item, 1)), "account-frozen")
    assert shop.books() == before
    went(shop.does("cancellation", given_up, person))
    went(shop.brings(code))
    assert shop.points_of(person) == (80, 0, 0)
    went(shop.does("return", fetched, shop.clerk, {"reason": "坏的。"}))
    went(shop.does("return-decision", fetched, shop.member, {"accepted": True}))
    assert shop.points_of(person) == (100, 0, 0)


def test_a_frozen_family_parts_with_nothing(shop: Shop) -> None:
    family = AFamily(shop).together().has(300)
    went(family.asks(family.child, "child"))
    item = shop.an_item(received=30)
    dear = went(family.orders(family.mother, item, 11), 201)["orders"][0]["id"]
    stop(shop, family.account_id)
    before = shop.books()

    refused(family.orders(family.mother, item), "account-frozen")
    refused(family.decides(family.father, dear, agreed=True), "account-frozen")
    refused(family.leaves(family.father), "account-frozen")
    assert shop.books() == before
    assert went(family.decides(family.father, dear, agreed=False))
    assert family.left == (300, 0)
    stop(shop, family.account_id, frozen=False)
    assert went(family.leaves(family.father))


def test_who_gives_up_the_account_leaves_the_part_to_a_frozen_family(shop: Shop) -> None:
    family = AFamily(shop).together().has(100)
    stop(shop, family.account_id)
    losses = went(family.father.get("/me/erasure"))["losses"]
    assert any("家庭积分账户冻结着" in each for each in losses)

    assert family.father.delete("/me").status_code == 204
    assert family.left == (100, 0)
    refused(family.mother.delete("/me"), "account-frozen")
    stop(shop, family.account_id, frozen=False)
    assert family.mother.delete("/me").status_code == 204


def test_a_familys_account_is_frozen_for_all_its_adults_and_none_of_them_decides(
    bank: Bank,
) -> None:
    mother = bank.place.a_resident(name="王秀兰")
    home = mother.household_id
    father = bank.place.a_resident(name="李建国", household_id=home)
    founded = went(mother.post(f"{BANK}/families", {"household_id": str(home)}), 201)
    told = {"resident_id": str(father.id), "role": "adult"}
    went(mother.post(f"{BANK}/families/{founded['id']}/members", told))
    went(father.post(f"{BANK}/families/{founded['id']}/consent"))
    cousin = bank.place.a_worker("supervisor")
    with bank.app.app_context(), transaction():
        first, second = sorted([cousin.id, father.id])
        db.session.add(
            Kin(resident_a=first, resident_b=second, relation="other", declared_by=cousin.id)
        )
    request = asked(bank, founded["account_id"])
    assert request["owner"] == "family"
    refused(confirm(bank, request, by=cousin), "own-account", 403)

    went(confirm(bank, request))

    for adult in (mother, father):
        assert bank.told(adult)[-1] == "家庭积分账户冻结了"
        assert is_frozen(bank, adult, "family")
        assert [each["id"] for each in went(adult.get(f"{BANK}/freezing-requests"))["items"]] == [
            request["id"]
        ]
    went(father.post(url(request, "/appeal"), {"text": "我们都不同意。"}))
    with bank.app.app_context():
        row = db.session.query(FreezingRequest).one()
        assert (row.appealed_by, row.appeal_recorded_by) == (father.id, None)


def test_the_list_costs_the_same_however_long_it_is(bank: Bank) -> None:
    costs = []
    for name in ("甲居民", "乙居民"):
        person = bank.place.a_resident(name=name)
        bank.award(person, 1)
        frozen(bank, bank.account_of(person))
        with counted_statements(bank.app) as counted:
            assert went(bank.chair.get(f"{BANK}/freezing-requests"))["items"]
        costs.append(len(counted))

    assert costs[0] == costs[1]
    first = went(bank.chair.get(f"{BANK}/freezing-requests", limit="1"))
    rest = went(bank.chair.get(f"{BANK}/freezing-requests", limit="1", after=first["next"]))
    assert (first["items"][0]["id"], rest["next"]) == (first["next"], None)
