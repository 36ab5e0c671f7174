"""A neighbour acts for another in the virtue bank: 甲代乙, never twice, and never for oneself."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.notifications.models import Notice
from backend.residents.jobs import end_proxies
from backend.residents.models import Kin, ProxyGrant, RoleAssignment
from backend.residents.queries.spans import between
from tests.counting import counted_statements
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, Bank, at_once, noon, refused, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours
from tests.virtue_bank.test_credit_to import a_family, the_sheet_says
from tests.virtue_bank.test_freezings import frozen

GRANTS = "/proxy-grants"


@dataclass(kw_only=True)
class Hands:
    """王小芳 claims; 女儿 acts for her, for 李奶奶 who was helped, or for others."""

    people: Neighbours
    daughter: Person

    @property
    def bank(self) -> Bank:
        return self.people.bank

    def now(self, person: Person) -> Person:
        return self.bank.now(person)

    def offered(self, principal: Person, proxy: Person | None = None, **about: Any) -> str:
        said = {"proxy_id": str((proxy or self.daughter).id), "scopes": ["virtue_bank"]} | about
        grant_id: str = went(self.now(principal).post(GRANTS, said), 201)["id"]
        return grant_id

    def accept(self, grant_id: str, proxy: Person | None = None) -> Any:
        return self.now(proxy or self.daughter).post(f"{GRANTS}/{grant_id}/acceptance")

    def granted(self, principal: Person, proxy: Person | None = None, **about: Any) -> str:
        grant_id = self.offered(principal, proxy, **about)
        assert went(self.accept(grant_id, proxy))["state"] == "live"
        return grant_id

    def ask(
        self,
        method: str,
        path: str,
        principal: Person,
        body: dict[str, Any] | None = None,
        proxy: Person | None = None,
    ) -> Any:
        hand = self.now(proxy or self.daughter)
        headers = hand.headers | {"X-On-Behalf-Of": str(principal.id)}
        options = {"json": body or {}} if method != "GET" else {"query_string": body or {}}
        return hand.ask(method, path, headers=headers, **options)

    def claimed(self, principal: Person, proxy: Person | None = None, **about: Any) -> Any:
        told = self.people.told(**about)
        draft = went(self.ask("POST", DEEDS, principal, told, proxy), 201)
        seen = {"row_version": draft["row_version"]}
        return went(self.ask("POST", f"{DEEDS}/{draft['id']}/submit", principal, seen, proxy))

    def say(self, deed: Any, principal: Person, proxy: Person | None = None) -> Any:
        word = {"stance": "yes", "unrelated": True}
        return self.ask("POST", f"{DEEDS}/{deed['id']}/confirmations", principal, word, proxy)

    def grant(self, grant_id: str) -> ProxyGrant:
        with self.bank.app.app_context():
            found = db.session.scalars(select(ProxyGrant).where(ProxyGrant.id == grant_id)).one()
            db.session.expunge(found)
            return found

    def kin(self, one: Person, other: Person) -> None:
        first, second = sorted((one.id, other.id))
        with self.bank.app.app_context(), transaction():
            db.session.add(
                Kin(resident_a=first, resident_b=second, relation="sibling", declared_by=one.id)
            )

    def events(self, action: str = "proxy") -> list[AuditEvent]:
        """What evidence there is of acts that begin so."""
        with self.bank.app.app_context():
            wanted = select(AuditEvent).where(AuditEvent.action.startswith(action))
            found = db.session.scalars(wanted).all()
            db.session.expunge_all()
            return list(found)


@pytest.fixture
def hands(bank: Bank) -> Hands:
    people = neighbours(bank)
    return Hands(people=people, daughter=bank.place.a_resident(name="王小妹"))


def test_who_was_asked_and_accepted_claims_for_the_principal_until_it_is_taken_back(
    hands: Hands,
) -> None:
    mother = hands.people.doer
    offer = hands.offered(mother)
    told = hands.people.told()
    refused(hands.ask("POST", DEEDS, mother, told), "not-a-proxy", 403)
    went(hands.accept(offer))

    deed = hands.claimed(mother)

    assert (deed["claimant"], deed["proxy"]) == ("王小芳", "王小妹")
    row = hands.people.row(deed["id"])
    assert (row.actor_id, row.on_behalf_of_id, row.recorded_by) == (
        *(mother.id, mother.id),
        hands.daughter.id,
    )
    assert (row.basis, str(row.basis_id)) == ("proxy", offer)
    assert [each["acted"] for each in deed["shares"]] == ["王小芳"]
    assert [each["action"] for each in deed["allowed_actions"]] == ["withdraw"]
    assert hands.people.read(deed["id"], by=hands.people.helped)["proxy"] == "王小妹"
    went(hands.people.say(deed["id"], hands.people.helped), 201)
    went(hands.people.say(deed["id"], hands.people.witness), 201)
    went(hands.people.decide(deed))
    with hands.people.when_over(deed):
        hands.people.sweep()
        assert hands.people.has(mother) == 10
        assert hands.people.bank.told(mother)[-1] == "10分已入账"
    assert any(each.startswith("王小妹替您办了") for each in hands.bank.told(mother))

    assert hands.now(mother).delete(f"{GRANTS}/{offer}").status_code == 204

    refused(hands.ask("POST", DEEDS, mother, told), "not-a-proxy", 403)
    refused(hands.ask("GET", f"{DEEDS}/{deed['id']}", mother), "not-a-proxy", 403)
    assert hands.now(hands.daughter).get(f"{DEEDS}/{deed['id']}").status_code == 404
    assert "代办授权结束了" in hands.bank.told(hands.daughter)
    assert hands.grant(offer).ended_because == "revoked"


def test_a_grant_is_asked_for_agreed_to_and_listed_by_both(hands: Hands) -> None:
    mother = hands.people.doer
    offer = hands.offered(mother, last_on=today().isoformat())

    (seen,) = went(hands.now(mother).get(GRANTS))["items"]
    assert (seen["mine"], seen["proxy"], seen["may_act"]) == ("principal", "王*妹", False)
    (seen,) = went(hands.now(hands.daughter).get(GRANTS))["items"]
    assert (seen["mine"], seen["principal"], seen["state"]) == ("proxy", "王小芳", "offered")
    refused(hands.accept(offer, hands.people.other), "no-such-grant", 404)
    refused(hands.accept(offer, mother), "no-such-grant", 404)
    went(hands.accept(offer))
    refused(hands.accept(offer), "grant-moved")
    (seen,) = went(hands.now(hands.daughter).get(GRANTS))["items"]
    assert (seen["may_act"], seen["last_on"]) == (True, today().isoformat())
    assert went(hands.now(mother).get(GRANTS))["items"][0]["proxy"] == "王小妹"
    assert not went(hands.now(hands.people.other).get(GRANTS))["items"]
    again = {"proxy_id": str(hands.daughter.id), "scopes": ["virtue_bank"]}
    refused(hands.now(mother).post(GRANTS, again), "already-proxy")
    other = hands.now(hands.people.other)
    assert other.delete(f"{GRANTS}/{offer}").status_code == 404
    assert hands.now(hands.daughter).delete(f"{GRANTS}/{offer}").status_code == 204
    refused(hands.now(mother).delete(f"{GRANTS}/{offer}"), "grant-moved")
    assert hands.grant(offer).ended_because == "resigned"
    assert "王小芳想请您代办" in hands.bank.told(hands.daughter)
    assert hands.bank.told(mother)[-2:] == ["王小妹愿意替您代办", "代办授权结束了"]
    assert {each.action for each in hands.events()} >= {
        *("proxy.offered", "proxy.accepted", "proxy.ended")
    }


def test_workers_strangers_and_oneself_are_no_proxies(hands: Hands) -> None:
    mother, place = hands.people.doer, hands.bank.place
    said = {"scopes": ["virtue_bank"]}
    for person in (mother, hands.bank.worker, place.a_visitor()):
        wrong = said | {"proxy_id": str(person.id)}
        refused(hands.now(mother).post(GRANTS, wrong), "proxy-unfit")
    unknown = said | {"proxy_id": str(place.id)}
    refused(hands.now(mother).post(GRANTS, unknown), "proxy-unfit")
    late = said | {"proxy_id": str(hands.daughter.id), "last_on": "2199-01-01"}
    refused(hands.now(mother).post(GRANTS, late), "grant-days", 422)
    nothing = {"proxy_id": str(hands.daughter.id), "scopes": []}
    assert hands.now(mother).post(GRANTS, nothing).status_code == 422
    voting = {"proxy_id": str(hands.daughter.id), "scopes": ["voting"]}
    assert hands.now(mother).post(GRANTS, voting).status_code == 422


def test_who_comes_to_serve_the_community_acts_for_nobody_more(hands: Hands) -> None:
    mother = hands.people.doer
    hands.granted(mother)
    assert hands.ask("GET", f"{BANK}/me/accounts", mother).status_code == 200

    with hands.bank.app.app_context(), transaction():
        db.session.add(
            RoleAssignment(
                resident_id=hands.daughter.id,
                role="committee_member",
                scope_type="community",
                community_id=hands.bank.place.id,
                valid=between(today(), None),
                basis="appointed",
                appointed_by=None,
            )
        )

    refused(hands.ask("GET", f"{BANK}/me/accounts", mother), "not-a-proxy", 403)


NOT_FOR_ANOTHER = (
    ("POST", f"{BANK}/donations"),
    ("POST", f"{BANK}/shop/orders"),
    ("POST", f"{BANK}/families"),
    ("GET", f"{BANK}/me/family"),
    ("GET", f"{BANK}/me/orders"),
    ("GET", f"{BANK}/freezing-requests"),
    ("POST", f"{DEEDS}/{{deed}}/complaint"),
    ("POST", f"{DEEDS}/{{deed}}/display"),
    ("POST", f"{BANK}/neighbours"),
    ("POST", GRANTS),
    ("GET", GRANTS),
    ("POST", "/me/consents"),
    ("DELETE", "/me"),
    ("POST", "/proposals"),
)


@pytest.mark.parametrize(("method", "path"), NOT_FOR_ANOTHER)
def test_redeeming_giving_consenting_and_appealing_is_for_oneself(
    hands: Hands, method: str, path: str
) -> None:
    mother = hands.people.doer
    hands.granted(mother)

    answer = hands.ask(method, path.format(deed=mother.id), mother)

    assert "不能代办" in refused(answer, "not-delegable", 403)["detail"]


def test_a_principal_nobody_named_is_no_principal(hands: Hands) -> None:
    hands.granted(hands.people.doer)
    for whom in ("", "nonsense", str(hands.people.other.id), str(hands.daughter.id)):
        headers = hands.now(hands.daughter).headers | {"X-On-Behalf-Of": whom}
        answer = hands.daughter.ask("GET", f"{BANK}/me/accounts", headers=headers)
        refused(answer, "not-a-proxy", 403)


def test_a_proxy_reads_the_principals_account_and_not_the_familys(hands: Hands) -> None:
    mother = hands.people.doer
    hands.bank.award(mother, 30)
    home = {"household_id": str(mother.household_id)}
    shared = went(hands.now(mother).post(f"{BANK}/families", home), 201)["account_id"]
    hands.granted(mother)

    (purse,) = went(hands.ask("GET", f"{BANK}/me/accounts", mother))["items"]

    assert purse["available"] == 30
    told = hands.ask("GET", f"{BANK}/accounts/{purse['id']}/statement", mother)
    assert len(went(told)["lines"]) == 1
    own = hands.ask("GET", f"{BANK}/accounts/{shared}/statement", mother)
    assert own.status_code == 404
    assert not went(hands.now(hands.daughter).get(f"{BANK}/me/accounts"))["items"]


def test_a_proxy_is_not_told_that_the_familys_account_stands_still(hands: Hands) -> None:
    mother, bank = hands.people.doer, hands.bank
    the_sheet_says(hands.people, "family")
    family = a_family(hands.people)
    hands.granted(mother)
    deed = hands.people.on_the_board()
    frozen(bank, family["account_id"])

    with hands.people.when_over(deed):
        own = hands.people.read(deed["id"])
        purses = went(hands.now(mother).get(f"{BANK}/me/accounts"))["items"]
        assert [each["hung"] for each in purses if each["owner"] == "family"] == [10]
        assert not went(hands.ask("GET", f"{BANK}/me/accounts", mother))["items"]
        theirs = went(hands.ask("GET", f"{DEEDS}/{deed['id']}", mother))

    labels = [(each["state_label"], each["awaits_unfreezing"]) for each in (own, theirs)]
    assert labels == [("公示已结束", True), ("公示已结束", False)]


def test_a_proxy_brings_the_principals_word_and_it_counts_once(hands: Hands) -> None:
    helped = hands.people.helped
    hands.granted(helped)
    deed = hands.people.submitted()
    (asked,) = went(hands.ask("GET", f"{BANK}/me/confirmations", helped))["items"]
    assert asked["id"] == deed["id"]
    assert not went(hands.now(hands.daughter).get(f"{BANK}/me/confirmations"))["items"]

    assert went(hands.say(deed, helped), 201)["state"] == "submitted"

    refused(hands.say(deed, helped), "already-answered")
    refused(hands.people.say(deed["id"], helped), "already-answered")
    assert went(hands.people.say(deed["id"], hands.people.witness), 201)["state"] == "confirmed"
    seen = hands.people.read(deed["id"], by=hands.people.doer)["confirmations"][0]
    assert (seen["by_proxy"], seen["whose"]) == (True, "")
    seen = hands.people.read(deed["id"], by=hands.bank.worker)["confirmations"][0]
    assert (seen["role"], seen["whose"]) == ("受助人", "王小妹代李奶奶")
    hands.kin(hands.daughter, hands.bank.member)
    refused(hands.people.decide(deed, by=hands.bank.member), "conflict-of-interest", 403)


def test_nobody_proves_for_another_what_they_did_or_claimed(hands: Hands) -> None:
    helped, witness, mother = (
        *(hands.people.helped, hands.people.witness),
        hands.people.doer,
    )
    hands.granted(helped, mother)
    own = hands.people.submitted()
    refused(hands.say(own, helped, mother), "not-independent")

    hands.granted(mother)
    hands.granted(witness)
    claimed = hands.claimed(mother, place="5号楼501")
    refused(hands.say(claimed, witness), "not-independent")
    assert went(hands.people.say(claimed["id"], witness), 201)["state"] == "submitted"


def test_a_household_of_the_proxy_proves_nothing_either_way(hands: Hands) -> None:
    mother, helped = hands.people.doer, hands.people.helped
    of_the_house = hands.bank.place.a_resident(
        name="王家人", household_id=hands.daughter.household_id
    )
    hands.granted(mother)
    claimed = hands.claimed(mother, witness_ids=[str(of_the_house.id)])
    refused(hands.people.say(claimed["id"], of_the_house), "not-independent")

    with_the_doer = hands.bank.place.a_resident(name="同住", household_id=mother.household_id)
    hands.granted(helped, with_the_doer)
    deed = hands.people.submitted(place="6号楼601")
    refused(hands.say(deed, helped, with_the_doer), "not-independent")


def test_one_hand_brings_one_word_of_a_deed(hands: Hands) -> None:
    helped, witness = hands.people.helped, hands.people.witness
    hands.granted(helped)
    hands.granted(witness)
    hands.granted(witness, helped)
    deed = hands.people.submitted(witness_ids=[str(witness.id), str(hands.daughter.id)])

    went(hands.say(deed, witness), 201)

    refused(hands.say(deed, helped), "one-hand")
    refused(hands.people.say(deed["id"], hands.daughter), "one-hand")
    assert went(hands.people.say(deed["id"], helped), 201)["state"] == "confirmed"


def test_who_claims_for_another_has_no_part_in_it(hands: Hands) -> None:
    mother = hands.people.doer
    hands.granted(mother)
    me = str(hands.daughter.id)
    both = [{"acted_id": str(mother.id)}, {"acted_id": me}]
    for own_part in ({"helped_id": me}, {"witness_ids": [me]}, {"shares": both}):
        told = hands.people.told(**own_part)
        refused(hands.ask("POST", DEEDS, mother, told), "proxy-involved")


def test_the_same_deed_is_not_claimed_by_oneself_and_by_a_proxy(hands: Hands) -> None:
    mother = hands.people.doer
    hands.granted(mother)
    hands.claimed(mother)
    draft = hands.people.a_draft()
    seen = {"row_version": draft["row_version"]}

    again = hands.now(mother).post(f"{DEEDS}/{draft['id']}/submit", seen)

    refused(again, "already-claimed")


def test_a_proxy_goes_on_with_what_the_principal_began_and_shows_no_more_of_them(
    hands: Hands,
) -> None:
    mother = hands.people.doer
    hands.granted(mother)
    draft = hands.people.a_draft()
    told = hands.people.told(display="full", row_version=draft["row_version"], credit_to="family")

    changed = went(hands.ask("PUT", f"{DEEDS}/{draft['id']}", mother, told))

    assert (changed["display"], changed["proxy"], changed["credit_to"]) == (
        *("masked", None),
        "person",
    )
    assert went(hands.ask("GET", DEEDS, mother))["items"][0]["id"] == draft["id"]
    assert hands.ask("POST", f"{DEEDS}/{draft['id']}/withdraw", mother).status_code == 200


def test_a_proxy_objects_for_the_principal_once_and_not_to_what_is_theirs(hands: Hands) -> None:
    principal = hands.people.other
    hands.granted(principal)
    deed = hands.people.on_the_board()
    said = {"reason": "那几天是他女儿送的饭。"}
    url = f"{DEEDS}/{deed['id']}/objections"

    went(hands.ask("POST", url, principal, said), 201)

    refused(hands.ask("POST", url, principal, said), "already-objected")
    refused(hands.people.object(deed, principal), "already-objected")
    (row,) = went(hands.now(hands.bank.chair).get(f"{BANK}/deed-objections/waiting"))["items"]
    assert row["objector"] == "王小妹代何邻居"
    hands.granted(principal, hands.people.doer)
    refused(hands.ask("POST", url, principal, said, hands.people.doer), "involved", 403)


def test_offers_lapse_after_a_week_and_grants_end_on_their_day(hands: Hands) -> None:
    mother, helped = hands.people.doer, hands.people.helped
    offer = hands.offered(helped)
    grant = hands.granted(mother, last_on=(today() + timedelta(days=20)).isoformat())

    with clock.at(utc_now() + timedelta(days=7, seconds=1)):
        refused(hands.accept(offer), "grant-moved")
        hands.bank.run(end_proxies)
        hands.bank.run(end_proxies)
        assert hands.grant(offer).ended_because == "lapsed"
        assert "代办授权快到期了" in hands.bank.told(hands.daughter)
        assert hands.bank.told(mother).count("代办授权快到期了") == 1
    with clock.at(noon(today() + timedelta(days=20))):
        assert hands.ask("GET", f"{BANK}/me/accounts", mother).status_code == 200
    with clock.at(noon(today() + timedelta(days=21))):
        refused(hands.ask("GET", f"{BANK}/me/accounts", mother), "not-a-proxy", 403)
        hands.bank.run(end_proxies)
        assert hands.grant(grant).ended_because == "expired"


def test_an_offer_that_is_past_its_last_day_is_not_accepted(hands: Hands) -> None:
    offer = hands.offered(hands.people.doer, last_on=today().isoformat())

    with clock.at(noon(today() + timedelta(days=1))):
        refused(hands.accept(offer), "grant-moved")
        hands.bank.run(end_proxies)

    assert hands.grant(offer).ended_because == "expired"


def test_who_never_agreed_is_not_called_by_the_whole_name(hands: Hands) -> None:
    mother, daughter = hands.people.doer, hands.daughter

    def last_word(person: Person) -> str:
        with hands.bank.app.app_context():
            found = db.session.query(Notice).filter_by(resident_id=person.id)
            return str(found.order_by(Notice.id.desc())[0].body)

    declined = hands.offered(mother)
    hands.now(daughter).delete(f"{GRANTS}/{declined}")
    assert last_word(mother) == "王*妹替王小芳代办的授权已经结束：对方没有接受。"
    hands.offered(mother)
    with clock.at(utc_now() + timedelta(days=7, seconds=1)):
        hands.bank.run(end_proxies)
    assert last_word(mother) == "王*妹替王小芳代办的授权已经结束：七天内没有接受。"
    assert last_word(daughter) == "王小妹替王小芳代办的授权已经结束：七天内没有接受。"
    agreed = hands.granted(mother)
    hands.now(daughter).delete(f"{GRANTS}/{agreed}")
    assert last_word(mother) == "王小妹替王小芳代办的授权已经结束：代办人不再代办。"


def test_who_moves_away_or_gives_up_the_account_leaves_no_grant(hands: Hands) -> None:
    mother, helped = hands.people.doer, hands.people.helped
    of_the_mover, of_the_leaver = hands.granted(helped), hands.granted(mother)
    home = went(hands.now(helped).get("/me/residence"))["homes"][0]["residency_id"]

    assert hands.now(helped).post(f"/residencies/{home}/departure").status_code == 204
    assert hands.grant(of_the_mover).ended_because == "moved"
    assert hands.now(mother).delete("/me").status_code == 204
    assert hands.grant(of_the_leaver).ended_because == "erased"


def test_what_was_signed_on_paper_is_typed_and_counts_at_once(hands: Hands) -> None:
    old = hands.bank.place.a_resident(name="赵大爷")
    worker = hands.bank.worker
    said = {
        "principal_id": str(old.id),
        "proxy_id": str(hands.daughter.id),
        "scopes": ["virtue_bank"],
        "made": "paper",
        "paper_serial": "委-001",
    }

    grant = went(worker.post(f"{GRANTS}/on-behalf", said), 201)

    assert (grant["state"], grant["made_label"], grant["mine"]) == ("live", "纸质委托书", "neither")
    hands.claimed(old)
    refused(worker.post(f"{GRANTS}/on-behalf", said), "paper-taken")
    other = said | {"proxy_id": str(hands.people.other.id)}
    refused(
        worker.post(f"{GRANTS}/on-behalf", other | {"paper_serial": None}), "paper-missing", 422
    )
    refused(worker.post(f"{GRANTS}/on-behalf", said | {"paper_serial": "委-2"}), "already-proxy")
    far = hands.bank.place.a_worker("counter_clerk")
    assert went(far.post(f"{GRANTS}/on-behalf", other | {"made": "counter", "paper_serial": None}))
    assert len(went(worker.get(f"{GRANTS}/in-care"))["items"]) == 2
    url = f"{GRANTS}/{grant['id']}/ending"
    assert worker.post(url, {"because": "died"}).status_code == 204
    refused(worker.post(url, {"because": "died"}), "grant-moved")
    assert hands.grant(grant["id"]).ended_because == "died"
    assert "登记了：王小妹可以替您代办" in hands.bank.told(old)


def test_a_worker_types_nothing_for_themselves_their_kin_or_another_grid(hands: Hands) -> None:
    worker, mother = hands.bank.worker, hands.people.doer
    said = {"scopes": ["virtue_bank"], "made": "counter"}
    theirs = said | {"principal_id": str(mother.id), "proxy_id": str(hands.daughter.id)}
    elsewhere = hands.bank.place.a_worker("grid_worker", grid_id=uuid4())
    refused(elsewhere.post(f"{GRANTS}/on-behalf", theirs), "not-your-principal", 404)
    hands.kin(worker, hands.daughter)
    refused(worker.post(f"{GRANTS}/on-behalf", theirs), "own-business", 403)
    resident = hands.now(hands.daughter)
    assert resident.post(f"{GRANTS}/on-behalf", theirs).status_code == 403


def test_a_key_sent_again_for_another_principal_is_another_request(hands: Hands) -> None:
    mother, helped = hands.people.doer, hands.people.helped
    hands.granted(mother)
    hands.granted(helped)
    hand = hands.now(hands.daughter)
    told = hands.people.told(helped_id=None, witness_ids=[str(hands.people.witness.id)])

    def sent(principal: Person) -> Any:
        headers = {"X-On-Behalf-Of": str(principal.id), "Idempotency-Key": "one"}
        return hand.post(DEEDS, told, **headers)

    first = went(sent(mother), 201)
    assert went(sent(mother), 201)["id"] == first["id"]
    refused(sent(helped), "key-reused")
    assert len(hands.events("proxy.acted")) == 1
    (event,) = hands.events("proxy.acted")
    assert (event.actor_id, event.on_behalf_of_id) == (hands.daughter.id, mother.id)
    assert event.detail == {"action": "points.claim"}


def test_of_four_offers_taken_up_at_once_three_are_live(hands: Hands) -> None:
    place = hands.bank.place
    offers = [hands.offered(place.a_resident(name=f"老{n}")) for n in "甲乙丙丁"]
    hand = hands.now(hands.daughter)

    answers = at_once([partial(hand.post, f"{GRANTS}/{each}/acceptance") for each in offers])

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 409]
    assert [hands.grant(each).state for each in offers].count("live") == 3


def test_after_it_was_taken_back_nothing_is_done_by_it(hands: Hands) -> None:
    mother = hands.people.doer
    for number in range(4):
        grant = hands.granted(mother)
        told = hands.people.told(place=f"{number}号楼101")
        hand, own = hands.now(hands.daughter), hands.now(mother)
        headers = {"X-On-Behalf-Of": str(mother.id)}

        claimed, ended = at_once(
            [
                partial(hand.post, DEEDS, told, **headers),
                partial(own.delete, f"{GRANTS}/{grant}"),
            ]
        )

        assert ended.status_code == 204
        assert claimed.status_code in {201, 403}
        if claimed.status_code == 201:
            row, taken_back = hands.people.row(claimed.get_json()["id"]), hands.grant(grant)
            assert taken_back.ended_at is not None
            assert row.created_at <= taken_back.ended_at


def test_a_longer_list_of_grants_costs_the_same(hands: Hands) -> None:
    mother, place = hands.people.doer, hands.bank.place

    def cost() -> int:
        reader = hands.now(mother)
        with counted_statements(hands.bank.app) as statements:
            went(reader.get(GRANTS))
        return len(statements)

    hands.offered(mother)
    first = cost()
    for number in "甲乙丙":
        hands.offered(mother, place.a_resident(name=f"老{number}"))

    assert cost() == first
