"""Matters, meetings, votes and opinions over HTTP."""
