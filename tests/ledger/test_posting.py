"""What moves, and every way the ledger says no."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from backend.database import db
from backend.ledger import actions
from backend.ledger.models import (
    AccountFrozen,
    AccountUnknown,
    AlreadyPosted,
    AlreadyReversed,
    Asset,
    BalanceFull,
    BatchLine,
    BudgetSpent,
    Code,
    HoldEnded,
    HoldUnknown,
    InsufficientPoints,
    KeyReused,
    NothingToMove,
    NotReversible,
    OwnBusiness,
    OwnerKind,
    Source,
)
from tests.ledger.books import Books


def test_an_award_comes_from_the_issuer_whose_row_is_never_written(books: Books) -> None:
    person, issuer, shop = books.open(), books.issuer, books.shop

    def version_of(account_id: int) -> tuple[Any, ...]:
        """Where the row's version lies, and who changed or locked it last."""
        row = text("SELECT ctid::text, xmin::text, xmax::text FROM ledger.account WHERE id = :id")
        return books.do(lambda: tuple(db.session.execute(row, {"id": account_id}).one()))

    before = version_of(issuer), version_of(shop)

    made = books.pay(issuer, person, 10)
    books.pay(person, shop, 4)
    books.batch(issuer, [BatchLine(credit_id=person, amount=3, source_id=uuid4())])

    assert not made.replay
    assert books.available(person) == 9
    assert (version_of(issuer), version_of(shop)) == before


def test_an_account_is_opened_once_for_each_owner(books: Books) -> None:
    assert books.issuer == books.issuer
    assert books.open() != books.open()


def test_an_owner_has_one_account_of_each_kind_and_asset_in_a_community(
    books: Books, neighbouring: Books
) -> None:
    owner = uuid4()

    def opened(where: Books, asset: Asset, kind: OwnerKind) -> int:
        return where.do(lambda: actions.open_account(where.community_id, asset, kind, owner))

    for _ in range(2):
        found = [
            opened(books, Asset.POINTS, OwnerKind.PERSON),
            opened(books, Asset.POINTS, OwnerKind.FAMILY),
            opened(books, Asset.MINUTES, OwnerKind.PERSON),
            opened(neighbouring, Asset.POINTS, OwnerKind.PERSON),
        ]
        assert len(set(found)) == len(found)
    assert found[0] == opened(books, Asset.POINTS, OwnerKind.PERSON)


def test_nobody_spends_what_is_not_there(books: Books) -> None:
    person = books.holding(10)

    with pytest.raises(InsufficientPoints):
        books.pay(person, books.shop, 11)

    assert books.available(person) == 10


def test_what_is_held_cannot_be_spent(books: Books) -> None:
    person = books.holding(10)
    books.hold(person, books.shop, 6)

    with pytest.raises(InsufficientPoints):
        books.pay(person, books.shop, 5)
    with pytest.raises(InsufficientPoints):
        books.hold(person, books.shop, 5)

    assert books.balance(person).pending == 6
    assert books.available(person) == 4
    books.hold(person, books.shop, 4)
    assert books.available(person) == 0


@pytest.mark.parametrize("kind", [OwnerKind.QUOTA, OwnerKind.BUDGET])
def test_a_quota_says_that_the_budget_is_spent(books: Books, kind: OwnerKind) -> None:
    quota, person = books.holding(5, kind), books.open()

    with pytest.raises(BudgetSpent):
        books.hold(quota, person, 6)
    with pytest.raises(BudgetSpent):
        books.batch(quota, [BatchLine(credit_id=person, amount=6, source_id=uuid4())])


def test_a_hold_is_posted_in_part_and_the_rest_is_free_again(books: Books) -> None:
    person = books.holding(10)
    held = books.hold(person, books.shop, 8)

    books.post(held.transfer_id, 5)

    assert books.balance(person).pending == 0
    assert books.available(person) == 5


def test_a_voided_hold_frees_everything(books: Books) -> None:
    person = books.holding(10)
    held = books.hold(person, books.shop, 8)

    books.void(held.transfer_id)

    assert books.available(person) == 10


@pytest.mark.parametrize("others", [0, 20])
def test_a_hold_ends_once(books: Books, others: int) -> None:
    person = books.holding(30)
    held = books.hold(person, books.shop, 8)
    if others:
        books.hold(person, books.shop, others)
    books.post(held.transfer_id, 8)

    with pytest.raises(HoldEnded):
        books.post(held.transfer_id, 8, source_id=uuid4())
    with pytest.raises(HoldEnded):
        books.void(held.transfer_id)

    assert books.balance(person).pending == others


def test_no_more_is_posted_than_was_held(books: Books) -> None:
    person = books.holding(10)
    held = books.hold(person, books.shop, 8)

    with pytest.raises(HoldUnknown):
        books.post(held.transfer_id, 9)
    with pytest.raises(HoldUnknown):
        books.post(held.transfer_id + 1000, 1)
    with pytest.raises(HoldUnknown):
        books.void(books.pay(books.issuer, person, 1).transfer_id)


def test_a_hold_of_another_community_does_not_exist(books: Books, neighbouring: Books) -> None:
    person = books.holding(10)
    held = books.hold(person, books.shop, 8)

    with pytest.raises(HoldUnknown):
        neighbouring.post(held.transfer_id, 8)


def test_accounts_of_another_community_or_asset_do_not_exist(
    books: Books, neighbouring: Books, minutes: Books
) -> None:
    here, there, hours = books.holding(10), neighbouring.open(), minutes.open()

    for elsewhere in (there, hours, 10**9):
        with pytest.raises(AccountUnknown):
            books.pay(here, elsewhere, 1)
        with pytest.raises(AccountUnknown):
            books.hold(here, elsewhere, 1)
        with pytest.raises(AccountUnknown):
            books.pay(elsewhere, here, 1)
        with pytest.raises(AccountUnknown):
            books.hold(elsewhere, here, 1)
        with pytest.raises(AccountUnknown):
            books.batch(here, [BatchLine(credit_id=elsewhere, amount=1, source_id=uuid4())])
        with pytest.raises(AccountUnknown):
            books.batch(elsewhere, [BatchLine(credit_id=here, amount=1, source_id=uuid4())])
    assert books.available(here) == 10


def test_a_frozen_account_takes_part_in_nothing_new(books: Books) -> None:
    person = books.holding(10)
    held = books.hold(person, books.shop, 4)
    books.set(person, frozen=True)

    with pytest.raises(AccountFrozen):
        books.pay(person, books.shop, 1)
    with pytest.raises(AccountFrozen):
        books.hold(person, books.shop, 1)
    with pytest.raises(AccountFrozen):
        books.pay(books.issuer, person, 1)
    with pytest.raises(AccountFrozen):
        books.batch(books.issuer, [BatchLine(credit_id=person, amount=1, source_id=uuid4())])

    books.post(held.transfer_id, 4)  # what was promised before still happens
    books.set(person, frozen=False)
    assert books.available(person) == 6


def test_a_frozen_account_still_gets_what_was_promised_or_is_given_back(books: Books) -> None:
    quota, person = books.holding(10, OwnerKind.QUOTA), books.holding(5)
    promised = books.hold(quota, person, 3)
    spent = books.pay(person, books.shop, 5)
    books.set(person, frozen=True)

    books.post(promised.transfer_id, 3)
    books.reverse(spent.transfer_id, 5)

    assert books.available(person) == 8


def test_a_ceiling_is_of_what_is_there_and_not_of_all_that_ever_came(books: Books) -> None:
    person = books.open(ceiling=10)
    books.pay(books.issuer, person, 10)
    books.pay(person, books.shop, 4)

    with pytest.raises(BalanceFull):
        books.pay(books.issuer, person, 5)
    books.pay(books.issuer, person, 4)
    assert books.available(person) == 10


def test_a_ceiling_is_kept(books: Books) -> None:
    person = books.open(ceiling=10)

    with pytest.raises(BalanceFull):
        books.pay(books.issuer, person, 11)
    with pytest.raises(BalanceFull):
        books.batch(books.issuer, [BatchLine(credit_id=person, amount=11, source_id=uuid4())])
    books.pay(books.issuer, person, 10)
    with pytest.raises(BalanceFull):
        books.set(person, ceiling=9)

    books.set(person, ceiling=12, frozen=True)
    books.set(person, frozen=False)
    books.pay(books.issuer, person, 2)
    with pytest.raises(BalanceFull):
        books.pay(books.issuer, person, 1)
    books.set(person, ceiling=12)
    assert books.available(person) == 12


def test_nobody_freezes_an_account_of_another_community(books: Books, neighbouring: Books) -> None:
    person = books.holding(10)

    with pytest.raises(AccountUnknown):
        neighbouring.set(person, frozen=True)

    books.pay(person, books.shop, 10)


def test_accounts_without_a_limit_are_never_changed(books: Books) -> None:
    with pytest.raises(AccountUnknown):
        books.set(books.issuer, frozen=True)


def test_one_source_is_paid_once_under_whichever_key(books: Books) -> None:
    person, share = books.open(), uuid4()
    books.pay(books.issuer, person, 10, source_id=share)

    with pytest.raises(AlreadyPosted):
        books.pay(books.issuer, person, 10, source_id=share, key=uuid4())

    assert books.available(person) == 10


def test_the_same_call_again_gets_the_same_answer(books: Books) -> None:
    person, share = books.open(), uuid4()

    first = books.pay(books.issuer, person, 10, source_id=share)
    again = books.pay(books.issuer, person, 10, source_id=share)

    assert again.transfer_id == first.transfer_id
    assert (first.replay, again.replay) == (False, True)
    assert books.available(person) == 10


def test_a_key_names_one_call(books: Books) -> None:
    person, key = books.open(), uuid4()
    books.pay(books.issuer, person, 10, key=key)

    with pytest.raises(KeyReused):
        books.pay(books.issuer, person, 11, key=key)
    with pytest.raises(KeyReused):
        books.batch(
            books.issuer, [BatchLine(credit_id=person, amount=9, source_id=uuid4(), key=key)]
        )


@pytest.mark.parametrize(
    "changed", ["amount", "code", "source", "source_id", "asset", "debit_id", "credit_id"]
)
def test_a_key_with_anything_else_behind_it_is_refused(books: Books, changed: str) -> None:
    asked: dict[str, Any] = {
        "debit_id": books.holding(20),
        "credit_id": books.open(),
        "amount": 5,
        "code": Code.AWARD,
        "source": Source.DEED_SHARE,
        "source_id": uuid4(),
        "asset": Asset.POINTS,
        "key": uuid4(),
    }
    others: dict[str, Any] = {
        "amount": 6,
        "code": Code.DUTY,
        "source": Source.GRANT_LINE,
        "source_id": uuid4(),
        "asset": Asset.MINUTES,
        "debit_id": books.holding(20),
        "credit_id": books.open(),
    }
    books.pay(**asked)
    assert books.pay(**asked).replay

    with pytest.raises(KeyReused):
        books.pay(**(asked | {changed: others[changed]}))
    with pytest.raises(KeyReused):
        books.hold(**asked)

    assert books.available(asked["debit_id"]) == 15


@pytest.mark.parametrize(
    "changed", ["amount", "code", "source", "source_id", "debit_id", "credit_id"]
)
def test_a_key_within_a_batch_names_one_line(books: Books, changed: str) -> None:
    line: dict[str, Any] = {"credit_id": books.open(), "amount": 5, "source_id": uuid4()}
    asked: dict[str, Any] = {"debit_id": books.holding(20), "key": uuid4()} | line
    others: dict[str, Any] = {
        "amount": 6,
        "code": Code.MEETING,
        "source": Source.DEED_SHARE,
        "source_id": uuid4(),
        "debit_id": books.holding(20),
        "credit_id": books.open(),
    }

    def give(**said: Any) -> int:
        lines = [BatchLine(**{name: said.pop(name) for name in (*line, "key")})]
        return books.batch(said.pop("debit_id"), lines, **said)

    assert give(**asked) == 1
    assert give(**asked) == 0
    with pytest.raises(KeyReused):
        give(**(asked | {changed: others[changed]}))

    assert books.available(asked["debit_id"]) == 15


def test_a_batch_does_not_take_a_hold_for_its_own_line(books: Books) -> None:
    quota, person = books.holding(20, OwnerKind.QUOTA), books.open()
    key, share = uuid4(), uuid4()
    told: dict[str, Any] = {"code": Code.DUTY, "source": Source.GRANT_LINE}
    books.hold(quota, person, 5, key=key, source_id=share, **told)

    with pytest.raises(KeyReused):
        books.batch(quota, [BatchLine(credit_id=person, amount=5, source_id=share, key=key)])


def test_a_key_names_one_hold_and_one_reversal(books: Books) -> None:
    person, key, other, row = books.holding(20), uuid4(), uuid4(), uuid4()
    one, two = (books.hold(person, books.shop, 5).transfer_id for _ in range(2))
    first = books.post(one, 5, key=key, source_id=row).transfer_id
    second = books.post(two, 5).transfer_id

    with pytest.raises(KeyReused):
        books.post(two, 5, key=key, source_id=row)
    books.reverse(first, 5, key=other, source_id=row)
    with pytest.raises(KeyReused):
        books.reverse(second, 5, key=other, source_id=row)

    assert books.available(person) == 15


def test_keys_of_another_community_are_other_keys(books: Books, neighbouring: Books) -> None:
    key = uuid4()

    assert not books.pay(books.issuer, books.open(), 1, key=key).replay
    assert not neighbouring.pay(neighbouring.issuer, neighbouring.open(), 1, key=key).replay


def test_every_movement_can_be_repeated(books: Books) -> None:
    person, row = books.holding(20), uuid4()
    for _ in range(2):
        held = books.hold(person, books.shop, 8, source_id=row)
        posted = books.post(held.transfer_id, 8, source_id=row)
        undone = books.reverse(posted.transfer_id, 8, source_id=row)
        again = books.hold(person, books.shop, 6, source_id=row, code=Code.REDEEM)
        freed = books.void(again.transfer_id, source_id=row, code=Code.REDEEM)

    assert held.replay
    assert posted.replay
    assert undone.replay
    assert freed.replay
    assert books.available(person) == 20
    with pytest.raises(KeyReused):
        books.reverse(posted.transfer_id, 7, source_id=row)


def test_a_reversal_moves_everything_back_once(books: Books) -> None:
    person = books.open()
    paid = books.pay(books.issuer, person, 10)

    books.reverse(paid.transfer_id, 10)

    assert books.available(person) == 0
    with pytest.raises(AlreadyReversed):
        books.reverse(paid.transfer_id, 10)


def test_only_what_was_posted_is_reversed_and_in_full(books: Books, neighbouring: Books) -> None:
    person = books.holding(10)
    held = books.hold(person, books.shop, 5)
    paid = books.pay(person, books.shop, 5)

    for number, amount in ((held.transfer_id, 5), (paid.transfer_id, 4), (10**9, 5)):
        with pytest.raises(NotReversible):
            books.reverse(number, amount)
    with pytest.raises(NotReversible):
        neighbouring.reverse(paid.transfer_id, 5)


def test_a_reversal_is_not_reversed(books: Books) -> None:
    paid = books.pay(books.issuer, books.open(), 10)
    undone = books.reverse(paid.transfer_id, 10)

    with pytest.raises(NotReversible):
        books.reverse(undone.transfer_id, 10)


def test_what_is_held_counts_into_a_debt_until_it_is_let_go(books: Books) -> None:
    person = books.open()
    paid = books.pay(books.issuer, person, 10)
    held = books.hold(person, books.shop, 6)

    books.reverse(paid.transfer_id, 10)

    assert books.balance(person).debt == 6
    books.void(held.transfer_id)
    assert books.balance(person).debt == 0


def test_a_reversal_may_leave_a_debt_which_later_credits_repay(books: Books) -> None:
    person = books.open()
    paid = books.pay(books.issuer, person, 10)
    books.pay(person, books.shop, 7)

    books.reverse(paid.transfer_id, 10)

    assert books.balance(person).debt == 7
    with pytest.raises(InsufficientPoints):
        books.pay(person, books.shop, 1)
    books.pay(books.issuer, person, 9)
    assert books.balance(person).debt == 0
    assert books.available(person) == 2


def test_a_debt_is_no_credit_line(books: Books) -> None:
    person = books.open()
    paid = books.pay(books.issuer, person, 10)
    books.pay(person, books.shop, 10)
    books.reverse(paid.transfer_id, 10)
    books.pay(books.issuer, person, 10)

    with pytest.raises(InsufficientPoints):
        books.pay(person, books.shop, 1)


def test_nobody_approves_what_they_set_moving(books: Books) -> None:
    with pytest.raises(OwnBusiness):
        books.pay(books.issuer, books.open(), 1, approver_id=books.actor_id)


def test_nothing_is_no_amount(books: Books) -> None:
    for amount in (0, -1):
        with pytest.raises(NothingToMove):
            books.pay(books.issuer, books.open(), amount)


def test_a_batch_credits_everybody_or_nobody(books: Books) -> None:
    quota = books.holding(10, OwnerKind.QUOTA)
    people = [books.open() for _ in range(3)]
    lines = [BatchLine(credit_id=each, amount=3, source_id=uuid4()) for each in people]

    assert books.batch(quota, lines) == 3
    assert books.batch(quota, lines) == 0
    assert [books.available(each) for each in [*people, quota]] == [3, 3, 3, 1]

    more = [BatchLine(credit_id=each, amount=1, source_id=uuid4()) for each in people]
    books.set(people[2], frozen=True)
    with pytest.raises(AccountFrozen):
        books.batch(quota, more)
    assert [books.available(each) for each in [*people, quota]] == [3, 3, 3, 1]


def test_a_batch_gives_away_the_last_point_and_nothing_that_is_held(books: Books) -> None:
    quota, person, full = books.holding(10, OwnerKind.QUOTA), books.open(), books.open(ceiling=3)
    books.hold(quota, person, 4)

    def give(amount: int) -> int:
        lines = [BatchLine(credit_id=person, amount=amount, source_id=uuid4())]
        return books.batch(quota, [*lines, BatchLine(credit_id=full, amount=3, source_id=uuid4())])

    with pytest.raises(BudgetSpent):
        give(4)
    books.set(quota, frozen=True)
    with pytest.raises(AccountFrozen):
        give(3)
    books.set(quota, frozen=False)
    assert give(3) == 2

    assert [books.available(each) for each in (quota, person, full)] == [0, 3, 3]


def test_a_batch_may_name_one_person_twice(books: Books) -> None:
    person = books.open()
    lines = [BatchLine(credit_id=person, amount=n, source_id=uuid4()) for n in (1, 2)]

    assert books.batch(books.issuer, lines) == 2
    assert books.available(person) == 3


def test_the_same_source_may_be_paid_for_another_reason(books: Books) -> None:
    person, share = books.open(), uuid4()
    books.pay(books.issuer, person, 10, source_id=share)

    books.pay(books.issuer, person, 10, source_id=share, code=Code.AWARD_RESTORED)

    assert books.available(person) == 20
