"""Pages of the desk about points: the shop, the rules, deeds, thanks, the books."""

from backend.virtue_bank.pages import counter, shop
from backend.virtue_bank.pages.desk import points_desk

__all__ = ["counter", "points_desk", "shop"]
