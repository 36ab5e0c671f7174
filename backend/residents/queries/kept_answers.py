"""Answers kept under an Idempotency-Key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from backend.database import db, tell
from backend.residents.models import KeptAnswer

# Both come with every request that changes something.
_CLAIM = """
INSERT INTO kept_answer (resident_id, key, request_mac, answered_at, status, body)
VALUES (:resident_id, :key, :request_mac, :now, 0, '')
ON CONFLICT DO NOTHING RETURNING key
"""
_KEEP = """
UPDATE kept_answer SET status = :status, body = :body
 WHERE resident_id = :resident_id AND key = :key
"""


def claim_key(resident_id: UUID, key: str, request_mac: str, *, now: datetime) -> bool:
    """True if the key was free; a rival's unfinished claim is waited for."""
    told = {"resident_id": resident_id, "key": key, "request_mac": request_mac, "now": now}
    return bool(tell(_CLAIM, told))


def kept_answer(resident_id: UUID, key: str) -> KeptAnswer | None:
    return db.session.scalar(
        select(KeptAnswer).where(KeptAnswer.resident_id == resident_id, KeptAnswer.key == key)
    )


def keep_answer(resident_id: UUID, key: str, *, status: int, body: bytes) -> None:
    tell(_KEEP, {"resident_id": resident_id, "key": key, "status": status, "body": body})


def release_key(resident_id: UUID, key: str) -> None:
    """Free a claimed key: its request was refused, and may be judged anew."""
    db.session.execute(
        delete(KeptAnswer).where(KeptAnswer.resident_id == resident_id, KeptAnswer.key == key)
    )


def forget_answers(before: datetime) -> None:
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.answered_at < before))
