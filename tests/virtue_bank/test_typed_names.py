"""Words of people known by their name alone, typed by a worker: one person, and not the doers'."""

from typing import Any

import pytest

from backend.database import db, transaction
from backend.residents.models import Kin
from tests.factories import Person
from tests.virtue_bank.a_bank import Bank, refused, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours

BY_PHONE = {"stance": "yes", "unrelated": True, "channel": "phone"}


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)


def typed(people: Neighbours, deed: dict[str, Any], name: str, **about: Any) -> Any:
    url = f"{DEEDS}/{deed['id']}/confirmations/on-behalf"
    return people.now(people.bank.worker).post(url, BY_PHONE | {"name": name} | about)


def test_nobody_types_their_own_word_nor_the_same_person_twice(people: Neighbours) -> None:
    deed = people.submitted()
    url = f"{DEEDS}/{deed['id']}/confirmations/on-behalf"
    word = {"stance": "yes", "unrelated": True, "channel": "phone"}
    worker = people.bank.worker

    refused(worker.post(url, word | {"resident_id": str(worker.id)}), "not-independent")
    refused(worker.post(url, word), "somebody-unclear", 422)
    went(worker.post(url, word | {"name": "张三"}), 201)
    refused(worker.post(url, word | {"name": " 张 三"}), "already-answered")
    went(people.say(deed["id"], people.helped), 201)
    people.submitted(place="5号楼")


def test_whose_word_was_typed_by_name_is_one_person_when_they_answer(people: Neighbours) -> None:
    deed = people.submitted()
    url = f"{DEEDS}/{deed['id']}/confirmations/on-behalf"
    by_phone = {"stance": "yes", "unrelated": True, "channel": "phone"}
    went(people.bank.worker.post(url, by_phone | {"name": "李 奶奶", "role": "helped"}), 201)

    assert went(people.say(deed["id"], people.helped), 201)["state"] == "submitted"
    assert went(people.say(deed["id"], people.witness), 201)["state"] == "confirmed"


def test_who_has_answered_is_not_typed_by_name_as_well(people: Neighbours) -> None:
    deed = people.submitted()
    url = f"{DEEDS}/{deed['id']}/confirmations/on-behalf"
    by_phone = {"stance": "yes", "unrelated": True, "channel": "phone"}
    went(people.say(deed["id"], people.helped), 201)

    refused(people.bank.worker.post(url, by_phone | {"name": "李奶奶"}), "already-answered")
    assert people.state(deed["id"]) == "submitted"


def test_ones_own_word_outweighs_what_was_typed_by_name(people: Neighbours) -> None:
    deed = people.submitted()
    url = f"{DEEDS}/{deed['id']}/confirmations/on-behalf"
    by_phone = {"stance": "yes", "unrelated": True, "channel": "phone"}
    went(people.bank.worker.post(url, by_phone | {"name": "李奶奶", "role": "helped"}), 201)

    assert went(people.say(deed["id"], people.helped, "no"), 201)["state"] == "refuted"


def test_a_name_typed_alone_is_not_that_of_anybody_in_the_deed(people: Neighbours) -> None:
    friend = people.bank.place.a_resident(name="孙帮手")
    shares = [{"acted_id": str(friend.id)}]
    deed = people.submitted(shares=shares)

    for name in ("王小芳", " 孙 帮手", "吴网格"):  # claims, acted, types
        told = refused(typed(people, deed, name), "not-independent")
        assert "请选登记的居民" in told["detail"]

    namesake = people.bank.place.a_resident(name="孙帮手")
    url = f"{DEEDS}/{deed['id']}/confirmations/on-behalf"
    said = BY_PHONE | {"resident_id": str(namesake.id)}
    went(people.now(people.bank.worker).post(url, said), 201)


def test_a_namesake_of_the_family_is_looked_at_twice(people: Neighbours) -> None:
    wife, aunt = family_of(people)
    for name in (wife, aunt):
        deed = people.submitted(place=f"{name}门口")
        went(people.say(deed["id"], people.helped), 201)
        assert went(typed(people, deed, name), 201)["state"] == "confirmed"
        assert people.read(deed["id"], by=people.bank.member)["review"]["names_family"]

        assert went(people.decide(deed, by=people.bank.member))["state"] == "second_review"


def family_of(people: Neighbours) -> tuple[str, str]:
    place, doer = people.bank.place, people.doer
    place.a_resident(name="刘妻", household_id=doer.household_id)
    aunt = place.a_resident(name="王大姑")
    declared(people, aunt, doer)
    return "刘妻", "王大姑"


def declared(people: Neighbours, one: Person, other: Person) -> None:
    first, second = sorted([one.id, other.id])
    with people.bank.app.app_context(), transaction():
        db.session.add(
            Kin(resident_a=first, resident_b=second, relation="other", declared_by=other.id)
        )


def test_any_other_name_is_looked_at_once(people: Neighbours) -> None:
    family_of(people)
    deed = people.submitted()
    went(people.say(deed["id"], people.helped), 201)
    went(typed(people, deed, "张三"), 201)
    assert not people.read(deed["id"], by=people.bank.member)["review"]["names_family"]

    assert went(people.decide(deed, by=people.bank.member))["state"] == "publicity"
