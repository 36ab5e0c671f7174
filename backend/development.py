"""What one needs to look around: fifteen days that pass at once, and phones to sign in as.

On the floor of the commands: like them it is a way in for whoever runs the machine, not for
residents, and no domain knows of it. `backend.app` registers it only with a movable clock,
which `backend.settings` refuses in production.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from marshmallow import Schema, fields, validate

from backend import clock
from backend.api import Blueprint
from backend.errors import Conflict, NotFound
from backend.wechat import phones

DAY_SECONDS = 24 * 3600
LONGEST_MOVE_DAYS = 366
FARTHEST_AHEAD = timedelta(days=20 * 366)

development = Blueprint(
    "development",
    __name__,
    url_prefix="/api/v1/development",
    description="仅供开发：拨快时钟，用演示手机登录",
)


class TooFarAhead(Conflict):
    title = "时钟已经拨得太远"


class NoSuchPhone(NotFound):
    title = "没有这部演示手机"


class PhoneSchema(Schema):
    openid = fields.String(required=True)
    name = fields.String(required=True)


class PhonesSchema(Schema):
    items = fields.List(fields.Nested(PhoneSchema), required=True)


class PhoneCodeSchema(Schema):
    code = fields.String(required=True)


class MoveSchema(Schema):
    """Only forward: what happened stays in the past."""

    seconds = fields.Integer(
        load_default=0, validate=validate.Range(0, LONGEST_MOVE_DAYS * DAY_SECONDS)
    )
    days = fields.Integer(load_default=0, validate=validate.Range(0, LONGEST_MOVE_DAYS))


class ClockSchema(Schema):
    now = fields.AwareDateTime(required=True)
    ahead_seconds = fields.Float(required=True)


@development.get("/clock")
@development.response(200, ClockSchema)
def read_clock() -> dict[str, Any]:
    """Read the time all our processes live in."""
    return _told(clock.utc_now())


@development.post("/clock")
@development.arguments(MoveSchema)
@development.response(200, ClockSchema)
def move_clock(by: dict[str, int]) -> dict[str, Any]:
    """Let time pass for the web server, workers, timetable and the double of WeChat."""
    wanted = timedelta(days=by["days"], seconds=by["seconds"])
    if clock.ahead() + wanted > FARTHEST_AHEAD:
        raise TooFarAhead("停止服务，删除 var/clock 后再启动，时间就回到现在。")
    clock.move(wanted)
    return _told(clock.utc_now())


@development.get("/phones")
@development.response(200, PhonesSchema)
def list_phones() -> dict[str, Any]:
    """List the phones of WeChat's double, for a browser that has no WeChat."""
    try:
        return {"items": phones.phones(_wechat_address())}
    except phones.NoPhones:
        return {"items": []}


@development.post("/phones/<string:openid>/code")
@development.response(200, PhoneCodeSchema)
def take_code(openid: str) -> dict[str, Any]:
    """Get the one-use code a phone of the double signs in with."""
    try:
        return {"code": phones.fresh_code(_wechat_address(), openid)}
    except (phones.NoPhones, phones.UnknownPhone):
        raise NoSuchPhone from None


def _wechat_address() -> str:
    address: str = current_app.extensions["settings"].wechat.api_base
    return address


def _told(now: datetime) -> dict[str, Any]:
    return {"now": now, "ahead_seconds": clock.ahead().total_seconds()}
