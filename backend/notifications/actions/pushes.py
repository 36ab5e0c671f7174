"""WeChat's pushed events: kept at once, handled later."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend import crypto
from backend.clock import utc_now
from backend.notifications.actions.subscriptions import Report, take_mute, take_report
from backend.notifications.models import PushEvent
from backend.notifications.queries import pushes, subscriptions
from backend.notifications.rules import RESULTS
from backend.residents.models import WechatIdentity
from backend.wechat import wechat
from backend.wechat.events import (
    CHANGE,
    POPUP,
    SENT,
    Answered,
    Delivered,
    Event,
    EventUnreadable,
    format_of,
    parse_event,
)

KEPT = timedelta(days=30)


def keep_push(message: str) -> None:
    """Keep a pushed message; the same one again is not kept twice."""
    event = PushEvent(
        dedupe_key=hashlib.sha256(message.encode()).hexdigest(),
        body_sealed="",
        received_at=utc_now(),
    )
    event.body_sealed = crypto.seal(message, _place(event))
    pushes.add_push(event)


def handle_push(push_id: UUID) -> tuple[str, bool] | None:
    """Do what the event asks for: its name and whether we understood; None if it is done."""
    kept = pushes.lock_push(push_id)
    if kept is None:
        return None
    kept.handled_at = utc_now()
    try:
        body = crypto.unseal(kept.body_sealed, _place(kept))
        event = parse_event(body, format_of(body))
    except (crypto.SealBroken, EventUnreadable, RecursionError):
        return "unreadable", False
    handle = _HANDLERS.get(event.event)
    if handle is None:
        return "other", True
    person = subscriptions.identity_by_openid(crypto.macs("wechat_identity.openid", event.openid))
    if person is not None:
        handle(person, event, kept.dedupe_key)
    return event.event, person is not None


def forget_old_pushes() -> None:
    pushes.forget_pushes(utc_now() - KEPT)


def _take_answers(person: WechatIdentity, event: Event, key: str) -> None:
    answers = {item.template_id: item.status for item in event.items if isinstance(item, Answered)}
    for template, status in sorted(answers.items()):
        if status in RESULTS:
            report = Report(
                template=template,
                result=RESULTS[status],
                happened_at=_when(event),
                push_key=key,
            )
            take_report(person.id, report)


def _take_changes(person: WechatIdentity, event: Event, _key: str) -> None:
    changes = {item.template_id: item.status for item in event.items if isinstance(item, Answered)}
    for template, status in sorted(changes.items()):
        if status == "reject":
            take_mute(person.id, template, _when(event))


def _confirm_cards(person: WechatIdentity, event: Event, _key: str) -> None:
    kinds = {template.id: kind for kind, template in wechat().templates.items()}
    for item in event.items:
        if isinstance(item, Delivered) and item.error_code == 0 and item.template_id in kinds:
            kind = kinds[item.template_id]
            pushes.confirm_sent(person.resident_id, kind, item.msgid, utc_now())


_HANDLERS: dict[str, Callable[[WechatIdentity, Event, str], None]] = {
    POPUP: _take_answers,
    CHANGE: _take_changes,
    SENT: _confirm_cards,
}


def _when(event: Event) -> datetime:
    """WeChat's clock, but never our future."""
    return min(datetime.fromtimestamp(event.created, UTC), utc_now())


def _place(event: PushEvent) -> str:
    return f"push_event.body:{event.id}"
