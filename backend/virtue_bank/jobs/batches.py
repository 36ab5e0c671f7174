"""What the timetable does for batches: duty on the first, paying, and what nobody attends to."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from backend.background import alone, job, steps
from backend.database import in_transaction
from backend.errors import DomainError
from backend.virtue_bank.actions import batches, duty_posts, paying


@steps
def draft_duty_batches() -> None:
    """The duty batch of the month that is over, once in each community."""
    for community_id in in_transaction(duty_posts.communities_on_duty):
        with alone(community_id):
            in_transaction(partial(duty_posts.draft_duty, community_id))


@steps
def pay_due_batches() -> None:
    """Every batch whose window is over, two hundred lines in a transaction.

    A line that cannot be paid is left behind and told of; it holds up no other.
    """
    for community_id, batch_id in in_transaction(paying.batches_to_pay):
        with alone(batch_id):
            _pay(community_id, batch_id)


@job
def tell_overdue_batches() -> None:
    """Tell the chairs what nobody reviewed or approved in time."""
    batches.tell_overdue()


def _pay(community_id: UUID, batch_id: UUID) -> bool:
    if not in_transaction(partial(paying.begin_paying, community_id, batch_id)):
        return False
    while lines := in_transaction(partial(paying.next_lines, community_id, batch_id)):
        if not _pay_these(community_id, batch_id, lines):
            return False  # another worker goes on with them
    return in_transaction(partial(paying.settle_batch, community_id, batch_id))


def _pay_these(community_id: UUID, batch_id: UUID, lines: Sequence[UUID]) -> bool:
    """Together, or, if the ledger refuses one of them, each by itself."""
    try:
        return in_transaction(partial(paying.pay_lines, community_id, batch_id, lines))
    except DomainError as refusal:
        if len(lines) > 1:
            return all(_pay_these(community_id, batch_id, [line]) for line in lines)
        in_transaction(partial(paying.note_failure, community_id, batch_id, lines[0], refusal))
        return True
