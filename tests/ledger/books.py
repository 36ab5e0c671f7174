"""A community's books for tests: short ways to move points, each a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask import Flask

from backend.database import db, in_transaction
from backend.ledger import actions, queries
from backend.ledger.models import Asset, Balance, BatchLine, Code, OwnerKind, Posted, Source

Answer = TypeVar("Answer")


@dataclass(kw_only=True)
class Books:
    """One community's ledger, used as the edge would: every call commits or leaves nothing."""

    app: Flask
    community_id: UUID
    asset: Asset = Asset.POINTS
    actor_id: UUID = field(default_factory=uuid4)
    approver_id: UUID = field(default_factory=uuid4)

    def do(self, work: Callable[[], Answer]) -> Answer:
        with self.app.app_context():
            try:
                return in_transaction(work)
            finally:
                db.session.remove()

    def open(self, kind: OwnerKind = OwnerKind.PERSON, *, ceiling: int | None = None) -> int:
        return self.do(
            lambda: actions.open_account(
                self.community_id, self.asset, kind, uuid4(), max_balance=ceiling
            )
        )

    def special(self, kind: OwnerKind) -> int:
        return self.do(lambda: actions.special_account(self.community_id, self.asset, kind))

    @property
    def issuer(self) -> int:
        return self.special(OwnerKind.ISSUER)

    @property
    def shop(self) -> int:
        return self.special(OwnerKind.SHOP_SINK)

    def holding(self, amount: int, kind: OwnerKind = OwnerKind.PERSON) -> int:
        """A new account with so much on it."""
        number = self.open(kind)
        self.pay(self.issuer, number, amount)
        return number

    def pay(self, debit_id: int, credit_id: int, amount: int, **more: Any) -> Posted:
        return self._two_sided(actions.pay, debit_id, credit_id, amount, more)

    def hold(self, debit_id: int, credit_id: int, amount: int, **more: Any) -> Posted:
        return self._two_sided(actions.hold, debit_id, credit_id, amount, more)

    def post(self, hold_id: int, amount: int, **more: Any) -> Posted:
        told = {"hold_id": hold_id, "amount": amount, **self._said(more)}
        return self.do(lambda: actions.post_hold(self.community_id, **told))

    def void(self, hold_id: int, **more: Any) -> Posted:
        told = {"hold_id": hold_id, **self._said(more)}
        return self.do(lambda: actions.void_hold(self.community_id, **told))

    def reverse(self, transfer_id: int, amount: int, **more: Any) -> Posted:
        said = {"code": Code.REVERSE, "source": Source.REVERSAL_REQUEST} | more
        told = {"transfer_id": transfer_id, "amount": amount, **self._said(said)}
        return self.do(lambda: actions.reverse(self.community_id, **told))

    def batch(self, debit_id: int, lines: list[BatchLine], **more: Any) -> int:
        said: dict[str, Any] = {
            "asset": self.asset,
            "code": Code.DUTY,
            "source": Source.GRANT_LINE,
            "actor_id": self.actor_id,
            "approver_id": self.approver_id,
        } | more
        return self.do(
            lambda: actions.award_batch(self.community_id, debit_id=debit_id, lines=lines, **said)
        )

    def set(
        self, account_id: int, *, frozen: bool | None = None, ceiling: int | None = None
    ) -> None:
        self.do(
            lambda: actions.set_account(
                self.community_id, account_id, frozen=frozen, max_balance=ceiling
            )
        )

    def balance(self, account_id: int) -> Balance:
        return self.do(lambda: queries.balances(self.community_id, [account_id])[account_id])

    def available(self, account_id: int) -> int:
        return self.balance(account_id).available

    def _two_sided(
        self,
        move: Callable[..., Posted],
        debit_id: int,
        credit_id: int,
        amount: int,
        more: dict[str, Any],
    ) -> Posted:
        sides = {"debit_id": debit_id, "credit_id": credit_id, "amount": amount}
        told = {"asset": self.asset, **sides, **self._said(more)}
        return self.do(lambda: move(self.community_id, **told))

    def _said(self, more: dict[str, Any]) -> dict[str, Any]:
        return {
            "code": Code.AWARD,
            "source": Source.DEED_SHARE,
            "source_id": uuid4(),
            "actor_id": self.actor_id,
            "approver_id": self.approver_id,
        } | more
