"""What the outbox tells whoever runs the machine."""

from flask import Flask
from prometheus_client import REGISTRY

from backend.notifications.jobs import measure_outbox
from tests.doubles import RunningDouble
from tests.notifications.outbox import Outbox
from tests.notifications.pushing import Pushing


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_what_waits_whom_we_reach_and_what_is_left(
    app: Flask, outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    reached = outbox.a_resident(accepts=3)
    waiting, unreached = outbox.a_resident(), outbox.neighbourhood.a_resident()
    outbox.announce(reached)
    outbox.announce(unreached)
    outbox.deliver()
    outbox.announce(waiting)
    outbox.expand()
    with app.app_context():
        measure_outbox()

    assert sample("notices_due") == 1
    assert sample("notice_age_seconds") >= 0
    assert sample("reach_ratio", kind="matter_progress") == 1 / 3
    assert sample("subscription_balance", template="matter_progress") == 3


def test_deliveries_pushes_and_drift_are_counted(
    outbox: Outbox, double: RunningDouble, pushing: Pushing, noon: None
) -> None:
    delivered = {"channel": "wechat", "state": "delivered", "kind": "matter_progress"}
    popup = {"event": "subscribe_msg_popup_event", "ok": "yes"}
    before = (
        sample("deliveries_total", **delivered),
        sample("push_events_total", **popup),
        sample("balance_drift_total", template="matter_progress"),
    )
    person, liar = outbox.a_resident(), outbox.a_resident(accepts=0)
    outbox.sql("UPDATE subscription SET accepted = 1 WHERE accepted = 0")
    pushing.popup(person, "reject")
    pushing.handle()
    for each in (person, liar):
        outbox.announce(each)
    outbox.deliver()

    assert sample("deliveries_total", **delivered) == before[0] + 1
    assert sample("push_events_total", **popup) == before[1] + 1
    assert sample("balance_drift_total", template="matter_progress") == before[2] + 1
    assert outbox.balance(liar) == 0
