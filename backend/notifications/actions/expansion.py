"""Expanding notices into deliveries, one block a transaction."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from backend.clock import utc_now
from backend.notifications.actions.announcing import known_audiences, people_of
from backend.notifications.models import Notice, Plan
from backend.notifications.queries import expansion
from backend.notifications.rules import KINDS, plan_for
from backend.wechat import wechat

BLOCK = 5_000
PERSONAL = 1_000


@dataclass(frozen=True)
class Added:
    """How many deliveries of one kind, channel and state a block brought."""

    kind: str
    channel: str
    state: str
    number: int


def expand_personal() -> list[Added]:
    """Expand waiting notices of one person each; empty if there are none."""
    notices = expansion.lock_personal_notices(KINDS.keys(), PERSONAL)
    now = utc_now()
    added = []
    for plan, alike in _by_plan(notices, now):
        counts = expansion.deliver_to_persons(alike, plan, now)
        added += [Added(plan.kind, *count) for count in counts]
    for notice in notices:
        notice.expanded_at = now
    _supersede(notices, now)
    return added


def next_audience(without: Collection[UUID] = ()) -> tuple[UUID, UUID] | None:
    """(community, notice) of the next one whose audience waits, none of those `without`."""
    return expansion.next_audience_notice(KINDS.keys(), known_audiences(), without)


def expand_audience(community_id: UUID, notice_id: UUID) -> list[Added] | None:
    """Expand the notice's next block; None if another worker has it."""
    notice = expansion.lock_notice(community_id, notice_id)
    if notice is None:
        return None
    now = utc_now()
    plan = _plan(notice, now)
    people = people_of(notice.community_id, notice.audience or {})
    after = notice.expanded_upto
    block = expansion.deliver_to_block(notice, people, plan, now, limit=BLOCK)
    if block.upto is not None:
        if notice.thread_key is not None:
            expansion.cancel_superseded(
                notice.community_id, [notice.thread_key], now, block=(after, block.upto)
            )
        notice.expanded_upto = block.upto
    if block.number < BLOCK:
        notice.expanded_at = now
    return [Added(plan.kind, *count) for count in block.added]


def _plan(notice: Notice, now: datetime) -> Plan:
    way = wechat()
    template = way.templates.get(notice.kind) if way.enabled else None
    return plan_for(
        notice.kind,
        urgency=notice.urgency,
        at_once=notice.at_once,
        template_id=template.id if template else None,
        now=now,
    )


def _by_plan(notices: Sequence[Notice], now: datetime) -> list[tuple[Plan, list[Notice]]]:
    alike: Callable[[Notice], tuple[str, int, bool]] = lambda notice: (  # noqa: E731
        notice.kind,
        notice.urgency,
        notice.at_once,
    )
    groups = (list(group) for _, group in groupby(sorted(notices, key=alike), alike))
    return [(_plan(group[0], now), group) for group in groups]


def _supersede(notices: Sequence[Notice], now: datetime) -> None:
    threads: dict[UUID, set[str]] = {}
    for notice in notices:
        if notice.thread_key is not None:
            threads.setdefault(notice.community_id, set()).add(notice.thread_key)
    for community_id, keys in sorted(threads.items()):
        expansion.cancel_superseded(community_id, sorted(keys), now)
