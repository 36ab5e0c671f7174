"""What a number is on a day, and every row somebody ever set."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from backend.database import db, tell
from backend.errors import NotFound
from backend.residents.models.settings import NUMBERS, Setting

_BEGUN = """
SELECT DISTINCT ON (key, community_id) key, community_id IS NULL AS is_districts, value
  FROM setting
 WHERE key = ANY(:keys) AND (community_id = :community_id OR community_id IS NULL)
   AND valid_from <= :today AND (community_id IS NOT NULL OR confirmed_by IS NOT NULL)
 ORDER BY key, community_id, valid_from DESC
"""


def setting_on(community_id: UUID | None, key: str, on: date) -> int:
    """The number in force on that day: the community's, else the district's, else our default."""
    return settings_on(community_id, [key], on)[key]


def settings_on(community_id: UUID | None, keys: Iterable[str], on: date) -> dict[str, int]:
    """As `setting_on`, for several numbers in one statement."""
    wanted = list(keys)
    begun = tell(_BEGUN, {"keys": wanted, "community_id": community_id, "today": on})
    found = {(row["key"], row["is_districts"]): row["value"] for row in begun}
    return {
        key: _in_force(key, own=found.get((key, False)), districts=found.get((key, True)))
        for key in wanted
    }


def setting_rows(community_id: UUID | None) -> Sequence[Setting]:
    """All rows of the community and of the district, the last to begin first."""
    rows = select(Setting).where(_reaching(community_id))
    return db.session.scalars(rows.order_by(Setting.key, Setting.valid_from.desc())).all()


def hold_setting(community_id: UUID | None, key: str) -> None:
    """Let nobody else set this number here until the transaction ends."""
    lock = func.hashtextextended(f"setting:{community_id or 'district'}:{key}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def setting_from(community_id: UUID | None, key: str, valid_from: date) -> Setting | None:
    """The row that begins on that very day."""
    return db.session.scalar(
        select(Setting).where(
            Setting.community_id.is_not_distinct_from(community_id),
            Setting.key == key,
            Setting.valid_from == valid_from,
        )
    )


def lock_district_setting(setting_id: UUID) -> Setting:
    """A row of the district, held until the transaction ends.

    Raises:
        NotFound: there is none; a community's row is nobody else's to confirm.
    """
    row = db.session.get(Setting, setting_id, with_for_update=True, populate_existing=True)
    if row is None or row.community_id is not None:
        raise NotFound
    return row


def _reaching(community_id: UUID | None) -> ColumnElement[bool]:
    return or_(Setting.community_id == community_id, Setting.community_id.is_(None))


def _in_force(key: str, *, own: int | None, districts: int | None) -> int:
    number = NUMBERS[key]
    above = number.default if districts is None else districts
    value = above if own is None else own
    if number.never_less_than_the_districts:
        value = max(value, above)
    return max(value, number.least)  # the law may have risen since the row was written
