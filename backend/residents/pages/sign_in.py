"""The door to the desk: signing in with password and code, setting up and recovering an account."""

from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from flask import Response, current_app, redirect, request, session, url_for

from backend import crypto
from backend.console import Pages, show
from backend.documents import qr_svg
from backend.limits import limit_staff_sign_in, require_counters
from backend.residents.actions import accounts
from backend.residents.actions import sign_in as actions
from backend.residents.identity import LIFETIME
from backend.residents.rules.accounts import PasswordsDiffer
from backend.residents.rules.sign_in import TicketExpired
from backend.residents.schemas.desk import CodeFormSchema, SetUpCodesFormSchema, SetUpFormSchema
from backend.residents.schemas.sign_in import PasswordSchema, RecoverySchema
from backend.settings import Settings
from backend.tokens import DESK_COOKIE, DESK_PATH

TICKET, MUST_CHANGE, NEXT, CHOSEN = "ticket", "must_change_password", "next", "chosen_password"

sign_in_desk = Pages("sign_in_desk", __name__, who=None)
sign_in_desk.before_request(require_counters)


@sign_in_desk.get("/sign-in")
def sign_in() -> Response:
    """Login name and password."""
    wished = request.args.get("next", "")
    if wished == DESK_PATH or wished.startswith((f"{DESK_PATH}/", f"{DESK_PATH}?")):
        session[NEXT] = wished
    # The cookie is kept from a link that stands elsewhere, so who is signed in may land here too.
    return show("residents/sign_in.html", title="登录", onward=session.get(NEXT))


@sign_in_desk.post("/sign-in")
@sign_in_desk.form(PasswordSchema, again=sign_in)
@limit_staff_sign_in
def check_password(given: dict[str, str]) -> Response:
    """Right name and password lead on to the code."""
    ticket = actions.check_password(**given)
    session[TICKET], session[MUST_CHANGE] = ticket.ticket, ticket.must_change_password
    return cast("Response", redirect(url_for(".ask_code"), 303))


@sign_in_desk.get("/sign-in/code")
def ask_code() -> Response:
    """The authenticator's code, and a new password where the old one is too old."""
    if TICKET not in session:
        return cast("Response", redirect(url_for(".sign_in"), 303))
    return show("residents/code.html", title="输入验证码", must_change=session.get(MUST_CHANGE))


@sign_in_desk.post("/sign-in/code")
@sign_in_desk.form(CodeFormSchema, again=ask_code)
@limit_staff_sign_in
def sign_in_with_code(given: dict[str, Any]) -> Response:
    """The code opens the session; its token goes into a cookie no script can read."""
    ticket = session.get(TICKET)
    if ticket is None:
        raise TicketExpired
    signed_in = actions.sign_in_with_code(ticket, kind="console", **given)
    for key in (TICKET, MUST_CHANGE):
        session.pop(key, None)
    answer = cast("Response", redirect(session.pop(NEXT, DESK_PATH), 303))
    answer.set_cookie(
        DESK_COOKIE,
        signed_in.token,
        max_age=LIFETIME["console"],
        path=DESK_PATH,
        httponly=True,
        samesite="Strict",  # forms carry a token besides
        secure=_is_secure(),
    )
    return answer


@sign_in_desk.get("/set-up")
def set_up() -> Response:
    """First time here: login name, set-up code, a password."""
    return show("residents/set_up.html", title="第一次登录")


@sign_in_desk.post("/set-up")
@sign_in_desk.form(SetUpFormSchema, again=set_up)
@limit_staff_sign_in
def begin_set_up(given: dict[str, str]) -> Response:
    """A secret for the authenticator, shown as a QR code."""
    begun = accounts.set_up(**given)
    session[CHOSEN] = _mac(given["password"])
    return _show_secret(given | {"otpauth_uri": begun.otpauth_uri or ""})


def _show_secret_again() -> Response:
    names = ("login_name", "setup_code", "otpauth_uri")
    return _show_secret({name: request.form.get(name, "") for name in names})


@sign_in_desk.post("/set-up/codes")
@sign_in_desk.form(SetUpCodesFormSchema, again=_show_secret_again)
@limit_staff_sign_in
def finish_set_up(given: dict[str, str]) -> Response:
    """Two codes prove the authenticator; the recovery codes are shown this once."""
    if session.get(CHOSEN) != _mac(given["password"]):
        raise PasswordsDiffer(errors={"password": ["和第一步设的不一样"]})
    finished = accounts.set_up(
        given["login_name"],
        given["setup_code"],
        given["password"],
        codes=[given["first_code"], given["second_code"]],
    )
    session.pop(CHOSEN)
    return show(
        "residents/recovery_codes.html", title="请抄下恢复码", codes=finished.recovery_codes
    )


@sign_in_desk.get("/recovery")
def recovery() -> Response:
    """The phone is lost: password and recovery code."""
    return show("residents/recovery.html", title="手机换了或丢了")


@sign_in_desk.post("/recovery")
@sign_in_desk.form(RecoverySchema, again=recovery)
@limit_staff_sign_in
def recover(given: dict[str, str]) -> Response:
    """A set-up code for the new phone, shown this once."""
    invitation = accounts.recover(**given)
    return show(
        "residents/set_up.html",
        title="设置新手机",
        login_name=given["login_name"],
        setup_code=invitation.setup_code,
        until=invitation.expires_at,
    )


def _show_secret(given: dict[str, str]) -> Response:
    uri = given["otpauth_uri"]
    secret = parse_qs(urlsplit(uri).query).get("secret", [""])[0]
    return show(
        "residents/authenticator.html",
        title="绑定验证器",
        given=given,
        qr=qr_svg(uri) if uri else "",
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    )


def _mac(password: str) -> str:
    return crypto.mac("desk.chosen_password", password)


def _is_secure() -> bool:
    return cast("Settings", current_app.extensions["settings"]).environment != "development"
