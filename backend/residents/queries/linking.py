"""One human being on two rows: who is registered without an account, and what a visitor did."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, exists, insert, literal, or_, select, update
from uuid_utils.compat import uuid7

from backend.database import Base, db
from backend.residents.models import (
    Consent,
    Household,
    LoginSession,
    Residency,
    Resident,
    StaffAccount,
    Verification,
    WechatIdentity,
)
from backend.residents.queries.places import with_household

# What a newcomer has by signing in and asking; it moves along or ends with the empty row.
_NO_ACTS = {
    *("consent", "delivery", "kept_answer", "login_session", "notice", "notice_preference"),
    *("verification", "wechat_identity"),
}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody registered in the dwelling who never signed in."""

    person_id: UUID
    name: str | None
    relation: str


def candidates(community_id: UUID, dwelling_id: UUID, on: date) -> list[Candidate]:
    """Who lives in the dwelling on that day and has no account of any kind."""
    rows = db.session.execute(
        with_household(
            select(Resident.id, Resident.name, Residency.relation).join(
                Residency, Residency.resident_id == Resident.id
            )
        )
        .where(
            Residency.community_id == community_id,
            Residency.valid.contains(on),
            Household.dwelling_id == dwelling_id,
            Resident.status == "active",
            ~exists().where(
                WechatIdentity.resident_id == Resident.id, WechatIdentity.unbound_at.is_(None)
            ),
            ~exists().where(StaffAccount.resident_id == Resident.id),
        )
        .order_by(Residency.id)
    )
    return [Candidate(person_id=id_, name=name, relation=rel) for id_, name, rel in rows]


def residency_in(
    community_id: UUID, dwelling_id: UUID, resident_id: UUID, on: date
) -> Residency | None:
    """The person's home in that dwelling, held until the transaction ends."""
    return db.session.scalar(
        with_household(select(Residency))
        .where(
            Residency.community_id == community_id,
            Residency.resident_id == resident_id,
            Residency.valid.contains(on),
            Household.dwelling_id == dwelling_id,
        )
        .with_for_update(of=Residency, key_share=True)
    )


def has_acts(resident_id: UUID) -> bool:
    """Whether any row of any table says that this person did or is something; in one statement.

    The ledger's schema is not asked: whatever moves there was decided in a row here.
    """
    named = [
        exists().where(column == resident_id).correlate(None)
        for table in Base.metadata.sorted_tables
        if table.name not in _NO_ACTS and table.schema is None
        for column in table.columns
        if _names_a_person(column)
    ]
    return bool(db.session.scalar(select(or_(*named))))


def move_account(newcomer_id: UUID, known_id: UUID, *, now: datetime) -> None:
    """Phone, open sessions, claims and consents of the newcomer are the known person's."""
    for moved, still in (
        (WechatIdentity, WechatIdentity.unbound_at.is_(None)),
        (LoginSession, LoginSession.revoked_at.is_(None)),
    ):
        db.session.execute(
            update(moved)
            .where(moved.resident_id == newcomer_id, still)
            .values(resident_id=known_id)
        )
    db.session.execute(
        update(Verification).where(Verification.actor_id == newcomer_id).values(actor_id=known_id)
    )
    consents = select(Consent.purpose, Consent.policy_id, Consent.channel, Consent.given_at).where(
        Consent.resident_id == newcomer_id, Consent.withdrawn_at.is_(None)
    )
    for purpose, policy_id, channel, given_at in db.session.execute(consents).all():
        db.session.execute(
            insert(Consent).values(
                id=uuid7(),
                created_at=now,
                resident_id=known_id,
                purpose=purpose,
                policy_id=policy_id,
                channel=channel,
                given_at=given_at,
            )
        )
    db.session.execute(
        update(Consent)
        .where(Consent.resident_id == newcomer_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=literal(now))
    )


def _names_a_person(column: Column[object]) -> bool:
    return any(key.target_fullname == "resident.id" for key in column.foreign_keys)
