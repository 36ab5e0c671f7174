"""Promising a notice, and keeping the promise."""

from backend.notifications.actions.announcing import announce, register_audience

__all__ = ["announce", "register_audience"]
