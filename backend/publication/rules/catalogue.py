"""居务公开目录: what must be published, by when, and what of it strangers may read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from backend.errors import Invalid

DAYS_BY_LAW = 15  # 居组法 34
DECISION_DUE = "publication.decision_due_working_days"
OTHER_DUE = "publication.other_due_working_days"
SHEET_DUE = "points.sheet_due_working_days"

# What a matter's notice may say.
_MATTER: Mapping[str, frozenset[str] | None] = {
    **dict.fromkeys(
        (
            *("serial_no", "title", "body", "step", "status", "class", "basis", "outcome"),
            *("decision", "result_sentence", "counts_by_channel", "spending_fen", "leftovers"),
            *("objection_until", "objection_phone"),
        )
    ),
    "dates": frozenset({"submitted_on", "deliberated_on", "posted_on", "until_on", "closed_on"}),
    "agenda": frozenset({"held_on", "place", "kind", "position"}),
    "positions": frozenset({"party", "stance", "text"}),
    "dissent": frozenset({"text", "answer"}),
    "tasks": frozenset({"party", "title", "due_on", "percent", "budget_fen", "spent_fen"}),
    "replies": frozenset({"department", "answered_on", "text"}),
    "appraisal": frozenset({"invited", "answered", "spread", "channels", "text"}),
}
_PLAIN: Mapping[str, frozenset[str] | None] = dict.fromkeys(
    ("body", "held_on", "place", "period", "contact")
)
_LISTS: Mapping[str, frozenset[str] | None] = {
    **dict.fromkeys(("body", "adopted_doc", "valid_from")),
    "items": frozenset({"no", "title", "department", "legal_basis"}),
}
_MOVED = frozenset({"title", "points", "times"})
_POINTS: Mapping[str, frozenset[str] | None] = {
    **dict.fromkeys(("period", "sheet_sha256")),
    "totals": frozenset({"issued", "redeemed", "expired"}),
    "issued_items": _MOVED,
    "issued_grids": _MOVED,
    "redeemed_items": _MOVED,
    "redeemed_grids": _MOVED,
    "expired_grids": _MOVED,
    "budget": frozenset({"points", "allotted", "rest"}),
    "coverage": frozenset({"shelf", "percent"}),
    "objections": frozenset({"raised", "upheld", "dismissed", "dropped", "open"}),
    "reversals": frozenset({"count", "numbers"}),
    "seal": frozenset({"block", "hash"}),
}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the catalogue; `fields` maps what may be shown to what may be inside it.

    `due` names the setting that says within how many working days.
    """

    code: str
    title: str
    basis: str
    due: str
    fields: Mapping[str, frozenset[str] | None]


CATALOGUE: Mapping[str, Item] = {
    item.code: item
    for item in (
        Item(
            code="P1",
            title="居民会议、居民代表会议的决定及其实施情况",
            basis="《城市居民委员会组织法》第三十四条第一项",
            due=DECISION_DUE,
            fields=_MATTER,
        ),
        Item(
            code="P5",
            title="议事协商结果及其落实情况",
            basis="《城市居民委员会组织法》第三十四条第五项",
            due=DECISION_DUE,
            fields=_MATTER,
        ),
        Item(
            code="P7",
            title="居民普遍关心的其他事项",
            basis="《城市居民委员会组织法》第三十四条第七项",
            due=OTHER_DUE,
            fields=_PLAIN,
        ),
        Item(
            code="P12",
            title="工作清单、证明清单和服务手册",
            basis="社区工作清单公开的规定",
            due=OTHER_DUE,
            fields=_LISTS,
        ),
        Item(
            code="V1",
            title="美德银行积分收支公示表",
            basis="《城市居民委员会组织法》第三十四条、本社区积分细则",
            due=SHEET_DUE,
            fields=_POINTS,
        ),
    )
}


class UnknownItem(Invalid):
    title = "公开目录中没有这一项"


class NotOnTheList(Invalid):
    title = "含有不在公开范围内的内容"


def item_of(code: str) -> Item:
    if code not in CATALOGUE:
        raise UnknownItem(f"可用的目录项：{'、'.join(CATALOGUE)}。")
    return CATALOGUE[code]


def check_fields(item: Item, fields: Mapping[str, Any]) -> None:
    """Refuse what the item's list does not name, at both levels, instead of dropping it."""
    unlisted = sorted(set(fields) - set(item.fields))
    for name in set(fields) & set(item.fields):
        inside = item.fields[name]
        for part in _parts(fields[name]):
            if inside is None or not isinstance(part, Mapping):
                continue
            unlisted += [f"{name}.{each}" for each in sorted(set(part) - inside)]
    if unlisted:
        raise NotOnTheList(f"{item.code}不公开：{'、'.join(unlisted)}。")


def public_fields(item_code: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the item's list names; the second guard, when a list has become shorter."""
    listed = CATALOGUE[item_code].fields
    return {name: _only(value, listed[name]) for name, value in fields.items() if name in listed}


def _parts(value: Any) -> Collection[Any]:
    return value if isinstance(value, list | tuple) else (value,)


def _only(value: Any, listed: frozenset[str] | None) -> Any:
    if listed is None:
        return value
    if isinstance(value, Mapping):
        return {name: each for name, each in value.items() if name in listed}
    if isinstance(value, list | tuple):
        return [_only(each, listed) for each in value]
    return value
