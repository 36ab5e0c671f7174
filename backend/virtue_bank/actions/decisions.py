"""Deciding on a deed: the first look, the second, and what then hangs on the board."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from backend import crypto
from backend.clock import today, utc_now
from backend.database import db
from backend.ledger.actions import hold, open_account, void_hold
from backend.ledger.models import Asset, Code, OwnerKind, Source
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller
from backend.residents.queries.holidays import holidays
from backend.residents.queries.settings import setting_on, settings_on
from backend.virtue_bank.actions.awaited import in_working_days
from backend.virtue_bank.actions.caps import as_caps, count_in, count_out
from backend.virtue_bank.actions.confirmations import names_family
from backend.virtue_bank.actions.deed_moves import (
    Standing,
    move,
    standing_on,
    take,
)
from backend.virtue_bank.actions.looking_again import go_on, object_after_looking
from backend.virtue_bank.models import Deed, DeedShare
from backend.virtue_bank.notices import deeds as notices
from backend.virtue_bank.queries import budgets, families, sheets
from backend.virtue_bank.queries import deeds as queries
from backend.virtue_bank.rules import decisions as rules
from backend.virtue_bank.rules.caps import CapUse, Share, cap_periods, uses_together
from backend.virtue_bank.rules.credit_to import family_accounts
from backend.virtue_bank.rules.deed_states import check_move
from backend.virtue_bank.rules.deeds import points_asked

DRAW = "deed.draw"
FROM, PERCENT = "points.second_review_from", "points.second_review_percent"


def decide(
    caller: Caller,
    deed_id: UUID,
    *,
    version: int,
    outcome: str,
    points: Mapping[UUID, int],
    call_note: str,
    reason_code: str | None,
    reason: str,
) -> Deed:
    """The first look: let it pass for so many points, send it back, or turn it down.

    Raises:
        NotYourTurn, OutOfScope, ConflictOfInterest, SameReviewer: not the caller's to decide.
        CallMissing: no picture, and nobody asked the person helped.
        NoQuota, BudgetSpent, CapReached: nothing of the decision stays.
    """
    deed = take(caller, deed_id, version=version)
    shares = queries.shares_of(deed)
    by = standing_on(caller, deed, shares)
    if outcome == "approve":
        _approve(deed, shares, by, points, call_note=call_note, reason=reason)
        return deed
    rules.check_reason(reason_code, reason)
    if outcome == "return":
        days = setting_on(deed.community_id, "points.resubmit_days", today())
        due_at = rules.after_days(utc_now(), days)
        move(deed, "returned", by, reason_code=reason_code, reason=reason, due_at=due_at)
        announce(notices.returned(deed, reason))
        return deed
    check_move(deed.state, "rejected", by.roles, by.facts)
    deed.decided_by, deed.decided_at = caller.resident_id, utc_now()
    _reject(deed, by, reason_code, reason)
    return deed


def decide_second(
    caller: Caller,
    deed_id: UUID,
    *,
    version: int,
    outcome: str,
    reason_code: str | None,
    reason: str,
) -> Deed:
    """The second look, by somebody else; points are those of the first.

    A deed that hung before and lost its names goes on hanging, or is objected to.
    """
    deed = take(caller, deed_id, version=version)
    shares = queries.shares_of(deed)
    by = standing_on(caller, deed, shares)
    has_hung, approves = deed.window is not None, outcome == "approve"
    target = "publicity" if approves else "objected" if has_hung else "rejected"
    check_move(deed.state, target, by.roles, by.facts)
    if not approves:
        rules.check_reason(reason_code, reason)
    if target == "objected":
        object_after_looking(caller, deed, by, reason_code, reason)
        return deed
    accounts = _accounts(deed, shares) if approves and not has_hung else {}
    deed.second_by, deed.second_at = caller.resident_id, utc_now()
    if has_hung:
        go_on(deed, by, because="复核通过")
    elif approves:
        _hang_out(deed, shares, by, reason, accounts)
    else:
        _reject(deed, by, reason_code, reason)
    return deed


def release_points(deed: Deed, actor_id: UUID) -> None:
    """Free what is held for a deed that comes to nothing; its points no longer count to the caps.

    The ledger's calls are the last of their transaction.
    """
    shares = queries.shares_of(deed)
    count_out(deed.community_id, cap_uses(deed, shares))
    db.session.flush()
    for share in sorted(shares, key=lambda each: each.account_id or 0):
        if share.hold_id is not None and share.posted_id is None:
            void_hold(
                deed.community_id,
                hold_id=share.hold_id,
                code=Code.AWARD,
                source=Source.DEED_SHARE,
                source_id=share.id,
                actor_id=actor_id,
            )


def _approve(
    deed: Deed,
    shares: Sequence[DeedShare],
    by: Standing,
    points: Mapping[UUID, int],
    *,
    call_note: str,
    reason: str,
) -> None:
    """Everything is asked before anything is set, so that each row is written once."""
    check_move(deed.state, "second_review", by.roles, by.facts)
    item = sheets.item(deed.community_id, deed.item_id)
    asked = {share.acted_id: points_asked(item, share.units) for share in shares}
    rules.check_known(points, asked)
    granted = asked | dict(points)
    rules.check_points(item, granted.values())
    if not call_note:
        rules.check_proof(files=len(queries.files_of(deed)), call_note=call_note)
    total = sum(granted.values())
    again = _is_looked_at_again(deed, total)
    accounts = {} if again else _accounts(deed, shares)
    for share in shares:
        share.points = granted[share.acted_id]
    deed.points_granted, deed.call_note = total, call_note
    deed.decided_by = by.by.resident_id if by.by else None
    deed.decided_at = utc_now()
    if again:
        with db.session.no_autoflush:
            due_at = in_working_days(deed.community_id, "points.second_review_working_days")
        move(deed, "second_review", by, reason=reason, due_at=due_at)
    else:
        _hang_out(deed, shares, by, reason, accounts)


def _is_looked_at_again(deed: Deed, points: int) -> bool:
    numbers = settings_on(deed.community_id, [FROM, PERCENT], today())
    return rules.needs_second_review(
        points=points,
        display=deed.display,
        doubted=deed.doubted or names_family(deed),
        draw=rules.draw_of(crypto.mac(DRAW, str(deed.id))),
        from_points=numbers[FROM],
        percent=numbers[PERCENT],
    )


def _hang_out(
    deed: Deed,
    shares: Sequence[DeedShare],
    by: Standing,
    reason: str,
    accounts: Mapping[UUID, int],
) -> None:
    """On the board for its days, its points counted to the caps and held on the quota."""
    here = deed.community_id
    with db.session.no_autoflush:
        item = sheets.item(here, deed.item_id)
        start, until = rules.window(utc_now(), item.publicity_days, holidays())
    for share in shares:
        share.account_id = accounts[share.acted_id]
    deed.hang(start, until)
    move(deed, "publicity", by, reason=reason, due_at=until)
    announce_all(notices.on_the_board(deed, shares, item.title))
    count_in(here, cap_uses(deed, shares))
    _hold_points(deed, shares)


def _accounts(deed: Deed, shares: Sequence[DeedShare]) -> dict[UUID, int]:
    """Where each one's points will go."""
    here, acted = deed.community_id, [each.acted_id for each in shares]
    of_families = _family_accounts(deed, acted) if deed.credit_to == "family" else {}
    return {
        each: of_families.get(each) or open_account(here, Asset.POINTS, OwnerKind.PERSON, each)
        for each in acted
    }


def _family_accounts(deed: Deed, acted: Collection[UUID]) -> dict[UUID, int]:
    """Of those who acted: whose points go to a family's account; it may have ended meanwhile."""
    item = sheets.item(deed.community_id, deed.item_id)
    of_families = families.family_accounts_of(deed.community_id, {deed.actor_id, *acted})
    return family_accounts(item.credit_to, deed.credit_to, deed.actor_id, of_families)


def _hold_points(deed: Deed, shares: Sequence[DeedShare]) -> None:
    """One hold a share, quota → account: all else is written before, but for their numbers."""
    if deed.decided_by is None:
        raise rules.NoQuota
    quota_account = budgets.quota_account_of(deed.community_id, deed.decided_by, today())
    if quota_account is None:
        raise rules.NoQuota("请居委会先分配本月额度，再审核。")
    held: list[tuple[DeedShare, int]] = []
    for share in sorted(shares, key=lambda each: each.account_id or 0):
        made = hold(
            deed.community_id,
            asset=Asset.POINTS,
            code=Code.AWARD,
            debit_id=quota_account,
            credit_id=share.account_id or 0,
            amount=share.points or 0,
            source=Source.DEED_SHARE,
            source_id=share.id,
            actor_id=deed.actor_id,
            approver_id=deed.second_by or deed.decided_by,
        )
        held.append((share, made.transfer_id))
    for share, hold_id in held:
        queries.note_hold(share, hold_id)


def _reject(deed: Deed, by: Standing, reason_code: str | None, reason: str) -> None:
    move(deed, "rejected", by, reason_code=reason_code, reason=reason)
    until = in_working_days(deed.community_id, "points.deed_appeal_working_days")
    db.session.flush()
    announce(notices.rejected(deed, reason, until))


def cap_uses(deed: Deed, shares: Sequence[DeedShare]) -> list[CapUse]:
    """What the deed takes of each counter: the points granted, or, before that, asked for."""
    item = sheets.item(deed.community_id, deed.item_id)
    caps = as_caps(sheets.caps_of(deed.community_id, item.sheet_id))
    return uses_together(
        [
            use
            for share in shares
            for use in cap_periods(
                caps,
                Share(
                    item_id=item.id,
                    acted_id=share.acted_id,
                    account_id=share.account_id or 0,
                    points=share.points or points_asked(item, share.units),
                    helped_id=deed.helped_id,
                ),
                deed.occurred_on,
            )
        ]
    )
