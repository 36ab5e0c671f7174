"""What a decision, an order, a pick-up and a credit ask of PostgreSQL, and that it is not more."""

from collections import Counter
from uuid import UUID

from backend.database import in_transaction
from backend.virtue_bank.actions import crediting
from tests.counting import counted_statements
from tests.virtue_bank.a_bank import Bank, went
from tests.virtue_bank.a_deed import neighbours
from tests.virtue_bank.a_shop import a_shop_at


def test_a_decision_writes_each_row_once_and_asks_nothing_twice(bank: Bank) -> None:
    street = neighbours(bank)
    deed = street.confirmed()
    bank.worker = street.now(bank.worker)
    said = {"outcome": "approve", "call_note": "问过。", "row_version": deed["row_version"]}
    went(bank.worker.get(f"/virtue-bank/deeds/{deed['id']}"))

    with counted_statements(bank.app) as statements:
        went(bank.worker.post(f"/virtue-bank/deeds/{deed['id']}/decision", said))

    assert len(statements) <= 24
    sent = [" ".join(each.split()) for each in statements]
    writes = Counter(each.split(" SET ")[0] for each in sent if each.startswith("UPDATE"))
    assert writes == {"UPDATE deed": 1, "UPDATE deed_share": 2}
    asked = [each for each in sent if each.startswith("SELECT deed_share")]
    assert len(asked) == 1
    (at,) = (place for place, each in enumerate(sent) if "ledger.post(" in each)
    assert [each.split(" SET ")[0].split(" WHERE ")[0] for each in sent[at + 1 :]] == [
        "UPDATE deed_share",  # which transfer holds its points
        "SELECT title AS item, coalesce((SELECT name FROM building",
    ]


def test_a_credit_is_ten_statements_for_a_share(bank: Bank) -> None:
    street = neighbours(bank)
    deed = street.on_the_board()

    with street.when_over(deed), bank.app.app_context():
        (due,) = in_transaction(crediting.due_awards)
        with counted_statements(bank.app) as statements:
            assert in_transaction(lambda: crediting.credit(*due))

    assert due[1] == UUID(deed["id"])
    assert len(statements) <= 10


def test_an_order_and_its_pick_up_ask_the_same_few_things(bank: Bank) -> None:
    shop = a_shop_at(bank.place, member=bank.member)
    buyer, item_id = shop.somebody(points=100), shop.an_item()

    with counted_statements(bank.app) as ordering:
        code = went(shop.order(buyer, (item_id, 1)), 201)["code"]
    with counted_statements(bank.app) as fetching:
        went(shop.brings(code))

    assert len(ordering) <= 15
    assert len(fetching) <= 13


def test_a_statement_of_many_lines_asks_what_one_of_few_asks(bank: Bank) -> None:
    person = bank.place.a_resident()
    number = bank.account_of(person)

    def asked(lines: int) -> int:
        for _ in range(lines):
            bank.posted(bank.held(person, 1), 1)
        with counted_statements(bank.app) as statements:
            page = went(person.get(f"/virtue-bank/accounts/{number}/statement", limit=50))
        assert page["lines"]
        return len(statements)

    assert asked(1) == asked(30) <= 4
