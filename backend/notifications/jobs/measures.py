"""What the outbox tells whoever runs the machine; no label names a person or a worker."""

from collections.abc import Iterable

from prometheus_client import Counter

from backend.notifications.actions.expansion import Added

DELIVERIES = Counter(
    "deliveries", "Deliveries by what became of them.", ["channel", "state", "kind"]
)
BALANCE_DRIFT = Counter(
    "balance_drift", "Messages WeChat refused although we counted one left.", ["template"]
)
PUSH_EVENTS = Counter("push_events", "Events WeChat pushed.", ["event", "ok"])


def count(added: Iterable[Added]) -> None:
    for each in added:
        DELIVERIES.labels(each.channel, each.state, each.kind).inc(each.number)
