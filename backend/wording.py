"""What marshmallow and webargs say about a field, in plain Chinese; used at the edge alone."""

import re
from collections.abc import Mapping
from typing import Any

ANYTHING_ELSE = "填写有误"

# Their messages as patterns, filled in: a limit named in one is named in ours.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"Missing data for required field\.", "请填写这一项"),
    (r"Field may not be null\.", "这一项不能为空"),
    (r"Unknown field\.", "没有这一项"),
    (r"Not a valid string\.|Not a valid utf-8 string\.", "请填写文字"),
    (r"Not a valid integer\.", "请填写整数"),
    (r"Not a valid (?:number|decimal)\.", "请填写数字"),
    (r"Number too large\.", "数字太大"),
    (r"Special numeric values .*", "请填写数字"),
    (r"Not a valid boolean\.", "请回答是或否"),
    (r"Not a valid date\.", "请填写日期，例如2026年3月5日写作2026-03-05"),
    (r"Not a valid time\.", "请填写时间，例如19:30"),
    (r"Not a valid datetime\.", "请填写日期和时间"),
    (r"Not a valid (?:naive|aware) (?:datetime|date|time)\.", "请填写带时区的日期和时间"),
    (r"Not a valid period of time\.", "请填写时长"),
    (r"Not a valid UUID\.", "编号有误"),
    (r"Not a valid (?:list|tuple|delimited list|delimited tuple)\.", "请逐项列出"),
    (r"Not a valid mapping type\.|Invalid (?:input )?type\.", "格式有误"),
    (r"Not a valid URL\.", "请填写网址"),
    (r"Not a valid email address\.", "请填写电子邮箱"),
    (r"Not a valid IP.*", "请填写网络地址"),
    (r".* cannot be formatted as a .*", "格式有误"),
    (r"Must be one of: .*", "请从给出的选项中选择"),
    (r"One or more of the choices .*", "请从给出的选项中选择"),
    (r"Must be equal to (.+)\.", "应为{0}"),
    (
        r"Must be greater than or equal to (.+) and less than or equal to (.+)\.",
        "应在{0}到{1}之间",
    ),
    (r"Must be greater than or equal to (.+) and less than (.+)\.", "不能小于{0}，应小于{1}"),
    (r"Must be greater than (.+) and less than or equal to (.+)\.", "应大于{0}，不能大于{1}"),
    (r"Must be greater than or equal to (.+)\.", "不能小于{0}"),
    (r"Must be greater than (.+) and less than (.+)\.", "应大于{0}、小于{1}"),
    (r"Must be greater than (.+)\.", "应大于{0}"),
    (r"Must be less than or equal to (.+)\.", "不能大于{0}"),
    (r"Must be less than (.+)\.", "应小于{0}"),
    (r"Length must be between (.+) and (.+)\.", "长度或个数应在{0}到{1}之间"),
    (r"Length must be (.+)\.", "长度或个数应为{0}"),
    (r"Longer than maximum length (.+)\.", "长度或个数不能超过{0}"),
    (r"Shorter than minimum length (.+)\.", "长度或个数不能少于{0}"),
    (r"String does not match expected pattern\.", "格式有误"),
    (r"Invalid (?:value|input)\.", ANYTHING_ELSE),
    (r"Invalid JSON body\.", "请求的内容读不出来"),
)
_TRANSLATIONS = [(re.compile(pattern, re.DOTALL), ours) for pattern, ours in _WORDS]
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def in_chinese(errors: Any) -> Any:
    """The same errors, under the same fields; what we worded ourselves stays as it is."""
    if isinstance(errors, str):
        return errors if _CHINESE.search(errors) else _translated(errors)
    if isinstance(errors, Mapping):
        return {field: in_chinese(told) for field, told in errors.items()}
    if isinstance(errors, list | tuple):
        return [in_chinese(told) for told in errors]
    return errors


def _translated(words: str) -> str:
    for pattern, ours in _TRANSLATIONS:
        if (found := pattern.fullmatch(words)) is not None:
            return ours.format(*found.groups())
    return ANYTHING_ELSE
