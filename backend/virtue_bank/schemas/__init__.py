"""Deeds, sheets, budgets, accounts and the shop as JSON."""
