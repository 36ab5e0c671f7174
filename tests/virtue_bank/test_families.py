"""Families keep points together, agree on what is dear, and part fairly; gifts to the pool."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from backend import clock
from backend.clock import utc_now
from backend.database import db, transaction
from backend.ledger.actions import pay, special_account
from backend.ledger.models import Asset, Code, OwnerKind, Source
from backend.ledger.queries import balances
from backend.notifications.models import Notice
from backend.virtue_bank.jobs.shop import void_due_orders
from backend.virtue_bank.rules import families as rules
from tests.factories import Person
from tests.test_bad_input import is_problem
from tests.virtue_bank.a_bank import Bank
from tests.virtue_bank.a_deed import neighbours
from tests.virtue_bank.a_shop import BANK, Shop, a_shop, a_shop_at, refused, went

ONE, OTHER, THIRD = sorted(uuid4() for _ in range(3))


def test_what_is_left_goes_by_what_each_brought() -> None:
    assert rules.split_on_leaving({ONE: 30, OTHER: 10}, 20) == {ONE: 15, OTHER: 5}
    assert rules.split_on_leaving({ONE: 1, OTHER: 1, THIRD: 1}, 10) == {ONE: 4, OTHER: 3, THIRD: 3}
    assert rules.split_on_leaving({ONE: 0, OTHER: 0}, 5) == {ONE: 3, OTHER: 2}
    assert rules.split_on_leaving({}, 5) == {}


@given(
    st.dictionaries(st.sampled_from([ONE, OTHER, THIRD]), st.integers(0, 10**6), min_size=1),
    st.integers(0, 10**6),
)
def test_the_parts_add_up_and_nobody_is_off_by_a_point(brought: dict[UUID, int], left: int) -> None:
    parts = rules.split_on_leaving(brought, left)

    assert sum(parts.values()) == left
    total = sum(brought.values())
    if total:
        assert all(abs(parts[who] - left * brought[who] / total) < 1 for who in brought)


@pytest.fixture
def shop(app: Flask) -> Shop:
    return a_shop(app)


class AFamily:
    """A couple with a child in one household."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.mother = shop.place.a_resident(name="王秀兰")
        home = self.mother.household_id
        self.father = shop.place.a_resident(name="李建国", household_id=home)
        self.child = shop.place.a_resident(name="李小明", household_id=home)
        with shop.app.app_context(), transaction():
            young = text("UPDATE resident SET born_year = :y WHERE id = :id")
            db.session.execute(young, {"y": utc_now().year - 10, "id": self.child.id})
        told = went(self.mother.post(f"{BANK}/families", {"household_id": str(home)}), 201)
        self.id, self.account_id = told["id"], told["account_id"]

    def asks(self, person: Person, role: str = "adult", **about: Any) -> Any:
        told = {"resident_id": str(person.id), "role": role} | about
        return self.mother.post(f"{BANK}/families/{self.id}/members", told)

    def consents(self, person: Person) -> Any:
        return person.post(f"{BANK}/families/{self.id}/consent")

    def leaves(self, person: Person, whom: Person | None = None) -> Any:
        told = {"resident_id": str(whom.id)} if whom else {}
        return person.post(f"{BANK}/families/{self.id}/leaving", told)

    def together(self) -> "AFamily":
        went(self.asks(self.father))
        went(self.consents(self.father))
        return self

    def has(self, points: int) -> "AFamily":
        """So many points on the family's account, of nobody's deed."""
        with self.shop.app.app_context(), transaction():
            pay(
                self.shop.place.id,
                asset=Asset.POINTS,
                code=Code.AWARD,
                debit_id=special_account(self.shop.place.id, Asset.POINTS, OwnerKind.ISSUER),
                credit_id=self.account_id,
                amount=points,
                source=Source.GRANT_LINE,
                source_id=uuid4(),
                actor_id=self.shop.member.id,
            )
        return self

    def orders(self, person: Person, item_id: str, quantity: int = 1) -> Any:
        line = {"item_id": item_id, "quantity": quantity}
        return person.post(f"{BANK}/shop/orders", {"lines": [line], "from_family": True})

    def decides(self, person: Person, order_id: str, *, agreed: bool) -> Any:
        told = {"agreed": agreed, "reason": "" if agreed else "家里还有"}
        return self.shop.does("family-decision", order_id, person, told)

    @property
    def left(self) -> tuple[int, int]:
        with self.shop.app.app_context():
            found = balances(self.shop.place.id, [self.account_id])[self.account_id]
            return found.available, found.pending


@pytest.fixture
def family(shop: Shop) -> AFamily:
    return AFamily(shop)


def test_who_lives_together_keeps_points_together_once_everybody_agreed(family: AFamily) -> None:
    told = went(family.asks(family.father), 201)
    assert [(each["name"], each["has_consented"]) for each in told["members"]] == [
        ("王秀兰", True),
        ("李建国", False),
    ]
    assert family.shop.told(family.father) == ["邀请您加入家庭积分账户"]
    soap = family.shop.an_item()
    family.has(100)
    refused(family.orders(family.father, soap), "consent-missing")

    went(family.consents(family.father))

    told = went(family.orders(family.father, soap), 201)
    assert family.left == (80, 20)
    went(family.shop.brings(told["code"]))
    mine = went(family.father.get(f"{BANK}/me/family"))
    assert (mine["available"], mine["pending"], len(mine["members"])) == (80, 0, 2)


def test_only_the_household_and_nobody_of_another_family(family: AFamily) -> None:
    place = family.shop.place
    stranger = place.a_resident()
    is_problem(family.asks(stranger), 422)
    assert "本人先退出" in refused(family.asks(family.mother), "other-family")["detail"]
    home = {"household_id": str(family.mother.household_id)}
    refused(family.father.post(f"{BANK}/families", home), "household-taken")
    is_problem(stranger.post(f"{BANK}/families", home), 422)
    for url in (f"/families/{family.id}/consent", f"/families/{family.id}/leaving"):
        assert stranger.post(f"{BANK}{url}").status_code == 404
    assert stranger.get(f"{BANK}/me/family").status_code == 404


def test_who_may_ask_reads_who_else_lives_there_and_is_of_no_family(family: AFamily) -> None:
    def others(person: Person) -> list[str]:
        told = went(person.get(f"{BANK}/me/family"))
        return [each["name"] for each in told["others"]]

    assert others(family.mother) == ["李建国", "李小明"]
    asked = went(family.asks(family.father))
    assert asked["others"] == [{"resident_id": str(family.child.id), "name": "李小明"}]
    assert others(family.father) == []

    went(family.consents(family.father))

    assert others(family.father) == ["李小明"]
    went(family.asks(family.child, "child"))
    assert (others(family.mother), others(family.child)) == ([], [])


def test_an_invitation_nobody_answered_is_taken_back_by_who_it_is_for(family: AFamily) -> None:
    told = went(family.asks(family.father))
    [asked] = [each for each in told["members"] if not each["has_consented"]]
    url = f"{BANK}/families/{family.id}/leaving"

    went(family.mother.post(url, {"resident_id": asked["resident_id"]}))

    assert family.father.get(f"{BANK}/me/family").status_code == 404


def test_a_grown_up_is_not_taken_in_as_a_child_without_a_word(family: AFamily) -> None:
    with family.shop.app.app_context(), transaction():
        grown = text("UPDATE resident SET born_year = :y WHERE id = :id")
        db.session.execute(grown, {"y": utc_now().year - 40, "id": family.father.id})

    is_problem(family.asks(family.father, "child"), 422)


def test_a_child_is_no_adult_and_has_its_limit(family: AFamily) -> None:
    is_problem(family.asks(family.child, "adult"), 422)
    went(family.asks(family.child, "child", monthly_limit=30))
    family.has(500)
    soap = family.shop.an_item()

    went(family.orders(family.child, soap))
    assert refused(family.orders(family.child, soap), "monthly-limit-reached")["left"] == 10
    dear = family.shop.an_item(title="电饭锅", points=250)
    order = refused(family.orders(family.mother, dear), "nobody-to-agree")
    assert "200" in order["detail"]
    added = {"resident_id": str(family.father.id), "role": "adult"}
    answer = family.child.post(f"{BANK}/families/{family.id}/members", added)
    refused(answer, "not-an-adult", 403)


def test_adults_of_the_family_read_its_statement_and_nobody_else(family: AFamily) -> None:
    family.together().has(40)
    went(family.asks(family.child, "child"))
    url = f"{BANK}/accounts/{family.account_id}/statement"

    for adult in (family.mother, family.father):
        assert adult.get(url).status_code == 200
    for other in (family.child, family.shop.somebody(points=5)):
        assert other.get(url).status_code == 404


def test_adults_see_the_familys_account_beside_their_own(family: AFamily) -> None:
    def owners(person: Person) -> list[str]:
        found = went(person.get(f"{BANK}/me/accounts"))["items"]
        return [each["owner"] for each in found]

    went(family.asks(family.father))
    assert (owners(family.mother), owners(family.father)) == (["family"], [])
    went(family.consents(family.father))
    went(family.asks(family.child, "child"))
    family.shop.credit(family.father, 5)
    assert owners(family.father) == ["person", "family"]
    assert owners(family.child) == []

    went(family.leaves(family.father))

    assert owners(family.father) == ["person"]


def test_what_is_dear_waits_for_another_adult(family: AFamily) -> None:
    shop = family.together().has(600).shop
    pot = shop.an_item(title="电饭锅", points=250)
    told = went(family.orders(family.mother, pot), 201)
    order_id = told["orders"][0]["id"]
    assert (told["code"], told["orders"][0]["state"]) == (None, "awaiting_family")
    assert (family.left, shop.stock(pot)) == ((350, 250), (10, 1))
    assert shop.told(family.father)[-1] == "家人兑换东西，请您确认"
    [waiting] = went(family.father.get(f"{BANK}/me/family/orders"))["items"]
    assert waiting["id"] == order_id
    refused(family.decides(family.mother, order_id, agreed=True), "own-order-to-agree", 403)
    assert family.decides(shop.place.a_resident(), order_id, agreed=True).status_code == 404
    refused(shop.does("code", order_id, family.mother), "not-waiting")
    assert not shop.faults()

    [agreed] = went_all(family.decides(family.father, order_id, agreed=True))

    assert agreed["state"] == "placed"
    assert shop.told(family.mother)[-1] == "家人同意了，可以领取"
    code = went(shop.does("code", order_id, family.mother))["code"]
    went(shop.brings(code))
    assert (family.left, shop.stock(pot)) == ((350, 0), (9, 0))
    refused(family.decides(family.father, order_id, agreed=True), "nothing-to-agree")
    assert not shop.faults()


def went_all(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code < 300, answer.text
    told: list[dict[str, Any]] = answer.get_json()
    return told


def test_another_adult_may_say_no_and_nobody_saying_anything_ends_it(family: AFamily) -> None:
    shop = family.together().has(600).shop
    pot = shop.an_item(title="电饭锅", points=250)
    first = went(family.orders(family.mother, pot))["orders"][0]["id"]
    [declined] = went_all(family.decides(family.father, first, agreed=False))
    assert (declined["state"], declined["reason"]) == ("cancelled", "家里还有")
    with shop.app.app_context():
        told = db.session.query(Notice).filter_by(resident_id=family.mother.id)
        last = told.order_by(Notice.id.desc())[0]
        assert (last.headline, last.body) == (
            "电饭锅家人没有同意",
            "电饭锅×1家人没有同意。原因：家里还有。积分已退回账户。",
        )
    assert (family.left, shop.stock(pot)) == ((600, 0), (10, 0))

    went(family.orders(family.mother, pot))
    with clock.at(clock.utc_now() + timedelta(days=4, minutes=1)):
        shop.run(void_due_orders)

    assert (family.left, shop.stock(pot)) == ((600, 0), (10, 0))
    assert not shop.faults()


def test_with_the_last_adult_the_family_ends_and_everybody_takes_a_part(family: AFamily) -> None:
    shop = family.has(101).shop
    went(family.asks(family.child, "child"))
    soap = shop.an_item()
    order = went(family.orders(family.mother, soap))["orders"][0]["id"]
    assert refused(family.leaves(family.mother), "orders-waiting")["pending"] == 20
    went(shop.does("cancellation", order, family.mother))

    told = went(family.leaves(family.mother))

    assert sorted([shop.points_of(family.mother)[0], shop.points_of(family.child)[0]]) == [50, 51]
    assert told["share"] in {50, 51}
    assert family.left == (0, 0)
    assert family.mother.get(f"{BANK}/me/family").status_code == 404
    home = {"household_id": str(family.mother.household_id)}
    went(family.mother.post(f"{BANK}/families", home), 201)


def test_what_comes_back_after_the_family_ended_goes_to_who_ordered(family: AFamily) -> None:
    shop = family.has(100).shop
    placed = went(family.orders(family.mother, shop.an_item()))
    went(shop.brings(placed["code"]))
    went(family.leaves(family.mother))
    assert shop.points_of(family.mother) == (80, 0, 0)

    order_id = placed["orders"][0]["id"]
    went(shop.does("return", order_id, shop.clerk, {"reason": "漏液"}))
    went(shop.does("return-decision", order_id, shop.member, {"accepted": True}))

    assert (shop.points_of(family.mother), family.left) == ((100, 0, 0), (0, 0))
    assert not shop.faults()


def test_whoever_is_taken_out_twice_was_gone_the_second_time(family: AFamily) -> None:
    family.together()
    went(family.asks(family.child, "child"))
    went(family.leaves(family.mother, family.child))

    told = refused(family.leaves(family.father, family.child), "not-a-member")

    assert told["title"] == "这个人已经不在家庭账户里"


def test_an_adult_goes_by_their_own_word_alone_and_the_next_one_owns(family: AFamily) -> None:
    family.together().has(100)
    refused(family.leaves(family.mother, family.father), "leaves-alone", 403)

    went(family.leaves(family.mother))

    assert family.left == (50, 0)
    [left] = went(family.father.get(f"{BANK}/me/family"))["members"]
    assert (left["name"], left["role"]) == ("李建国", "owner")


def test_deeds_that_count_for_the_family_are_kept_apart_on_leaving(bank: Bank) -> None:
    folk = neighbours(bank)
    family = AFamily(a_shop_at(bank.place, member=bank.member)).together()
    with bank.app.app_context(), transaction():
        db.session.execute(
            text("UPDATE rule_item SET credit_to = 'family' WHERE id = :id"),
            {"id": bank.items["A1"]},
        )
    folk = replace(folk, doer=family.father)
    deed = folk.on_the_board()
    with folk.when_over(deed):
        folk.sweep()
    assert family.left == (10, 0)
    family.has(5)

    told = went(family.leaves(family.father))

    assert (told["share"], family.left) == (15, (0, 0))
    assert family.shop.points_of(family.father) == (15, 0, 0)


def test_who_comes_back_has_taken_what_they_brought_before(bank: Bank) -> None:
    folk = neighbours(bank)
    family = AFamily(a_shop_at(bank.place, member=bank.member)).together()
    with bank.app.app_context(), transaction():
        db.session.execute(
            text("UPDATE rule_item SET credit_to = 'family' WHERE id = :id"),
            {"id": bank.items["A1"]},
        )
    fathers = replace(folk, doer=family.father).on_the_board()
    with folk.when_over(fathers):
        folk.sweep()
        assert went(family.leaves(folk.now(family.father)))["share"] == 10
    with clock.at(utc_now() + timedelta(days=20)):
        family.mother = folk.now(family.mother)
        went(family.asks(family.father))
        went(family.consents(folk.now(family.father)))
    mothers = replace(folk, doer=family.mother).on_the_board(place="5号楼")
    with folk.when_over(mothers):
        folk.sweep()
    assert family.left == (10, 0)

    with clock.at(utc_now() + timedelta(days=21)):
        told = went(family.leaves(folk.now(family.father)))

    assert (told["share"], family.left) == (0, (10, 0))


def test_points_go_to_the_pool_once_and_only_ones_own(shop: Shop) -> None:
    giver, poor = shop.somebody(points=50), shop.somebody(points=0)
    key = {"Idempotency-Key": "give"}
    first = giver.post(f"{BANK}/donations", {"points": 30}, **key)
    again = giver.post(f"{BANK}/donations", {"points": 30}, **key)
    assert went(first, 201) == went(again, 201)
    assert shop.points_of(giver) == (20, 0, 0)
    before = shop.books()

    short = refused(giver.post(f"{BANK}/donations", {"points": 21}), "insufficient-points")
    assert short["detail"] == "您现在有20分。"
    refused(poor.post(f"{BANK}/donations", {"points": 1}), "insufficient-points")
    is_problem(giver.post(f"{BANK}/donations", {"points": 0}), 422)

    assert shop.books() == before
    [given] = went(giver.get(f"{BANK}/me/donations"))["items"]
    assert given["points"] == 30
    with shop.app.app_context():
        pool = special_account(shop.place.id, Asset.POINTS, OwnerKind.DONATION_POOL)
        assert balances(shop.place.id, [pool])[pool].available == 30
