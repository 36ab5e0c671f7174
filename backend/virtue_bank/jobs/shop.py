"""What the timetable does for the shop: orders nobody came for, new months, checking stock."""

import time
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from backend.background import alone, job, steps
from backend.database import in_transaction
from backend.virtue_bank.actions import orders, shop, stock

log = structlog.get_logger("shop")

SECONDS = 45  # then the next run goes on


@steps
def void_due_orders() -> None:
    """Give points and pieces of orders nobody came for back, each in a transaction of its own.

    One that cannot be ended for a fault of ours holds up no other.
    """
    began = time.monotonic()
    after: tuple[datetime, UUID] | None = None
    while due := in_transaction(partial(orders.due_now, after)):
        for community_id, order_id, moment in due:
            with alone(order_id):
                in_transaction(partial(orders.void_due, community_id, order_id))
            after = (moment, order_id)
            if time.monotonic() > began + SECONDS:
                log.warning("orders still due", next_run_goes_on=True)
                return


@steps
def open_months() -> None:
    """Slots of the new month for every service and room, each in a transaction of its own."""
    for community_id, item_id in in_transaction(shop.items_to_open):
        with alone(item_id):
            in_transaction(partial(shop.open_month, community_id, item_id))


@job
def check_stock() -> None:
    """Every night: what is on the shelves follows from the movements and the open orders."""
    stock.tell_faults()
