"""A statement as it is handed out on paper: whose it is, where, and the seal over the books."""

from datetime import date
from typing import Any

from backend.clock import utc_now
from backend.days import start_of
from backend.ledger.models import Account, OwnerKind
from backend.ledger.queries import head, statement
from backend.residents.models import Caller, Community
from backend.residents.queries.people import names
from backend.residents.queries.places import find_community
from backend.virtue_bank.actions.accounts import Statement, own_statement, read_for
from backend.virtue_bank.queries.accounts import holder_of
from backend.virtue_bank.queries.families import adults_of_account
from backend.virtue_bank.rules.statement_papers import MOST_LINES, Told


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
        holder=_holder(read.account, community),
        balance=read.balance,
        since=read.since,
        until=read.until,
        lines=read.lines,
        opening=_opening(read),
        head=head(community.id),
        made_at=utc_now(),
        reason=reason,
    )


def _holder(account: Account, community: Community) -> str:
    """In full: whoever may read the account knows whose it is."""
    if account.owner_kind == OwnerKind.FAMILY:
        people = adults_of_account(community.id, account.id)
        return "、".join(names(people).values()) + "（全家的账户）"
    holder_id = holder_of(account)
    if holder_id is None:
        return f"{community.name}（预算）"
    name = names([holder_id])[holder_id]
    return f"{name}（每月额度）" if account.owner_kind == OwnerKind.QUOTA else name


def _opening(read: Statement) -> int:
    """From the oldest line; where there is none, from the last one of the days before."""
    if read.lines:
        first = read.lines[-1]
        return (first.balance or 0) - first.change
    here, until = read.account.community_id, start_of(read.since)
    before = statement(here, read.account.id, until=until, limit=1)
    return (before[0].balance or 0) if before else 0
