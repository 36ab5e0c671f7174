"""People, how they are known, and where they live."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from backend.database import Record, TenantRecord, within_community

CHANNEL_NAMES: Mapping[str, str] = {
    "mini_program": "小程序",
    "phone": "电话",
    "home_visit": "上门",
    "walk_in": "来访",
    "paper": "纸质",
    "at_meeting": "会场",
    "console": "窗口代录",
}
CHANNELS = tuple(CHANNEL_NAMES)
_CHANNEL_LIST = ", ".join(f"'{channel}'" for channel in CHANNELS)


class Act(MappedAsDataclass, kw_only=True):
    """Who did it, for whom, on what ground, and by which channel.

    `actor_id` is the person whose act it is; a worker who types what somebody said is
    `recorded_by` (basis `recorded`), and `assignment_id` the role under which staff acted.
    Of a proxy's act (basis `proxy`) the principal is `actor_id` and `on_behalf_of_id`, the proxy
    `recorded_by`, and `basis_id` the grant.
    """

    actor_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    channel: Mapped[str] = mapped_column(
        CheckConstraint(f"channel IN ({_CHANNEL_LIST})", name="known_channel")
    )
    basis: Mapped[str] = mapped_column(
        CheckConstraint("basis IN ('self', 'proxy', 'guardian', 'recorded')", name="known_basis"),
        default="self",
    )
    basis_id: Mapped[UUID | None] = mapped_column(
        CheckConstraint(
            "basis <> 'proxy' OR (basis_id IS NOT NULL AND recorded_by IS NOT NULL"
            " AND on_behalf_of_id IS NOT DISTINCT FROM actor_id)",
            name="proxy_by_a_grant",
        ),
        default=None,
    )
    on_behalf_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    assignment_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("role_assignment.id"), default=None
    )

    @property
    def by_proxy_id(self) -> UUID | None:
        """Whose hand it was, where somebody acted for `actor_id`."""
        return self.recorded_by if self.basis == "proxy" else None


class Resident(Record):
    """One row per human being known to the district, with or without WeChat.

    Staff reach it only through a row of their own community (a residency, a role, an act).
    """

    __tablename__ = "resident"

    name: Mapped[str | None] = mapped_column(default=None)
    nickname: Mapped[str | None] = mapped_column(default=None)
    pinyin: Mapped[str | None] = mapped_column(default=None)
    born_year: Mapped[int | None] = mapped_column(default=None)
    home_community_id: Mapped[UUID | None] = mapped_column(ForeignKey("community.id"), default=None)
    phone_sealed: Mapped[str | None] = mapped_column(default=None)
    phone_mac: Mapped[str | None] = mapped_column(default=None)
    preferred_channel: Mapped[str] = mapped_column(default="mini_program")
    large_type: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default="active")
    erased_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        CheckConstraint("status IN ('active', 'erased')", name="known_status"),
        CheckConstraint("(phone_sealed IS NULL) = (phone_mac IS NULL)", name="phone_both_ways"),
        CheckConstraint("born_year BETWEEN 1900 AND 2200", name="plausible_birth"),
    )


class WechatIdentity(Record):
    """A person's openid in our mini program, sealed; the keyed hash finds it again."""

    __tablename__ = "wechat_identity"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), index=True)
    app_id: Mapped[str]
    openid_sealed: Mapped[str]
    openid_mac: Mapped[str]
    bound_at: Mapped[datetime]
    unbound_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        Index(
            "ux_wechat_identity_app_id_openid_mac",
            "app_id",
            "openid_mac",
            unique=True,
            postgresql_where=text("unbound_at IS NULL"),
        ),
    )


class Verification(TenantRecord, Act):
    """居住核验: a person's claim to live in a dwelling, and who found it true.

    The household is chosen by whoever confirms it, so that a mere claim enters no register.
    `due_on` is the day by which the present state must move on. An appeal is a row of its own.
    """

    __tablename__ = "verification"

    dwelling_id: Mapped[UUID]
    relation: Mapped[str]
    tenure: Mapped[str]
    due_on: Mapped[date]
    household_id: Mapped[UUID | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="requested")
    note: Mapped[str] = mapped_column(default="")
    evidence_kind: Mapped[str | None] = mapped_column(default=None)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    reason_code: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    appeal_of: Mapped[UUID | None] = mapped_column(default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("dwelling_id", "dwelling"),
        within_community("household_id", "household"),
        within_community("appeal_of", "verification"),
        CheckConstraint(
            "state IN ('requested', 'verified', 'refused', 'appealed', 'check_due', 'lapsed',"
            " 'ended')",
            name="known_state",
        ),
        CheckConstraint(
            "household_id IS NOT NULL OR state IN ('requested', 'refused', 'appealed')",
            name="household_once_verified",
        ),
        CheckConstraint("tenure IN ('owner', 'tenant', 'other')", name="known_tenure"),
        CheckConstraint("decided_by <> actor_id", name="not_decided_by_oneself"),
        Index(
            "ux_verification_one_open_request",
            "community_id",
            "actor_id",
            "dwelling_id",
            unique=True,
            postgresql_where=text("state IN ('requested', 'appealed')"),
        ),
        UniqueConstraint("community_id", "appeal_of"),
        Index("ix_verification_open", "community_id", "state", "due_on"),
    )


class Residency(TenantRecord):
    """That a person lives in a household, since when; made by a verification or an import."""

    __tablename__ = "residency"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    household_id: Mapped[UUID]
    relation: Mapped[str]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    registered_here: Mapped[bool] = mapped_column(default=False)
    is_main: Mapped[bool] = mapped_column(default=True)
    verification_id: Mapped[UUID | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("household_id", "household"),
        within_community("verification_id", "verification"),
        CheckConstraint(
            "relation IN ('head', 'spouse', 'child', 'parent', 'other', 'lodger')",
            name="known_relation",
        ),
        # Across communities on purpose: a person counts once in the district.
        Index(
            "ux_residency_one_main_home",
            "resident_id",
            unique=True,
            postgresql_where=text("is_main AND upper_inf(valid)"),
        ),
        # Every request asks where the caller lives, before it knows in which community.
        Index("ix_residency_resident", "resident_id"),
        Index("ix_residency_household", "community_id", "household_id"),
    )


class Kin(Record):
    """近亲属, declared where one of the two holds a role."""

    __tablename__ = "kin"

    resident_a: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    resident_b: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), index=True)
    relation: Mapped[str]
    declared_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))

    __table_args__ = (
        UniqueConstraint("resident_a", "resident_b"),
        CheckConstraint("resident_a < resident_b", name="one_row_a_pair"),
    )


class Policy(Record):
    """A version of the privacy policy people agreed to."""

    __tablename__ = "policy"

    kind: Mapped[str]
    version: Mapped[int]
    text: Mapped[str]
    sha256: Mapped[str]
    effective_on: Mapped[date]

    __table_args__ = (UniqueConstraint("kind", "version"), {"info": {"append_only": True}})


class Consent(Record):
    """That a person agreed to one purpose under one policy text."""

    __tablename__ = "consent"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), index=True)
    purpose: Mapped[str]
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policy.id"))
    channel: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = ({"info": {"append_only": "withdrawn_at"}},)
