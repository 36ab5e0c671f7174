"""议事规则: by which rule each body decides, on what law it rests, and since when."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from backend.clock import today
from backend.console import Pages, show
from backend.deliberation.models import RuleRow
from backend.deliberation.queries.rule_rows import rule_rows_page
from backend.residents.identity import current_community_id, permitted, require_desk

ROWS = 100
NAMES: Mapping[str, str] = {
    "four_party": "四方协商",
    "council": "议事会",
    "representatives_assembly": "居民代表会议",
    "residents_assembly_persons": "居民会议（按人）",
    "residents_assembly_households": "居民会议（按户）",
    "owners_ordinary": "业主表决一般事项",
    "owners_special": "业主表决特别事项",
    "household_ballot": "户代表投票",
    "appraisal": "评事",
    "convene_assembly_persons": "居民要求开居民会议",
    "convene_assembly_households": "各户要求开居民会议",
    "convene_assembly_representatives": "居民代表要求开居民会议",
    "convene_representatives_assembly": "居民代表要求开居民代表会议",
}
UNITS = {
    "person": "年满十八周岁的居民",
    "household": "户代表",
    "member": "居民代表",
    "owner": "业主",
    "seat": "席位",
}
BASES = {"attending": "到会的", "cast": "表态的", "entitled": "全体"}
DIGITS = "零一二三四五六七八九十"
ORIGINS = {"law": "法律规定", "local_rule": "本社区定的", "default": "法律没有写数，先按这个办"}

procedures_desk = Pages("procedures_desk", __name__, who=require_desk)


@procedures_desk.get("/settings/rules")
@permitted("calendar.read")
def rules() -> Response:
    """The rules in force today, and those that will follow or came before."""
    rows = rule_rows_page(current_community_id(), code=None, after=None, limit=ROWS)
    by_code: dict[str, list[RuleRow]] = {}
    for row in sorted(rows, key=lambda row: row.valid_from, reverse=True):
        by_code.setdefault(row.code, []).append(row)
    in_order = sorted(by_code, key=lambda code: (*NAMES, code).index(code))
    return show(
        "deliberation/procedures.html",
        title="议事规则",
        procedures=[(NAMES.get(code, code), _told(by_code[code])) for code in in_order],
    )


def _told(rows: list[RuleRow]) -> list[dict[str, Any]]:
    """The rows of one procedure, the latest first, each with where it stands today."""
    begun = next((row for row in rows if row.valid_from <= today()), None)
    return [
        {
            "stands": "now" if row is begun else "ahead" if row.valid_from > today() else "before",
            "sentence": _sentence(row),
            "origin": ORIGINS[row.origin],
            "row": row,
        }
        for row in rows
    ]


def _sentence(row: RuleRow) -> str:
    who = UNITS[row.unit]
    passing = _part(row.pass_num, row.pass_den, is_enough=row.pass_inclusive)
    if row.code.startswith("convene_"):
        return f"{who}{passing}提出，就要召开。"
    quorum = _part(row.quorum_num, row.quorum_den, is_enough=row.quorum_inclusive)
    told = f"{who}{quorum}参加才算数，{BASES[row.pass_base]}{passing}"
    told += "满意才算满意。" if row.code == "appraisal" else "同意才通过。"
    if row.notice_days:
        told += f"通知留足{row.notice_days}个整日。"
    return told + (f"一共{row.window_days}天。" if row.window_days else "")


def _part(number: int, of: int, *, is_enough: bool) -> str:
    """「过半数」, 「三分之二以上」: 以上 includes the number, 超过 does not."""
    if number == of:
        return "全部"
    if (number, of) == (1, 2):
        return "半数以上" if is_enough else "过半数"
    share = f"{_spoken(of)}分之{_spoken(number)}"
    return f"{share}以上" if is_enough else f"超过{share}"


def _spoken(number: int) -> str:
    return DIGITS[number] if number < len(DIGITS) else str(number)
