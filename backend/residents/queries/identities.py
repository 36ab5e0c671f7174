"""Whose phone this is, what its owner agreed to, and the policy they read."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text, update

from backend.database import db
from backend.errors import NotFound
from backend.residents.models import Community, Consent, Policy, Resident, WechatIdentity

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")


def hold(what: str) -> None:
    """Let rivals for something that has no row yet pass one after the other."""
    db.session.execute(_HOLD, {"what": what})


def resident_of_openid(app_id: str, macs: Collection[str]) -> Resident | None:
    """The active person whose phone has an openid with one of these keyed hashes."""
    return db.session.scalar(
        select(Resident)
        .join(WechatIdentity, WechatIdentity.resident_id == Resident.id)
        .where(
            WechatIdentity.app_id == app_id,
            WechatIdentity.openid_mac.in_(macs),
            WechatIdentity.unbound_at.is_(None),
            Resident.status == "active",
        )
    )


def find_live_community(
    *, community_id: UUID | None = None, community_code: str | None = None
) -> Community | None:
    """The live community with this id or code; None if neither is given.

    Raises:
        NotFound: there is no such community, or it is not live.
    """
    if community_id is None and community_code is None:
        return None
    named = Community.id == community_id if community_id else Community.code == community_code
    community = db.session.scalar(select(Community).where(named, Community.status == "live"))
    if community is None:
        raise NotFound("没有这个社区，请重新选择。")
    return community


def find_resident(resident_id: UUID) -> Resident:
    resident = db.session.get(Resident, resident_id)
    if resident is None:
        raise NotFound
    return resident


def lock_resident(resident_id: UUID) -> Resident:
    resident = db.session.get(Resident, resident_id, with_for_update=True, populate_existing=True)
    if resident is None:
        raise NotFound
    return resident


def current_policy(on: date, kind: str = "general") -> Policy | None:
    """The newest version in force on that day."""
    in_force = select(Policy).where(Policy.kind == kind, Policy.effective_on <= on)
    return db.session.scalar(in_force.order_by(Policy.version.desc()).limit(1))


def newest_policy_version(kind: str) -> int:
    """The highest version published, in force or not; 0 if there is none."""
    newest = select(Policy.version).where(Policy.kind == kind)
    return db.session.scalar(newest.order_by(Policy.version.desc()).limit(1)) or 0


def has_consent(resident_id: UUID, purpose: str) -> bool:
    """Whether the person agreed to `purpose` and has not withdrawn it."""
    return bool(_live_consents(resident_id, purpose))


def consents_of(resident_id: UUID) -> Sequence[tuple[Consent, int]]:
    """Everything the person ever agreed to with the policy's version, oldest first."""
    given = (
        select(Consent, Policy.version)
        .join(Policy, Policy.id == Consent.policy_id)
        .where(Consent.resident_id == resident_id)
        .order_by(Consent.id)
    )
    return [(consent, version) for consent, version in db.session.execute(given)]


def live_consent(resident_id: UUID, purpose: str, policy_id: UUID) -> Consent | None:
    found = _live_consents(resident_id, purpose)
    return next((consent for consent in found if consent.policy_id == policy_id), None)


def withdraw_consents(resident_id: UUID, purpose: str, *, now: datetime) -> int:
    """End every live consent to `purpose`; how many there were."""
    ended = db.session.execute(
        update(Consent)
        .where(
            Consent.resident_id == resident_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
        .returning(Consent.id)
    )
    return len(ended.all())


def _live_consents(resident_id: UUID, purpose: str) -> Sequence[Consent]:
    return db.session.scalars(
        select(Consent).where(
            Consent.resident_id == resident_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
    ).all()
