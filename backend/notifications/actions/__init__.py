"""Promising a notice, and keeping the promise."""

from backend.notifications.actions.announcing import announce, announce_all, register_audience

__all__ = ["announce", "announce_all", "register_audience"]
