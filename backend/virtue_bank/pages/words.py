"""What the pages about points call states, caps and ways."""

from collections.abc import Mapping

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
