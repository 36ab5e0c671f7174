"""Whether a card can reach somebody: a WeChat identity, no withdrawn consent, a message left."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from backend.notifications.models import Subscription
from backend.residents.models import Consent, WechatIdentity

CONSENT_PURPOSE = "wechat_notice"  # 微信通知

_JOINED = WechatIdentity.id.is_not(None)


def has_phone() -> ColumnElement[bool]:
    """Of the identities joined to a person, whether one is live.

    Not a condition of the join: there, without fresh statistics, PostgreSQL would read the whole
    partial index of live identities once for every person.
    """
    return func.coalesce(func.bool_or(WechatIdentity.unbound_at.is_(None)).filter(_JOINED), false())


def has_message() -> ColumnElement[bool]:
    """Of the balances joined to a person's identities, whether a live one has a message left."""
    return func.coalesce(
        func.bool_or(WechatIdentity.unbound_at.is_(None)).filter(Subscription.id.is_not(None)),
        false(),
    )


def is_message_of(identity_id: Any, template_id: str | None) -> ColumnElement[bool]:
    """Joins identities to a balance with at least one more message of the template."""
    if template_id is None:
        return false()
    return and_(
        Subscription.wechat_identity_id == identity_id,
        Subscription.template == template_id,
        or_(Subscription.long_term, Subscription.spent < Subscription.accepted),
        Subscription.muted_at.is_(None),
        Subscription.banned_at.is_(None),
    )


def withdrew(resident_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether the person's last word about cards was no. The tap on WeChat's question is a yes."""
    last = (
        select(Consent.withdrawn_at.is_not(None))
        .where(Consent.resident_id == resident_id, Consent.purpose == CONSENT_PURPOSE)
        .order_by(Consent.given_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(last, false())
