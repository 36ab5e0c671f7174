"""The clocks of whoever is to review, to answer, to confirm, or to judge an appeal."""

from datetime import datetime
from uuid import UUID

from backend.clock import today, utc_now
from backend.days import after_working_days
from backend.residents.queries.holidays import holidays
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.models import FreezingRequest, ReversalRequest


def in_working_days(community_id: UUID, setting: str, since: datetime | None = None) -> datetime:
    """The first moment after so many working days, as the setting says."""
    days = setting_on(community_id, setting, today())
    return after_working_days(since or utc_now(), days, holidays())


def begin(request: FreezingRequest | ReversalRequest, days: str) -> None:
    """Somebody is to decide from now on, within so many working days; asked before the move."""
    request.wait(in_working_days(request.community_id, days))
