"""What the poster says, and how much of it fits on the sheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.days import Holidays, chinese_day, day_of
from backend.publication.rules.board import last_day, objection_until_on
from backend.publication.rules.catalogue import CATALOGUE, Item, public_fields
from backend.residents.models import CHANNEL_NAMES

POSTER_CHARACTERS = 200
POSTER_ROOM = 580  # points between head and foot of an A3 sheet; A4 shrinks everything alike
MORE_ROOM = 48  # of the line that points to the full text
FACT_CHARACTERS, FACT_POINTS = 23, 35  # of one line
HEADINGS = {
    "result": "结果公示",
    "implementation": "落实情况公示",
    "list": "清单公示",
    "plain": "公示",
    "points": "积分公示",
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
    "issued_items": "发放",
    "redeemed_items": "兑换",
    "expired_grids": "过期",
    "seal": "账本校验",
}


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
        published_on=chinese_day(day_of(online_at)) if online_at else "",
        first_day=chinese_day(day_of(board_posted_at)) if board_posted_at else None,
        last_day=chinese_day(last_day(until_at)) if until_at else None,
        objections_until=chinese_day(objections) if objections else None,
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
    if name in _BY_PART and isinstance(value, list):
        return [_BY_PART[name](part) for part in value]
    said = _AS_ONE[name](value) if name in _AS_ONE else str(value)
    return [said] if said else []


def _counts(counts: Mapping[str, Any]) -> str:
    return "，".join(
        f"{CHANNEL_NAMES.get(channel, channel)}"
        f"{_counts(count) if isinstance(count, Mapping) else f'{count}份'}"
        for channel, count in counts.items()
    )


def _move(line: Mapping[str, Any]) -> str:
    points = line.get("points")
    told = "人数较少，不单列" if points is None else f"{points}分（{line.get('times')}次）"
    return f"{line.get('title', '')} {told}"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}元"


def _seal(seal: Mapping[str, Any]) -> str:
    return f"第{seal['block']}块 {seal['hash'][:16]}" if seal.get("block") else ""


def _iso_day(day: str) -> str:
    return chinese_day(date.fromisoformat(day))


def _task(task: Mapping[str, Any]) -> str:
    due = task.get("due_on")
    by = f"，{chinese_day(date.fromisoformat(due))}前完成" if due else ""
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


_BY_PART: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "tasks": _task,
    "issued_items": _move,
    "redeemed_items": _move,
    "expired_grids": _move,
}
_AS_ONE: Mapping[str, Callable[[Any], str]] = {
    "counts_by_channel": _counts,
    "spending_fen": _yuan,
    "seal": _seal,
    "held_on": _iso_day,
}
