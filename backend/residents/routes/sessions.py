"""One's own sessions."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, PageArguments, page, page_of
from backend.clock import utc_now
from backend.residents.actions import sessions as actions
from backend.residents.identity import current_caller, permitted, require_caller
from backend.residents.queries.sessions import live_sessions
from backend.residents.schemas.me import SessionSchema

sessions = Blueprint("sessions", __name__, url_prefix="/api/v1", description="登录的设备")
sessions.before_request(require_caller)


@sessions.get("/sessions")
@permitted("self")
@sessions.arguments(PageArguments, location="query")
@sessions.response(200, page_of(SessionSchema))
def list_sessions(wanted: dict[str, Any]) -> dict[str, Any]:
    """List the devices signed in as me."""
    caller, limit = current_caller(), wanted["limit"]
    found = live_sessions(caller.resident_id, now=utc_now(), limit=limit, after=wanted["after"])
    shown = page(found, limit, key=lambda session: session.id)
    return shown | {
        "items": [
            {
                "id": session.id,
                "kind": session.kind,
                "device_label": session.device_label,
                "created_at": session.created_at,
                "expires_at": session.expires_at,
                "is_current": session.id == caller.session_id,
            }
            for session in shown["items"]
        ]
    }


@sessions.delete("/sessions/current")
@permitted("self")
@sessions.response(204)
def sign_out() -> None:
    """Sign out here."""
    actions.sign_out(current_caller())


@sessions.delete("/sessions/<uuid:session_id>")
@permitted("self")
@sessions.response(204)
def end_session(session_id: UUID) -> None:
    """Sign out another device of mine."""
    actions.sign_out(current_caller(), session_id)
