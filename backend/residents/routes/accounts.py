"""Staff accounts, kept by the security administrator."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, page, page_of, shown_once
from backend.clock import utc_now
from backend.residents.actions import accounts as actions
from backend.residents.actions.accounts import Invitation, Witness
from backend.residents.identity import current_caller, permitted, require_caller
from backend.residents.models import StaffAccount
from backend.residents.queries import accounts as queries
from backend.residents.queries.holders import roles_of
from backend.residents.schemas.accounts import (
    AccountPageArguments,
    AccountSchema,
    InvitationSchema,
    ListedAccountSchema,
    NewAccountSchema,
    WitnessSchema,
)

accounts = Blueprint("accounts", __name__, url_prefix="/api/v1", description="工作账号")
accounts.before_request(require_caller)


@accounts.post("/staff-accounts")
@permitted("account.manage")
@accounts.arguments(NewAccountSchema)
@accounts.response(201, InvitationSchema)
@shown_once
def invite(given: dict[str, Any]) -> Invitation:
    """Make an account; the set-up code is shown this once."""
    return actions.invite(current_caller(), **given)


@accounts.get("/staff-accounts")
@permitted("account.manage")
@accounts.arguments(AccountPageArguments, location="query")
@accounts.response(200, page_of(ListedAccountSchema))
def list_accounts(wanted: dict[str, Any]) -> dict[str, Any]:
    """List the accounts of the district."""
    shown = page(queries.accounts(**wanted), wanted["limit"], key=lambda row: row[0].id)
    roles = roles_of(account.resident_id for account, _ in shown["items"])
    listed = [
        _listed(account, name, roles.get(account.resident_id, []))
        for account, name in shown["items"]
    ]
    return shown | {"items": listed}


@accounts.post("/staff-accounts/<uuid:account_id>/suspension")
@permitted("account.manage")
@accounts.response(200, AccountSchema)
def suspend(account_id: UUID) -> StaffAccount:
    """Suspend an account; its sessions end at once."""
    return actions.suspend(current_caller(), account_id)


@accounts.post("/staff-accounts/<uuid:account_id>/reset")
@permitted("account.manage")
@accounts.arguments(WitnessSchema)
@accounts.response(200, InvitationSchema)
@shown_once
def reset(given: dict[str, str], account_id: UUID) -> Invitation:
    """Start an account again, seen by a second admin; the new set-up code is shown this once."""
    witness = Witness(login_name=given["witness_login_name"], code=given["witness_code"])
    return actions.reset(current_caller(), account_id, witness=witness)


@accounts.post("/staff-accounts/<uuid:account_id>/closing")
@permitted("account.manage")
@accounts.response(200, AccountSchema)
def close(account_id: UUID) -> StaffAccount:
    """Close an account for good."""
    return actions.close(current_caller(), account_id)


def _listed(account: StaffAccount, name: str | None, roles: list[str]) -> dict[str, Any]:
    return {
        "id": account.id,
        "resident_id": account.resident_id,
        "login_name": account.login_name,
        "duty_phone": account.duty_phone,
        "status": account.status,
        "setup_expires_at": account.setup_expires_at,
        "created_at": account.created_at,
        "name": name,
        "is_locked": actions.is_locked(account, now=utc_now()),
        "roles": roles,
    }
