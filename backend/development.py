"""Moving the clock over HTTP, so that fifteen days can pass while one watches.

On the floor of the commands: like them it is a way in for whoever runs the machine, not for
residents, and no domain knows of it. `backend.app` registers it only with a movable clock,
which `backend.settings` refuses in production.
"""

from datetime import datetime, timedelta
from typing import Any

from marshmallow import Schema, fields, validate

from backend import clock
from backend.api import Blueprint
from backend.errors import Conflict

DAY_SECONDS = 24 * 3600
LONGEST_MOVE_DAYS = 366
FARTHEST_AHEAD = timedelta(days=20 * 366)

development = Blueprint(
    "development", __name__, url_prefix="/api/v1/development", description="仅供开发：拨快时钟"
)


class TooFarAhead(Conflict):
    title = "时钟已经拨得太远"


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


def _told(now: datetime) -> dict[str, Any]:
    return {"now": now, "ahead_seconds": clock.ahead().total_seconds()}
