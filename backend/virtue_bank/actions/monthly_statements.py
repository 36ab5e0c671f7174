"""Telling every holder once what the month brought, also those who never look it up."""

from datetime import date
from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.days import moments_of_month, month_before, month_of
from backend.ledger.models import OwnerKind
from backend.notifications.actions import announce_all
from backend.virtue_bank.models import MonthlyStatements
from backend.virtue_bank.notices import monthly_statements as notices
from backend.virtue_bank.queries import monthly_statements as queries
from backend.virtue_bank.queries.families import adults_of_accounts
from backend.virtue_bank.queries.points_sheets import first_days
from backend.virtue_bank.rules.points_sheets import settled_day

ACCOUNTS_AT_A_TIME = 200


def months_to_tell() -> list[tuple[UUID, date]]:
    """(community, first day of its last month) where some holder may not have been told.

    Only the last month: what nobody told while all stood still is old by now.
    """
    this_month = month_of(settled_day(utc_now()))
    month = month_before(this_month)
    told = set(queries.told_of(month))
    return [
        (community_id, month)
        for community_id, began_on in first_days().items()
        if began_on < this_month and community_id not in told
    ]


def tell_next_holders(community_id: UUID, month: date) -> bool:
    """Tell the holders of the next accounts; whether there may be more."""
    progress = queries.hold_month(community_id, month)
    if progress is None:
        progress = MonthlyStatements(community_id=community_id, month=month)
        db.session.add(progress)
    if progress.done_at is not None:
        return False
    since, until = moments_of_month(month)
    found = queries.months_of_accounts(
        community_id,
        since=since,
        until=until,
        above=progress.told_upto,
        most=ACCOUNTS_AT_A_TIME,
    )
    moved = [each for each in found if each.gained or each.lost]
    adults = adults_of_accounts(
        community_id, [each.account_id for each in moved if each.owner_kind == OwnerKind.FAMILY]
    )
    announce_all(
        [
            notices.month_over(
                community_id,
                month,
                person_id,
                account_id=each.account_id,
                of_family=each.owner_kind == OwnerKind.FAMILY,
                gained=each.gained,
                lost=each.lost,
                left=each.left,
            )
            for each in moved
            for person_id in (
                adults.get(each.account_id, [])
                if each.owner_kind == OwnerKind.FAMILY
                else [each.owner_id]
            )
        ]
    )
    if len(found) < ACCOUNTS_AT_A_TIME:
        progress.done_at = utc_now()
    if found:
        progress.told_upto = found[-1].account_id
    return progress.done_at is None
