"""Roles, staff accounts, sessions, and answers kept for a repeated request."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Record

NOWHERE = "'00000000-0000-0000-0000-000000000000'::uuid"


class RoleAssignment(Record):
    """A role held over a scope for a time; past acts keep the assignment they were done under."""

    __tablename__ = "role_assignment"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    role: Mapped[str]
    scope_type: Mapped[str]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    basis: Mapped[str]
    appointed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"))
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    community_id: Mapped[UUID | None] = mapped_column(ForeignKey("community.id"), default=None)
    street_id: Mapped[UUID | None] = mapped_column(ForeignKey("street.id"), default=None)
    scope_id: Mapped[UUID | None] = mapped_column(default=None)
    unit_no: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="live")

    __table_args__ = (
        CheckConstraint(
            "scope_type IN ('district', 'street', 'community', 'grid', 'building', 'group')",
            name="known_scope",
        ),
        CheckConstraint("state IN ('proposed', 'live', 'ended')", name="known_state"),
        CheckConstraint("confirmed_by <> appointed_by", name="two_people"),
        ExcludeConstraint(
            ("resident_id", "="),
            ("role", "="),
            (text(f"coalesce(community_id, {NOWHERE})"), "="),
            (text(f"coalesce(scope_id, {NOWHERE})"), "="),
            ("valid", "&&"),
            using="gist",
            name="ex_role_assignment_once_at_a_time",
        ),
        Index("ix_role_assignment_community", "community_id", "role"),
    )


class StaffAccount(Record):
    """A worker's way in: password and one-time code, with counters against guessing."""

    __tablename__ = "staff_account"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), unique=True)
    login_name: Mapped[str]
    duty_phone: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str | None] = mapped_column(default=None)
    password_set_at: Mapped[datetime | None] = mapped_column(default=None)
    setup_code_hash: Mapped[str | None] = mapped_column(default=None)
    setup_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    totp_secret_sealed: Mapped[str | None] = mapped_column(default=None)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[datetime | None] = mapped_column(default=None)
    locked_until: Mapped[datetime | None] = mapped_column(default=None)
    locks_today: Mapped[int] = mapped_column(default=0)
    first_lock_at: Mapped[datetime | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(default="invited")

    __table_args__ = (
        CheckConstraint(
            "status IN ('invited', 'active', 'suspended', 'closed')", name="known_status"
        ),
        Index("ux_staff_account_login_name", text("lower(login_name)"), unique=True),
    )


class PasswordHistory(Record):
    __tablename__ = "password_history"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), index=True)
    password_hash: Mapped[str]

    __table_args__ = ({"info": {"append_only": True}},)


class RecoveryCode(Record):
    """One of eight codes for a worker who lost the phone; only its hash is known."""

    __tablename__ = "recovery_code"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class DoorSlip(Record):
    """入户码: a person without WeChat comes in once with it; its second half is only a keyed hash.

    The first half is its name, so that wrong tries are counted on it.
    """

    __tablename__ = "door_slip"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    secret_mac: Mapped[str]
    issued_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class LoginSession(Record):
    """A signed-in device. The token itself is nowhere, only its SHA-256.

    No column says when it was last used: idle time lives as an expiring Redis key only.
    """

    __tablename__ = "login_session"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), index=True)
    kind: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    device_label: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_because: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        CheckConstraint("kind IN ('resident', 'field', 'console')", name="known_kind"),
    )


class KeptAnswer(Base):
    """What was answered to a request with an Idempotency-Key, so that a repeat gets it again."""

    __tablename__ = "kept_answer"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_mac: Mapped[str]
    answered_at: Mapped[datetime]
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
