"""Builds the web application: the parts every process has, and on them the doors."""

from typing import cast

import flask_swagger_ui
from flask import Flask, Response, g, request, url_for
from flask_limiter import RateLimitExceeded
from redis import Redis
from sqlalchemy import text
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from backend.api import OrjsonProvider
from backend.assembly import assemble, refuse_to_serve_unfit
from backend.audit.actions import record
from backend.audit.identity import Faces, Gate
from backend.audit.pages.evidence import audit_desk
from backend.audit.routes import audit_blueprint
from backend.community_app import CommunityApp
from backend.complaints.pages import feedback_desk
from backend.complaints.routes import complaints
from backend.console import furnish, refused, refused_by_http
from backend.console.desk import STATIC as DESK_FILES
from backend.database import (
    db,
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
from backend.errors import AccessDenied, DomainError
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
from backend.residents.identity import (
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
from backend.telemetry import observe
from backend.tokens import DESK_PATH, is_at_the_desk
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
        {"/": H5, f"{DESK_PATH}/static/": DESK_FILES},
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
