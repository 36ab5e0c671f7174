"""美德银行: deeds and the rules they count by, what they are thanked with, and who decides."""

from backend.virtue_bank.models.budgets import Allotment, Budget, Quota
from backend.virtue_bank.models.orders import COUNTED, OPEN, ORDER_STATES, ShopOrder
from backend.virtue_bank.models.reversals import ReversalRequest
from backend.virtue_bank.models.sheets import CapCounter, RuleCap, RuleItem, RuleSheet
from backend.virtue_bank.models.shop import (
    BY_THE_MONTH,
    ITEM_KINDS,
    MOVEMENT_KINDS,
    Counter,
    CounterClerk,
    ShopItem,
    StockDonation,
    StockMovement,
)

__all__ = [
    "BY_THE_MONTH",
    "COUNTED",
    "ITEM_KINDS",
    "MOVEMENT_KINDS",
    "OPEN",
    "ORDER_STATES",
    "Allotment",
    "Budget",
    "CapCounter",
    "Counter",
    "CounterClerk",
    "Quota",
    "ReversalRequest",
    "RuleCap",
    "RuleItem",
    "RuleSheet",
    "ShopItem",
    "ShopOrder",
    "StockDonation",
    "StockMovement",
]
