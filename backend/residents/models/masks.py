"""How a person's data is shown to those who may not see it in full."""

import re

MOBILE = re.compile(r"1[3-9]\d{9}")
NOBODY, UNNAMED = "已注销用户", "没有写名字"


def mask_name(name: str | None) -> str:
    """`*` for one character, `张*` for two, else the first, stars, the last."""
    if not name:
        return NOBODY
    if name in (NOBODY, UNNAMED):
        return name
    if len(name) == 1:
        return "*"
    last = name[-1] if len(name) > 2 else ""  # noqa: PLR2004, a name of two shows only the first
    return name[0] + "*" * (len(name) - 1 - len(last)) + last


def mask_phone(phone: str) -> str:
    """`138****1234`; of a number that is no mobile only the last two digits."""
    if MOBILE.fullmatch(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]
