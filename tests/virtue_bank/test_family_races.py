"""Two of a family at once: one account, one decision, one parting."""

from functools import partial

import pytest
from flask import Flask

from tests.virtue_bank.a_shop import BANK, a_shop, went
from tests.virtue_bank.test_families import AFamily
from tests.virtue_bank.test_shop_races import at_once, kinds


@pytest.fixture
def family(app: Flask) -> AFamily:
    return AFamily(a_shop(app)).together()


def test_orders_of_both_at_once_never_overspend(family: AFamily) -> None:
    soap = family.has(70).shop.an_item(received=20)
    both = [family.mother, family.father] * 6

    answers = at_once([partial(family.orders, person, soap) for person in both])

    assert kinds(answers) == {"went": 3, "insufficient-points": 9}
    assert family.left == (10, 60)
    assert not family.shop.faults()


def test_yes_and_no_at_once_is_one_of_both(family: AFamily) -> None:
    shop = family.has(900).shop
    pot = shop.an_item(title="电饭锅", points=250)
    for _ in range(3):
        order_id = went(family.orders(family.mother, pot))["orders"][0]["id"]
        answers = at_once(
            [
                partial(family.decides, family.father, order_id, agreed=True),
                partial(family.decides, family.father, order_id, agreed=False),
                partial(shop.does, "cancellation", order_id, family.mother),
            ]
        )
        yes, no, back = (answer.status_code < 300 for answer in answers)
        assert yes != no or back
        state = went(family.mother.get(f"{BANK}/me/orders/{order_id}"))["state"]
        assert (state == "placed") == (yes and not back)
        if state == "placed":
            went(shop.does("cancellation", order_id, family.mother))
        assert family.left == (900, 0)
    assert not shop.faults()


def test_whoever_leaves_twice_at_once_takes_one_part(family: AFamily) -> None:
    family.has(100)

    answers = at_once([partial(family.leaves, family.father) for _ in range(6)])

    assert sum(answer.status_code < 300 for answer in answers) == 1
    assert family.left == (50, 0)
    assert family.shop.points_of(family.father) == (50, 0, 0)


def test_both_leave_at_once_and_every_point_goes_along(family: AFamily) -> None:
    family.has(101)

    answers = at_once([partial(family.leaves, each) for each in (family.mother, family.father)])

    assert kinds(answers) == {"went": 2}
    took = [family.shop.points_of(each)[0] for each in (family.mother, family.father)]
    assert sum(took) == 101
    assert family.left == (0, 0)


def test_one_household_has_one_family(app: Flask) -> None:
    shop = a_shop(app)
    one = shop.place.a_resident()
    people = [one, *(shop.place.a_resident(household_id=one.household_id) for _ in range(5))]
    home = {"household_id": str(one.household_id)}

    answers = at_once([partial(each.post, f"{BANK}/families", home) for each in people])

    assert kinds(answers) == {"went": 1, "household-taken": 5}


def test_a_person_asked_into_two_families_at_once_is_of_one(family: AFamily) -> None:
    newcomer = family.shop.place.a_resident(household_id=family.mother.household_id)

    answers = at_once([partial(family.asks, newcomer) for _ in range(6)])

    assert kinds(answers) == {"went": 1, "other-family": 5}
