"""The doors strangers may use: signing in, and what one reads before it."""

from typing import Any, cast

from flask import current_app, g

from backend.api import Blueprint
from backend.clock import today
from backend.limits import (
    limit_slip_sign_in,
    limit_staff_sign_in,
    limit_wechat_sign_in,
    require_counters,
)
from backend.residents.actions import accounts, slips
from backend.residents.actions import sign_in as actions
from backend.residents.actions.accounts import Enrolment, Invitation
from backend.residents.actions.sessions import SignedIn
from backend.residents.actions.sign_in import Ticket
from backend.residents.models import Policy
from backend.residents.queries import identities, places
from backend.residents.rules.consents import PolicyMissing
from backend.residents.schemas.sign_in import (
    CommunityChoicesSchema,
    EnrolmentSchema,
    PasswordSchema,
    PolicySchema,
    RecoverySchema,
    SetupCodeSchema,
    SetUpSchema,
    SignedInSchema,
    SlipCodeSchema,
    TicketCodeSchema,
    TicketSchema,
    WechatSignInSchema,
)
from backend.settings import Settings
from backend.wechat.answers import Login

sign_in = Blueprint("sign_in", __name__, url_prefix="/api/v1", description="登录")
sign_in.before_request(require_counters)
open_residents = Blueprint(
    "open_residents", __name__, url_prefix="/api/v1", description="登录前可看"
)


@sign_in.post("/sessions/wechat")
@sign_in.arguments(WechatSignInSchema)
@sign_in.response(201, SignedInSchema)
@limit_wechat_sign_in
def sign_in_with_wechat(given: dict[str, Any]) -> SignedIn:
    """Sign in with a code of the mini program."""
    login = _exchanged(given.pop("code"))
    settings = cast("Settings", current_app.extensions["settings"])
    return actions.sign_in_with_wechat(login, app_id=settings.wechat.app_id, **given)


@sign_in.post("/sessions/slip")
@sign_in.arguments(SlipCodeSchema)
@sign_in.response(201, SignedInSchema)
@limit_slip_sign_in
def sign_in_with_slip(given: dict[str, str]) -> SignedIn:
    """Sign in with the digits of a door slip, for people without WeChat."""
    return slips.sign_in(**given)


@sign_in.post("/sessions/staff")
@sign_in.arguments(PasswordSchema)
@sign_in.response(201, TicketSchema)
@limit_staff_sign_in
def check_password(given: dict[str, str]) -> Ticket:
    """Sign in as staff, first step: login name and password."""
    return actions.check_password(**given)


@sign_in.post("/sessions/staff/code")
@sign_in.arguments(TicketCodeSchema)
@sign_in.response(201, SignedInSchema)
@limit_staff_sign_in
def sign_in_with_code(given: dict[str, Any]) -> SignedIn:
    """Sign in as staff, second step: the authenticator's code."""
    return actions.sign_in_with_code(given.pop("ticket"), given.pop("code"), **given)


@sign_in.post("/staff-setup")
@sign_in.arguments(SetUpSchema)
@sign_in.response(200, EnrolmentSchema)
@limit_staff_sign_in
def set_up(given: dict[str, Any]) -> Enrolment:
    """Set up an invited account: once for the authenticator's secret, once with two codes."""
    return accounts.set_up(**given)


@sign_in.post("/staff-recovery")
@sign_in.arguments(RecoverySchema)
@sign_in.response(200, SetupCodeSchema)
@limit_staff_sign_in
def recover(given: dict[str, str]) -> Invitation:
    """Get a set-up code for a new phone with password and recovery code."""
    return accounts.recover(**given)


@open_residents.get("/policy")
@open_residents.response(200, PolicySchema)
def read_policy() -> Policy:
    """Read the privacy policy in force."""
    policy = identities.current_policy(today())
    if policy is None:
        raise PolicyMissing
    return policy


@open_residents.get("/communities")
@open_residents.response(200, CommunityChoicesSchema)
def list_communities() -> dict[str, Any]:
    """List the communities one can choose as home."""
    return {"items": places.communities()}


def _exchanged(code: str) -> Login:
    """Whose code it is, asked once even if PostgreSQL has the transaction repeated."""
    if "wechat_login" not in g:
        g.wechat_login = actions.exchange(code)
    return cast("Login", g.wechat_login)
