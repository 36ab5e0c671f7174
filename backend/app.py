"""Builds the web application: the parts every process has, and on them the doors."""

import hashlib
from typing import Any, cast

import flask_swagger_ui
import structlog
from flask import Flask, Request, Response, g, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from redis import Redis
from sqlalchemy import text
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from backend import clock, crypto
from backend.api import OrjsonProvider, idempotency_key
from backend.assembly import assemble, refuse_to_serve_unfit
from backend.audit.actions import record
from backend.audit.identity import Faces, Gate
from backend.audit.pages.evidence import audit_desk
from backend.audit.routes import audit_blueprint
from backend.complaints.pages import feedback_desk
from backend.complaints.routes import complaints
from backend.console import furnish, is_at_the_desk, refused, refused_by_http
from backend.console.desk import STATIC as DESK_FILES
from backend.console.faces import PREFIX as DESK_AT
from backend.console.rows import RowsFirst
from backend.database import (
    asking,
    db,
    in_transaction,
    reading,
    transaction,
)
from backend.deliberation.pages.acts import matters_desk
from backend.deliberation.pages.calendar import calendar_desk
from backend.deliberation.pages.notices import notices_desk
from backend.deliberation.pages.objections import objections_desk
from backend.deliberation.pages.procedures import procedures_desk
from backend.deliberation.pages.table import meetings_desk
from backend.deliberation.routes.calendar import calendar
from backend.deliberation.routes.conversations import conversations
from backend.deliberation.routes.intake import matter_intake
from backend.deliberation.routes.meetings import meetings
from backend.deliberation.routes.minutes import minutes
from backend.deliberation.routes.outcomes import outcomes
from backend.deliberation.routes.proposals import matters
from backend.development import development
from backend.errors import AccessDenied, Conflict, DomainError, Invalid, NotFound
from backend.files.routes import files
from backend.front import H5, front, hand_out
from backend.headers import guard_answers
from backend.limits import limit_requests, limiter, refusal_of
from backend.links.routes import links
from backend.moderation.pages.reviews import moderation_desk
from backend.moderation.routes import moderation
from backend.notifications.routes import notifications, wechat_push
from backend.problems import (
    ProblemApi,
    problem_of,
    problems,
    register_domain_errors,
    status_of,
)
from backend.publication.pages import board as publication_board
from backend.publication.pages.notice import publication_desk
from backend.publication.routes import bulletins, publications
from backend.residents.actions.proxies import note_act
from backend.residents.identity import (
    COMMUNITY_HEADER,
    PRINCIPAL_HEADER,
    current_caller,
    current_scopes,
    permitted,
    require_caller,
    require_desk,
)
from backend.residents.models import Caller
from backend.residents.pages.own import own_desk, seat
from backend.residents.pages.proxies import people_desk
from backend.residents.pages.settings import settings_desk
from backend.residents.pages.sign_in import sign_in_desk
from backend.residents.pages.words import title_of
from backend.residents.queries.kept_answers import (
    claim_key,
    keep_answer,
    kept_answer,
    release_key,
)
from backend.residents.queries.people import masked_names, names
from backend.residents.queries.places import communities
from backend.residents.routes.accounts import accounts
from backend.residents.routes.calendar_days import calendar_days
from backend.residents.routes.homes import homes
from backend.residents.routes.me import me
from backend.residents.routes.places import places
from backend.residents.routes.proxies import proxies
from backend.residents.routes.roles import roles
from backend.residents.routes.sessions import sessions
from backend.residents.routes.settings import settings as setting_routes
from backend.residents.routes.sign_in import open_residents, sign_in
from backend.residents.routes.slips import slips
from backend.settings import Settings, read_settings
from backend.telemetry import observe, told_of
from backend.virtue_bank.pages import points_desk
from backend.virtue_bank.routes.accounts import open_statements, points_accounts
from backend.virtue_bank.routes.batches import grant_batches
from backend.virtue_bank.routes.budgets import budgets
from backend.virtue_bank.routes.counter import shop_counter
from backend.virtue_bank.routes.decisions import deed_reviews
from backend.virtue_bank.routes.deeds import deeds
from backend.virtue_bank.routes.families import points_families
from backend.virtue_bank.routes.freezings import freezings
from backend.virtue_bank.routes.honours import honours, open_honours
from backend.virtue_bank.routes.integrity import integrity_cases
from backend.virtue_bank.routes.orders import shop_orders
from backend.virtue_bank.routes.points_sheets import points_sheets, published_sheets
from backend.virtue_bank.routes.reversals import reversals
from backend.virtue_bank.routes.settlements import settlements
from backend.virtue_bank.routes.sheets import rule_sheets
from backend.virtue_bank.routes.shop import points_shop
from backend.virtue_bank.routes.thanks_objections import thanks_objections
from backend.wechat import WeChat
from backend.workload.pages import queue_desk

MAX_BODY_BYTES = 1024 * 1024
READING = {"GET", "HEAD", "OPTIONS"}
DOCS = "/docs"
BLUEPRINTS = (
    matters,
    matter_intake,
    outcomes,
    calendar,
    meetings,
    minutes,
    sign_in,
    open_residents,
    sessions,
    me,
    accounts,
    homes,
    slips,
    proxies,
    places,
    roles,
    calendar_days,
    setting_routes,
    links,
    notifications,
    wechat_push,
    moderation,
    bulletins,
    publications,
    integrity_cases,
    points_sheets,
    published_sheets,
    settlements,
    audit_blueprint(
        Gate(
            require_caller=require_caller,
            permitted=permitted,
            current_caller=current_caller,
            current_scopes=current_scopes,
        )
    ),
    conversations,
    complaints,
    grant_batches,
    thanks_objections,
    honours,
    open_honours,
    open_statements,
    rule_sheets,
    budgets,
    points_accounts,
    reversals,
    freezings,
    points_shop,
    shop_orders,
    shop_counter,
    points_families,
    files,
    deeds,
    deed_reviews,
)
DESK = (
    queue_desk,
    matters_desk,
    notices_desk,
    calendar_desk,
    meetings_desk,
    sign_in_desk,
    own_desk,
    publication_desk,
    objections_desk,
    procedures_desk,
    moderation_desk,
    people_desk,
    settings_desk,
    feedback_desk,
    points_desk,
    audit_desk(
        Gate(
            require_caller=require_desk,
            permitted=permitted,
            current_caller=current_caller,
            current_scopes=current_scopes,
        ),
        Faces(
            names=names,
            masked_names=masked_names,
            title=title_of,
            communities=lambda: [(each.id, each.name) for each in communities()],
        ),
    ),
)

log = structlog.get_logger("http")


class KeyReused(Conflict):
    title = "这个请求编号已用于另一次提交"


class NobodyTypesThis(Invalid):
    title = "含有无法显示的字符"


class SessionsOfPages(SecureCookieSessionInterface):
    """Pages may keep something in a cookie; a JSON route knows by its token who asks."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if request.path.startswith("/api/") else super().open_session(app, request)


class CommunityApp(Flask):
    """One request is one transaction: committed if it succeeds, undone if it raises."""

    session_interface = SessionsOfPages()
    jinja_environment = RowsFirst

    def full_dispatch_request(self) -> Response:
        if request.method in READING:
            with reading():
                return super().full_dispatch_request()
        return super().full_dispatch_request()

    def preprocess_request(self) -> ResponseReturnValue | None:
        _refuse_nul()
        return asking(super().preprocess_request)  # who asks is often the first statement

    def dispatch_request(self) -> ResponseReturnValue:
        if request.method in READING:
            return asking(super().dispatch_request)
        return in_transaction(self._dispatch_once)

    def log_exception(self, exc_info: Any) -> None:
        log.error("request failed", request_id=g.get("request_id"), **told_of(exc_info[1]))

    def _dispatch_once(self) -> ResponseReturnValue:
        """The view, or the answer it gave when this Idempotency-Key came first."""
        key, caller = idempotency_key(), cast("Caller | None", g.get("caller"))
        if key is None or caller is None:
            return self._view()
        whose = request.headers.get(PRINCIPAL_HEADER, "")
        asked = f"{request.method} {request.path} {whose}".strip()
        if where := request.headers.get(COMMUNITY_HEADER):
            asked += f" in {where}"
        body = b"\n" + request.get_data()
        # Keyed: whoever reads the table cannot try out what a short body said (a secret score).
        digest = hashlib.sha256(asked.encode() + body).hexdigest()
        asked_mac = crypto.mac("kept_answer.request", digest)
        if not claim_key(caller.resident_id, key, asked_mac, now=clock.utc_now()):
            kept = kept_answer(caller.resident_id, key)
            if kept is None or kept.request_mac != asked_mac:
                raise KeyReused("请换一个编号再提交。")
            return Response(kept.body, kept.status, mimetype="application/json")
        try:
            response = self.make_response(self._view())
        except DomainError as refusal:
            if refusal.kept:
                release_key(caller.resident_id, key)
            raise
        keep_answer(caller.resident_id, key, status=response.status_code, body=response.get_data())
        return response

    def _view(self) -> ResponseReturnValue:
        """What the view answers; that a proxy did it is kept and told, whatever the view is."""
        answer = super().dispatch_request()
        principal = cast("Caller | None", g.get("principal"))
        if principal is not None:
            note_act(principal, g.permission)
        return answer


def create_app(
    settings: Settings, *, redis: Redis | None = None, wechat: WeChat | None = None
) -> CommunityApp:
    app = CommunityApp(__name__)
    app.json = OrjsonProvider(app)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        API_TITLE="邻里 Linli API",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=DOCS,
    )
    assemble(app, settings, redis=redis, wechat=wechat)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies)  # type: ignore[method-assign]
    observe(app, settings)
    guard_answers(app, settings)
    limit_requests(app, app.extensions["redis"])
    register_domain_errors(app, _told)
    app.register_error_handler(RateLimitExceeded, lambda exceeded: _told(refusal_of(exceeded)))
    app.register_error_handler(AccessDenied, _witnessed_denial)

    api = ProblemApi(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    _furnish_the_desk(app, api, settings)
    if settings.movable_clock is not None:
        api.register_blueprint(development)
    _register_documentation(app)
    _register_health(app)
    app.register_blueprint(problems)
    app.register_blueprint(front)
    hand_out(
        app,
        {"/": H5, f"{DESK_AT}/static/": DESK_FILES},
        as_they_change=settings.environment == "development",
    )
    return app


def deployed() -> CommunityApp:
    """The application as it serves, from the environment.

    Raises:
        SettingsRefused: production must not serve like this.
    """
    app = create_app(read_settings())
    refuse_to_serve_unfit(app)
    return app


def _refuse_nul() -> None:
    """No text of PostgreSQL holds a NUL, nobody types one: it gets no further than to the edge.

    JSON is looked through where it is read, in `backend.api`, which knows the fields by name.
    """
    if "\0" in request.path and (is_at_the_desk() or request.path.startswith("/api/")):
        raise NotFound
    told = [*request.args.items(multi=True)] if request.query_string else []
    if is_at_the_desk() and request.method not in READING:
        told += request.form.items(multi=True)
    if any("\0" in words for pair in told for words in pair):
        raise NobodyTypesThis


def _witnessed_denial(denial: AccessDenied) -> Response:
    """What staff tried without being allowed to is kept as evidence."""
    caller = cast(Caller, g.caller)
    if caller.is_staff:
        db.session.remove()
        with transaction():
            record(
                "access.denied",
                object_type="route",
                actor_id=caller.resident_id,
                actor_role=caller.acting_role,
                session_kind=caller.session_kind,
                community_id=caller.community_id,
                outcome="denied",
                detail={"route": request.url_rule.rule if request.url_rule else ""},
            )
    return _told(denial)


def _told(refusal: DomainError) -> Response:
    """The refusal as its reader understands it: at the desk a page, elsewhere a problem."""
    if is_at_the_desk():
        return refused(refusal, status_of(refusal))
    return problem_of(refusal)


def _furnish_the_desk(app: Flask, api: ProblemApi, settings: Settings) -> None:
    furnish(app, seat=seat, is_secure=settings.environment != "development")
    for pages in DESK:
        app.register_blueprint(pages)
    _lead_to_records()
    app.register_error_handler(
        HTTPException,
        lambda error: (
            refused_by_http(error) if is_at_the_desk() else api.handle_http_exception(error)
        ),
    )


def _lead_to_records() -> None:
    """Pages of a lower floor lead up to the record behind a notice."""
    publication_board.comes_from(
        "proposal",
        publication_board.Source(
            record=lambda each: url_for("matters_desk.matter", proposal_id=each.source_id),
            prepare=lambda each: url_for(
                "notices_desk.notice", proposal_id=each.source_id, kind=each.kind
            ),
        ),
    )
    publication_board.also_shows("异议", "objections_desk.waiting", permission="due_item.read")


def _register_documentation(app: Flask) -> None:
    """Swagger UI from its own package: no CDN."""
    app.register_blueprint(
        flask_swagger_ui.get_swaggerui_blueprint(
            DOCS, f"{DOCS}/openapi.json", config={"docExpansion": "none", "filter": True}
        )
    )


def _register_health(app: Flask) -> None:
    @app.get("/healthz")
    @limiter.exempt  # who watches over us asks often, and also while Redis is away
    def healthz() -> dict[str, str]:
        """This process answers."""
        return {"status": "ok"}

    @app.get("/readyz")
    @limiter.exempt
    def readyz() -> tuple[dict[str, str], int]:
        """PostgreSQL and Redis answer too."""
        parts = {"database": _database_answers(), "redis": _redis_answers(app)}
        named = {name: "ok" if works else "unreachable" for name, works in parts.items()}
        return named, 200 if all(parts.values()) else 503


def _database_answers() -> bool:
    try:
        return bool(db.session.scalar(text("SELECT 1")) == 1)
    except Exception:  # noqa: BLE001, whatever is wrong, the answer is no
        return False


def _redis_answers(app: Flask) -> bool:
    try:
        return bool(app.extensions["redis"].ping())
    except Exception:  # noqa: BLE001
        return False
