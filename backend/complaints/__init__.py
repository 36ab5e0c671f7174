"""Complaints 投诉建议: accepted, answered, called back about, with a receipt from the first day."""
