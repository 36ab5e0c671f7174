"""Reading one's messages, and saying how one wants to hear of things."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.clock import utc_now
from backend.errors import NotFound
from backend.notifications.queries import inbox
from backend.notifications.rules import INBOX, KINDS, TOPICS, check_preference, modes_of
from backend.residents.models import Caller


def read_message(caller: Caller, message_id: UUID) -> Any:
    """Note that the person has opened a message; only the first time counts."""
    inbox.mark_read(caller.resident_id, message_id, utc_now())
    message = inbox.message_of(caller.resident_id, message_id)
    if message is None:
        raise NotFound
    return message


def preferences(caller: Caller) -> list[dict[str, Any]]:
    chosen = inbox.preferences_of(caller.resident_id)
    return [
        {
            "topic": topic,
            "title": title,
            "mode": chosen.get(topic),
            "default": KINDS[topic],
            "modes": list(modes_of(topic)),
        }
        for topic, title in TOPICS.items()
    ]


def choose(caller: Caller, modes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Change the named topics; what only the inbox shall have is not sent any more."""
    for topic, mode in modes.items():
        check_preference(topic, mode)
    if modes:
        inbox.save_preferences(caller.resident_id, modes)
    silenced = [topic for topic, mode in modes.items() if mode == INBOX]
    if silenced:
        inbox.cancel_waiting(caller.resident_id, silenced, utc_now())
    return preferences(caller)
