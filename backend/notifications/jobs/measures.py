"""What the outbox tells whoever runs the machine; no label names a person or a worker."""

from collections.abc import Iterable
from datetime import timedelta

from prometheus_client import Counter, Gauge

from backend.background import job
from backend.clock import utc_now
from backend.notifications.actions.expansion import Added
from backend.notifications.actions.waiting import waiting_cards
from backend.notifications.queries import measures
from backend.wechat import wechat

REACH_OVER = timedelta(days=1)

DELIVERIES = Counter(
    "deliveries", "Deliveries by what became of them.", ["channel", "state", "kind"]
)
BALANCE_DRIFT = Counter(
    "balance_drift", "Messages WeChat refused although we counted one left.", ["template"]
)
PUSH_EVENTS = Counter("push_events", "Events WeChat pushed.", ["event", "ok"])
NOTICES_DUE = Gauge("notices_due", "Cards that could go out now.", multiprocess_mode="mostrecent")
NOTICE_AGE = Gauge(
    "notice_age_seconds",
    "How long the oldest card or unexpanded notice has been waiting.",
    multiprocess_mode="mostrecent",
)
REACH = Gauge(
    "reach_ratio",
    "Of the people of a day's notices, how many got a card or a digest.",
    ["kind"],
    multiprocess_mode="mostrecent",
)
BALANCE = Gauge(
    "subscription_balance",
    "Messages that people allow us, all together.",
    ["template"],
    multiprocess_mode="mostrecent",
)


def count(added: Iterable[Added]) -> None:
    for each in added:
        DELIVERIES.labels(each.channel, each.state, each.kind).inc(each.number)


@job
def measure_outbox() -> None:
    """Sum up what no single event tells: what waits, whom we reach, what is left."""
    now = utc_now()
    due, since = waiting_cards(now)
    NOTICES_DUE.set(due)
    NOTICE_AGE.set(max((now - since).total_seconds(), 0) if since else 0)
    for kind, people, reached in measures.reach_since(now - REACH_OVER):
        REACH.labels(kind).set(reached / people if people else 0)
    kinds = {template.id: kind for kind, template in wechat().templates.items()}
    for template_id, left in measures.balances():
        BALANCE.labels(kinds.get(template_id, "unknown")).set(left)
