"""订阅次数: what people accepted, what was spent, and the two reports of one tap."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from uuid_utils.compat import uuid7

from backend.clock import utc_now
from backend.database import db
from backend.notifications.models import Subscription, SubscriptionEvent
from backend.residents.models import WechatIdentity


def identity_id_of(resident_id: UUID) -> UUID | None:
    """The person's WeChat identity, the newest if there are several."""
    return db.session.scalar(
        select(WechatIdentity.id)
        .where(WechatIdentity.resident_id == resident_id, WechatIdentity.unbound_at.is_(None))
        .order_by(WechatIdentity.bound_at.desc())
        .limit(1)
    )


def identity_by_openid(openid_macs: Sequence[str]) -> WechatIdentity | None:
    return db.session.scalar(
        select(WechatIdentity).where(
            WechatIdentity.openid_mac.in_(openid_macs), WechatIdentity.unbound_at.is_(None)
        )
    )


def lock_subscription(wechat_identity_id: UUID, template: str) -> Subscription:
    """The balance of this template, made if need be, held until the end of the transaction."""
    db.session.execute(
        insert(Subscription)
        .values(
            id=uuid7(),
            created_at=utc_now(),
            wechat_identity_id=wechat_identity_id,
            template=template,
            accepted=0,
            spent=0,
            long_term=False,
        )
        .on_conflict_do_nothing(index_elements=["wechat_identity_id", "template"])
    )
    return db.session.scalars(
        select(Subscription)
        .where(
            Subscription.wechat_identity_id == wechat_identity_id,
            Subscription.template == template,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def is_known_report(
    subscription: Subscription, *, ask_id: UUID | None, push_key: str | None
) -> bool:
    """Whether it was taken down before. The client makes up an `ask_id`: it is the person's own."""
    known = select(SubscriptionEvent.id)
    if ask_id is not None:
        known = known.where(
            SubscriptionEvent.subscription_id == subscription.id,
            SubscriptionEvent.ask_id == ask_id,
        )
    else:
        known = known.where(
            SubscriptionEvent.template == subscription.template,
            SubscriptionEvent.push_key == push_key,
        )
    return db.session.scalar(known) is not None


def unpaired_accept(
    subscription_id: UUID, *, pushed: bool, around: datetime, within: timedelta
) -> UUID | None:
    """An accept that only the other side (`pushed`: WeChat) has reported so far."""
    partner = aliased(SubscriptionEvent)
    reported_by = SubscriptionEvent.push_key if pushed else SubscriptionEvent.ask_id
    return db.session.scalar(
        select(SubscriptionEvent.id)
        .where(
            SubscriptionEvent.subscription_id == subscription_id,
            SubscriptionEvent.result == "accept",
            SubscriptionEvent.pairs_with.is_(None),
            reported_by.is_not(None),
            SubscriptionEvent.happened_at.between(around - within, around + within),
            ~select(partner.id).where(partner.pairs_with == SubscriptionEvent.id).exists(),
        )
        .order_by(SubscriptionEvent.happened_at)
        .limit(1)
    )


def balances_of(wechat_identity_id: UUID) -> dict[str, Subscription]:
    rows = db.session.scalars(
        select(Subscription).where(Subscription.wechat_identity_id == wechat_identity_id)
    )
    return {row.template: row for row in rows}


def last_refusals(wechat_identity_id: UUID) -> dict[str, datetime]:
    """When the person last tapped no, by template."""
    rows = db.session.execute(
        select(SubscriptionEvent.template, func.max(SubscriptionEvent.happened_at))
        .join(Subscription, Subscription.id == SubscriptionEvent.subscription_id)
        .where(
            Subscription.wechat_identity_id == wechat_identity_id,
            SubscriptionEvent.result == "reject",
        )
        .group_by(SubscriptionEvent.template)
    )
    return {row[0]: row[1] for row in rows}


def return_messages(subscription_ids: Iterable[UUID]) -> None:
    """Give back messages that were reserved and certainly not used."""
    for subscription_id, number in sorted(Counter(subscription_ids).items()):
        db.session.execute(
            update(Subscription)
            .where(Subscription.id == subscription_id)
            .values(spent=func.greatest(Subscription.spent - number, 0))
            .execution_options(synchronize_session=False)
        )


def empty_balances(subscription_ids: Sequence[UUID], now: datetime) -> None:
    """WeChat says that nothing is left; a long-term permission was taken back."""
    db.session.execute(
        text("""
            UPDATE subscription
               SET accepted = spent,
                   muted_at = CASE WHEN long_term THEN :now ELSE muted_at END
             WHERE id = ANY(:ids)
        """),
        {"ids": list(subscription_ids), "now": now},
    )


def forget_balances(subscription_ids: Sequence[UUID]) -> None:
    """Everything the owners of these balances ever accepted is gone: WeChat knows them not."""
    db.session.execute(
        text("""
            UPDATE subscription SET accepted = spent, long_term = false
             WHERE wechat_identity_id IN
                   (SELECT wechat_identity_id FROM subscription WHERE id = ANY(:ids))
        """),
        {"ids": list(subscription_ids)},
    )
