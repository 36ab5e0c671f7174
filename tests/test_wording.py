"""What marshmallow says about a field reaches people in Chinese, whatever it says."""

import inspect
import re
from collections.abc import Iterator
from datetime import date

import pytest
from marshmallow import Schema, ValidationError, fields, validate
from webargs import fields as webargs_fields

from backend.wording import ANYTHING_ELSE, in_chinese

LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
FILLED_IN = {
    "input": "x",
    "obj_type": "date",
    "awareness": "aware",
    "choices": "red, green",
    "values": "red",
    "other": "7",
    "min": "1",
    "max": "9",
    "equal": "2",
}
SAY_NOTHING_MORE = {"Invalid value.", "Invalid input."}


def default_messages() -> Iterator[str]:
    for module in (fields, webargs_fields):
        for field in vars(module).values():
            if inspect.isclass(field) and issubclass(field, fields.Field):
                for ancestor in field.__mro__:
                    yield from getattr(ancestor, "default_error_messages", {}).values()
    yield from Schema._default_error_messages.values()  # noqa: SLF001
    for validator in vars(validate).values():
        if inspect.isclass(validator) and issubclass(validator, validate.Validator):
            yield getattr(validator, "default_message", "") or "Invalid value."
    length = validate.Length
    yield from (length.message_min, length.message_max, length.message_all, length.message_equal)


MESSAGES = sorted({str(message).format(**FILLED_IN) for message in default_messages()})


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_the_library_knows_has_words_of_its_own(message: str) -> None:
    ours = in_chinese(message)

    assert not LATIN_WORD.search(ours)
    assert (ours == ANYTHING_ELSE) == (message in SAY_NOTHING_MORE)


@pytest.mark.parametrize(
    ("limits", "value", "ours"),
    [
        (validate.Range(1, 9), 10, "应在1到9之间"),
        (validate.Range(min=1), 0, "不能小于1"),
        (validate.Range(max=9), 10, "不能大于9"),
        (validate.Range(1, 9, min_inclusive=False), 1, "应大于1，不能大于9"),
        (validate.Range(1, 9, max_inclusive=False), 9, "不能小于1，应小于9"),
        (validate.Range(1, 9, min_inclusive=False, max_inclusive=False), 9, "应大于1、小于9"),
        (validate.Range(min=1, min_inclusive=False), 1, "应大于1"),
        (validate.Range(max=9, max_inclusive=False), 9, "应小于9"),
        (validate.Range(min=date(2026, 1, 1)), date(2025, 1, 1), "不能小于2026-01-01"),
        (validate.Length(max=2), "abc", "长度或个数不能超过2"),
        (validate.Length(1, 2), "", "长度或个数应在1到2之间"),
        (validate.OneOf(["red", "green"]), "blue", "请从给出的选项中选择"),
    ],
    ids=str,
)
def test_limits_are_named(limits: validate.Validator, value: object, ours: str) -> None:
    with pytest.raises(ValidationError) as refused:
        limits(value)

    assert in_chinese(refused.value.messages) == [ours]


def test_fields_keep_their_names_and_our_own_words_stay() -> None:
    told = {"json": {"items": {0: {"no": ["Not a valid integer.", "验证码是6位数字"]}}}}

    assert in_chinese(told) == {"json": {"items": {0: {"no": ["请填写整数", "验证码是6位数字"]}}}}


def test_words_nobody_translated_are_not_shown() -> None:
    assert in_chinese({"json": ["Something new."]}) == {"json": [ANYTHING_ELSE]}
