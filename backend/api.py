"""What all JSON routes share: blueprints, strict text, pages of a list, fast JSON."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from json import JSONDecodeError
from typing import Any, TypeVar
from uuid import UUID

import flask_smorest
import orjson
from flask import Request, Response, current_app, request
from flask.json.provider import JSONProvider
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

MAX_PAGE = 100
MAX_SHORT_PAGE = 50
KEY_HEADER = "Idempotency-Key"
DEEPEST = 8  # levels of a body
UNPRINTABLE = "含有无法显示的字符"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IN_OUR_TIME = validate.Range(
    date(2000, 1, 1), date(2100, 12, 31), error="日期须在2000年至2100年之间"
)

View = TypeVar("View", bound=Callable[..., Any])
Rank = TypeVar("Rank")


class StrictParser(FlaskParser):
    """Unknown fields are refused everywhere, so that a typo in a filter cannot pass unseen."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {
        "json": RAISE,
        "query": RAISE,
    }

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """As a plain dict where no field takes several values: looking up misses costs less."""
        if any(isinstance(field, fields.List) for field in schema.fields.values()):
            return super().load_querystring(req, schema)
        return req.args.to_dict()

    def pre_load(self, location_data: Any, *, schema: Schema, req: Request, location: str) -> Any:
        """PostgreSQL keeps no NUL in a text, whatever else a field would take."""
        suspect = location == "json" and rb"\u0000" in req.get_data()
        if suspect and (wrong := _with_nul(location_data, DEEPEST)):
            raise ValidationError(wrong)
        return super().pre_load(location_data, schema=schema, req=req, location=location)

    def _raw_load_json(self, req: Request) -> Any:
        if req.get_data() and not req.is_json:
            raise UnsupportedMediaType
        try:
            return super()._raw_load_json(req)
        except RecursionError:  # brackets in brackets, thousands deep
            raise JSONDecodeError("Nested too deeply", "[", 0) from None


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A group of routes; their argument schemas are built once, not at every request."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepare_doc_cbks.append(_document_headers)

    def arguments(self, schema: type[Schema] | Schema, **options: Any) -> Any:
        built = schema() if isinstance(schema, type) else schema
        if options.get("location", "json") == "json":
            for field in built.fields.values():
                _take_only_whole_numbers(field)
        return super().arguments(built, **options)


def takes_header(view: View, name: str, description: str) -> None:
    """Have the document say that the route understands this header, an id."""
    told = dict(getattr(view, "_apidoc", {}))
    header = {"in": "header", "name": name, "description": description}
    told["headers"] = [header | {"schema": {"type": "string", "format": "uuid"}}]
    view.__dict__["_apidoc"] = told


def _document_headers(operation: Any, told: Any, **_options: Any) -> Any:
    if "headers" in told:
        operation.setdefault("parameters", []).extend(told["headers"])
    return operation


def _with_nul(value: Any, levels: int) -> Any:
    """Where in a JSON value a text holds a NUL, in the shape of marshmallow's errors.

    What lies deeper than any of our schemas is wrong anyway.
    """
    if isinstance(value, str):
        return [UNPRINTABLE] if "\0" in value else None
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return None
    if levels == 0:
        return [UNPRINTABLE]
    found = {key: _with_nul(key, 0) or _with_nul(each, levels - 1) for key, each in value.items()}
    return {key: wrong for key, wrong in found.items() if wrong}


def _take_only_whole_numbers(field: Any) -> None:
    """In JSON a number is written as one: 1.5 is not 1, and "1" is text."""
    if isinstance(field, fields.Integer):
        field.strict = True
    elif isinstance(field, fields.List):
        _take_only_whole_numbers(field.inner)
    elif isinstance(field, fields.Nested):
        for inner in field.schema.fields.values():
            _take_only_whole_numbers(inner)


class OrjsonProvider(JSONProvider):
    """JSON by orjson: Chinese stays readable, and a third smaller than escaped."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        # Errors in the items of a list are told by number: {"statements": {5: […]}}.
        return orjson.dumps(obj, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        content = self._prepare_response_obj(args, kwargs)
        return json_response(content)


def json_response(content: Any, status: int = 200) -> Response:
    """`content` (plain values, UUIDs, datetimes, dates) as a JSON answer."""
    body = orjson.dumps(content, default=_plain)
    return current_app.response_class(body, status, mimetype="application/json")


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


class Text(fields.String):
    """Text a person typed: NFC, trimmed, without control characters, counted in code points.

    `lines=True` allows line breaks and tabs. Text must contain a letter or a digit.
    """

    def __init__(self, *, most: int, least: int = 1, lines: bool = False, **options: Any) -> None:
        bounds = validate.Length(min=least, max=most, error="请填写 {min} 到 {max} 个字")
        super().__init__(validate=bounds, **options)
        self._lines = lines
        self._may_be_empty = least == 0

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        raw = super()._deserialize(value, attr, data, **kwargs)
        if raw is None:
            raise ValidationError("请填写文字")
        text = unicodedata.normalize("NFC", raw).strip()
        allowed = "\n\t" if self._lines else ""
        for character in text.replace("\r\n", "\n"):
            if unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed:
                raise ValidationError(UNPRINTABLE)
        if not self._may_be_empty and not any(unicodedata.category(c)[0] in "LN" for c in text):
            raise ValidationError("请写一些文字")
        return text.replace("\r\n", "\n")


class RankPlace(fields.String):
    """Where a list goes on that has the most urgent first: its last row's rank and its id.

    When it is asked, that row may be decided, or have another rank.
    """

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        rank, _, row_id = str(super()._deserialize(value, attr, data, **kwargs)).partition("_")
        try:
            return int(rank), UUID(row_id)
        except ValueError as error:
            raise self.make_error("invalid") from error


class DuePlace(RankPlace):
    """As `RankPlace`, of a list that is due first: when its last row was due, and its id."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        due, row_id = super()._deserialize(value, attr, data, **kwargs)
        try:
            return EPOCH + timedelta(microseconds=due), row_id
        except OverflowError as error:
            raise self.make_error("invalid") from error


class _OrId(fields.Field[Any]):
    """Or the id alone: of some rows the newest or oldest come first, and nothing is urgent."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if "_" in value:
            return super()._deserialize(value, attr, data, **kwargs)
        return fields.UUID().deserialize(value)


class RankPlaceOrId(_OrId, RankPlace):
    """Where rows go on that are either ranked or not."""


class DuePlaceOrId(_OrId, DuePlace):
    """Where rows go on that are either due or not."""


def rank_place(rank: int, row_id: UUID) -> str:
    """The place after this row, as `RankPlace` reads it."""
    return f"{rank}_{row_id}"


def due_place(due_at: datetime, row_id: UUID) -> str:
    """The place after this row, as `DuePlace` reads it."""
    return rank_place((due_at - EPOCH) // timedelta(microseconds=1), row_id)


def place_after(after: tuple[Rank, UUID] | UUID | None) -> tuple[Rank, UUID] | None:
    """The place in rows that are ranked or due; the id alone is none."""
    return after if isinstance(after, tuple) else None


def row_after(after: tuple[Rank, UUID] | UUID | None) -> UUID | None:
    """The place in rows by their id."""
    return after[1] if isinstance(after, tuple) else after


class PageArguments(Schema):
    """`limit` at most 100; `after` is the `next` of the page before."""

    limit = fields.Integer(load_default=20, validate=validate.Range(1, MAX_PAGE))
    after = fields.UUID(load_default=None)


class ShortPageArguments(PageArguments):
    """Of things that are long: `limit` at most 50."""

    limit = fields.Integer(load_default=20, validate=validate.Range(1, MAX_SHORT_PAGE))


class DuePageArguments(Schema):
    """Of long things that are due first; `after` is the `next` of the page before."""

    limit = fields.Integer(load_default=20, validate=validate.Range(1, MAX_SHORT_PAGE))
    after = DuePlace(load_default=None)


def page_of(
    item: type[Schema],
    name: str | None = None,
    *,
    place: type[fields.UUID | fields.String] = fields.UUID,
) -> type[Schema]:
    """The schema of one page: its items, and where the next page starts."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": place(required=True, allow_none=True),
        },
        name=name or item.__name__.removesuffix("Schema") + "Page",
    )


def page(items: Sequence[Any], limit: int, *, key: Callable[[Any], UUID | str]) -> dict[str, Any]:
    """One page from `limit + 1` rows asked for: the extra row only says that there is more."""
    shown = list(items[:limit])
    more = len(items) > limit
    return {"items": shown, "next": key(shown[-1]) if more else None}


def shown_once(view: View) -> View:
    """Mark a route about secrets: its answer is kept under no Idempotency-Key."""
    view.is_shown_once = True  # type: ignore[attr-defined]
    return view


def idempotency_key() -> str | None:
    """The key of a write the client may repeat; at most 200 visible ASCII characters."""
    view = current_app.view_functions.get(request.endpoint or "")
    return None if getattr(view, "is_shown_once", False) else key_of_request()


def key_of_request() -> str | None:
    """The key as the client sent it, also where the route itself knows what it asked before."""
    key = request.headers.get(KEY_HEADER, "")
    return key if key.isascii() and key.isprintable() and 0 < len(key) <= 200 else None  # noqa: PLR2004
