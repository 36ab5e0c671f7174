"""Staff accounts, their old passwords and recovery codes."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, exists, func, select

from backend.database import db
from backend.errors import NotFound
from backend.residents.models import (
    PasswordHistory,
    RecoveryCode,
    Resident,
    RoleAssignment,
    StaffAccount,
)


def lock_account(account_id: UUID) -> StaffAccount:
    """The account, held until the transaction ends, so that failures and codes count once."""
    account = db.session.get(StaffAccount, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise NotFound
    return account


def lock_account_named(login_name: str) -> StaffAccount | None:
    """As `lock_account`, by the name its owner types; None where nobody has it."""
    return db.session.scalar(
        select(StaffAccount)
        .where(func.lower(StaffAccount.login_name) == login_name.lower())
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def lock_account_of(resident_id: UUID) -> StaffAccount | None:
    return db.session.scalar(
        select(StaffAccount)
        .where(StaffAccount.resident_id == resident_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def account_of(resident_id: UUID) -> StaffAccount | None:
    return db.session.scalar(select(StaffAccount).where(StaffAccount.resident_id == resident_id))


def is_login_name_taken(login_name: str) -> bool:
    taken = exists().where(func.lower(StaffAccount.login_name) == login_name.lower())
    return bool(db.session.scalar(select(taken)))


def accounts(
    *, limit: int, after: UUID | None = None, status: str | None = None
) -> Sequence[tuple[StaffAccount, str | None]]:
    """Accounts with their owners' names, newest first; one more than `limit` if there are more."""
    found = select(StaffAccount, Resident.name).join(
        Resident, Resident.id == StaffAccount.resident_id
    )
    if after is not None:
        found = found.where(StaffAccount.id < after)
    if status is not None:
        found = found.where(StaffAccount.status == status)
    rows = db.session.execute(found.order_by(StaffAccount.id.desc()).limit(limit + 1))
    return [(account, name) for account, name in rows]


def old_password_hashes(account_id: UUID, *, limit: int) -> Sequence[str]:
    """The hashes of the account's last passwords, newest first."""
    own = select(PasswordHistory.password_hash).where(PasswordHistory.account_id == account_id)
    return db.session.scalars(own.order_by(PasswordHistory.id.desc()).limit(limit)).all()


def unused_recovery_code(account_id: UUID, code_hash: str) -> RecoveryCode | None:
    return db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
    )


def forget_recovery_codes(account_id: UUID) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def is_role_held(roles: Collection[str], on: date) -> bool:
    """Whether anybody in the district holds one of `roles` on that day."""
    held = exists().where(
        RoleAssignment.role.in_(roles),
        RoleAssignment.state == "live",
        RoleAssignment.valid.contains(on),
    )
    return bool(db.session.scalar(select(held)))
