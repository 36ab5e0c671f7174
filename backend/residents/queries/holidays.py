"""Which days are worked: one calendar for the whole district."""

from datetime import date

from sqlalchemy import extract, select

from backend.database import db, tell
from backend.days import Holidays, add_working_days
from backend.residents.models import Holiday


def holidays() -> Holidays:
    """Every day that differs from the plain week: True is worked, False is off."""
    return {row["day"]: row["working"] for row in tell("SELECT day, working FROM holiday", {})}


def holidays_of_year(year: int) -> list[Holiday]:
    in_year = select(Holiday).where(extract("year", Holiday.day) == year)
    return list(db.session.scalars(in_year.order_by(Holiday.day)))


def find_holiday(day: date) -> Holiday | None:
    return db.session.get(Holiday, day)


def known_days(days: list[date]) -> set[date]:
    """Those of `days` that already have a row."""
    return set(db.session.scalars(select(Holiday.day).where(Holiday.day.in_(days))))


def working_days_after(day: date, count: int) -> date:
    """The last of `count` working days; `day` itself is not counted (Civil Code 201)."""
    return add_working_days(day, count, holidays())
