"""Telling holders what may expire, and letting it expire when its day has come."""

import time
from functools import partial
from uuid import UUID

import structlog

from backend.background import steps
from backend.clock import today
from backend.database import in_transaction
from backend.ledger.models import AccountFrozen, InsufficientPoints
from backend.virtue_bank.actions import settlements as actions
from backend.virtue_bank.queries import settlements as queries

SECONDS = 45  # then the next run goes on

log = structlog.get_logger("settlements")


@steps
def tell_settlements() -> None:
    """Block by block, so that no transaction grows long."""
    for community_id, settlement_id in in_transaction(queries.settlements_to_tell):
        while in_transaction(partial(actions.tell_holders, community_id, settlement_id)):
            pass


@steps
def run_settlements() -> None:
    """One line a transaction: what was posted stays, and the next run goes on behind it."""
    began = time.monotonic()
    for community_id, settlement_id in in_transaction(lambda: queries.settlements_due(today())):
        if not in_transaction(partial(actions.begin, community_id, settlement_id)):
            continue
        above = 0
        while lines := in_transaction(partial(_next, community_id, settlement_id, above)):
            for line_id, _ in lines:
                _settle(community_id, line_id)
            above = lines[-1][1]
            if time.monotonic() > began + SECONDS:
                log.warning("settlement still running", next_run_goes_on=True)
                return
        in_transaction(partial(actions.finish, community_id, settlement_id))


def _next(community_id: UUID, settlement_id: UUID, above: int) -> list[tuple[UUID, int]]:
    return list(
        queries.open_lines(community_id, settlement_id, above=above, limit=actions.LINES_AT_A_TIME)
    )


def _settle(community_id: UUID, line_id: UUID) -> None:
    """As the account is; once more if somebody spent from it just now, else in the next run."""
    for _ in range(2):
        try:
            in_transaction(partial(actions.settle_line, community_id, line_id))
        except (InsufficientPoints, AccountFrozen):
            continue
        return
    log.warning("line left to the next run", line_id=str(line_id))
