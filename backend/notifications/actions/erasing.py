"""Who gives up the account is told nothing any more, and what was told is forgotten."""

from backend.notifications.queries import erasing as queries
from backend.residents.models import Caller


def erase(caller: Caller) -> None:
    queries.forget_messages(caller.resident_id)
    queries.forget_wishes(caller.resident_id)
