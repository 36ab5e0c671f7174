"""The ledger in plain Python: what every call must do, said a second time and slowly."""

from dataclasses import dataclass, field

from backend.errors import DomainError
from backend.ledger.models import (
    DERIVED,
    AccountFrozen,
    AccountUnknown,
    AlreadyReversed,
    BalanceFull,
    BudgetSpent,
    HoldEnded,
    HoldUnknown,
    InsufficientPoints,
    Kind,
    NotReversible,
    OwnerKind,
)

BUDGETED = {OwnerKind.QUOTA, OwnerKind.BUDGET}


@dataclass
class Purse:
    """One account."""

    kind: OwnerKind
    ceiling: int | None = None
    credits: int = 0
    debits: int = 0
    pending: int = 0
    debt: int = 0
    frozen: bool = False

    @property
    def derived(self) -> bool:
        return self.kind in DERIVED

    @property
    def free(self) -> int:
        return self.credits - self.debits - self.pending

    def columns(self) -> tuple[int, int, int, int, bool]:
        if self.derived:
            return (0, 0, 0, 0, False)
        return (self.credits, self.debits, self.pending, self.debt, self.frozen)

    def short(self) -> type[DomainError]:
        return BudgetSpent if self.kind in BUDGETED else InsufficientPoints

    def take_in(self, amount: int) -> None:
        owed = max(0, self.debits + self.pending - self.credits - amount)
        self.debt = min(self.debt, owed)
        self.credits += amount

    def refuses_credit(self, amount: int, *, even_frozen: bool) -> type[DomainError] | None:
        if self.derived:
            return None
        if self.frozen and not even_frozen:
            return AccountFrozen
        full = self.ceiling is not None and self.credits - self.debits + amount > self.ceiling
        return BalanceFull if full else None

    def refuses_debit(self, amount: int) -> type[DomainError] | None:
        if self.derived or (not self.frozen and self.free >= amount):
            return None
        return AccountFrozen if self.frozen else self.short()


@dataclass
class Moved:
    """One transfer."""

    kind: Kind
    debit: int
    credit: int
    amount: int
    ended: bool = False


@dataclass
class Model:
    """All accounts the calls may name; any other number is unknown."""

    purses: dict[int, Purse] = field(default_factory=dict)
    transfers: dict[int, Moved] = field(default_factory=dict)

    def two_sided(
        self, kind: Kind, debit: int, credit: int, amount: int
    ) -> type[DomainError] | None:
        """What a payment or hold is refused with; accounts are looked at in order."""
        for number in sorted((debit, credit)):
            purse = self.purses.get(number)
            if purse is None:
                return AccountUnknown
            if kind is Kind.HOLD and number == credit:
                continue
            refusal = (
                purse.refuses_debit(amount)
                if number == debit
                else purse.refuses_credit(amount, even_frozen=False)
            )
            if refusal:
                return refusal
        return None

    def ending(self, hold_id: int, amount: int | None) -> type[DomainError] | None:
        """What posting (or, without an amount, voiding) a hold is refused with."""
        hold = self.transfers.get(hold_id)
        if hold is None or hold.kind is not Kind.HOLD or (amount or 0) > hold.amount:
            return HoldUnknown
        giver, taker = self.purses[hold.debit], self.purses[hold.credit]
        full = taker.refuses_credit(amount, even_frozen=True) if amount else None
        gone = hold.ended and not giver.derived and giver.pending < hold.amount
        in_order = (
            [HoldEnded if gone else None, full]
            if hold.debit < hold.credit
            else [full, HoldEnded if gone else None]
        )
        last = HoldEnded if hold.ended else None
        return next((refusal for refusal in [*in_order, last] if refusal), None)

    def reversing(self, transfer_id: int, amount: int) -> type[DomainError] | None:
        past = self.transfers.get(transfer_id)
        if past is None or past.kind not in (Kind.SINGLE, Kind.POST) or past.amount != amount:
            return NotReversible
        full = self.purses[past.debit].refuses_credit(amount, even_frozen=True)
        return full or (AlreadyReversed if past.ended else None)

    def batch(self, debit: int, lines: list[tuple[int, int]]) -> type[DomainError] | None:
        giver = self.purses.get(debit)
        takers = [self.purses.get(credit) for credit, _ in lines]
        if giver is None or any(taker is None or taker.derived for taker in takers):
            return AccountUnknown
        if any(self.purses[credit].frozen for credit, _ in lines):
            return AccountFrozen
        for credit in {credit for credit, _ in lines}:
            total = sum(amount for each, amount in lines if each == credit)
            if self.purses[credit].refuses_credit(total, even_frozen=False):
                return BalanceFull
        return giver.refuses_debit(sum(amount for _, amount in lines))

    def do(self, number: int | None, moved: Moved, about: int | None = None) -> None:
        """Take note of a transfer that happened; a batch does not tell its numbers."""
        if number is not None:
            self.transfers[number] = moved
        giver, taker = self.purses[moved.debit], self.purses[moved.credit]
        past = self.transfers[about] if about is not None else None
        if past is not None:
            past.ended = True
        match moved.kind:
            case Kind.HOLD:
                giver.pending += moved.amount
            case Kind.SINGLE:
                giver.debits += moved.amount
                taker.take_in(moved.amount)
            case Kind.POST | Kind.VOID:
                giver.pending -= past.amount if past else 0
                if moved.kind is Kind.POST:
                    giver.debits += moved.amount
                    taker.take_in(moved.amount)
            case Kind.REVERSAL:
                giver.debits += moved.amount
                giver.debt = max(giver.debt, giver.debits + giver.pending - giver.credits)
                taker.take_in(moved.amount)
