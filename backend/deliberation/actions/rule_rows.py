"""The rules a community decides by: put in place, and found for the day."""

from dataclasses import asdict, fields
from datetime import date
from uuid import UUID

from backend.deliberation.models import RuleRow
from backend.deliberation.queries import rule_rows
from backend.deliberation.rules import quorum
from backend.deliberation.rules.meetings import NoRule
from backend.deliberation.rules.rule_rows import SEED_RULE_ROWS


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


def as_values(row: RuleRow) -> quorum.RuleRow:
    """The row as the arithmetic takes it."""
    values = {field.name: getattr(row, field.name) for field in fields(quorum.RuleRow)}
    values["counted_channels"] = tuple(row.counted_channels)
    return quorum.RuleRow(**values)
