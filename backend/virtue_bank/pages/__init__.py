"""Pages of the desk about points: the shop, the rules, deeds, thanks, the books."""

from backend.virtue_bank.pages import budgets, counter, deeds, objections, sheets, shop
from backend.virtue_bank.pages.desk import points_desk

__all__ = ["budgets", "counter", "deeds", "objections", "points_desk", "sheets", "shop"]
