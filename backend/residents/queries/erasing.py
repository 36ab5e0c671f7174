"""The rows that say who somebody was, emptied when the account is given up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, Update, delete, or_, select, update

from backend.database import db
from backend.residents.models import (
    Consent,
    DoorSlip,
    KeptAnswer,
    Kin,
    LoginSession,
    RecoveryCode,
    Resident,
    Verification,
    WechatIdentity,
)
from backend.residents.queries.accounts import lock_account_of
from backend.residents.queries.verifications import OPEN


def lock_open_claims(person_id: UUID) -> Sequence[Verification]:
    """What the person asked for in any community and nobody has decided, held."""
    waits = select(Verification).where(
        Verification.actor_id == person_id, Verification.state.in_(OPEN)
    )
    return db.session.scalars(waits.order_by(Verification.id).with_for_update(key_share=True)).all()


def empty_person(person: Resident, *, now: datetime) -> None:
    """The row stays as an id that acts and transfers point to."""
    person.status, person.erased_at = "erased", now
    person.name = person.nickname = person.pinyin = person.born_year = None
    person.phone_sealed = person.phone_mac = person.home_community_id = None
    person.preferred_channel, person.large_type = "mini_program", False
    db.session.flush()


def empty_account(person_id: UUID) -> None:
    """A worker's way in is closed for good; its login name is given to nobody else."""
    account = lock_account_of(person_id)
    if account is None:
        return
    account.status, account.duty_phone = "closed", ""
    account.password_hash = account.totp_secret_sealed = None
    account.setup_code_hash = account.setup_expires_at = None
    db.session.flush()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def empty_traces(person_id: UUID, *, now: datetime) -> None:
    """Phone, consents, slips, kin, the words of claims to live somewhere, answers kept."""
    statements: Sequence[Update | Delete] = (
        update(WechatIdentity)
        .where(WechatIdentity.resident_id == person_id, WechatIdentity.unbound_at.is_(None))
        .values(unbound_at=now),
        update(WechatIdentity)
        .where(WechatIdentity.resident_id == person_id)
        .values(openid_sealed="", openid_mac=""),
        update(Consent)
        .where(Consent.resident_id == person_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now),
        update(LoginSession).where(LoginSession.resident_id == person_id).values(device_label=""),
        update(Verification).where(Verification.actor_id == person_id).values(note="", reason=None),
        delete(DoorSlip).where(DoorSlip.resident_id == person_id),
        delete(Kin).where(or_(Kin.resident_a == person_id, Kin.resident_b == person_id)),
        delete(KeptAnswer).where(KeptAnswer.resident_id == person_id),
    )
    for statement in statements:
        db.session.execute(statement.execution_options(synchronize_session=False))
