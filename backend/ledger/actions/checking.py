"""Sealing what was posted, and looking whether everything adds up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from backend.clock import today, utc_now
from backend.ledger import notices
from backend.ledger.queries import reconciliation, sealing
from backend.ledger.queries.reconciliation import Difference
from backend.ledger.rules import checking
from backend.notifications.actions import announce
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.places import find_community

MOST_IN_A_BLOCK = 5000
KEEPERS = ("sec_admin", "auditor")

Look = Callable[[UUID], list[str]]
"""What is wrong, in plain sentences, with what was printed of a community's books."""

communities = sealing.communities
reconcile = reconciliation.reconcile


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a night found in one community's books."""

    community_id: UUID
    broken: tuple[str, ...]
    unsealed_since: datetime | None
    differences: tuple[Difference, ...]

    @property
    def is_good(self) -> bool:
        return not self.findings()

    def findings(self) -> list[str]:
        """Each thing that is wrong, in words that stay the same from night to night."""
        found = [*self.broken]
        if self.unsealed_since is not None:
            found.append(f"有{self.unsealed_since:%Y-%m-%d}起一直没有封存的记录")
        checks = dict.fromkeys(difference.check for difference in self.differences)
        return found + [f"有一项对不上（{check}）" for check in checks]


class _Registered:
    """Who else looks, given at start-up."""

    look: Look | None = None


def on_checking(look: Look) -> None:
    """Have `look(community_id)` compare the books with what was printed of them.

    A chain says by itself whether something in it was changed, not whether its end was cut off
    and written anew: that shows in the heads that went out on paper, and those live above.
    """
    _Registered.look = look


def seal_block(community_id: UUID) -> int:
    """Seal what is settled, at most one block; how many transfers it holds."""
    return sealing.seal(community_id, MOST_IN_A_BLOCK, utc_now())


def raise_floor(community_id: UUID) -> int:
    """Spare the sealer what was sealed long ago; up to which number."""
    return sealing.raise_floor(community_id)


def roll_up(community_id: UUID, *, since: date | None = None) -> int:
    """Sum the days until yesterday; without `since`, from shortly before the last one on."""
    return sealing.roll_up(community_id, since, today())


def verify(community_id: UUID, *, since: datetime | None = None) -> int | None:
    """The number of the first block, sealed at `since` or later, that is not what it was."""
    first = 1 if since is None else sealing.first_block_since(community_id, since)
    return sealing.first_bad_block(community_id, first or 1)


def breaks(community_id: UUID, *, since: datetime | None = None) -> list[str]:
    """What is wrong with the chain, and with what was printed of it, in plain sentences."""
    bad_block = verify(community_id, since=since)
    found = [] if bad_block is None else [f"第{bad_block}块与封存时不符"]
    return found + (_Registered.look(community_id) if _Registered.look else [])


def check(community_id: UUID, *, since: datetime | None = None) -> Report:
    """Recompute blocks and sums; nothing is written."""
    oldest = sealing.oldest_unsealed(community_id)
    late = checking.waits_too_long(oldest, utc_now())
    return Report(
        community_id=community_id,
        broken=tuple(breaks(community_id, since=since)),
        unsealed_since=oldest if late else None,
        differences=tuple(reconcile(community_id)),
    )


def check_and_tell(community_id: UUID) -> Report:
    """The nightly look, after the day's sums; who keeps the evidence hears of faults."""
    report = check(community_id, since=checking.verify_since(utc_now()))
    if not report.is_good:
        where = find_community(community_id).name
        for what in report.findings():
            for person in holder_ids(community_id, *KEEPERS):
                announce(notices.ledger_broken(community_id, person, where=where, what=what))
    return report
