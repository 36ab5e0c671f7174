"""What the pages about points call states, caps and ways."""

from collections.abc import Iterable, Mapping
from typing import Any

from backend.virtue_bank.models import DISPLAYS, OBJECTION_KINDS, SLOTS

OBJECTIONS = OBJECTION_KINDS
SHOWN = DISPLAYS
TIMES = SLOTS

CREDIT_TO: Mapping[str, str] = {
    "person": "做事的人",
    "family": "家庭账户",
    "choice": "申报时选",
}
CAP_SUBJECTS: Mapping[str, str] = {
    "person": "一个人",
    "account": "一个账户",
    "pair": "同两个人之间",
}
CAP_PERIODS: Mapping[str, str] = {"day": "每天", "week": "每周", "month": "每月", "year": "每年"}
SHEETS: Mapping[str, tuple[str, str]] = {
    "draft": ("草稿", "plain"),
    "consulted": ("征求意见", "info"),
    "adopted": ("通过了，还没生效", "info"),
    "in_force": ("生效中", "ok"),
    "superseded": ("被新版代替", "plain"),
}
PROPOSALS: Mapping[str, tuple[str, str]] = {
    "proposed": ("等另一位确认", "info"),
    "funded": ("确认了", "ok"),
    "allotted": ("分好了", "ok"),
    "dropped": ("撤回了", "plain"),
}
DEEDS: Mapping[str, str] = {
    "submitted": "plain",
    "confirmed": "info",
    "refuted": "warn",
    "second_review": "info",
    "publicity": "info",
    "objected": "warn",
    "credited": "ok",
}
WHAT_FOLLOWS = ("积分不入账", "公示接着算，期满入账")


def asked_points(shares: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """What the form of the first look is filled with: what the sheet gives each person."""
    return {f"points.{row}.points": share["sum"]["asked"] for row, share in enumerate(shares)}
