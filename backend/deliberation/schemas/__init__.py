"""Matters, meetings, votes and opinions as JSON."""
