"""What people allow us: their taps as the client tells them, and as WeChat does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from backend.clock import utc_now
from backend.database import db
from backend.errors import Conflict, Invalid
from backend.notifications.models import Subscription, SubscriptionEvent
from backend.notifications.queries import subscriptions
from backend.notifications.rules import ASK_AGAIN_AFTER, PAIRING, RESULTS, TOPICS
from backend.residents.models import Caller
from backend.wechat import wechat

log = structlog.get_logger("subscriptions")


class NoWeChat(Conflict):
    title = "请先用微信登录，才能收到微信提醒"


class UnknownTemplate(Invalid):
    title = "没有这种微信提醒"


@dataclass(frozen=True, kw_only=True)
class Report:
    """One answer to one question, by the client (`ask_id`) or by WeChat (`push_key`)."""

    template: str
    result: str
    happened_at: datetime
    ask_id: UUID | None = None
    push_key: str | None = None


def report_ask(caller: Caller, ask_id: UUID, results: Mapping[str, str]) -> list[dict[str, Any]]:
    """Take down what the person tapped, each template named by its id or our kind."""
    identity_id = subscriptions.identity_id_of(caller.resident_id)
    if identity_id is None:
        raise NoWeChat("没有微信也能在“我的消息”里看到全部通知。")
    ids = {kind: template.id for kind, template in wechat().templates.items()}
    named = {ids.get(name, name): result for name, result in results.items()}
    if not named.keys() <= set(ids.values()):
        raise UnknownTemplate
    now = utc_now()
    for template, result in sorted(named.items()):
        take_report(
            identity_id,
            Report(template=template, result=RESULTS[result], happened_at=now, ask_id=ask_id),
        )
    db.session.flush()
    return balances(caller)


def balances(caller: Caller) -> list[dict[str, Any]]:
    """What may be sent to the person and what may be asked, topic by topic."""
    identity_id = subscriptions.identity_id_of(caller.resident_id)
    held = subscriptions.balances_of(identity_id) if identity_id else {}
    refused = subscriptions.last_refusals(identity_id) if identity_id else {}
    return [
        _balance(kind, template.id, held.get(template.id), refused.get(template.id))
        for kind, template in wechat().templates.items()
    ]


def take_report(wechat_identity_id: UUID, report: Report) -> None:
    """Count an accept once, whichever of the two tells of it first, and however often."""
    subscription = subscriptions.lock_subscription(wechat_identity_id, report.template)
    if subscriptions.is_known_report(subscription, ask_id=report.ask_id, push_key=report.push_key):
        return
    event = SubscriptionEvent(
        subscription_id=subscription.id,
        template=report.template,
        result=report.result,
        counted=False,
        happened_at=report.happened_at,
        ask_id=report.ask_id,
        push_key=report.push_key,
    )
    if report.result == "accept":
        event.pairs_with = subscriptions.unpaired_accept(
            subscription.id,
            pushed=report.push_key is None,
            around=report.happened_at,
            within=PAIRING,
        )
        event.counted = event.pairs_with is None and _still_holds(subscription, report)
    if event.counted:
        subscription.accepted += 1
        subscription.muted_at = subscription.banned_at = None
    elif report.result == "ban":
        subscription.banned_at = report.happened_at
    elif report.result == "filter":
        log.error("two templates have one title", template=report.template)
    db.session.add(event)
    db.session.flush()


def take_mute(wechat_identity_id: UUID, template: str, at: datetime) -> None:
    """The person switched the messages of a template off in WeChat's settings."""
    subscription = subscriptions.lock_subscription(wechat_identity_id, template)
    subscription.accepted = subscription.spent
    subscription.muted_at = at
    db.session.flush()


def _still_holds(subscription: Subscription, report: Report) -> bool:
    """An accept from before the mute went with everything else."""
    return subscription.muted_at is None or report.happened_at >= subscription.muted_at


def _balance(
    kind: str, template_id: str, held: Subscription | None, refused_at: datetime | None
) -> dict[str, Any]:
    again = refused_at + ASK_AGAIN_AFTER if refused_at else None
    open_to = held is not None and held.muted_at is None and held.banned_at is None
    return {
        "topic": kind,
        "title": TOPICS[kind],
        "template_id": template_id,
        "left": max(held.accepted - held.spent, 0) if held and open_to else 0,
        "long_term": bool(held and open_to and held.long_term),
        "muted": bool(held and held.muted_at),
        "ask_again_at": again if again and again > utc_now() else None,
    }
