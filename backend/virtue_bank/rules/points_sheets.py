"""Which sheets are due, what one says in words, what of it is published, and who may check."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from backend.days import DAY, chinese_day, day_of, months_later, start_of
from backend.errors import Conflict, Outdated
from backend.virtue_bank.rules.cells import FEWEST_PEOPLE, added_up

MONTHS = {"month": 1, "quarter": 3, "year": 12}
QUARTERS = ("一", "二", "三", "四")
# field of the publication → table of the sheet
TABLES: Mapping[str, tuple[str, str]] = {
    "issued_items": ("issued", "items"),
    "issued_grids": ("issued", "grids"),
    "redeemed_items": ("redeemed", "items"),
    "redeemed_grids": ("redeemed", "grids"),
    "expired_grids": ("expired", "grids"),
}
MOVES: Mapping[str, str] = {"issued": "发放", "redeemed": "兑换", "expired": "过期"}
HEADINGS: Mapping[str, tuple[str, str]] = {
    "issued_items": ("发放（按善行）", "善行"),
    "issued_grids": ("发放（按网格）", "网格"),
    "redeemed_items": ("兑换（按物品和服务）", "物品和服务"),
    "redeemed_grids": ("兑换（按网格）", "网格"),
    "expired_grids": ("过期（按网格）", "网格"),
}
WITHHELD = "不单列"
SETTLED_AFTER = timedelta(hours=1)  # by then whatever began before midnight has its block
COUNTS = ("raised", "upheld", "dismissed", "dropped", "open")


class SheetChecked(Outdated):
    title = "这份公示表已经核对"


class SheetDiffers(Outdated):
    title = "核对的内容与公示表不一致，请刷新后重新核对"


class Unchecked(Conflict):
    title = "请先核对其中各月的公示表"


@dataclass(frozen=True, kw_only=True)
class Period:
    """A month, a quarter or a year: its first day, and the first day after it."""

    kind: str
    since: date
    until: date

    @property
    def last_day(self) -> date:
        return self.until - DAY

    @property
    def begins_at(self) -> datetime:
        return start_of(self.since).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        return start_of(self.until).astimezone(UTC)

    @property
    def title(self) -> str:
        return f"美德银行{self.name}积分公示表"

    @property
    def name(self) -> str:
        if self.kind == "month":
            return f"{self.since.year}年{self.since.month}月"
        if self.kind == "quarter":
            return f"{self.since.year}年第{QUARTERS[self.since.month // 3]}季度"
        return f"{self.since.year}年"


def settled_day(now: datetime) -> date:
    """Today, beginning an hour late, so that the last minutes of a month are told with it."""
    return day_of(now - SETTLED_AFTER)


def due_periods(began_on: date, today: date, drafted: Collection[tuple[str, date]]) -> list[Period]:
    """Every period over since the bank began that has no sheet yet; the months first.

    `drafted` names kind and first day of those that have one.
    """
    found = [
        period
        for kind, months in MONTHS.items()
        for period in _periods(kind, months, began_on, today)
        if (kind, period.since) not in drafted
    ]
    return sorted(found, key=lambda period: (MONTHS[period.kind], period.since))


def month_body(
    period: Period,
    *,
    issued: Mapping[str, Any],
    redeemed: Mapping[str, Any],
    expired: Mapping[str, Any],
    budget: Mapping[str, int] | None,
    coverage: Mapping[str, int],
    objections: Mapping[str, int],
    reversals: Sequence[int],
    seal: tuple[int | None, str | None],
) -> dict[str, Any]:
    """A month's sheet; tables come as `sheet_cells` let them through.

    What is left of the budget is what no quota was given: it moves with the committee's
    decisions, not with anybody's deeds. Coverage is told in whole percent.
    """
    return {
        **_head(period),
        "issued": issued,
        "redeemed": redeemed,
        "expired": expired,
        **_state(budget, coverage, seal),
        "objections": {name: objections[name] for name in COUNTS},
        "reversals": {"count": len(reversals), "numbers": sorted(reversals)},
    }


def long_body(
    period: Period,
    months: Sequence[tuple[Mapping[str, Any], str]],
    *,
    budget: Mapping[str, int] | None,
    coverage: Mapping[str, int],
    seal: tuple[int | None, str | None],
) -> dict[str, Any]:
    """A quarter's or a year's sheet from the (body, hash) of its months', oldest first."""
    bodies = [body for body, _ in months]
    objections = {name: sum(body["objections"].get(name, 0) for body in bodies) for name in COUNTS}
    objections["open"] = bodies[-1]["objections"]["open"] if bodies else 0
    numbers = sorted(number for body in bodies for number in body["reversals"]["numbers"])
    return {
        **_head(period),
        **{
            move: {
                cut: added_up([body[move][cut] for body in bodies])
                for cut in ("items", "grids")
                if (move, cut) in TABLES.values()
            }
            for move in MOVES
        },
        **_state(budget, coverage, seal),
        "objections": objections,
        "reversals": {"count": len(numbers), "numbers": numbers},
        "months": [
            {"title": body["title"], "since": body["since"], "sha256": sha256}
            for body, sha256 in months
        ],
    }


def canonical_sha256(body: Mapping[str, Any]) -> str:
    """What the sheet's hash is taken of: its body as JSON with sorted keys and no spaces."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def check_may_check(*, is_checked: bool, seen_sha256: str, sha256: str, months_open: int) -> None:
    """The person saw this very sheet, once, and the months it adds up are checked."""
    if is_checked:
        raise SheetChecked("请在公示台由另一位同事发布。")
    if seen_sha256 != sha256:
        raise SheetDiffers
    if months_open:
        raise Unchecked(f"还有{months_open}个月的公示表没有核对。")


def public_fields(body: Mapping[str, Any], sha256: str) -> dict[str, Any]:
    """The sheet as the publication takes it: tables as lists, what is withheld as their last."""
    return {
        "period": span_of(body),
        "totals": {move: _points(total_of(body, move)) for move in MOVES},
        **{name: list(_lines(body[move][cut])) for name, (move, cut) in TABLES.items()},
        "budget": body["budget"],
        "coverage": body["coverage"],
        "objections": body["objections"],
        "reversals": body["reversals"],
        "seal": body["seal"],
        "sheet_sha256": sha256,
    }


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One table as paper and files show it: lines of title, points, times; the total last."""

    heading: str
    head: tuple[str, str, str]
    lines: list[tuple[str, str | int, str | int]]
    total: tuple[str, str | int, str | int]


def printed(body: Mapping[str, Any]) -> list[Printed]:
    """The tables in their order; what is withheld says so instead of a figure."""
    return [
        Printed(
            heading=HEADINGS[name][0],
            head=(HEADINGS[name][1], "积分", "次数"),
            lines=[_shown(line["title"], line) for line in _lines(body[move][cut])],
            total=_shown("合计", body[move][cut]["total"] or {"points": None, "times": None}),
        )
        for name, (move, cut) in TABLES.items()
    ]


def summary(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands beside the tables, line by line."""
    budget, said, back = body["budget"], body["objections"], body["reversals"]
    seal = body["seal"]
    numbers = f"（流水号{'、'.join(map(str, back['numbers']))}）" if back["count"] else ""
    return [
        ("公示期间", span_of(body)),
        (
            "预算",
            f"{budget['points']}分，已分到额度{budget['allotted']}分，还剩{budget['rest']}分"
            if budget
            else "没有生效的预算",
        ),
        (
            "兑换保障",
            f"货架价值{body['coverage']['shelf']}分，为在外积分和预算的{body['coverage']['percent']}%",
        ),
        ("异议", _objections(said)),
        ("冲正", f"{back['count']}笔{numbers}"),
        ("账本校验", f"第{seal['block']}块 {seal['hash']}" if seal["block"] else "尚未封存"),
    ]


def plain_text(body: Mapping[str, Any]) -> str:
    """The sheet in a few sentences, for the poster and for whoever listens to it."""
    moves = "，".join(
        f"{word}{_told(_points(total_of(body, move)))}" for move, word in MOVES.items()
    )
    budget = body["budget"]
    kept = (
        f"预算{budget['points']}分，已分到额度{budget['allotted']}分，还剩{budget['rest']}分。"
        if budget
        else "没有生效的预算。"
    )
    said = body["objections"]
    return (
        f"{body['name']}积分{moves}。{kept}"
        f"货架上的物品和服务可兑换在外积分和预算的{body['coverage']['percent']}%。"
        f"异议{_objections(said)}；冲正{body['reversals']['count']}笔。"
        f"不足{FEWEST_PEOPLE}人的数字不单列。"
    )


def span_of(body: Mapping[str, Any]) -> str:
    """From the first to the last day, in words."""
    first, last = (chinese_day(date.fromisoformat(body[name])) for name in ("since", "through"))
    return f"{first}至{last}"


def total_of(body: Mapping[str, Any], move: str) -> Mapping[str, int] | None:
    """The total of one movement; every table of it has the same one."""
    total: Mapping[str, int] | None = body[move]["grids"]["total"]
    return total


def _head(period: Period) -> dict[str, Any]:
    return {
        "kind": period.kind,
        "name": period.name,
        "title": period.title,
        "since": period.since.isoformat(),
        "through": period.last_day.isoformat(),
        "fewest_people": FEWEST_PEOPLE,
    }


def _state(
    budget: Mapping[str, int] | None,
    coverage: Mapping[str, int],
    seal: tuple[int | None, str | None],
) -> dict[str, Any]:
    return {
        "budget": budget and {name: budget[name] for name in ("points", "allotted", "rest")},
        "coverage": {"shelf": coverage["shelf"], "percent": coverage["percent"]},
        "seal": {"block": seal[0], "hash": seal[1]},
    }


def _lines(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in table["rows"]:
        yield {name: row[name] for name in ("title", "points", "times")}
    if table["together"] is not None:
        yield {"title": "不单列的合计", **table["together"]}


def _objections(said: Mapping[str, int]) -> str:
    """Sheets drafted before do not say what was dropped, and stay as they were hashed."""
    dropped = f"不用再答复{said['dropped']}件，" if said.get("dropped") else ""
    return (
        f"收到{said['raised']}件，成立{said['upheld']}件，不成立{said['dismissed']}件，"
        f"{dropped}待答复{said['open']}件"
    )


def _shown(title: str, sums: Mapping[str, int | None]) -> tuple[str, str | int, str | int]:
    points, times = (
        WITHHELD if sums[name] is None else sums[name] or 0 for name in ("points", "times")
    )
    return title, points, times


def _points(total: Mapping[str, int] | None) -> int | None:
    return None if total is None else total["points"]


def _told(points: int | None) -> str:
    return "人数较少，不单列" if points is None else f"{points}分"


def _periods(kind: str, months: int, began_on: date, today: date) -> Iterator[Period]:
    since = date(began_on.year, (began_on.month - 1) // months * months + 1, 1)
    while (until := months_later(since, months)) <= today:
        yield Period(kind=kind, since=since, until=until)
        since = until
