"""Looking whether the stock adds up, and telling the committee where it does not."""

import structlog

from backend.audit.actions import record
from backend.clock import today
from backend.notifications.actions import announce
from backend.residents.queries.holders import holder_ids
from backend.virtue_bank.notices import stock as notices
from backend.virtue_bank.queries.shop import reconcile_stock

log = structlog.get_logger("shop")
KEEPERS = ("committee_member", "chair")


def tell_faults() -> int:
    """How many items do not add up; each is evidence, and committees hear of it once a day."""
    faults = reconcile_stock()
    for fault in faults:
        log.error("stock does not add up", item_id=str(fault.item_id))
        record(
            "stock.fault",
            object_type="shop_item",
            object_id=fault.item_id,
            community_id=fault.community_id,
            outcome="failed",
            detail={
                "on_hand": fault.on_hand,
                "moved": fault.moved,
                "held": fault.held,
                "ordered": fault.ordered,
            },
        )
    for community_id in dict.fromkeys(fault.community_id for fault in faults):
        for keeper_id in holder_ids(community_id, *KEEPERS):
            announce(notices.does_not_add_up(community_id, keeper_id, today()))
    return len(faults)
