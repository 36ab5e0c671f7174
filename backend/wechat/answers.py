"""WeChat's JSON answers, read into values."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.wechat.errors import Kind, kind_of

LONG_TERM = 3
_RID = re.compile(r"rid:\s*([0-9a-zA-Z-]+)")
_KEYWORD = re.compile(r"\{\{\s*([a-z_]+)(\d*)\.DATA\s*\}\}")
_SHORTEST_TTL_S = 30
_RENEWED_EARLY_S = 300


class AnswerUnreadable(Exception):
    """Not the JSON that the documentation promises."""


@dataclass(frozen=True)
class Failure:
    """What an answer says went wrong; `kind` is None when nothing did."""

    errcode: int
    rid: str | None
    kind: Kind | None


@dataclass(frozen=True)
class Login:
    openid: str = field(repr=False)
    session_key: str = field(repr=False)
    unionid: str | None = field(repr=False)


@dataclass(frozen=True)
class Token:
    text: str = field(repr=False)
    ttl_s: int


@dataclass(frozen=True)
class TextCheck:
    """`suggest` (pass, review, risky) decides; `detail` is for the reviewer."""

    suggest: str
    label: int
    trace_id: str
    detail: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Keywords:
    """The fields of a template in order, each with the kind of value it takes."""

    keywords: tuple[tuple[str, str], ...]
    long_term: bool


@dataclass(frozen=True)
class ListedTemplate:
    """A template as the account has it now."""

    id: str
    title: str
    keywords: tuple[tuple[str, str], ...]
    long_term: bool


def read_answer(body: str) -> dict[str, Any]:
    """The JSON object in `body`.

    Raises:
        AnswerUnreadable: it is something else.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        raise AnswerUnreadable from None
    if not isinstance(answer, dict):
        raise AnswerUnreadable
    return answer


def read_error(body: str, path: str = "") -> Failure:
    answer = read_answer(body)
    try:
        errcode = int(answer.get("errcode") or 0)
    except (TypeError, ValueError):
        raise AnswerUnreadable from None
    found = _RID.search(str(answer.get("errmsg", "")))
    return Failure(
        errcode=errcode,
        rid=found.group(1) if found else None,
        kind=kind_of(errcode, path) if errcode else None,
    )


def read_login(body: str) -> Login:
    answer = read_answer(body)
    return Login(
        openid=_text(answer, "openid"),
        session_key=_text(answer, "session_key"),
        unionid=answer.get("unionid") or None,
    )


def read_token(body: str) -> Token:
    answer = read_answer(body)
    try:
        expires_in = int(answer["expires_in"])
    except (KeyError, TypeError, ValueError):
        raise AnswerUnreadable from None
    return Token(_text(answer, "access_token"), token_ttl(expires_in))


def token_ttl(expires_in: int) -> int:
    """For how many seconds we use a token: the platform renews it five minutes early."""
    return max(_SHORTEST_TTL_S, expires_in - _RENEWED_EARLY_S)


def read_msgid(body: str) -> str | None:
    """The number of a sent message, as text: it is longer than a float keeps."""
    msgid = read_answer(body).get("msgid")
    return None if msgid is None else str(msgid)


def read_text_check(body: str) -> TextCheck:
    answer = read_answer(body)
    result = answer.get("result")
    if not isinstance(result, dict):
        raise AnswerUnreadable
    try:
        label = int(result["label"])
    except (KeyError, TypeError, ValueError):
        raise AnswerUnreadable from None
    return TextCheck(
        suggest=_text(result, "suggest"),
        label=label,
        trace_id=str(answer.get("trace_id", "")),
        detail=tuple(answer.get("detail") or ()),
    )


def template_keywords(content: str, type: int) -> Keywords:  # noqa: A002 - WeChat's word
    found = _KEYWORD.findall(content)
    return Keywords(
        keywords=tuple((kind + number, kind) for kind, number in found),
        long_term=int(type) == LONG_TERM,
    )


def read_templates_of_account(body: str) -> list[ListedTemplate]:
    templates = []
    for row in read_answer(body).get("data") or []:
        read = template_keywords(str(row.get("content", "")), row.get("type", 0))
        templates.append(
            ListedTemplate(
                id=_text(row, "priTmplId"),
                title=str(row.get("title", "")),
                keywords=read.keywords,
                long_term=read.long_term,
            )
        )
    return templates


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise AnswerUnreadable
    return value
