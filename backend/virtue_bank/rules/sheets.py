"""When a sheet is whole, how it comes into force, and what a new version changes. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.days import day_of, end_of, last_day_before
from backend.errors import Conflict, Invalid, Outdated


class SheetUnderway(Conflict):
    title = "已有一份细则在起草或征求意见"


class NotADraft(Conflict):
    title = "细则已不是草稿，不能修改"


class NotConsulted(Conflict):
    title = "细则还没有征求意见"


class ConsultationOpen(Conflict):
    title = "征求意见还没有结束"


class NotProposed(Conflict):
    title = "没有等待确认的通过记录"


class BeginsTooEarly(Invalid):
    title = "生效日期有误"


class OverlapsInForce(Conflict):
    title = "与已通过的细则重叠"


class SheetUnclear(Invalid):
    title = "细则内容有误"


class StaleSheet(Outdated):
    title = "细则已有新的变化，请刷新后再办"


@dataclass(frozen=True, kw_only=True)
class Item:
    """What a sheet says of one kind of deed."""

    code: str
    title: str
    category: str
    points: int
    points_max: int
    unit: str = "次"
    credit_to: str = "person"
    confirmations: int = 2
    needs_helped: bool = True
    publicity_days: int = 5
    claim_within_days: int = 30
    article_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class CapLine:
    """A cap as it is written: for one item by its code, or, without, for all together."""

    subject: str
    period: str
    cap: int
    item_code: str | None = None


def check_draft(state: str) -> None:
    if state != "draft":
        raise NotADraft("请先收回为草稿，改好后重新征求意见。")


def check_words(items: Sequence[Item], caps: Sequence[CapLine]) -> None:
    """A sheet somebody can claim by: no code twice, no cap that its own item cannot meet.

    Raises:
        SheetUnclear: naming the first thing that does not fit.
    """
    by_code = {item.code: item for item in items}
    if not items:
        raise SheetUnclear("请至少写一个事项。")
    if len(by_code) < len(items):
        raise SheetUnclear("事项编号不能重复。")
    for item in items:
        if not 0 < item.points <= item.points_max:
            raise SheetUnclear(f"{item.code}：积分须大于零，且不超过单次最高积分。")
    if len({(cap.item_code, cap.subject, cap.period) for cap in caps}) < len(caps):
        raise SheetUnclear("同一上限写了两次。")
    for cap in caps:
        _check_cap(cap, by_code)


def _check_cap(cap: CapLine, by_code: Mapping[str, Item]) -> None:
    if cap.item_code is not None and cap.item_code not in by_code:
        raise SheetUnclear(f"上限指向的事项 {cap.item_code} 不在细则里。")
    meant = [by_code[cap.item_code]] if cap.item_code else by_code.values()
    if cap.cap < min(item.points for item in meant):
        raise SheetUnclear(f"上限{cap.cap}分低于单次积分，没有人能够申报。")


def words_of(items: Sequence[Item], caps: Sequence[CapLine]) -> str:
    """The sheet as one text that two people would write alike; its hash is what was adopted."""
    told = {
        "items": [asdict(item) for item in sorted(items, key=lambda each: each.code)],
        "caps": sorted(
            (asdict(cap) for cap in caps),
            key=lambda each: (each["item_code"] or "", each["subject"], each["period"]),
        ),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def words_hash(items: Sequence[Item], caps: Sequence[CapLine]) -> str:
    return hashlib.sha256(words_of(items, caps).encode()).hexdigest()


def consulted_until(opened: datetime, days: int) -> datetime:
    """The first moment after `days` whole days; the day it opens is not counted."""
    return end_of(day_of(opened) + timedelta(days=days))


def check_adoption(
    *,
    state: str,
    consulted_until: datetime | None,
    now: datetime,
    begins_on: date,
    adopted_on: date,
    in_force_since: date | None,
) -> None:
    """After the consultation, from a day to come, and after every sheet adopted before.

    `in_force_since` is the first day of the sheet adopted last.
    """
    if state != "consulted" or consulted_until is None:
        raise NotConsulted("请先公开征求意见。")
    if now < consulted_until:
        last = last_day_before(consulted_until)
        raise ConsultationOpen(f"{last.month}月{last.day}日之后才能通过。")
    today = day_of(now)
    if begins_on <= today:
        raise BeginsTooEarly(
            "细则不溯及以往，最早从明天起生效。", errors={"begins_on": ["不能早于明天"]}
        )
    if not day_of(consulted_until) <= adopted_on <= today:
        raise BeginsTooEarly(
            "会议应在征求意见之后、今天之前召开。", errors={"adopted_on": ["日期有误"]}
        )
    if in_force_since is not None and begins_on <= in_force_since:
        raise OverlapsInForce(f"请选{in_force_since.isoformat()}之后的日期。")


def check_proposed(proposed_by: UUID | None) -> UUID:
    """Who noted the adoption, if anybody did."""
    if proposed_by is None:
        raise NotProposed("请先由主任登记通过记录。")
    return proposed_by


def check_version(given: int, present: int) -> None:
    if given != present:
        raise StaleSheet("有人同时在修改，请核对后再提交。")


def changes(
    before: Mapping[str, Item] | None, after: Mapping[str, Item]
) -> dict[str, list[dict[str, Any]]]:
    """What a version adds, takes out and says otherwise than the one before."""
    before = before or {}
    return {
        "added": [_named(after[code]) for code in sorted(after.keys() - before.keys())],
        "removed": [_named(before[code]) for code in sorted(before.keys() - after.keys())],
        "changed": [
            _named(after[code])
            | {"points_before": before[code].points, "points_max_before": before[code].points_max}
            for code in sorted(after.keys() & before.keys())
            if after[code] != before[code]
        ],
    }


def _named(item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "title": item.title,
        "points": item.points,
        "points_max": item.points_max,
    }
