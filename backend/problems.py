"""Errors as RFC 9457 problem+json, and the page of each kind: who alone knows status codes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from apispec import APISpec
from flask import Blueprint, Flask, Response, current_app, render_template_string, request
from flask_smorest import Api
from marshmallow import INCLUDE, Schema, fields
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from backend.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyRequests,
    Unavailable,
)
from backend.wording import in_chinese

PROBLEM = "application/problem+json"

# Most specific first; every DomainError belongs to one of these families.
STATUS: dict[type[DomainError], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    TooManyRequests: 429,
    Unavailable: 503,
    DomainError: 400,
}
TITLES = {
    400: "请求格式有误",
    401: "请先登录",
    403: "没有权限",
    404: "内容不存在",
    405: "不支持这种操作",
    413: "内容太大",
    415: "请求的格式不受支持",
    422: "填写的内容有误",
    429: "操作太频繁，请稍后再试",
    500: "系统出错了，请稍后再试",
    503: "服务暂时不可用，请稍后再试",
}

# A word may be a refusal of several parts of the house, with a meaning in each.
PARTS = {
    "audit": "留痕",
    "complaints": "投诉建议",
    "console": "工作台",
    "deliberation": "议事",
    "files": "图片",
    "ledger": "积分账",
    "links": "二维码",
    "local": "系统",
    "moderation": "内容审核",
    "notifications": "消息",
    "publication": "公示",
    "residents": "居民与账号",
    "virtue_bank": "美德银行",
    "wechat": "微信",
    "workload": "待办",
}
EVERYWHERE = "系统"
PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ slug }} · 邻里</title>
</head>
<body>
<main>
<h1>为什么没有办成：{{ slug }}</h1>
{% for each in meanings %}
<section>
<h2>{{ each.title }}</h2>
<p>{{ each.part }} · {{ each.status }}</p>
</section>
{% endfor %}
<p>当时的提示里写着下一步怎么办。办不了的，请打社区值班电话，或到社区窗口。</p>
</main>
</body>
</html>
"""

log = structlog.get_logger(__name__)
problems = Blueprint("problems", __name__, url_prefix="/problems")


@dataclass(frozen=True, order=True, kw_only=True)
class Meaning:
    """What one kind of refusal says, in which part of the house, with which status."""

    part: str
    title: str
    status: int


class ProblemSchema(Schema):
    """A refusal; a kind of problem may bring members of its own (both counts, a closing time)."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(metadata={"example": "/problems/stale-version"})
    title = fields.String(required=True, metadata={"example": "这件事刚刚被别人更新过"})
    status = fields.Integer(required=True, metadata={"example": 409})
    detail = fields.String()
    instance = fields.String()
    errors = fields.Dict(metadata={"description": "Per field, for invalid input (422)"})


class ProblemApi(Api):
    """Flask-smorest, documenting and answering every error as a problem."""

    ERROR_SCHEMA = ProblemSchema
    spec: APISpec

    def _register_responses(self) -> None:
        content = {PROBLEM: {"schema": ProblemSchema}}
        for status, title in TITLES.items():
            described = {"description": title, "content": content}
            self.spec.components.response(_STATUS_NAMES[status], described, lazy=True)
        default = {"description": "拒绝或出错", "content": content}
        self.spec.components.response("DEFAULT_ERROR", default, lazy=True)

    def handle_http_exception(self, error: HTTPException) -> Response:
        status = error.code or 500
        invalid = getattr(error, "data", {}).get("messages")  # set by webargs
        title = TITLES.get(status, error.name)
        response = _problem(status, title=title, errors=in_chinese(invalid))
        response.headers.extend(h for h in error.get_headers() if h[0] != "Content-Type")
        return response


_STATUS_NAMES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "REQUEST_ENTITY_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE_ENTITY",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}


def register_domain_errors(app: Flask, tell: Callable[[DomainError], Response]) -> None:
    """Have `tell` answer every refusal, and what PostgreSQL's absence comes to."""

    def database_gone(error: OperationalError) -> Response:
        """PostgreSQL restarts or is out of reach: nothing was kept, the client may try again."""
        log.error("database_unavailable", sqlstate=getattr(error.orig, "sqlstate", None))
        return tell(Unavailable(retry_after_seconds=2))

    app.register_error_handler(DomainError, tell)
    app.register_error_handler(OperationalError, database_gone)


def status_of(refusal: DomainError) -> int:
    return _status_of(type(refusal))


def problem_of(error: DomainError) -> Response:
    """The refusal as the caller reads it."""
    status = status_of(error)
    members = {"detail": error.detail} | error.members
    response = _problem(status, type=_type_of(error), title=error.title, **members)
    if "retry_after_seconds" in error.members:
        response.headers["Retry-After"] = str(error.members["retry_after_seconds"])
    return response


def _problem(status: int, **members: Any) -> Response:
    told = {k: v for k, v in members.items() if v not in (None, "", {}, [])}
    body = {"status": status, "instance": request.path} | told
    response = current_app.response_class(current_app.json.dumps(body), status, mimetype=PROBLEM)
    if status == 401:  # noqa: PLR2004, the status itself
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@problems.get("/<slug>")
def explain(slug: str) -> str:
    """Everything that refusals of this name mean, each with the part of the house it is of."""
    meanings = sorted(set(_meanings(slug)))
    if not meanings:
        raise NotFound
    return render_template_string(PAGE, slug=slug, meanings=meanings)


def _meanings(slug: str, family: type[DomainError] = DomainError) -> Iterator[Meaning]:
    if _slug_of(family) == slug and family.__module__.startswith("backend."):
        part = PARTS.get(family.__module__.split(".")[1], EVERYWHERE)
        yield Meaning(part=part, title=family.title, status=_status_of(family))
    for kind in family.__subclasses__():
        yield from _meanings(slug, kind)


def _status_of(kind: type[DomainError]) -> int:
    return next(code for family, code in STATUS.items() if issubclass(kind, family))


def _type_of(error: DomainError) -> str:
    return f"/problems/{_slug_of(type(error))}"


def _slug_of(kind: type[DomainError]) -> str:
    """`StaleVersion` is `stale-version`, of whatever part of the house."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()
