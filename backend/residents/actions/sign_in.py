"""How people come in: by WeChat, or by password and one-time code."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend import crypto
from backend.audit.actions import record
from backend.clock import utc_now
from backend.database import db
from backend.errors import DomainError, TooManyRequests, Unavailable
from backend.residents.actions import credentials, tickets
from backend.residents.actions.sessions import (
    STAFF_KINDS,
    SignedIn,
    end_sessions_of,
    open_for,
)
from backend.residents.models import Resident, WechatIdentity
from backend.residents.queries import accounts, identities
from backend.residents.rules import passwords, sign_in
from backend.residents.rules.sign_in import CodeRejected, TicketExpired, WeChatRefusesUser
from backend.wechat import wechat
from backend.wechat.answers import Login
from backend.wechat.errors import Kind, WeChatProblem

OPENID = "wechat_identity.openid"
TOO_OFTEN_S = 60


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """The password was right; the one-time code is still to come."""

    ticket: str
    expires_at: datetime
    must_change_password: bool


def exchange(code: str) -> Login:
    """Ask WeChat whose one-use code this is; called before the transaction's first statement.

    A code is never tried twice, not even after a time-out: the phone gets a new one.
    """
    try:
        return wechat().code_to_session(code)
    except WeChatProblem as problem:
        raise _refusal_of(problem) from None


def sign_in_with_wechat(
    login: Login,
    *,
    app_id: str,
    community_id: UUID | None = None,
    community_code: str | None = None,
    device_label: str = "",
) -> SignedIn:
    """Open a session for the owner of the phone, who becomes known to the district by it.

    Whoever has no home community yet may name one.
    """
    named = identities.find_live_community(community_id=community_id, community_code=community_code)
    resident = _known(app_id, login.openid) or _newcomer(app_id, login.openid)
    if named and resident.home_community_id is None:
        resident.home_community_id = named.id
    return open_for(resident.id, "resident", device_label=device_label)


def check_password(login_name: str, password: str) -> Ticket:
    """The first step of staff: right name and password give five minutes for the code.

    Raises:
        WrongPassword: one of the two is wrong; which, and whether the name exists, stays unsaid.
        AccountLocked: too many failures.
    """
    now = utc_now()
    account = credentials.identified(login_name, password, now=now)
    if account.password_hash and passwords.is_hashed_weaker(account.password_hash):
        account.password_hash = passwords.hash_password(password)
    return Ticket(
        ticket=tickets.issue(account.id, now=now),
        expires_at=now + sign_in.TICKET,
        must_change_password=passwords.is_too_old(account.password_set_at, now),
    )


def sign_in_with_code(
    ticket: str, code: str, *, kind: str, new_password: str | None = None, device_label: str = ""
) -> SignedIn:
    """The second step: a code that was not used before opens the session.

    With a new password, desks that were opened with the old one end.

    Raises:
        WrongCode: it is not the authenticator's, or was used.
        PasswordTooOld: a new password must come with the code.
    """
    now = utc_now()
    account = accounts.lock_account(tickets.account_id_of(ticket, now=now))
    if account.status != "active":
        raise TicketExpired
    credentials.check_one_time_code(account, code, now=now)
    if new_password is not None:
        credentials.set_password(account, new_password, now=now)
        end_sessions_of(account.resident_id, "password_changed", kinds=STAFF_KINDS)
    elif passwords.is_too_old(account.password_set_at, now):
        raise passwords.PasswordTooOld
    tickets.forget(ticket)
    return open_for(account.resident_id, kind, device_label=device_label)


def _known(app_id: str, openid: str) -> Resident | None:
    return identities.resident_of_openid(app_id, crypto.macs(OPENID, openid))


def _newcomer(app_id: str, openid: str) -> Resident:
    """A person nobody knew, even if two requests of the same phone arrive at once."""
    mac = crypto.mac(OPENID, openid)
    identities.hold(f"{OPENID}:{mac}")
    if resident := _known(app_id, openid):
        return resident
    resident = Resident()
    db.session.add(resident)
    db.session.flush()
    bound = WechatIdentity(
        resident_id=resident.id,
        app_id=app_id,
        openid_sealed="",
        openid_mac=mac,
        bound_at=utc_now(),
    )
    bound.openid_sealed = crypto.seal(openid, f"{OPENID}:{bound.id}")
    db.session.add(bound)
    record("person.came", object_type="resident", object_id=resident.id, actor_id=resident.id)
    return resident


def _refusal_of(problem: WeChatProblem) -> DomainError:
    match problem.kind:
        case Kind.SIGN_IN_AGAIN | Kind.RETRY:
            return CodeRejected("请重新打开小程序，会自动换一个新凭证。")
        case Kind.BLOCKED_USER:
            return WeChatRefusesUser("可打电话、到社区窗口，或请网格员上门办理。")
        case Kind.WAIT_SECOND | Kind.WAIT_MINUTE:
            return TooManyRequests(retry_after_seconds=round(problem.wait_s or TOO_OFTEN_S))
    return Unavailable("微信登录暂时不可用；急事可打电话或到社区窗口办理。")
