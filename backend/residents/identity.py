"""Who is asking: the session behind the bearer token, and what it may do."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import current_app, g, request, session
from redis import Redis, RedisError

from backend.api import takes_header
from backend.clock import today, utc_now
from backend.database import db
from backend.errors import NotFound, NotSignedIn, Unavailable
from backend.limits import has_opened
from backend.residents.models import Caller, Duty, LoginSession, Proxy, community_of
from backend.residents.queries.callers import CallerRow, caller_row, own_caller_row
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.proxies import live_grant
from backend.residents.rules.grants import GRANTS, check_granted, granted_scopes
from backend.residents.rules.proxies import STAFF, NotAProxy, check_delegable, check_scope
from backend.tokens import bearer_token, desk_token

LIFETIME = {
    "resident": timedelta(days=7),
    "field": timedelta(hours=12),
    "console": timedelta(hours=12),
}
IDLE_SECONDS = {"field": 2 * 3600, "console": 30 * 60}
COMMUNITY_HEADER = "X-Community"
PRINCIPAL_HEADER = "X-On-Behalf-Of"
CHOSEN_COMMUNITY = "community"  # of a desk that serves several

View = TypeVar("View", bound=Callable[..., Any])


class IdleTooLong(NotSignedIn):
    title = "长时间没有操作，请重新登录"


def open_session(resident_id: UUID, kind: str, *, device_label: str = "") -> str:
    """A new session of `kind`; returns the token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session = LoginSession(
        resident_id=resident_id,
        kind=kind,
        token_hash=token_hash(token),
        expires_at=utc_now() + LIFETIME[kind],
        device_label=device_label,
    )
    db.session.add(session)
    if kind in IDLE_SECONDS:
        _keep_awake(session.id, kind, first=True)
    has_opened(token)
    return token


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def require_caller() -> None:
    """Runs before every route of a blueprint that is not open to strangers."""
    g.caller = find_caller()


def find_caller() -> Caller:
    """The person behind this request's bearer token.

    Raises:
        NotSignedIn: no token, or one that is unknown, ended or revoked.
        NotFound: `X-Community` names a community the person has nothing to do with.
    """
    return caller_of(bearer_token(), wished=request.headers.get(COMMUNITY_HEADER))


def require_desk() -> None:
    """As `require_caller`, before pages: the token comes in a cookie, and only staff sit here."""
    view = current_app.view_functions.get(request.endpoint or "")
    token, wakes = desk_token(), not getattr(view, "lets_sleep", False)
    try:
        caller = caller_of(token, wished=session.get(CHOSEN_COMMUNITY), wakes=wakes)
    except NotFound:
        # Chosen by who sat here before, or the office there has ended. A form goes nowhere else.
        if request.method not in {"GET", "HEAD"}:
            raise
        session.pop(CHOSEN_COMMUNITY)
        caller = caller_of(token, wakes=wakes)
    if not caller.is_staff:
        raise NotSignedIn
    g.caller = caller


def lets_sleep(view: View) -> View:
    """Mark a page that the browser asks for by itself: it does not keep a session awake."""
    view.lets_sleep = True  # type: ignore[attr-defined]
    return view


def caller_of(
    token: str, *, wished: str | None = None, just_opened: bool = False, wakes: bool = True
) -> Caller:
    """The person whose session `token` opens, acting in the community they wish if they may.

    `just_opened`: the session was made in this transaction, so nobody else sees it yet.
    """
    look = own_caller_row if just_opened else caller_row
    row = token and look(token_hash(token), now=utc_now(), today=today())
    if not row:
        raise NotSignedIn
    has_opened(token)
    if row["kind"] in IDLE_SECONDS:
        _keep_awake(row["session_id"], row["kind"], longer=wakes)
    return _caller_from(row, wished)


def current_caller() -> Caller:
    """Who asks; where a proxy acts, the principal, whose act it is."""
    return cast(Caller, g.get("principal") or g.caller)


def current_community_id() -> UUID:
    """The community the caller acts in.

    Raises:
        NotFound: the caller has chosen none yet.
    """
    return community_of(current_caller())


def permitted(action: str) -> Callable[[View], View]:
    """Let only callers in who may do `action` of the matrix; tests read the mark it leaves.

    Whoever names a principal acts for them or not at all: where the row has no P, and where
    no grant is live, the request is refused, never taken as one of their own.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.permission = action
            g.principal = _principal(cast(Caller, g.caller), action)
            caller = current_caller()
            g.scopes = (
                check_granted(action, caller.roles, caller.level)
                if g.principal is None
                else frozenset("p")
            )
            return view(*args, **kwargs)

        guarded.permission = action  # type: ignore[attr-defined]
        if "P" in GRANTS[action]:
            takes_header(guarded, PRINCIPAL_HEADER, "Whom one acts for, as their proxy")
        return cast(View, guarded)

    return decorate


def may(action: str) -> bool:
    """Whether the caller may do `action` of the matrix, for what a page offers."""
    caller = current_caller()
    return bool(granted_scopes(action, caller.roles, caller.level))


def current_scopes() -> frozenset[str]:
    """How far the permission of this route reaches for this caller (o, p, h, g, c, t, d)."""
    return cast("frozenset[str]", g.scopes)


def _principal(own: Caller, action: str) -> Caller | None:
    """The person the caller acts for, if the request names one, as they would ask themselves.

    Raises:
        NotDelegable, NotGranted: this is not done for another, or not for this one.
        NotAProxy: no grant is live, or the caller serves here.
    """
    named = request.headers.get(PRINCIPAL_HEADER)
    if named is None:
        return None
    check_delegable(GRANTS[action])
    try:
        principal_id = UUID(named)
    except ValueError:
        raise NotAProxy from None
    if own.session_kind != "resident" or own.community_id is None:
        raise NotAProxy
    here, writes = own.community_id, request.method not in {"GET", "HEAD"}
    grant = live_grant(
        here, principal_id=principal_id, proxy_id=own.resident_id, on=today(), hold=writes
    )
    if grant is None or own.resident_id in holder_ids(here, *STAFF):
        raise NotAProxy
    check_scope(action, grant.scopes)
    return Caller(
        resident_id=principal_id,
        session_id=own.session_id,
        session_kind=own.session_kind,
        community_id=here,
        level=2,
        household_ids=grant.principal_homes,
        proxy=Proxy(id=own.resident_id, grant_id=grant.id),
    )


def _keep_awake(session_id: UUID, kind: str, *, first: bool = False, longer: bool = True) -> None:
    """A staff session lives while its Redis key does; without Redis staff wait."""
    redis = cast("Redis", current_app.extensions["redis"])
    key, seconds = f"awake:{session_id}", IDLE_SECONDS[kind]
    try:
        awake = redis.set(key, 1, ex=seconds, xx=not first) if longer else redis.exists(key)
    except RedisError:
        raise Unavailable("工作人员暂时不能登录，请稍后再试。") from None
    if not awake:
        raise IdleTooLong


def _caller_from(row: CallerRow, wished: str | None) -> Caller:
    homes = [(UUID(c), UUID(h), main) for c, h, main in row["homes"] or []]
    duties = [(_duty(duty), duty["communities"] or []) for duty in row["duties"] or []]
    kind = row["kind"]
    community_id = _community(wished, kind, homes, duties) or row["home_community_id"]
    here = frozenset(h for c, h, _ in homes if c == community_id)
    level = 2 if here else 1 if row["has_phone"] else 0
    return Caller(
        resident_id=row["resident_id"],
        session_id=row["session_id"],
        session_kind=kind,
        community_id=community_id,
        level=level,
        household_ids=here,
        # What a person may do as staff needs a staff session: a lost phone opens no desk.
        duties=tuple(
            duty
            for duty, streets in duties
            if kind != "resident" and _reaches(duty, streets, community_id)
        ),
    )


def _community(
    wished: str | None,
    kind: str,
    homes: list[tuple[UUID, UUID, bool]],
    duties: list[tuple[Duty, list[str]]],
) -> UUID | None:
    own = (
        [duty.community_id for duty, _ in duties if duty.community_id] if kind != "resident" else []
    )
    main = [c for c, _, is_main in homes if is_main] + [c for c, _, _ in homes]
    if wished is None:
        return next(iter([*own, *main]), None)
    try:
        community_id = UUID(wished)
    except ValueError:
        raise NotFound from None
    reached = any(_reaches(duty, streets, community_id) for duty, streets in duties)
    if community_id in main or (kind != "resident" and reached):
        return community_id
    raise NotFound


def _reaches(duty: Duty, communities: list[str], community_id: UUID | None) -> bool:
    if duty.scope_type == "district":
        return True
    if duty.scope_type == "street":
        return community_id is None or str(community_id) in communities
    return duty.community_id == community_id


def _duty(row: Mapping[str, Any]) -> Duty:
    return Duty(
        id=UUID(row["id"]),
        role=row["role"],
        scope_type=row["scope_type"],
        scope_id=row["scope_id"] and UUID(row["scope_id"]),
        community_id=row["community_id"] and UUID(row["community_id"]),
        street_id=row["street_id"] and UUID(row["street_id"]),
    )
