"""Counting a share into the caps of its sheet, and out again."""

from collections.abc import Sequence
from uuid import UUID

from backend.virtue_bank.models import RuleCap
from backend.virtue_bank.queries.caps import bump_cap, cap_used, lower_cap
from backend.virtue_bank.rules.caps import Cap, CapReached, CapUse, check_room


def as_caps(rows: Sequence[RuleCap]) -> list[Cap]:
    """The rows as the arithmetic takes them."""
    return [
        Cap(id=row.id, subject=row.subject, period=row.period, cap=row.cap, item_id=row.item_id)
        for row in rows
    ]


def count_in(community_id: UUID, uses: Sequence[CapUse]) -> None:
    """Take all of it, counter by counter in their order; the statement itself is the decision.

    Raises:
        CapReached: with `room`; nothing of the transaction may stay then.
    """
    for use in uses:
        taken = bump_cap(
            community_id,
            rule_cap_id=use.rule_cap_id,
            subject_key=use.subject_key,
            period_start=use.period_start,
            points=use.points,
            cap=use.cap,
        )
        if taken is None:
            check_room(use, used_of(community_id, use))
            raise CapReached("刚刚有别的善行记上了，请再试一次。", room=0)


def count_out(community_id: UUID, uses: Sequence[CapUse]) -> None:
    """Give back what a share had taken that counts no more."""
    for use in uses:
        lower_cap(
            community_id,
            rule_cap_id=use.rule_cap_id,
            subject_key=use.subject_key,
            period_start=use.period_start,
            points=use.points,
        )


def used_of(community_id: UUID, use: CapUse) -> int:
    """What of the counter is used now, for a screen that shows what is left."""
    return cap_used(
        community_id,
        rule_cap_id=use.rule_cap_id,
        subject_key=use.subject_key,
        period_start=use.period_start,
    )
