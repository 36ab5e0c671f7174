"""What the pages about points call states, caps and ways."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from backend.virtue_bank.models import (
    DISPLAYS,
    OBJECTION_KINDS,
    SLOTS,
    FreezingRequest,
    HonourRound,
)

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

REVERSALS: Mapping[str, tuple[str, str]] = {
    "requested": ("等本人说", "info"),
    "answered": ("本人说了，等确认", "info"),
    "unanswered": ("本人没说，等确认", "info"),
    "confirmed": ("冲正了", "ok"),
    "dropped": ("没有冲正", "plain"),
    "appealed": ("申诉中", "warn"),
    "restored": ("申诉成立，补回了", "ok"),
    "stands": ("申诉不成立", "plain"),
}
FREEZINGS: Mapping[str, tuple[str, str]] = {
    "requested": ("等确认", "info"),
    "withdrawn": ("撤回了", "plain"),
    "lapsed": ("没人确认，作废了", "plain"),
    "declined": ("监督委员会没同意", "plain"),
    "confirmed": ("冻结着", "warn"),
    "appealed": ("冻结着，申诉中", "warn"),
    "stands": ("冻结着，申诉不成立", "warn"),
    "lifted": ("解冻了", "ok"),
}
SETTLEMENTS: Mapping[str, str] = {"announced": "info", "running": "info", "done": "ok"}

BATCHES: Mapping[str, str] = {
    "drafted": "info",
    "reviewed": "info",
    "publicity": "info",
    "paying": "info",
    "posted": "ok",
}
LINES: Mapping[str, str] = {"objected": "warn", "failed": "danger", "posted": "ok"}
ROUNDS: Mapping[str, str] = {
    "nominating": "info",
    "consenting": "info",
    "reviewing": "info",
    "publicity": "info",
    "decided": "ok",
}
NOMINATIONS: Mapping[str, str] = {"agreed": "info", "shown": "info", "objected": "warn"}


def round_until(round_: HonourRound) -> datetime | None:
    """Until when the present step of a round lasts."""
    until: datetime | None = {
        "nominating": round_.nominations_until,
        "consenting": round_.consents_until,
        "publicity": round_.shown_until,
    }.get(round_.state)
    return until


def deed_tone(told: Mapping[str, Any]) -> str:
    """Of a deed's row: it is done once all of its points are on an account."""
    is_waiting = told["state"] == "credited" and told["own_credited"] != told["own_points"]
    return DEEDS.get("publicity" if is_waiting else told["state"], "plain")


def kept_of(told: Mapping[str, Any]) -> str:
    """What of a deed waits until an account is free."""
    return "其余的等账户解冻后入账" if told["own_credited"] else "等账户解冻后入账"


def freezing_state(this: FreezingRequest) -> tuple[str, str]:
    """How far a request has come: one to free is done once it is confirmed."""
    is_freed = this.aim == "unfreeze" and this.state == "confirmed"
    return FREEZINGS["lifted" if is_freed else this.state]


def sheet_state(told: Mapping[str, Any]) -> tuple[str, str]:
    """How far a points sheet has come."""
    bulletin = told["bulletin"]
    if bulletin is None:
        return "等核对", "info"
    if bulletin.state == "withdrawn":
        return "公示撤回了，等再核对", "warn"
    return ("等发布", "info") if bulletin.state == "draft" else ("公示了", "ok")


def asked_points(shares: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """What the form of the first look is filled with: what the sheet gives each person."""
    return {f"points.{row}.points": share["sum"]["asked"] for row, share in enumerate(shares)}
