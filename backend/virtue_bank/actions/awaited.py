"""The clock of whoever is to confirm, or to judge an appeal."""

from backend.clock import today, utc_now
from backend.residents.queries.holidays import holidays
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.models import FreezingRequest, ReversalRequest
from backend.virtue_bank.rules import second


def begin(request: FreezingRequest | ReversalRequest, days: str) -> None:
    """Somebody is to decide from now on, within so many working days; asked before the move."""
    many = setting_on(request.community_id, days, today())
    request.wait(second.answer_until(utc_now(), many, holidays()))
