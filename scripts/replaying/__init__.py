"""Replays a real deliberation through the public API and compares every count with the record."""
