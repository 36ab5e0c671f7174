"""Pages of the desk about points: the shop, the rules, deeds, thanks, the books."""

from backend.virtue_bank.pages import (
    batches,
    budgets,
    cases,
    counter,
    deeds,
    freezings,
    honours,
    objections,
    points_sheets,
    reversals,
    settlements,
    sheets,
    shop,
    statements,
)
from backend.virtue_bank.pages.desk import points_desk

__all__ = [
    "batches",
    "budgets",
    "cases",
    "counter",
    "deeds",
    "freezings",
    "honours",
    "objections",
    "points_desk",
    "points_sheets",
    "reversals",
    "settlements",
    "sheets",
    "shop",
    "statements",
]
