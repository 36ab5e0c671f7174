"""Accounts as their holders, and with a reason the staff, read them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.clock import today
from backend.days import end_of, start_of
from backend.errors import NotFound
from backend.ledger.models import Account, Balance, OwnerKind
from backend.ledger.queries import Line, balances, statement
from backend.residents.models import Caller, community_of
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.queries.accounts import (
    OF_PEOPLE,
    find_account,
    holder_of,
    own_accounts,
)
from backend.virtue_bank.queries.deed_lists import points_to_come
from backend.virtue_bank.queries.families import adults_of_account
from backend.virtue_bank.rules import statements as rules

STAFF_MAY_READ = (OwnerKind.PERSON, OwnerKind.FAMILY, OwnerKind.QUOTA, OwnerKind.BUDGET)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Lines of some days, newest first; `next` is where older ones of these days begin."""

    account: Account
    balance: Balance
    since: date
    until: date
    lines: list[Line]
    next: int | None

    @property
    def of(self) -> dict[str, Any]:
        """Whose it is and what is left on it, as lists of accounts show it."""
        return {"account": self.account, "balance": self.balance}


def accounts_of(caller: Caller) -> list[dict[str, Any]]:
    """What the caller has here, what of it is free, and what deeds are still to bring."""
    here, found = community_of(caller), accounts_to_read(caller)
    left = balances(here, [account.id for account in found])
    owners = {
        kind: [each.owner_id for each in found if each.owner_kind == kind] for kind in OF_PEOPLE
    }
    to_come = {}
    if found:
        to_come = points_to_come(
            here,
            [each.id for each in found],
            people=owners[OwnerKind.PERSON],
            families=owners[OwnerKind.FAMILY],
        )
    told = []
    for account in found:
        on_board, hung = to_come.get(account.id, (0, 0))
        told.append(
            {
                "account": account,
                "balance": left[account.id],
                "on_board": on_board,
                "hung": hung,
            }
        )
    return told


def accounts_to_read(caller: Caller) -> list[Account]:
    """The caller's own and the family's; a proxy reads the principal's own alone."""
    return [
        account
        for account in own_accounts(community_of(caller), caller.resident_id)
        if caller.proxy is None or account.owner_kind == OwnerKind.PERSON
    ]


def own_statement(caller: Caller, account_id: int, **asked: Any) -> Statement:
    """The caller's own account, that of the caller's quota, or of the family one is an adult of.

    Raises:
        NotFound: it is somebody else's.
    """
    account = find_account(community_of(caller), account_id)
    if holder_of(account) != caller.resident_id and not _is_of_the_family(account, caller):
        raise NotFound("没有这个账户。")
    return _statement(account, **asked)


def _is_of_the_family(account: Account, caller: Caller) -> bool:
    """A proxy reads the principal's own account alone: the family's is others' as well."""
    return (
        caller.proxy is None
        and account.owner_kind == OwnerKind.FAMILY
        and caller.resident_id in adults_of_account(account.community_id, account.id)
    )


def read_for(caller: Caller, account_id: int, *, reason: str, **asked: Any) -> Statement:
    """Somebody else's account, for one of the known reasons, which is kept as evidence.

    Raises:
        NotFound: the community has none, or one of its own that the ledger's heads show.
    """
    account = find_account(community_of(caller), account_id)
    if account.owner_kind not in STAFF_MAY_READ:
        raise NotFound("没有这个账户。")
    told = _statement(account, **asked)
    witness(
        caller,
        "points_account.read",
        "points_account",
        account.owner_id,
        account_id=account.id,
        owner_kind=account.owner_kind,
        reason=reason,
        since=told.since.isoformat(),
        until=told.until.isoformat(),
    )
    return told


def _statement(
    account: Account,
    *,
    since: date | None,
    until: date | None,
    limit: int,
    before: int | None = None,
    whole: bool = False,
) -> Statement:
    since, until = rules.days_asked(since, until, today())
    found = statement(
        account.community_id,
        account.id,
        since=start_of(since),
        until=end_of(until),
        after=before,
        limit=limit,
    )
    if whole:
        rules.check_whole(len(found), limit)
    lines = found[:limit]
    return Statement(
        account=account,
        balance=balances(account.community_id, [account.id])[account.id],
        since=since,
        until=until,
        lines=lines,
        next=lines[-1].id if len(found) > limit else None,
    )
