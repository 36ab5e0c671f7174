"""A statement as it is handed out on paper: whose it is, where, and the seal over the books."""

import hmac
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from backend import crypto
from backend.clock import utc_now
from backend.days import end_of, start_of
from backend.errors import NotFound
from backend.ledger.models import Account, OwnerKind
from backend.ledger.queries import Line, balances, head, statement
from backend.residents.models import Caller, Community
from backend.residents.queries.people import masked_names, names
from backend.residents.queries.places import find_community
from backend.virtue_bank.actions.accounts import Statement, own_statement, read_for
from backend.virtue_bank.queries.accounts import find_account, holder_of
from backend.virtue_bank.queries.families import adults_of_account
from backend.virtue_bank.rules.statement_papers import MOST_LINES, Number, Told, number_of

CODE = "statement_paper"
CODE_LENGTH = 20
Names = Callable[[Iterable[UUID | None]], dict[UUID, str]]


def own_paper(caller: Caller, account_id: int, *, since: date | None, until: date | None) -> Told:
    """All lines of these days of an account the caller may read as their own.

    Raises:
        NotFound: it is somebody else's.
        TooMuchAtOnce: there are more lines than are put on paper.
    """
    return _told(own_statement(caller, account_id, **_whole(since, until)))


def paper_for(
    caller: Caller, account_id: int, *, reason: str, since: date | None, until: date | None
) -> Told:
    """The same of somebody else's account, for a reason that is kept as evidence.

    Raises:
        NotFound: the community has none.
        TooMuchAtOnce: there are more lines than are put on paper.
    """
    return _told(read_for(caller, account_id, reason=reason, **_whole(since, until)), reason)


def _whole(since: date | None, until: date | None) -> dict[str, Any]:
    return {"since": since, "until": until, "limit": MOST_LINES, "whole": True}


def _told(read: Statement, reason: str | None = None) -> Told:
    community = find_community(read.account.community_id)
    return Told(
        community=community,
        account=read.account,
        holder=_holder(read.account, community, names),
        balance=read.balance,
        since=read.since,
        until=read.until,
        lines=read.lines,
        opening=_opening(read.account, read.lines, read.since),
        head=head(community.id),
        made_at=utc_now(),
        reason=reason,
        code=_code(read),
    )


def check_paper(code: str) -> Told:
    """What the books say today of a paper that was handed out, its holder's name masked.

    Raises:
        NotFound: nobody was handed one with this code.
    """
    number, _, mark = code.rpartition("-")
    known = [each[:CODE_LENGTH] for each in crypto.macs(CODE, number)]
    if not any(hmac.compare_digest(each.encode(), mark.encode()) for each in known):
        raise NotFound
    this = number_of(number)
    account, community = _account_of(this)
    lines = statement(
        this.community_id,
        this.account_id,
        since=start_of(this.since),
        until=end_of(this.until),
        after=this.last_id + 1,
        limit=MOST_LINES,
    )
    return Told(
        community=community,
        account=account,
        holder=_holder(account, community, masked_names),
        balance=balances(community.id, [account.id])[account.id],
        since=this.since,
        until=this.until,
        lines=lines,
        opening=_opening(account, lines, this.since),
        head=head(community.id),
        made_at=utc_now(),
        reason=None,
        code=code,
    )


def _account_of(this: Number) -> tuple[Account, Community]:
    return find_account(this.community_id, this.account_id), find_community(this.community_id)


def _code(read: Statement) -> str:
    number = Number(
        community_id=read.account.community_id,
        account_id=read.account.id,
        since=read.since,
        until=read.until,
        last_id=read.lines[0].id if read.lines else 0,
    )
    return f"{number}-{crypto.mac(CODE, str(number))[:CODE_LENGTH]}"


def _holder(account: Account, community: Community, called: Names) -> str:
    """In full for whoever may read the account; others are told enough to compare."""
    if account.owner_kind == OwnerKind.FAMILY:
        people = adults_of_account(community.id, account.id)
        return "、".join(called(people).values()) + "（全家的账户）"
    holder_id = holder_of(account)
    if holder_id is None:
        return f"{community.name}（预算）"
    name = called([holder_id])[holder_id]
    return f"{name}（每月额度）" if account.owner_kind == OwnerKind.QUOTA else name


def _opening(account: Account, lines: list[Line], since: date) -> int:
    """From the oldest line; where there is none, from the last one of the days before."""
    if lines:
        return (lines[-1].balance or 0) - lines[-1].change
    before = statement(account.community_id, account.id, until=start_of(since), limit=1)
    return (before[0].balance or 0) if before else 0
