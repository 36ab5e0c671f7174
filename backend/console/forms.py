"""Forms as people fill them in, read by the same schemas as JSON; what was typed is never lost."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from zlib import crc32

from flask import Response, g, request
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from backend.clock import SHANGHAI
from backend.errors import DomainError, Invalid
from backend.wording import in_chinese

NOT_OURS = re.compile(r"csrf_token$|_")
FEN = 100

Values = MultiDict[str, str]


class FormIncomplete(Invalid):
    title = "请改一下标出的地方"


class Yuan(fields.Decimal):
    """Money as people write it, in yuan; the code gets fen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(places=2, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        amount = super()._deserialize(value, attr, data, **kwargs)
        return int(amount * FEN)


@dataclass(kw_only=True)
class Typed:
    """The form of this request: what was typed, where, and how to show the page again."""

    address: str
    values: Values
    again: Callable[[], Response]
    refusal: DomainError | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    is_shown: bool = False  # whether the page still has this form


def typed() -> Typed | None:
    return cast("Typed | None", g.get("typed"))


def refuse_typed(refusal: DomainError) -> None:
    """Remember why the form of this request came to nothing, for when it is shown again."""
    this = typed()
    if this is None:
        return
    this.refusal = refusal
    by_place = refusal.members.get("errors", {})
    this.errors = dict(_flat(by_place.get("json", {})))


class Form:
    """A form on a page. If it is the one just refused, it holds what was typed and what is wrong.

    It is known by its action, so a page may have many, also many of one kind.
    """

    def __init__(self, action: str, given: Mapping[str, Any]) -> None:
        self.action = action
        self._given = given
        this = typed()
        self._typed = this if this is not None and this.address == action else None
        if self._typed is not None:
            self._typed.is_shown = True
        self.id = f"f{crc32(action.encode()):x}"

    @property
    def refusal(self) -> DomainError | None:
        return self._typed.refusal if self._typed else None

    @property
    def errors(self) -> dict[str, list[str]]:
        return self._typed.errors if self._typed else {}

    def value(self, name: str) -> str:
        """What stands in the field: typed now, or given by the page."""
        if self._typed is not None:
            return self._typed.values.get(name, "")
        given = self._given.get(name)
        return "" if given is None else str(given)

    def values(self, name: str) -> list[str]:
        if self._typed is not None:
            return [value for value in self._typed.values.getlist(name) if value.strip()]
        return [str(value) for value in self._given.get(name) or []]

    def wrong(self, name: str) -> list[str]:
        return self.errors.get(name, [])

    def field_id(self, name: str) -> str:
        return f"{self.id}-{name}"


def form_at(action: str, **given: Any) -> Form:
    """The form that is sent to `action`; `given` fills it at first."""
    return Form(action, given)


class FormReader:
    """Reads a browser's form with a schema made for JSON."""

    def __init__(self, schema: type[Schema]) -> None:
        self._schema = schema()
        for each in self._schema.fields.values():
            _read_text(each)

    def read(self, values: Values) -> dict[str, Any]:
        """The values as the schema loads them.

        Raises:
            FormIncomplete: with what is wrong, by field.
        """
        try:
            return cast("dict[str, Any]", self._schema.load(_told(self._schema, values)))
        except ValidationError as wrong:
            errors = in_chinese(wrong.messages)
            raise FormIncomplete(errors=errors) from None

    def read_query(self) -> dict[str, Any]:
        return self.read(request.args)


def _read_text(each: fields.Field[Any]) -> None:
    """In a form everything is text: "8" is a number, 19:30 is said in Shanghai."""
    if isinstance(each, fields.Integer):
        each.strict = False
    elif isinstance(each, fields.AwareDateTime):
        each.default_timezone = SHANGHAI
    elif isinstance(each, fields.List):
        _read_text(each.inner)
    elif isinstance(each, fields.Nested):
        for inner in each.schema.fields.values():
            _read_text(inner)


def _told(schema: Schema, values: Values, prefix: str = "") -> dict[str, Any]:
    """The form's values in the shape of the schema; what is left empty is left out."""
    told: dict[str, Any] = {}
    used = set()
    for name, each in schema.fields.items():
        key = each.data_key or name
        used.add(key)
        if isinstance(each, fields.List) and isinstance(each.inner, fields.Nested):
            told[key] = _rows(each.inner.schema, values, f"{prefix}{key}.")
        elif isinstance(each, fields.List):
            told[key] = [v for v in values.getlist(prefix + key) if v.strip()]
        elif isinstance(each, fields.Boolean):
            told[key] = values.get(prefix + key, "false") or "false"
        elif values.get(prefix + key, "").strip():
            told[key] = values[prefix + key]
    if not prefix:
        unknown = {k for k in values if k.partition(".")[0] not in used}
        told |= {k: values[k] for k in unknown if not NOT_OURS.match(k)}
    return told


def _rows(schema: Schema, values: Values, prefix: str) -> list[dict[str, Any]]:
    """`tasks.0.title`, `tasks.0.due_on`, … as a list; rows left empty are left out."""
    numbers = {k[len(prefix) :].partition(".")[0] for k in values if k.startswith(prefix)}
    rows = [
        _told(schema, values, f"{prefix}{no}.")
        for no in sorted(filter(str.isdecimal, numbers), key=int)
    ]
    return [row for row in rows if any(value not in ("false", []) for value in row.values())]


def _flat(errors: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(errors, Mapping):
        for key, told in errors.items():
            yield from _flat(told, f"{path}.{key}" if path else str(key))
    elif errors:
        yield path, [str(each) for each in errors]
