"""How much of a deed is on whose account, as far as that is the reader's to know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.clock import utc_now
from backend.ledger.queries import balances
from backend.residents.models import Caller, community_of
from backend.virtue_bank.actions.accounts import accounts_to_read
from backend.virtue_bank.actions.holders_word import oversees
from backend.virtue_bank.models import Deed, DeedShare
from backend.virtue_bank.queries import deeds as queries
from backend.virtue_bank.rules.deed_states import has_hung

HUNG, PARTLY = "公示已结束", "部分已入账"
CREDITED, WAITS, NOT_YET = "已入账", "等账户解冻后入账", "还没有入账"


@dataclass(frozen=True, kw_only=True)
class Credit:
    """What of a deed concerns the reader: the own share, or all of it for who did not act.

    `awaits_unfreezing` where a part waits for an account the reader may know stands still.
    """

    points: int | None
    credited: int
    awaits_unfreezing: bool = False


def credits_of(caller: Caller, deeds: Sequence[Deed], *, whole: bool) -> dict[UUID, Credit]:
    """Of those with points; `whole` for staff, who look at everybody's share.

    Of a deed that still hangs there is nothing to tell them: nobody's share is credited.
    """
    granted = [
        deed for deed in deeds if deed.points_granted is not None and (not whole or _is_over(deed))
    ]
    if not granted:
        return {}
    shares = queries.shares_of_deeds(community_of(caller), [deed.id for deed in granted])
    still = standing_still(caller, granted, shares)
    reader_id = None if whole else caller.resident_id
    return {
        deed.id: credit_of(deed, shares.get(deed.id, []), still=still, reader_id=reader_id)
        for deed in granted
    }


def standing_still(
    caller: Caller, deeds: Sequence[Deed], shares: Mapping[UUID, Sequence[DeedShare]]
) -> Collection[int]:
    """The frozen accounts for which these deeds wait: the reader's own, or, who oversees, all."""
    awaited = {
        share.account_id
        for deed in deeds
        if _is_over(deed)
        for share in shares.get(deed.id, [])
        if share.posted_id is None and share.account_id is not None
    }
    if awaited and not oversees(caller):
        awaited &= {each.id for each in accounts_to_read(caller)}
    if not awaited:
        return ()
    left = balances(community_of(caller), awaited)
    return {account_id for account_id, each in left.items() if each.frozen}


def credit_of(
    deed: Deed,
    shares: Sequence[DeedShare],
    *,
    still: Collection[int],
    reader_id: UUID | None,
) -> Credit:
    """Of one deed; `still` are the frozen accounts the reader may know of."""
    if deed.points_granted is None:
        return credit_of_all(deed)
    own = [share for share in shares if share.acted_id == reader_id] or shares
    return Credit(
        points=sum(share.points or 0 for share in own),
        credited=sum(share.points or 0 for share in own if share.posted_id is not None),
        awaits_unfreezing=any(state_of(deed, share, still) == WAITS for share in own),
    )


def credit_of_all(deed: Deed) -> Credit:
    """Where nobody asks whose share it is: of a deed that is not credited yet."""
    credited = deed.points_granted or 0 if deed.state == "credited" else 0
    return Credit(points=deed.points_granted, credited=credited)


def label_of(deed: Deed, credit: Credit) -> str:
    """The deed's state as it is for the reader: credited only where that share is."""
    if not _is_over(deed) or credit.credited == credit.points:
        return deed.state_label
    return PARTLY if credit.credited else HUNG


def state_of(deed: Deed, share: DeedShare, still: Collection[int]) -> str:
    """Of one share, once the deed's days on the board are over."""
    if share.posted_id is not None:
        return CREDITED
    if not _is_over(deed):
        return ""
    return WAITS if share.account_id in still else NOT_YET


def _is_over(deed: Deed) -> bool:
    """Whether nothing but the account keeps its points."""
    return deed.state == "credited" or (
        deed.state == "publicity" and has_hung(deed.display_until, utc_now())
    )
