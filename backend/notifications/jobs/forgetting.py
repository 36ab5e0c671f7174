"""Forgets old deliveries block by block, so that no transaction grows long."""

from backend.background import steps
from backend.database import in_transaction
from backend.notifications.actions.forgetting import forget_old_deliveries as forget_block


@steps
def forget_old_deliveries() -> None:
    """Forget deliveries after 24 months."""
    while in_transaction(forget_block):
        continue
