"""What the pages about people call roles, homes, and the codes of verification."""

from collections.abc import Mapping
from datetime import date

from backend.days import chinese_day
from backend.residents.rules.appointments import TITLES

RELATIONS: Mapping[str, str] = {
    "head": "户主",
    "spouse": "配偶",
    "child": "子女",
    "parent": "父母",
    "other": "其他家人",
    "lodger": "合住的人",
}
TENURES: Mapping[str, str] = {"owner": "自有", "tenant": "租住", "other": "其他"}
EVIDENCE: Mapping[str, str] = {
    "document_seen": "看过房产证或户口簿",
    "lease_seen": "看过租房合同",
    "known_in_person": "本人认识他，知道他住这里",
    "household_member_confirms": "同住的人证实",
}
REFUSALS: Mapping[str, str] = {
    "not_found_there": "上门没有找到这个人",
    "evidence_missing": "没有能证明的材料",
    "wrong_dwelling": "不是这一户",
    "duplicate": "重复申请",
    "other": "其他",
}
NO_ROLE: Mapping[str, str] = {
    "resident": "居民",
    "proxy": "代办人",
    "complainant": "投诉人",
    "staff": "工作人员",
    "system": "系统自动",
}


def plain_day(day: date) -> str:
    """A day long ago, whose weekday nobody needs."""
    return chinese_day(day)


def title_of(role: str) -> str:
    """The name of a role as people say it."""
    return TITLES.get(role) or NO_ROLE.get(role, role)
