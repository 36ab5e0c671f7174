"""Opening and ending sessions, with the evidence of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from backend.audit.actions import record
from backend.clock import utc_now
from backend.database import db
from backend.errors import NotFound
from backend.residents import identity
from backend.residents.models import Caller
from backend.residents.queries import identities, sessions

BASIC = "basic"
STAFF_KINDS = ("console", "field")
# A year; the law asks for six months, and the privacy policy says so.
KEPT, BLOCK = timedelta(days=366), 5000


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session just opened: the one moment in which its token is known."""

    token: str
    caller: Caller
    basic_consent_missing: bool


def open_for(resident_id: UUID, kind: str, *, device_label: str) -> SignedIn:
    token = identity.open_session(resident_id, kind, device_label=device_label)
    db.session.flush()
    caller = identity.caller_of(token, just_opened=True)
    record(
        "session.opened",
        object_type="login_session",
        object_id=caller.session_id,
        actor_id=resident_id,
        actor_role=caller.acting_role,
        session_kind=kind,
    )
    return SignedIn(
        token=token,
        caller=caller,
        basic_consent_missing=not identities.has_consent(resident_id, BASIC),
    )


def sign_out(caller: Caller, session_id: UUID | None = None) -> None:
    """End one of the caller's own sessions; the present one if none is named.

    Raises:
        NotFound: the caller has no such session, or it has ended.
    """
    session_id = session_id or caller.session_id
    ended = sessions.revoke_sessions(caller.resident_id, "self", now=utc_now(), only=session_id)
    if not ended:
        raise NotFound
    record(
        "session.ended",
        object_type="login_session",
        object_id=session_id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        detail={"because": "self"},
    )


def end_sessions_of(
    resident_id: UUID,
    because: str,
    *,
    by: Caller | None = None,
    kinds: Collection[str] = (),
    but: UUID | None = None,
) -> int:
    """End a person's sessions in this transaction; their next request is refused.

    `because` is a code (role_ended, suspended, reset, password_changed, erased …). `kinds`
    narrows it (`STAFF_KINDS` leaves the phone signed in), `but` spares one session.
    """
    ended = sessions.revoke_sessions(resident_id, because, now=utc_now(), kinds=kinds, but=but)
    for session_id, kind in ended:
        record(
            "session.ended",
            object_type="login_session",
            object_id=session_id,
            actor_id=by.resident_id if by else None,
            actor_role=by.acting_role if by else "system",
            session_kind=by.session_kind if by else "none",
            detail={"because": because, "kind": kind},
        )
    return len(ended)


def forget_sessions() -> int:
    """Forget a block of sessions a year after they ended; how many there were."""
    gone = sessions.drop_sessions_expired(utc_now() - KEPT, BLOCK)
    if gone:
        record("retention.purged", object_type="login_session", detail={"rows": gone})
    return gone
