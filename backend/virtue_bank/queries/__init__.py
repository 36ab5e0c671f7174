"""Questions about deeds, sheets, budgets and the shop; one-statement decisions are verbs."""
