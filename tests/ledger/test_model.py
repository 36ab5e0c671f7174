"""Whatever is asked of it and in whichever order, the ledger does what plain Python says."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from backend.database import db
from backend.errors import DomainError
from backend.ledger import queries
from backend.ledger.actions import checking
from backend.ledger.models import (
    Account,
    AccountUnknown,
    AlreadyPosted,
    Asset,
    BatchLine,
    InsufficientPoints,
    KeyReused,
    Kind,
    NothingToMove,
    OwnBusiness,
    OwnerKind,
    Posted,
)
from tests.ledger.books import Books
from tests.ledger.conftest import some_books
from tests.ledger.model import Model, Moved, Purse

AMOUNTS = st.integers(1, 30)
WHICH = st.integers(0, 10_000)
OURS = (
    OwnerKind.ISSUER,
    OwnerKind.SHOP_SINK,
    OwnerKind.QUOTA,
    OwnerKind.PERSON,
    OwnerKind.PERSON,
    OwnerKind.PERSON,
)
CEILING = 40
OFTEN = {
    *("pay", "hold", "batch"),
    *(AccountUnknown, InsufficientPoints),
}
"""What a run that is worth something comes across."""
Call = Callable[..., Posted]


class Ledger(RuleBasedStateMachine):
    """One community, its time bank and its neighbour; every step is compared with the model."""

    app: Flask
    reached: Counter[object]

    def __init__(self) -> None:
        super().__init__()
        self.books = some_books(self.app)
        self.model = Model()
        self.done: list[tuple[Call, tuple[int, ...], dict[str, Any], int]] = []
        self.sources: list[UUID] = []
        for kind in OURS:
            number = self._open(kind)
            self.model.purses[number] = Purse(kind)
        capped = self.books.open(ceiling=CEILING)
        self.model.purses[capped] = Purse(OwnerKind.PERSON, ceiling=CEILING)
        minutes = Books(
            app=self.app,
            community_id=self.books.community_id,
            asset=Asset.MINUTES,
            actor_id=self.books.actor_id,
            approver_id=self.books.approver_id,
        )
        self.strangers = [minutes.holding(9), minutes.issuer, some_books(self.app).open()]

    def _open(self, kind: OwnerKind) -> int:
        special = kind in (OwnerKind.ISSUER, OwnerKind.SHOP_SINK)
        return self.books.special(kind) if special else self.books.open(kind)

    def two(self, which: int) -> tuple[int, int]:
        """Two accounts; now and then one that is not ours."""
        chance = random.Random(which)
        known = sorted(self.model.purses)
        debit, credit = chance.sample(known, 2)
        if which % 10 == 0:
            stranger = chance.choice(self.strangers)
            return chance.choice([(debit, stranger), (stranger, credit)])
        if which % 3 == 0:
            issuer = next(n for n in known if self.model.purses[n].kind is OwnerKind.ISSUER)
            return issuer, next(n for n in (debit, credit) if n != issuer)
        return debit, credit

    def ask(
        self,
        call: Call,
        asked: tuple[int, ...],
        expected: type[DomainError] | None,
        **more: Any,
    ) -> int | None:
        """The new transfer's number; the refusal must be the one expected."""
        self.reached[expected or call.__name__] += 1
        if expected is not None:
            with pytest.raises(DomainError) as refused:
                call(*asked, **more)
            assert refused.type is expected
            return None
        made = call(*asked, **more)
        assert not made.replay
        self.done.append((call, asked, more, made.transfer_id))
        return made.transfer_id

    @rule(which=WHICH, amount=AMOUNTS, holding=st.booleans())
    def move(self, which: int, amount: int, *, holding: bool) -> None:
        debit, credit = self.two(which)
        kind, call = (Kind.HOLD, self.books.hold) if holding else (Kind.SINGLE, self.books.pay)
        source = uuid4()
        number = self.ask(
            call,
            (debit, credit, amount),
            self.model.two_sided(kind, debit, credit, amount),
            source_id=source,
            key=uuid4(),
        )
        if number is not None:
            self.sources.append(source)
            self.model.do(number, Moved(kind, debit, credit, amount))

    @precondition(lambda self: self.sources)
    @rule(which=WHICH, amount=AMOUNTS)
    def pay_a_source_again(self, which: int, amount: int) -> None:
        debit, credit = self.two(which)
        expected = self.model.two_sided(Kind.SINGLE, debit, credit, amount) or AlreadyPosted
        source = self.sources[which % len(self.sources)]
        self.ask(self.books.pay, (debit, credit, amount), expected, source_id=source, key=uuid4())

    @precondition(lambda self: self.model.transfers)
    @rule(which=WHICH, amount=AMOUNTS, posting=st.booleans(), ours=st.integers(0, 9))
    def end_a_hold(self, which: int, amount: int, ours: int, *, posting: bool) -> None:
        number = self.any_transfer(which, Kind.HOLD if ours else None)
        said = amount if posting else None
        expected = self.model.ending(number, said)
        call, asked = (
            (self.books.post, (number, amount)) if posting else (self.books.void, (number,))
        )
        made = self.ask(call, asked, expected, source_id=uuid4())
        if made is not None:
            hold = self.model.transfers[number]
            kind = Kind.POST if posting else Kind.VOID
            moved = Moved(kind, hold.debit, hold.credit, said or hold.amount)
            self.model.do(made, moved, number)

    @precondition(lambda self: self.model.transfers)
    @rule(which=WHICH, wrong=st.integers(0, 9))
    def reverse(self, which: int, wrong: int) -> None:
        number = self.any_transfer(which, Kind.SINGLE if wrong else None)
        past = self.model.transfers[number]
        amount = past.amount + (wrong == 9)
        expected = self.model.reversing(number, amount)
        made = self.ask(self.books.reverse, (number, amount), expected, source_id=uuid4())
        if made is not None:
            self.model.do(made, Moved(Kind.REVERSAL, past.credit, past.debit, amount), number)

    @rule(which=WHICH, amounts=st.lists(AMOUNTS, min_size=1, max_size=5))
    def award_a_batch(self, which: int, amounts: list[int]) -> None:
        debit, _ = self.two(which)
        chance = random.Random(which)
        takers = [n for n in sorted(self.model.purses) if n != debit]
        takers = takers if which % 4 == 0 else [
            n for n in takers if not self.model.purses[n].derived
        ]  # fmt: skip
        pairs = [(chance.choice(takers), amount) for amount in amounts]
        lines = [BatchLine(credit_id=n, amount=a, source_id=uuid4()) for n, a in pairs]
        expected = self.model.batch(debit, pairs)
        self.reached[expected or "batch"] += 1
        if expected is not None:
            with pytest.raises(expected):
                self.books.batch(debit, lines)
            return
        assert self.books.batch(debit, lines) == len(lines)
        assert self.books.batch(debit, lines) == 0
        for credit, amount in pairs:
            self.model.do(None, Moved(Kind.SINGLE, debit, credit, amount))

    @precondition(lambda self: self.done)
    @rule(which=WHICH)
    def repeat(self, which: int) -> None:
        call, asked, more, number = self.done[which % len(self.done)]
        again = call(*asked, **more)
        assert again == Posted(transfer_id=number, replay=True)

    @precondition(lambda self: any("key" in more for _, _, more, _ in self.done))
    @rule(which=WHICH)
    def reuse_a_key(self, which: int) -> None:
        keyed = [each for each in self.done if "key" in each[2]]
        call, (debit, credit, amount), more, _ = keyed[which % len(keyed)]
        self.ask(call, (debit, credit, amount + 1), KeyReused, **more)

    @rule(which=WHICH, amount=AMOUNTS)
    def ask_what_cannot_be(self, which: int, amount: int) -> None:
        debit, credit = self.two(which)
        self.ask(self.books.pay, (debit, credit, 0), NothingToMove)
        self.ask(self.books.hold, (debit, credit, -amount), NothingToMove)
        mine = {"approver_id": self.books.actor_id}
        self.ask(self.books.pay, (debit, credit, amount), OwnBusiness, **mine)

    @rule(which=WHICH, frozen=st.booleans())
    def freeze(self, which: int, *, frozen: bool) -> None:
        limited = [n for n, purse in sorted(self.model.purses.items()) if not purse.derived]
        number = limited[which % len(limited)]
        self.books.set(number, frozen=frozen)
        self.model.purses[number].frozen = frozen

    @rule()
    def seal(self) -> None:
        self.books.do(lambda: checking.seal_block(self.books.community_id))
        self.books.do(lambda: checking.raise_floor(self.books.community_id))

    def any_transfer(self, which: int, kind: Kind | None) -> int:
        named = self.model.transfers.items()
        chosen = [n for n, moved in named if kind in (None, moved.kind)]
        everything = chosen or list(self.model.transfers)
        return everything[which % len(everything)]

    @invariant()
    def every_column_is_what_the_model_says(self) -> None:
        def columns() -> dict[int, tuple[int, int, int, int, bool]]:
            rows = db.session.scalars(select(Account).where(Account.id.in_(self.model.purses)))
            return {
                row.id: (
                    row.credits_posted,
                    row.debits_posted,
                    row.debits_pending,
                    row.debt,
                    row.frozen,
                )
                for row in rows
            }

        expected = {number: purse.columns() for number, purse in self.model.purses.items()}
        assert self.books.do(columns) == expected
        assert self.books.do(lambda: queries.reconcile(self.books.community_id)) == []

    def teardown(self) -> None:
        assert self.books.do(lambda: checking.verify(self.books.community_id)) is None


def test_the_ledger_does_what_the_model_says(app: Flask) -> None:
    reached: Counter[object] = Counter()
    machine = type("LedgerHere", (Ledger,), {"app": app, "reached": reached})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            print_blob=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(reached) >= OFTEN
