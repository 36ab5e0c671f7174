"""Carries cards to WeChat: claim in one transaction, send in none, record in another."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import structlog

from backend.background import steps
from backend.database import in_transaction
from backend.notifications.actions.courier import (
    LEASE,
    Answer,
    Bag,
    Card,
    record,
    send,
    set_up_lanes,
    take_bag,
)
from backend.notifications.jobs.measures import BALANCE_DRIFT, DELIVERIES
from backend.notifications.rules import Outcome
from backend.wechat import WeChat, wechat
from backend.wechat.errors import Kind, WeChatProblem

THREADS = 16
LONGEST_RUN_S = 50.0
STOPS_EARLY_S = 20.0  # before the lease ends, so that no card is on its way when it does

log = structlog.get_logger("courier")


@steps
def run_courier() -> None:
    """Send what is due, lane by lane, until nothing is or the run has lasted long enough."""
    way = wechat()
    if not way.enabled:
        return
    courier_id = uuid4()
    until = time.monotonic() + LONGEST_RUN_S
    in_transaction(set_up_lanes)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="courier") as threads:
        while time.monotonic() < until:
            lease_ends = time.monotonic() + LEASE.total_seconds()
            bag = in_transaction(partial(take_bag, courier_id))
            if bag is None:
                return
            _count_ended(bag)
            if bag.cards:
                carry = partial(_carry, way, min(until, lease_ends - STOPS_EARLY_S))
                answers = list(threads.map(carry, bag.cards))
                _count(answers, in_transaction(partial(record, bag, answers)))


def _carry(way: WeChat, until: float, card: Card) -> Answer:
    """Send one card, unless it is too late to. Whatever goes wrong is this card's own trouble."""
    if time.monotonic() >= until:
        return Answer(card, tried=False)
    try:
        return send(way, card)
    except Exception as trouble:  # noqa: BLE001, a bug with one card must not repeat the others
        # Only the type: a message or a traceback could hold the openid.
        log.error("card failed", delivery=str(card.id), because=type(trouble).__name__)  # noqa: TRY400
        return Answer(card, WeChatProblem(Kind.RETRY, path="courier", unsure=True))


def _count_ended(bag: Bag) -> None:
    for (kind, state), number in bag.ended.items():
        DELIVERIES.labels("wechat", state, kind).inc(number)


def _count(answers: Sequence[Answer], done: Sequence[tuple[Card, Outcome]]) -> None:
    for card, outcome in done:
        if outcome.state != "due":
            DELIVERIES.labels("wechat", outcome.state, card.kind).inc()
    for answer in answers:
        problem = answer.problem
        if problem is None:
            continue
        if problem.kind is Kind.NO_BALANCE:
            BALANCE_DRIFT.labels(answer.card.kind).inc()
        if problem.kind is Kind.REFUSED:
            tell = log.error if problem.is_unknown_code else log.warning
            tell(
                "card refused",
                delivery=str(answer.card.id),
                kind=answer.card.kind,
                errcode=problem.errcode,
                rid=problem.rid,
            )
