"""美德银行: deeds and the rules they count by, what they are thanked with, and who decides."""

from backend.virtue_bank.models.batches import (
    BASIS_KINDS,
    BATCH_KINDS,
    BATCH_STATES,
    LINE_STATES,
    POSTS,
    DutyPost,
    GrantBatch,
    GrantLine,
    ProposedLine,
)
from backend.virtue_bank.models.budgets import Allotment, Budget, Quota
from backend.virtue_bank.models.honours import (
    NOMINATION_STATES,
    ROUND_STATES,
    Honour,
    HonourPanelist,
    HonourRound,
    HonourSerial,
    HonourVoice,
    Nomination,
)
from backend.virtue_bank.models.integrity import CASE_KINDS, CASE_STATES, IntegrityCase
from backend.virtue_bank.models.orders import COUNTED, OPEN, ORDER_STATES, ShopOrder
from backend.virtue_bank.models.points_sheets import PERIOD_KINDS, PointsSheet
from backend.virtue_bank.models.reversals import ReversalRequest
from backend.virtue_bank.models.settlements import SETTLEMENT_STATES, Settlement, SettlementLine
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
from backend.virtue_bank.models.thanks_objections import ThanksObjection

__all__ = [
    "BASIS_KINDS",
    "BATCH_KINDS",
    "BATCH_STATES",
    "BY_THE_MONTH",
    "CASE_KINDS",
    "CASE_STATES",
    "COUNTED",
    "ITEM_KINDS",
    "LINE_STATES",
    "MOVEMENT_KINDS",
    "NOMINATION_STATES",
    "OPEN",
    "ORDER_STATES",
    "PERIOD_KINDS",
    "POSTS",
    "ROUND_STATES",
    "SETTLEMENT_STATES",
    "Allotment",
    "Budget",
    "CapCounter",
    "Counter",
    "CounterClerk",
    "DutyPost",
    "GrantBatch",
    "GrantLine",
    "Honour",
    "HonourPanelist",
    "HonourRound",
    "HonourSerial",
    "HonourVoice",
    "IntegrityCase",
    "Nomination",
    "PointsSheet",
    "ProposedLine",
    "Quota",
    "ReversalRequest",
    "RuleCap",
    "RuleItem",
    "RuleSheet",
    "Settlement",
    "SettlementLine",
    "ShopItem",
    "ShopOrder",
    "StockDonation",
    "StockMovement",
    "ThanksObjection",
]
