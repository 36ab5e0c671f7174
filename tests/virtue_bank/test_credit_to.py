"""Whether points go to the person or to the family: the sheet says it, or leaves it to choose."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from backend.database import db, transaction
from backend.errors import Conflict
from backend.ledger.actions import pay, reverse, special_account
from backend.ledger.models import Asset, Code, OwnerKind, Source
from backend.ledger.queries import account, balances
from backend.notifications.models import Notice
from backend.virtue_bank.models import DeedShare
from backend.virtue_bank.rules import credit_to as rules
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, Bank, refused, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours

MOTHER, FATHER, NEIGHBOUR = (uuid4() for _ in range(3))


def test_where_the_sheet_says_it_nobody_chooses() -> None:
    assert rules.credited_to("person", None) == "person"
    assert rules.credited_to("family", "family") == "family"
    for says, wish in (("person", "family"), ("family", "person")):
        with pytest.raises(rules.CreditFixed):
            rules.credited_to(says, wish)


def test_where_it_is_left_open_it_is_the_person_unless_the_family_is_chosen() -> None:
    assert rules.credited_to("choice", None) == "person"
    assert rules.credited_to("choice", "family") == "family"


def test_who_chooses_the_family_chooses_for_that_family_alone() -> None:
    of_families = {MOTHER: 1, FATHER: 1, NEIGHBOUR: 2}
    told = [
        rules.family_accounts("choice", "family", MOTHER, of_families),
        rules.family_accounts("choice", "family", MOTHER, {NEIGHBOUR: 2}),
        rules.family_accounts("choice", "person", MOTHER, of_families),
        rules.family_accounts("family", "family", MOTHER, of_families),
    ]
    assert told == [{MOTHER: 1, FATHER: 1}, {}, {}, of_families]
    with pytest.raises(Conflict):
        rules.check_family({})


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)


def the_sheet_says(people: Neighbours, whom: str) -> None:
    with people.bank.app.app_context(), transaction():
        db.session.execute(
            text("UPDATE rule_item SET credit_to = :whom WHERE id = :id"),
            {"whom": whom, "id": people.bank.items["A1"]},
        )


def a_family(people: Neighbours, *others: Person) -> dict[str, Any]:
    """The doer's, with whoever of the household agrees at once."""
    doer = people.now(people.doer)
    told = went(doer.post(f"{BANK}/families", {"household_id": str(doer.household_id)}), 201)
    for other in others:
        asked = {"resident_id": str(other.id), "role": "adult"}
        went(doer.post(f"{BANK}/families/{told['id']}/members", asked), 201)
        went(people.now(other).post(f"{BANK}/families/{told['id']}/consent"))
    return told


def on_the_family(people: Neighbours, family: dict[str, Any]) -> int:
    with people.bank.app.app_context():
        account_id = family["account_id"]
        return balances(people.bank.place.id, [account_id])[account_id].available


def credited(people: Neighbours, **about: Any) -> dict[str, Any]:
    deed = people.on_the_board(**about)
    with people.when_over(deed):
        people.sweep()
    return deed


def last_word(people: Neighbours, person: Person) -> str:
    with people.bank.app.app_context():
        found = db.session.query(Notice).filter_by(resident_id=person.id)
        return found.order_by(Notice.id.desc())[0].body


def test_the_claimant_chooses_the_family_and_its_account_gets_the_points(
    people: Neighbours,
) -> None:
    the_sheet_says(people, "choice")
    family = a_family(people)

    deed = credited(people, credit_to="family")

    assert on_the_family(people, family) == 10
    told = people.read(deed["id"])
    assert (told["credit_to"], told["credit_label"]) == ("family", "记给家庭账户")
    assert last_word(people, people.doer).endswith("10分已记到家庭积分账户。")


def test_without_a_choice_the_points_are_the_persons_own(people: Neighbours) -> None:
    the_sheet_says(people, "choice")
    family = a_family(people)

    deed = credited(people)

    assert (people.has(people.doer), on_the_family(people, family)) == (10, 0)
    assert people.read(deed["id"])["credit_label"] == "记给本人"


def test_of_several_those_of_the_family_give_to_it_and_a_neighbour_keeps_their_own(
    people: Neighbours,
) -> None:
    the_sheet_says(people, "choice")
    wife = people.bank.place.a_resident(name="王太太", household_id=people.doer.household_id)
    family = a_family(people, wife)
    acted = [{"acted_id": str(each.id)} for each in (people.doer, wife, people.other)]

    credited(people, shares=acted, credit_to="family")

    assert (on_the_family(people, family), people.has(people.other)) == (20, 10)
    assert last_word(people, wife).endswith("10分已记到家庭积分账户。")
    assert last_word(people, people.other).endswith("10分已记到您名下。")
    with people.bank.app.app_context():
        here = people.bank.place.id
        assert account(here, Asset.POINTS, OwnerKind.PERSON, wife.id) is None


def test_what_the_sheet_does_not_leave_open_is_refused(people: Neighbours) -> None:
    a_family(people)
    answer = people.now(people.doer).post(DEEDS, people.told(credit_to="family"))
    told = refused(answer, "credit-fixed", 422)
    assert told["errors"]["json"] == {"credit_to": ["这一项只记给做事的人"]}

    the_sheet_says(people, "family")
    refused(people.doer.post(DEEDS, people.told(credit_to="person")), "credit-fixed", 422)
    assert people.a_draft()["credit_to"] == "family"
    assert people.doer.post(DEEDS, people.told(credit_to="choice")).status_code == 422


def test_without_a_family_that_agreed_nobody_chooses_one(people: Neighbours) -> None:
    the_sheet_says(people, "choice")
    refused(people.doer.post(DEEDS, people.told(credit_to="family")), "no-family-account")

    wife = people.bank.place.a_resident(name="王太太", household_id=people.doer.household_id)
    founder = people.now(wife)
    home = {"household_id": str(wife.household_id)}
    family = went(founder.post(f"{BANK}/families", home), 201)
    asked = {"resident_id": str(people.doer.id), "role": "adult"}
    went(founder.post(f"{BANK}/families/{family['id']}/members", asked), 201)
    refused(people.doer.post(DEEDS, people.told(credit_to="family")), "no-family-account")

    went(people.doer.post(f"{BANK}/families/{family['id']}/consent"))
    draft = people.a_draft(credit_to="family")
    went(people.now(people.doer).post(f"{BANK}/families/{family['id']}/leaving"))
    seen = {"row_version": draft["row_version"]}
    answer = people.doer.post(f"{DEEDS}/{draft['id']}/submit", seen)
    refused(answer, "no-family-account")
    changed = people.told(row_version=draft["row_version"])
    assert went(people.doer.put(f"{DEEDS}/{draft['id']}", changed))["credit_to"] == "person"


def test_a_family_that_ended_before_the_decision_leaves_the_points_to_the_person(
    people: Neighbours,
) -> None:
    the_sheet_says(people, "choice")
    family = a_family(people)
    deed = people.confirmed(credit_to="family")
    went(people.now(people.doer).post(f"{BANK}/families/{family['id']}/leaving"))

    hung = went(people.decide(deed))
    with people.when_over(hung):
        people.sweep()

    assert people.has(people.doer) == 10


def test_points_held_for_a_family_that_ended_meanwhile_go_to_the_person(
    people: Neighbours,
) -> None:
    the_sheet_says(people, "choice")
    family = a_family(people)
    hung = people.on_the_board(credit_to="family")
    went(people.now(people.doer).post(f"{BANK}/families/{family['id']}/leaving"))

    with people.when_over(hung):
        people.sweep()
        people.sweep()

    assert people.has(people.doer) == 10
    assert on_the_family(people, family) == 0
    assert last_word(people, people.doer).endswith("10分已记到您名下。")


def test_what_a_family_that_ended_owes_is_repaid_before_the_rest_goes_on(
    people: Neighbours,
) -> None:
    the_sheet_says(people, "choice")
    family = a_family(people)
    hung = people.on_the_board(credit_to="family")
    given = given_to(people, family["account_id"], 4)
    went(people.now(people.doer).post(f"{BANK}/families/{family['id']}/leaving"))
    taken_back(people, given, 4)

    with people.when_over(hung):
        people.sweep()

    assert people.state(hung["id"]) == "credited"
    assert (people.has(people.doer), on_the_family(people, family)) == (4 + 6, 0)


def test_an_award_restored_to_a_family_that_ended_goes_to_who_earned_it(
    people: Neighbours,
) -> None:
    the_sheet_says(people, "choice")
    family = a_family(people)
    url = appealed(people, credited(people, credit_to="family"))
    went(people.now(people.doer).post(f"{BANK}/families/{family['id']}/leaving"))

    restored(people, url)

    assert (people.has(people.doer), on_the_family(people, family)) == (10, 0)


def test_an_award_restored_to_a_family_counts_for_who_earned_it(people: Neighbours) -> None:
    the_sheet_says(people, "choice")
    wife = people.bank.place.a_resident(name="王太太", household_id=people.doer.household_id)
    family = a_family(people, wife)
    restored(people, appealed(people, credited(people, credit_to="family")))
    given_to(people, family["account_id"], 4)

    leaving = f"{BANK}/families/{family['id']}/leaving"
    assert went(people.now(wife).post(leaving))["share"] == 0
    assert went(people.now(people.doer).post(leaving))["share"] == 14


def appealed(people: Neighbours, deed: dict[str, Any]) -> str:
    """The deed's award is taken back and its doer asks the supervisors; where they answer."""
    bank, award = people.bank, posted(people, deed)
    why = {"reason": "核实后不是本人所为。", "decision_ref": "居委会决定〔2026〕8号"}
    asked = went(bank.chair.post(f"{BANK}/transfers/{award}/reversal-requests", why), 201)
    url = f"{BANK}/reversal-requests/{asked['id']}"
    doer = people.now(people.doer)
    went(doer.post(f"{url}/answer", {"text": "是我做的。"}))
    went(bank.member.post(f"{url}/confirmation"))
    went(doer.post(f"{url}/appeal", {"text": "有邻居可以作证。"}))
    return url


def restored(people: Neighbours, url: str) -> None:
    judgement = {"decision": "restored", "reason": "邻居证实确有其事。"}
    went(people.bank.supervisor.post(f"{url}/appeal-decision", judgement))


def posted(people: Neighbours, deed: dict[str, Any]) -> int | None:
    """The number of the deed's one transfer."""
    with people.bank.app.app_context():
        found = select(DeedShare.posted_id).where(DeedShare.deed_id == UUID(deed["id"]))
        return db.session.scalars(found).one()


def given_to(people: Neighbours, account_id: int, points: int) -> int:
    here = people.bank.place.id
    with people.bank.app.app_context(), transaction():
        return pay(
            here,
            asset=Asset.POINTS,
            code=Code.AWARD,
            debit_id=special_account(here, Asset.POINTS, OwnerKind.ISSUER),
            credit_id=account_id,
            amount=points,
            source=Source.GRANT_LINE,
            source_id=uuid4(),
            actor_id=people.bank.member.id,
        ).transfer_id


def taken_back(people: Neighbours, transfer_id: int, points: int) -> None:
    with people.bank.app.app_context(), transaction():
        reverse(
            people.bank.place.id,
            transfer_id=transfer_id,
            amount=points,
            code=Code.REVERSE,
            source=Source.REVERSAL_REQUEST,
            source_id=uuid4(),
            actor_id=people.bank.chair.id,
            approver_id=people.bank.member.id,
        )


def test_a_worker_types_what_somebody_chose(people: Neighbours) -> None:
    the_sheet_says(people, "choice")
    a_family(people)
    said = people.told(resident_id=str(people.doer.id), channel="phone", credit_to="family")
    assert went(people.bank.worker.post(f"{DEEDS}/on-behalf", said), 201)["credit_to"] == "family"
