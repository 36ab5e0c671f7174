"""A neighbour acts for another in the virtue bank: 甲代乙, never twice, and never for oneself."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from backend.audit.models import AuditEvent
from backend.database import db
from backend.residents.models import ProxyGrant
from tests.factories import Person
from tests.virtue_bank.a_bank import Bank, refused, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours

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

    def events(self, action: str) -> list[AuditEvent]:
        with self.bank.app.app_context():
            found = db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)).all()
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
