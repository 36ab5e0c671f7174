"""The numbers a community and the district may set, over HTTP."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from backend.api import Blueprint
from backend.clock import today
from backend.residents.actions import settings as actions
from backend.residents.identity import current_caller, permitted, require_caller
from backend.residents.models.settings import NUMBERS, Setting
from backend.residents.queries.settings import setting_rows, settings_on
from backend.residents.schemas.settings import NewSettingSchema, NumbersSchema, SettingSchema

settings = Blueprint("settings", __name__, url_prefix="/api/v1", description="可设定的数值")
settings.before_request(require_caller)


@settings.get("/settings")
@permitted("setting.read")
@settings.response(200, NumbersSchema)
def list_settings() -> dict[str, Any]:
    """List every number that may be set: today's, the law's floor, and who set it since when."""
    community_id = current_caller().community_id
    now = settings_on(community_id, NUMBERS, today())
    rows = setting_rows(community_id)
    return {
        "items": [
            asdict(number)
            | {"key": key, "today": now[key], "rows": [r for r in rows if r.key == key]}
            for key, number in NUMBERS.items()
        ]
    }


@settings.put("/settings/<string:key>")
@permitted("setting.change")
@settings.arguments(NewSettingSchema)
@settings.response(200, SettingSchema)
def change_setting(wish: dict[str, Any], key: str) -> Setting:
    """Set a number from a day on: the community's, or the district's, which a second confirms."""
    return actions.change_setting(current_caller(), key, **wish)


@settings.post("/settings/<uuid:setting_id>/confirmation")
@permitted("setting.confirm")
@settings.response(200, SettingSchema)
def confirm_setting(setting_id: UUID) -> Setting:
    """Confirm a number of the district as the second person."""
    return actions.confirm_setting(current_caller(), setting_id)
