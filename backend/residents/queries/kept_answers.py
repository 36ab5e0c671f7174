"""Answers kept under an Idempotency-Key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.database import db
from backend.residents.models import KeptAnswer


def claim_key(resident_id: UUID, key: str, request_mac: str, *, now: datetime) -> bool:
    """True if the key was free; a rival's unfinished claim is waited for."""
    claim = (
        insert(KeptAnswer)
        .values(
            resident_id=resident_id,
            key=key,
            request_mac=request_mac,
            answered_at=now,
            status=0,
            body=b"",
        )
        .on_conflict_do_nothing()
        .returning(KeptAnswer.key)
    )
    return db.session.execute(claim).first() is not None


def kept_answer(resident_id: UUID, key: str) -> KeptAnswer | None:
    return db.session.scalar(
        select(KeptAnswer).where(KeptAnswer.resident_id == resident_id, KeptAnswer.key == key)
    )


def keep_answer(resident_id: UUID, key: str, *, status: int, body: bytes) -> None:
    db.session.execute(
        update(KeptAnswer)
        .where(KeptAnswer.resident_id == resident_id, KeptAnswer.key == key)
        .values(status=status, body=body)
    )


def release_key(resident_id: UUID, key: str) -> None:
    """Free a claimed key: its request was refused, and may be judged anew."""
    db.session.execute(
        delete(KeptAnswer).where(KeptAnswer.resident_id == resident_id, KeptAnswer.key == key)
    )


def forget_answers(before: datetime) -> None:
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.answered_at < before))
