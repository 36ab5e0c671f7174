"""What was sent to somebody who gives up the account."""

from uuid import UUID

from sqlalchemy import delete, exists, select, update

from backend.database import db
from backend.notifications.models import Delivery, Notice, NoticePreference, Subscription
from backend.residents.models import WechatIdentity

QUIETLY = {"synchronize_session": False}


def forget_messages(resident_id: UUID) -> None:
    """The inbox, what waits, and the notices that were for this person alone.

    A card that is just being sent stays until its own day.
    """
    db.session.execute(
        delete(Delivery).where(Delivery.resident_id == resident_id, Delivery.state != "sending"),
        execution_options=QUIETLY,
    )
    still = exists().where(
        Delivery.community_id == Notice.community_id, Delivery.notice_id == Notice.id
    )
    db.session.execute(
        delete(Notice).where(Notice.resident_id == resident_id, ~still),
        execution_options=QUIETLY,
    )


def forget_wishes(resident_id: UUID) -> None:
    """How the person wanted to be told, and how many cards they allowed."""
    db.session.execute(
        delete(NoticePreference).where(NoticePreference.resident_id == resident_id),
        execution_options=QUIETLY,
    )
    phones = select(WechatIdentity.id).where(WechatIdentity.resident_id == resident_id)
    db.session.execute(
        update(Subscription)
        .where(Subscription.wechat_identity_id.in_(phones))
        .values(accepted=Subscription.spent, long_term=False),
        execution_options=QUIETLY,
    )
