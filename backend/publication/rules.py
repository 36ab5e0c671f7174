"""What is published, what of it strangers may read, and how long it hangs. Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.days import SHANGHAI, Holidays, next_working_day
from backend.errors import AccessDenied, Conflict, Invalid

DAYS_BY_LAW = 15  # 居组法 34
OBJECTION_DAYS = 7
KINDS = ("result", "implementation", "list", "plain")
HASH_SHOWN = 12
POSTER_CHARACTERS = 200
POSTER_ROOM = 580  # points between head and foot of an A3 sheet; A4 shrinks everything alike
MORE_ROOM = 48  # of the line that points to the full text
FACT_CHARACTERS, FACT_POINTS = 23, 35  # of one line
HEADINGS = {
    "result": "结果公示",
    "implementation": "落实情况公示",
    "list": "清单公示",
    "plain": "公示",
}
CHANNELS = {
    "mini_program": "小程序",
    "phone": "电话",
    "home_visit": "上门",
    "walk_in": "来访",
    "paper": "纸质",
    "at_meeting": "会场",
    "console": "窗口代录",
}
_LABELS = {
    "serial_no": "事项编号",
    "result_sentence": "表决结果",
    "decision": "决定内容",
    "outcome": "办理结果",
    "counts_by_channel": "参与情况",
    "tasks": "落实任务",
    "spending_fen": "经费使用",
    "held_on": "时间",
    "place": "地点",
    "period": "期间",
    "adopted_doc": "依据文件",
    "contact": "联系方式",
}

# A matter's notice: the same names as the public view of a matter in deliberation.
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


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the catalogue; `fields` maps what may be shown to what may be inside it."""

    code: str
    title: str
    basis: str
    due_working_days: int
    fields: Mapping[str, frozenset[str] | None]
    min_days: int = DAYS_BY_LAW
    objection_days: int = OBJECTION_DAYS


CATALOGUE: Mapping[str, Item] = {
    item.code: item
    for item in (
        Item(
            code="P1",
            title="居民会议、居民代表会议的决定及其实施情况",
            basis="《城市居民委员会组织法》第三十四条第一项",
            due_working_days=3,
            fields=_MATTER,
        ),
        Item(
            code="P5",
            title="议事协商结果及其落实情况",
            basis="《城市居民委员会组织法》第三十四条第五项",
            due_working_days=3,
            fields=_MATTER,
        ),
        Item(
            code="P7",
            title="居民普遍关心的其他事项",
            basis="《城市居民委员会组织法》第三十四条第七项",
            due_working_days=20,
            fields=_PLAIN,
        ),
        Item(
            code="P12",
            title="工作清单、证明清单和服务手册",
            basis="社区工作清单公开的规定",
            due_working_days=20,
            fields=_LISTS,
        ),
    )
}


class UnknownItem(Invalid):
    title = "公开目录中没有这一项"


class NotOnTheList(Invalid):
    title = "含有不在公开范围内的内容"


class AlreadyPublished(Conflict):
    title = "这条公示已经发布"


class NotPublished(Conflict):
    title = "这条公示还没有发布"


class PreviewChanged(Conflict):
    title = "公示内容已变化，请重新预览"


class OwnDraft(AccessDenied):
    title = "起草人不能发布自己起草的公示"


class AlreadyOnTheBoard(Conflict):
    title = "上墙日期已经登记"


class BoardDayImpossible(Invalid):
    title = "上墙日期有误"


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


def content_sha256(content: Mapping[str, Any]) -> str:
    """SHA-256 over item, kind, title, text, fields and source as canonical JSON."""
    canonical = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def check_may_publish(
    *, state: str, drafted_by: UUID, publisher_id: UUID, seen_sha256: str, current_sha256: str
) -> None:
    """Another person than the drafter, who has seen this very text."""
    if state != "draft":
        raise AlreadyPublished
    if publisher_id == drafted_by:
        raise OwnDraft("请另一位委员核对后发布。")
    if seen_sha256 != current_sha256:
        raise PreviewChanged("预览后内容有改动，请重新核对并确认。")


def number(community_code: str, year: int, seq: int) -> str:
    return f"{number_prefix(community_code, year)}{seq:04d}"


def number_prefix(community_code: str, year: int) -> str:
    return f"{community_code}-{year}-"


def until(
    online_at: datetime, board_posted_at: datetime, *, min_days: int = DAYS_BY_LAW
) -> datetime:
    """The end of the display: full days after the later of screen and board, at 00:00 there.

    The first day is not counted: 21 November with 15 days ends on 7 December at 00:00.
    """
    began_on = max(online_at, board_posted_at).astimezone(SHANGHAI).date()
    end = began_on + timedelta(days=min_days + 1)
    return datetime(end.year, end.month, end.day, tzinfo=SHANGHAI).astimezone(UTC)


def last_day(until_at: datetime) -> date:
    """The last full day of a display that ends at 00:00."""
    return (until_at - timedelta(microseconds=1)).astimezone(SHANGHAI).date()


def objection_until_on(
    until_at: datetime, *, min_days: int, objection_days: int, holidays: Holidays
) -> date:
    """The last day for objections, counted like the display from the day it began.

    A resident's own deadline never ends on a day off (Civil Code 203).
    """
    day = last_day(until_at) - timedelta(days=min_days - objection_days)
    return next_working_day(day, holidays)


def check_not_published(state: str) -> None:
    if state in {"published", "ended"}:
        raise AlreadyPublished("已发布的公示不能改动；有错请发布更正公示。")


def check_board_day(
    *,
    state: str,
    online_at: datetime | None,
    board_posted_at: datetime | None,
    up_on: date,
    today: date,
) -> datetime:
    """When the notice went online, if the poster may have gone up on `up_on`."""
    if state != "published" or online_at is None:
        raise NotPublished("请先在网上发布，再登记上墙日期。")
    if board_posted_at is not None:
        raise AlreadyOnTheBoard("公示期已按登记的日期计算，不能更改。")
    if up_on > today:
        raise BoardDayImpossible(errors={"up_on": ["不能晚于今天，请在张贴当天登记"]})
    if up_on < online_at.astimezone(SHANGHAI).date():
        raise BoardDayImpossible(errors={"up_on": ["不能早于网上发布的日期"]})
    return online_at


def board_moment(up_on: date, online_at: datetime, now: datetime) -> datetime:
    """The tick names a day; on the day of the tick it is now, on an earlier day its last minute."""
    if now.astimezone(SHANGHAI).date() == up_on:
        return now
    end = datetime(up_on.year, up_on.month, up_on.day, 23, 59, tzinfo=SHANGHAI)
    return max(end.astimezone(UTC), online_at)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the poster says in words; everything a passer-by needs without a phone."""

    heading: str
    item: Item
    title_points: int
    text_points: int
    paragraphs: list[str]
    is_shortened: bool
    facts: list[tuple[str, list[str]]]
    published_on: str
    first_day: str | None  # None: it is still to be hung, the days are filled in by hand
    last_day: str | None
    objections_until: str | None
    days: int
    objection_days: int


def sheet(
    *,
    item_code: str,
    kind: str,
    title: str,
    plain_text: str,
    fields: Mapping[str, Any],
    online_at: datetime | None,
    board_posted_at: datetime | None,
    until_at: datetime | None,
    min_days: int,
    objection_days: int,
    holidays: Holidays,
) -> Sheet:
    """The poster of a published notice; a text that is too long is cut and points to the rest."""
    title_points, room = _title(title)
    text_points, paragraphs, text_room = _text(plain_text)
    facts, all_shown = _fitting(
        _facts(public_fields(item_code, fields)), room - text_room - MORE_ROOM
    )
    objections = until_at and objection_until_on(
        until_at, min_days=min_days, objection_days=objection_days, holidays=holidays
    )
    return Sheet(
        heading=HEADINGS[kind],
        item=CATALOGUE[item_code],
        title_points=title_points,
        text_points=text_points,
        paragraphs=paragraphs,
        is_shortened=not all_shown or "".join(paragraphs) != "".join(plain_text.split("\n")),
        facts=facts,
        published_on=_chinese_day(_day(online_at)) if online_at else "",
        first_day=_chinese_day(_day(board_posted_at)) if board_posted_at else None,
        last_day=_chinese_day(last_day(until_at)) if until_at else None,
        objections_until=_chinese_day(objections) if objections else None,
        days=min_days,
        objection_days=objection_days,
    )


def _facts(shown: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    return [
        (label, lines)
        for name, label in _LABELS.items()
        if (lines := _lines(name, shown.get(name)))
    ]


def _lines(name: str, value: Any) -> list[str]:
    if value in (None, "", [], {}):
        return []
    if name == "counts_by_channel" and isinstance(value, Mapping):
        return [_counts(value)]
    if name == "spending_fen" and isinstance(value, int):
        return [f"{value // 100}.{value % 100:02d}元"]
    if name == "tasks" and isinstance(value, list):
        return [_task(task) for task in value]
    if name == "held_on":
        return [_chinese_day(date.fromisoformat(value))]
    return [str(value)]


def _counts(counts: Mapping[str, Any]) -> str:
    return "，".join(
        f"{CHANNELS.get(channel, channel)}"
        f"{_counts(count) if isinstance(count, Mapping) else f'{count}份'}"
        for channel, count in counts.items()
    )


def _task(task: Mapping[str, Any]) -> str:
    due = task.get("due_on")
    by = f"，{_chinese_day(date.fromisoformat(due))}前完成" if due else ""
    return f"{task.get('title', '')}（{task.get('party', '')}{by}）"


def _title(title: str) -> tuple[int, int]:
    """The size of the title, and the room it leaves."""
    points, a_line = (60, 12) if len(title) <= 24 else (48, 15)  # noqa: PLR2004, two lines
    return points, POSTER_ROOM - round(_lines_of(title, a_line) * points * 1.28) - 46


def _text(text: str) -> tuple[int, list[str], int]:
    """Size, paragraphs and room of the text; what is more than the sheet holds is cut off."""
    points, a_line, most_lines = (28, 25, 5) if len(text) <= 110 else (24, 29, 7)  # noqa: PLR2004
    paragraphs: list[str] = []
    characters, lines = POSTER_CHARACTERS, most_lines
    for paragraph in text.split("\n"):
        longest = min(characters, lines * a_line - 2)
        if longest <= 0:
            paragraphs[-1] += "…"
            break
        cut = len(paragraph) > longest
        paragraphs.append(paragraph[: longest - 1].rstrip() + "…" if cut else paragraph)
        characters -= len(paragraphs[-1])
        lines -= _lines_of(paragraphs[-1], a_line, indent=2)
        if cut:
            break
    return points, paragraphs, round((most_lines - lines) * points * 1.6)


def _lines_of(text: str, a_line: int, indent: int = 0) -> int:
    return max(1, -(-(len(text) + indent) // a_line))


def _fitting(
    facts: list[tuple[str, list[str]]], room: int
) -> tuple[list[tuple[str, list[str]]], bool]:
    """As many whole lines as the room (in points) holds, and whether that is all of them."""
    kept, all_shown = [], True
    for label, lines in facts:
        fitting: list[str] = []
        for line in lines:
            needed = _lines_of(line, FACT_CHARACTERS) * FACT_POINTS + (0 if fitting else 16)
            if needed > room:
                all_shown = False
                break
            room -= needed
            fitting.append(line)
        if fitting:
            kept.append((label, fitting))
    return kept, all_shown


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def _chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


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
