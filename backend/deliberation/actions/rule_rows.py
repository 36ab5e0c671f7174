"""The rules a community decides by: put in place, and found for the day."""

from dataclasses import asdict, fields
from datetime import date
from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today
from backend.deliberation.models import RuleRow
from backend.deliberation.queries import rule_rows
from backend.deliberation.rules import quorum
from backend.deliberation.rules import successors as rules
from backend.deliberation.rules.meetings import NoRule, RuleDayTaken
from backend.deliberation.rules.rule_rows import SEED_RULE_ROWS
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids


def install_rule_rows(community_id: UUID) -> None:
    """What the law says and our defaults beside it; doing it again changes nothing."""
    rows = [asdict(row) for row in SEED_RULE_ROWS]
    for row in rows:
        row["counted_channels"] = list(row["counted_channels"])
    rule_rows.add_missing_rows(community_id, rows)


def rule_for(community_id: UUID, code: str, on: date) -> RuleRow:
    """The row in force on that day.

    Raises:
        NoRule: the community has none.
    """
    row = rule_rows.rule_in_force(community_id, code, on)
    if row is None:
        raise NoRule("请先为本社区装入议事规则。")
    return row


def succeed(
    caller: Caller, code: str, *, valid_from: date, checked_by: UUID, **numbers: Any
) -> RuleRow:
    """A rule of this community from a day on: as strict as the law or stricter, never less.

    The row before it stays; a meeting whose agenda already has items keeps its rule.
    """
    community_id = community_of(caller)
    rules.check_changeable(code)
    before = rule_for(community_id, code, valid_from)
    row = RuleRow(
        community_id=community_id,
        code=code,
        body=before.body,
        unit=before.unit,
        origin="local_rule",
        valid_from=valid_from,
        checked_by=checked_by,
        checked_on=today(),
        window_days=before.window_days,
        proxy_max=before.proxy_max,
        **numbers,
    )
    law = rule_rows.law_in_force(community_id, code, valid_from)
    rules.check_successor(as_values(row), as_values(law) if law else None)
    planned = rule_rows.notice_planned(community_id, rules.DAY_OF.get(code, ""), valid_from)
    rules.check_calendar_gives(code, row.notice_days, planned)
    rules.check_begins(valid_from, today(), rule_rows.last_day_planned(community_id, code))
    rules.check_checker(checked_by, caller.resident_id, holder_ids(community_id, "supervisor"))
    if not rule_rows.add_row(row):
        raise RuleDayTaken("请另选一个生效日期；原有的规则不改动。")
    record(
        "rule.succeeded",
        object_type="rule_row",
        object_id=row.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_id,
        detail={
            "code": code,
            "valid_from": valid_from.isoformat(),
            "checked_by": str(checked_by),
            "quorum": [row.quorum_num, row.quorum_den, row.quorum_inclusive],
            "pass": [row.pass_num, row.pass_den, row.pass_inclusive, row.pass_base],
            "notice_days": row.notice_days,
        },
    )
    return row


def as_values(row: RuleRow) -> quorum.RuleRow:
    """The row as the arithmetic takes it."""
    values = {field.name: getattr(row, field.name) for field in fields(quorum.RuleRow)}
    values["counted_channels"] = tuple(row.counted_channels)
    return quorum.RuleRow(**values)
