"""The events WeChat pushes to us, equal whether they come as JSON or as XML."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

POPUP = "subscribe_msg_popup_event"
CHANGE = "subscribe_msg_change_event"
SENT = "subscribe_msg_sent_event"
MEDIA_CHECK = "wxa_media_check"

_WRAPPERS = {
    POPUP: "SubscribeMsgPopupEvent",
    CHANGE: "SubscribeMsgChangeEvent",
    SENT: "SubscribeMsgSentEvent",
}
_MARKUP_NOT_CDATA = re.compile(r"<!(?!\[CDATA\[)")


class EventUnreadable(Exception):
    """Not an event of WeChat."""


@dataclass(frozen=True)
class Answered:
    """A person's answer to a subscription question, or a later change of it."""

    template_id: str
    status: str  # accept | reject | ban | filter …


@dataclass(frozen=True)
class Delivered:
    template_id: str
    msgid: str
    error_code: int
    error_status: str


@dataclass(frozen=True)
class MediaChecked:
    trace_id: str
    error_code: int
    suggest: str
    label: int


Item = Answered | Delivered | MediaChecked


@dataclass(frozen=True)
class Event:
    event: str
    openid: str = field(repr=False)
    created: int
    items: tuple[Item, ...]


def format_of(body: str) -> str:
    return "xml" if body.lstrip().startswith("<") else "json"


def sealed_part(body: str) -> str:
    """The sealed text of a push in safe mode.

    Raises:
        EventUnreadable: the envelope is broken or holds none.
    """
    try:
        envelope = _from_xml(body) if format_of(body) == "xml" else _from_json(body)
    except RecursionError:
        raise EventUnreadable from None
    sealed = envelope.get("Encrypt")
    if not isinstance(sealed, str) or not sealed:
        raise EventUnreadable
    return sealed


def parse_event(body: str, format: str) -> Event:  # noqa: A002 - WeChat's word
    """Read a pushed message; events we do not know have no items.

    Raises:
        EventUnreadable: broken, or XML that declares anything.
    """
    message = _from_xml(body) if format == "xml" else _from_json(body)
    try:
        event = str(message["Event"])
        return Event(
            event=event,
            openid=str(message["FromUserName"]),
            created=int(message["CreateTime"]),
            items=tuple(_items(event, message)),
        )
    except (KeyError, TypeError, ValueError):
        raise EventUnreadable from None


def _items(event: str, message: Mapping[str, Any]) -> list[Item]:
    if event == MEDIA_CHECK:
        return [_media_checked(message)]
    if event not in _WRAPPERS:
        return []
    holder = message.get(_WRAPPERS[event]) or message
    listed = holder.get("List") or []
    rows = listed if isinstance(listed, list) else [listed]
    return [_delivered(row) if event == SENT else _answered(row) for row in rows]


def _answered(row: Mapping[str, Any]) -> Answered:
    return Answered(template_id=str(row["TemplateId"]), status=str(row["SubscribeStatusString"]))


def _delivered(row: Mapping[str, Any]) -> Delivered:
    return Delivered(
        template_id=str(row["TemplateId"]),
        msgid=str(row["MsgID"]),
        error_code=int(row["ErrorCode"]),
        error_status=str(row.get("ErrorStatus", "")),
    )


def _media_checked(message: Mapping[str, Any]) -> MediaChecked:
    """A failed download has an error code and perhaps no result."""
    result = message.get("result") or {}
    return MediaChecked(
        trace_id=str(message["trace_id"]),
        error_code=int(message.get("errcode") or 0),
        suggest=str(result.get("suggest", "")),
        label=int(result.get("label") or 0),
    )


def _from_json(body: str) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError:
        raise EventUnreadable from None
    if not isinstance(message, dict):
        raise EventUnreadable
    return message


def _from_xml(body: str) -> dict[str, Any]:
    """XML without declarations: entities are how a small document becomes a huge one."""
    if _MARKUP_NOT_CDATA.search(body):
        raise EventUnreadable
    try:
        message = _value(ET.fromstring(body))  # noqa: S314 - no declaration got this far
    except ET.ParseError:
        raise EventUnreadable from None
    if not isinstance(message, dict):
        raise EventUnreadable
    return message


def _value(element: ET.Element) -> Any:
    """An element's text, or its children by name; a repeated name becomes a list."""
    if not len(element):
        return element.text or ""
    children: dict[str, Any] = {}
    for child in element:
        value = _value(child)
        if child.tag not in children:
            children[child.tag] = value
        elif isinstance(children[child.tag], list):
            children[child.tag].append(value)
        else:
            children[child.tag] = [children[child.tag], value]
    return children
