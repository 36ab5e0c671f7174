"""Whether a card can reach somebody: a WeChat identity, no withdrawn consent, a message left."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from backend.notifications.models import Subscription
from backend.residents.models import Consent, WechatIdentity

CONSENT_PURPOSE = "wechat_notice"  # 微信通知


def _has_identity(resident_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    return exists().where(
        WechatIdentity.resident_id == resident_id, WechatIdentity.unbound_at.is_(None)
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


def may_get_cards(resident_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    return and_(_has_identity(resident_id), ~withdrew(resident_id))


def has_message(resident_id: ColumnElement[UUID], template_id: str | None) -> ColumnElement[bool]:
    """Whether the person has allowed at least one more message of the template."""
    if template_id is None:
        return false()
    return exists().where(
        WechatIdentity.resident_id == resident_id,
        WechatIdentity.unbound_at.is_(None),
        Subscription.wechat_identity_id == WechatIdentity.id,
        Subscription.template == template_id,
        is_sendable(),
    )


def is_sendable() -> ColumnElement[bool]:
    return and_(
        or_(Subscription.long_term, Subscription.spent < Subscription.accepted),
        Subscription.muted_at.is_(None),
        Subscription.banned_at.is_(None),
    )
