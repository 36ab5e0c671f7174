"""Setting a number from a day on, for a community by its own, for the district by two."""

from datetime import date
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.errors import NotFound
from backend.residents.models import Caller
from backend.residents.models.settings import NUMBERS, Setting
from backend.residents.queries.settings import (
    hold_setting,
    lock_district_setting,
    setting_from,
    setting_on,
)
from backend.residents.rules import settings as rules


def change_setting(
    caller: Caller, key: str, *, value: int | None, valid_from: date, basis: str
) -> Setting:
    """The number from that day on; the system administrator's is the district's proposal.

    Raises:
        OutOfBounds: below the law's floor, or beyond what makes sense.
        BeginsTooEarly: a day that is over.
        AlreadySet: another row begins on that day.
    """
    if key not in NUMBERS:
        raise NotFound
    community_id = _whose(caller)
    rules.check_begins(valid_from, today())
    districts = setting_on(None, key, valid_from) if community_id else None
    rules.check_value(NUMBERS[key], value, districts=districts)
    hold_setting(community_id, key)
    if setting_from(community_id, key, valid_from) is not None:
        raise rules.AlreadySet("请换一个生效日期。")
    before = setting_on(community_id, key, valid_from)
    row = Setting(
        community_id=community_id,
        key=key,
        value=value,
        valid_from=valid_from,
        basis=basis,
        set_by=caller.resident_id,
    )
    db.session.add(row)
    _audit(caller, "setting.changed" if community_id else "setting.proposed", row, before)
    db.session.flush()
    return row


def confirm_setting(caller: Caller, setting_id: UUID) -> Setting:
    """The second person's word for a number of the district.

    Raises:
        NothingToConfirm: somebody has confirmed it, or its day is over.
        OwnSetting: the same person proposed it.
    """
    row = lock_district_setting(setting_id)
    rules.check_confirmable(
        confirmed=row.counts,
        is_own=row.set_by == caller.resident_id,
        valid_from=row.valid_from,
        today=today(),
    )
    before = setting_on(None, row.key, row.valid_from)
    row.confirmed_by, row.confirmed_at = caller.resident_id, utc_now()
    _audit(caller, "setting.confirmed", row, before)
    db.session.flush()
    return row


def _whose(caller: Caller) -> UUID | None:
    """The community acted in; the district's where the caller runs the machine."""
    if "sys_admin" in caller.roles:
        return None
    if caller.community_id is None:
        raise NotFound("请先选择社区。")
    return caller.community_id


def _audit(caller: Caller, action: str, row: Setting, before: int) -> None:
    record(
        action,
        object_type="setting",
        object_id=row.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=row.community_id,
        detail={
            "key": row.key,
            "old": before,
            "new": row.value,
            "valid_from": row.valid_from.isoformat(),
        },
    )
