"""What the publication desk calls codes and public fields, in the order they are read."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from backend.clock import utc_now
from backend.console.words import day, yuan
from backend.publication.models import Bulletin
from backend.residents.models import CHANNEL_NAMES

KINDS: Mapping[str, str] = {
    "result": "结果公示",
    "implementation": "落实公示",
    "list": "清单公示",
    "plain": "一般公示",
    "points": "积分公示",
}
STATES: Mapping[str, tuple[str, str]] = {
    "draft": ("草稿", "plain"),
    "ended": ("公示满了", "ok"),
    "withdrawn": ("有了新稿", "plain"),
}
AUDIENCES: Mapping[str, str] = {
    "open": "谁都能看",
    "community": "只给本社区居民看",
}
GROUNDS: Mapping[str, str] = {
    "illegal": "内容违法",
    "privacy": "泄露了个人隐私",
}
FIELDS: Mapping[str, str] = {
    "serial_no": "事项编号",
    "title": "事项",
    "body": "提出的事",
    "class": "类别",
    "basis": "依据",
    "step": "到哪一步",
    "status": "现在的情况",
    "dates": "日期",
    "agenda": "在哪次会上",
    "outcome": "结果",
    "decision": "结论",
    "result_sentence": "表决结果",
    "counts_by_channel": "参与情况",
    "positions": "各方意见",
    "dissent": "不同意见",
    "tasks": "任务",
    "replies": "部门答复",
    "spending_fen": "花了多少钱",
    "leftovers": "还没办完的",
    "appraisal": "大家的评价",
    "objection_until": "提异议到哪天",
    "objection_phone": "提异议的电话",
    "held_on": "时间",
    "place": "地点",
    "period": "期间",
    "contact": "联系方式",
    "adopted_doc": "依据文件",
    "valid_from": "从哪天起",
    "items": "清单",
    "totals": "合计（分）",
    "issued_items": "发放，按善行",
    "issued_grids": "发放，按网格",
    "redeemed_items": "兑换，按物品和服务",
    "redeemed_grids": "兑换，按网格",
    "expired_grids": "过期，按网格",
    "budget": "预算（分）",
    "coverage": "兑换保障",
    "objections": "异议（件）",
    "reversals": "冲正",
    "seal": "账本校验",
    "sheet_sha256": "公示表校验值",
}
# What may stand inside a field, where its name alone does not say it.
PARTS: Mapping[str, str] = {
    "submitted_on": "提出",
    "deliberated_on": "议事",
    "posted_on": "贴出",
    "until_on": "公示到",
    "closed_on": "办结",
    "due_on": "完成日期",
    "percent": "办了",
    "budget_fen": "预算",
    "spent_fen": "花了",
    "answer": "答复",
    "answered_on": "答复日期",
    "invited": "请了",
    "answered": "评了",
    "legal_basis": "依据",
    "department": "部门",
    "issued": "发放",
    "redeemed": "兑换",
    "expired": "过期",
    "points": "积分",
    "times": "次数",
    "allotted": "已分到额度",
    "rest": "还剩",
    "shelf": "货架价值",
    "raised": "收到",
    "upheld": "成立",
    "dismissed": "不成立",
    "dropped": "不用再答复",
    "open": "待答复",
    "count": "笔数",
    "numbers": "流水号",
    "block": "区块",
    "hash": "校验值",
}
PLAIN = {"text", "title", "party", "stance", "name", "kind", "held_on", "place", "no", "position"}


def public_pairs(fields: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Every public field that is not empty, by its name and line by line."""
    known = sorted(fields, key=_rank)
    return [
        (FIELDS.get(name, name), lines) for name in known if (lines := _lines(name, fields[name]))
    ]


def state_of(bulletin: Bulletin) -> tuple[str, str]:
    """How the notice stands, and the tone of it."""
    if bulletin.is_taken_back:
        return "已撤回", "plain"
    if bulletin.state != "published":
        return STATES[bulletin.state]
    if bulletin.until_at is None:
        return "还没贴出去", "warn"
    return STATES["ended"] if bulletin.until_at <= utc_now() else ("公示中", "info")


def _rank(name: str) -> int:
    names = list(FIELDS)
    return names.index(name) if name in names else len(names)


def _lines(name: str, value: Any) -> list[str]:
    if name == "counts_by_channel" and isinstance(value, Mapping):
        return ["，".join(_counted(value))]
    if isinstance(value, list):
        return [line for each in value if (line := _said(name, each))]
    line = _said(name, value)
    return [line] if line else []


def _said(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, Mapping):
        return _stated(value) if name == "positions" else _parts(value)
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    if isinstance(value, int):
        return _counted_out(name, value)
    if isinstance(value, str) and (name.endswith("_on") or name == "valid_from"):
        return day(date.fromisoformat(value))
    return str(value)


def _stated(position: Mapping[str, Any]) -> str:
    return f"{position.get('party', '')}{position.get('stance', '')}：{position.get('text', '')}"


def _parts(value: Mapping[str, Any]) -> str:
    if "points" in value and value["points"] is None:
        return f"{value.get('title', '')}人数较少，不单列"
    parts = [(part, _said(part, inside)) for part, inside in value.items()]
    return "，".join(_named(part, told) for part, told in parts if told)


def _counted_out(name: str, value: int) -> str:
    if name.endswith("_fen"):
        return yuan(value)
    return {"percent": "{}%", "position": "第{}项议题"}.get(name, "{}").format(value)


def _named(part: str, told: str) -> str:
    return told if part in PLAIN else f"{PARTS.get(part, FIELDS.get(part, part))}{told}"


def _counted(counts: Mapping[str, Any]) -> Iterator[str]:
    for channel, count in counts.items():
        word = CHANNEL_NAMES.get(channel, channel)
        yield f"{word}{'、'.join(_counted(count)) if isinstance(count, Mapping) else f'{count}份'}"
