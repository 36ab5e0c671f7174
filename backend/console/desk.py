"""The frame around a desk's pages: doors, who sits there, what browsers may load."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

import structlog
from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from flask_wtf import CSRFProtect
from markupsafe import Markup
from marshmallow import Schema

from backend.console import words
from backend.console.faces import SIGN_IN, SIGN_OUT
from backend.console.forms import FormReader, Typed, form_at
from backend.console.pieces import Pieces
from backend.tokens import DESK_PATH, is_at_the_desk

STATIC = Path(__file__).parent / "static"
YEAR_SECONDS = 365 * 24 * 3600
CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HTMX = json.dumps(
    {
        "allowEval": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        # Pages name people: none is kept in the browser's storage.
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "attributesToSettle": ["class"],  # by default also style, which the policy above forbids
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "422", "swap": True},
            {"code": "409", "swap": True, "target": "#notice", "swapOverride": "innerHTML"},
            {"code": "...", "swap": False, "error": True},
        ],
    }
)

View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger(__name__)
_csrf = CSRFProtect()


@dataclass(frozen=True, kw_only=True)
class Door:
    """An entry of the navigation; `count` is an endpoint whose fragment is the number beside it."""

    title: str
    endpoint: str
    permission: str
    icon: str
    key: str
    order: int
    count: str | None = None


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """An entry of one's own menu, open to everybody who sits at a desk."""

    title: str
    endpoint: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Who sits at the desk, as the header shows it."""

    person: str
    community: str
    may: Callable[[str], bool]


@dataclass(kw_only=True)
class Furniture:
    """What `furnish` was given, what the pages put into the frame, and where that leads."""

    seat: Callable[[], Seat | None]
    doors: list[Door] = field(default_factory=list)
    menu: list[MenuItem] = field(default_factory=list)
    search: str | None = None
    urls: dict[str, str] = field(default_factory=dict)
    drawn: dict[tuple[str, tuple[str, ...], str], Markup] = field(default_factory=dict)

    def take(self, pages: "Pages") -> None:
        self.doors = sorted([*self.doors, *pages.doors], key=lambda door: door.order)
        self.menu.extend(pages.menu)
        self.search = pages.search or self.search

    def url(self, endpoint: str) -> str:
        """Where an entry of the frame leads: the same on every page, so it is built once."""
        if endpoint not in self.urls:
            self.urls[endpoint] = url_for(endpoint)
        return self.urls[endpoint]

    def draw(self, part: str, doors: Sequence[Door], here: str) -> Markup:
        """A part of the frame that tells of these doors; few people's offices differ, so kept."""
        asked = part, tuple(door.endpoint for door in doors), here
        if asked not in self.drawn:
            macros = current_app.jinja_env.get_template("console/doors.html").module
            told = [
                (door, self.url(door.endpoint), door.count and self.url(door.count))
                for door in doors
            ]
            self.drawn[asked] = getattr(macros, part)(told, here)
        return self.drawn[asked]


class Pages(Blueprint):
    """A domain's pages at the desk. `who` finds out who asks; None opens them to strangers."""

    def __init__(self, name: str, import_name: str, *, who: Callable[[], None] | None) -> None:
        folder = (
            "../templates" if import_name.rpartition(".")[0].endswith(".pages") else "templates"
        )
        super().__init__(name, import_name, url_prefix=DESK_PATH, template_folder=folder)
        self.doors: list[Door] = []
        self.menu: list[MenuItem] = []
        self.search: str | None = None
        if who is not None:
            self.before_request(who)
        self.before_request(_csrf.protect)
        self.record(lambda state: furniture(cast("Flask", state.app)).take(self))

    def door(
        self,
        title: str,
        view: str,
        *,
        permission: str,
        icon: str,
        key: str,
        order: int,
        count: str | None = None,
    ) -> None:
        """Put an entry into the navigation for those who have the permission."""
        self.doors.append(
            Door(
                title=title,
                endpoint=f"{self.name}.{view}",
                permission=permission,
                icon=icon,
                key=key,
                order=order,
                count=count and f"{self.name}.{count}",
            )
        )

    def menu_item(self, title: str, view: str, *, icon: str) -> None:
        self.menu.append(MenuItem(title=title, endpoint=f"{self.name}.{view}", icon=icon))

    def searches(self, view: str) -> None:
        """The page that the search field in the header asks, with `q`."""
        self.search = f"{self.name}.{view}"

    def form(
        self, schema: type[Schema], *, again: Callable[..., Response]
    ) -> Callable[[View], View]:
        """Give the view the form's values first; `again` shows its page if it is refused.

        `again` takes the same arguments of the address as the view.
        """
        reader = FormReader(schema)

        def decorate(view: View) -> View:
            @wraps(view)
            def filled(*args: Any, **kwargs: Any) -> Any:
                g.typed = Typed(
                    address=request.full_path.rstrip("?"),
                    values=request.form,
                    again=partial(again, *args, **kwargs),
                )
                return view(reader.read(request.form), *args, **kwargs)

            return cast("View", filled)

        return decorate

    def asked(self, schema: type[Schema]) -> Callable[[View], View]:
        """Give the view what the address asks for, after the question mark."""
        reader = FormReader(schema)

        def decorate(view: View) -> View:
            @wraps(view)
            def filled(*args: Any, **kwargs: Any) -> Any:
                return view(reader.read_query(), *args, **kwargs)

            return cast("View", filled)

        return decorate


def furnish(app: Flask, *, seat: Callable[[], Seat | None], is_secure: bool) -> None:
    """Make the desk ready in `app`, before its pages are registered."""
    app.config.update(
        SESSION_COOKIE_NAME="desk_form",
        SESSION_COOKIE_PATH=DESK_PATH,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        WTF_CSRF_CHECK_DEFAULT=False,  # pages ask for it; the API has no cookie to abuse
        WTF_CSRF_TIME_LIMIT=None,  # a page may lie open while somebody is on the phone
    )
    _csrf.init_app(app)
    app.extensions["desk"] = Furniture(seat=seat)
    frame = Blueprint(
        "console",
        __name__,
        static_folder="static",
        static_url_path=f"{DESK_PATH}/static",
        template_folder="templates",
    )
    # As people type it.
    frame.add_url_rule(f"{DESK_PATH}/", "with_a_slash", lambda: redirect(DESK_PATH))
    app.register_blueprint(frame)
    built = _built()
    app.jinja_env.globals.update(
        form_at=form_at,
        asset=built.get,  # the address of a built file; pages work without
        pieces=Pieces(built.get("icons.svg", "")),
        here_with=_here_with,
        newest_state=_newest_state,
        the_desk=_the_desk,
        HTMX=HTMX,
        desk_at=DESK_PATH,
        sign_in_at=SIGN_IN,
        sign_out_at=SIGN_OUT,
    )
    app.jinja_env.filters.update(words.FILTERS)
    app.after_request(_guarded)


def furniture(app: Flask) -> Furniture:
    return cast("Furniture", app.extensions["desk"])


def _built() -> dict[str, str]:
    """Where the built files are, by name; none where nobody has built them."""
    try:
        files: dict[str, str] = json.loads((STATIC / "manifest.json").read_text())
    except FileNotFoundError:
        log.warning("console_assets_missing", build="cd backend/console/assets && npm run build")
        return {}
    return {name: f"{DESK_PATH}/static/{file}" for name, file in files.items()}


def _here_with(**changed: Any) -> str:
    """This page's address with other values after its question mark."""
    told = {k: v for k, v in (request.args.to_dict() | changed).items() if v not in (None, "")}
    return f"{request.path}?{urlencode(told)}" if told else request.path


def _newest_state() -> str:
    """The page a refused form stood on, as it is now."""
    stood = urlsplit(request.headers.get("HX-Current-URL", ""))
    if not stood.path.startswith(f"{DESK_PATH}/"):
        return DESK_PATH
    return f"{stood.path}?{stood.query}" if stood.query else stood.path


def _the_desk(*, bare: bool = False) -> dict[str, Any]:
    """What the frame shows around a page: who sits here and which doors are open to them.

    `bare`: something is broken, so nothing is asked.
    """
    this = furniture(current_app)
    seat = None if bare else this.seat()
    doors = [each for each in this.doors if seat is not None and seat.may(each.permission)]
    urls = [this.url(each.endpoint) for each in doors]
    behind = [url for url in urls if url == request.path or request.path.startswith(f"{url}/")]
    here = request.path if request.path in behind else max(behind, key=len, default="")
    here = "" if here == DESK_PATH != request.path else here
    return {
        "seat": seat,
        "entries": this.draw("entries", doors, here),
        "keys": this.draw("keys", doors, here),
        "menu": [(item, this.url(item.endpoint)) for item in this.menu],
        "search": this.search and this.url(this.search),
    }


def _guarded(answer: Response) -> Response:
    """What browsers may do with a page of the desk."""
    if not is_at_the_desk():
        return answer
    headers = answer.headers
    if request.endpoint == "console.static":
        headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    else:
        headers["Cache-Control"] = "no-store"
        headers.setdefault("Content-Security-Policy", CSP)  # paper brings its own
        headers["Vary"] = "HX-Request, HX-Target, Cookie"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    return answer
