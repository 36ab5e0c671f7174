"""Staff accounts: invited, set up, recovered, suspended, reset, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.residents.actions import credentials
from backend.residents.actions.sessions import STAFF_KINDS, end_sessions_of
from backend.residents.models import Caller, Resident, RoleAssignment, StaffAccount
from backend.residents.queries import accounts, holders, identities
from backend.residents.queries.spans import since
from backend.residents.rules import accounts as rules
from backend.residents.rules import sign_in
from backend.residents.rules.grants import ADMINS


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """An account to be set up, and the code for it: shown once."""

    account: StaffAccount
    setup_code: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """Half way: the secret for the authenticator. Done: the recovery codes, shown once."""

    status: str
    otpauth_uri: str | None = None
    recovery_codes: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Witness:
    """The second admin at a reset, who proves to be there with a code of the moment."""

    login_name: str
    code: str


def invite(
    caller: Caller,
    *,
    login_name: str,
    duty_phone: str = "",
    resident_id: UUID | None = None,
    name: str | None = None,
) -> Invitation:
    """Make an account for a known person, or for one written down by name."""
    rules.check_owner(resident_id=resident_id, name=name)
    identities.hold("staff_account")
    if accounts.is_login_name_taken(login_name):
        raise rules.LoginNameTaken
    owner_id = _owner(resident_id, name)
    invitation = _new_account(owner_id, login_name, duty_phone=duty_phone)
    _record("account.created", invitation.account, caller)
    return invitation


def set_up(
    login_name: str, setup_code: str, password: str, *, codes: Sequence[str] | None = None
) -> Enrolment:
    """First without codes, for the authenticator's secret; then with two consecutive codes."""
    now = utc_now()
    account = credentials.invited(login_name, setup_code, now=now)
    if codes is None:
        credentials.check_password_choice(account, password)
        secret = credentials.new_secret(account)
        return Enrolment(
            status=account.status, otpauth_uri=sign_in.otpauth_uri(secret, account.login_name)
        )
    credentials.check_pair(account, codes, now=now)
    credentials.set_password(account, password, now=now)
    credentials.forget_failures(account)
    account.setup_code_hash = account.setup_expires_at = None
    account.status = "active"
    credentials.witness("account.set_up", account)
    credentials.witness("totp.changed", account)
    return Enrolment(status=account.status, recovery_codes=credentials.new_recovery_codes(account))


def recover(login_name: str, password: str, recovery_code: str) -> Invitation:
    """The phone is lost: password and a recovery code let the owner set up another one."""
    now = utc_now()
    account = credentials.identified(login_name, password, now=now)
    credentials.use_recovery_code(account, recovery_code, now=now)
    credentials.witness("account.recovered", account)
    return _back_to_invited(account, valid_for=sign_in.SETUP_CODE_AFTER_RECOVERY)


def change_password(caller: Caller, *, password: str, new_password: str, code: str) -> None:
    """Whoever knows the old one and has the phone; all other sessions of staff end."""
    now = utc_now()
    own = accounts.account_of(caller.resident_id)
    if own is None:
        raise rules.AccountState
    account = credentials.identified(own.login_name, password, now=now)
    credentials.check_one_time_code(account, code, now=now)
    credentials.set_password(account, new_password, now=now)
    end_sessions_of(
        caller.resident_id,
        "password_changed",
        by=caller,
        kinds=STAFF_KINDS,
        but=caller.session_id,
    )


def suspend(caller: Caller, account_id: UUID) -> StaffAccount:
    """Close the desk for now; what is open on it ends with this transaction."""
    account = _change(caller, account_id, "suspended", may_be=("invited", "active"))
    end_sessions_of(account.resident_id, "suspended", by=caller)
    return account


def close(caller: Caller, account_id: UUID) -> StaffAccount:
    """For good: the login name is never given to anybody else."""
    account = _change(caller, account_id, "closed", may_be=rules.MAY_BE_RESET)
    account.setup_code_hash = account.setup_expires_at = None
    end_sessions_of(account.resident_id, "closed", by=caller)
    return account


def reset(caller: Caller, account_id: UUID, *, witness: Witness) -> Invitation:
    """Start again with a new set-up code, seen by a second admin; unlocks and unsuspends."""
    _check_witness(caller, account_id, witness)
    account = _change(caller, account_id, "invited", may_be=rules.MAY_BE_RESET)
    return _back_to_invited(account, valid_for=sign_in.SETUP_CODE, by=caller)


def is_locked(account: StaffAccount, *, now: datetime) -> bool:
    return credentials.lock_of(account, now=now) is not None


def suspend_without_role(resident_id: UUID) -> None:
    """Called when a role ends: with the last one the account rests and its sessions end."""
    if holders.roles_of([resident_id]).get(resident_id):
        return
    account = accounts.lock_account_of(resident_id)
    if account is not None and account.status == "active":
        account.status = "suspended"
        _record("account.suspended", account, None, because="role_ended")
    end_sessions_of(resident_id, "role_ended")


def make_admins(
    admins: Sequence[tuple[str, str, str]], *, present: Sequence[str]
) -> list[Invitation]:
    """The first three people, (role, login name, name) each, before anybody can sign in.

    Raises:
        AdminsExist: somebody in the district is an admin already.
    """
    identities.hold("staff_account")
    if accounts.is_role_held(ADMINS, today()):
        raise rules.AdminsExist
    return [_first_admin(*admin, basis="首次设置，在场：" + "、".join(present)) for admin in admins]


def _first_admin(role: str, login_name: str, name: str, *, basis: str) -> Invitation:
    resident_id = _owner(None, name)
    db.session.add(
        RoleAssignment(
            resident_id=resident_id,
            role=role,
            scope_type="district",
            valid=since(today()),
            basis=basis,
            appointed_by=None,
        )
    )
    invitation = _new_account(resident_id, login_name)
    _record("account.created", invitation.account, None, role=role)
    return invitation


def _owner(resident_id: UUID | None, name: str | None) -> UUID:
    if resident_id is None:
        written_down = Resident(name=name)
        db.session.add(written_down)
        db.session.flush()
        return written_down.id
    rules.check_person(status=identities.lock_resident(resident_id).status)
    if accounts.account_of(resident_id):
        raise rules.HasAccount
    return resident_id


def _new_account(resident_id: UUID, login_name: str, *, duty_phone: str = "") -> Invitation:
    account = StaffAccount(resident_id=resident_id, login_name=login_name, duty_phone=duty_phone)
    db.session.add(account)
    return _with_setup_code(account, valid_for=sign_in.SETUP_CODE)


def _with_setup_code(account: StaffAccount, *, valid_for: timedelta) -> Invitation:
    setup_code, expires_at = sign_in.new_code(), utc_now() + valid_for
    account.setup_code_hash = credentials.code_hash(setup_code)
    account.setup_expires_at = expires_at
    db.session.flush()
    return Invitation(account=account, setup_code=setup_code, expires_at=expires_at)


def _back_to_invited(
    account: StaffAccount, *, valid_for: timedelta, by: Caller | None = None
) -> Invitation:
    account.status = "invited"
    account.password_hash = account.totp_secret_sealed = None
    credentials.forget_failures(account)
    credentials.witness("totp.removed", account)
    end_sessions_of(account.resident_id, "reset", by=by)
    return _with_setup_code(account, valid_for=valid_for)


def _change(
    caller: Caller, account_id: UUID, status: str, *, may_be: tuple[str, ...]
) -> StaffAccount:
    account = accounts.lock_account(account_id)
    is_own = account.resident_id == caller.resident_id
    rules.check_change(is_own=is_own, status=account.status, may_be=may_be)
    _record("account.changed", account, caller, old=account.status, new=status)
    account.status = status
    return account


def _check_witness(caller: Caller, account_id: UUID, witness: Witness) -> None:
    now = utc_now()
    second = credentials.named(witness.login_name, now=now)
    credentials.check_one_time_code(second, witness.code, now=now)
    held = holders.roles_of([second.resident_id]).get(second.resident_id, [])
    rules.check_witness(
        is_caller=second.resident_id == caller.resident_id,
        is_owner=second.id == account_id,
        is_admin=not ADMINS.isdisjoint(held),
    )


def _record(action: str, account: StaffAccount, by: Caller | None, **detail: str) -> None:
    record(
        action,
        object_type="staff_account",
        object_id=account.id,
        actor_id=by.resident_id if by else None,
        actor_role=by.acting_role if by else "system",
        session_kind=by.session_kind if by else "none",
        detail=detail,
    )
