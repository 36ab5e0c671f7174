"""Deliveries old enough to be forgotten."""

from datetime import datetime

from sqlalchemy import delete, select, tuple_

from backend.database import db
from backend.notifications.models import Delivery

BLOCK = 5000


def forget_deliveries(before: datetime) -> int:
    """Delete a block of deliveries made before the moment, but none on its way; how many."""
    old = (
        select(Delivery.community_id, Delivery.id)
        .where(Delivery.created_at < before, Delivery.state != "sending")
        .limit(BLOCK)
        .with_for_update(skip_locked=True)
    )
    gone = db.session.execute(
        delete(Delivery)
        .where(tuple_(Delivery.community_id, Delivery.id).in_(old))
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
