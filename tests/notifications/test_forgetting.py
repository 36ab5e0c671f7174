"""Deliveries are forgotten after two years; what was said of which event is not."""

from datetime import timedelta

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import utc_now
from backend.database import db
from backend.notifications import jobs
from backend.notifications.models import Delivery, Notice
from tests.notifications.outbox import Outbox


def test_deliveries_go_after_two_years_and_younger_ones_stay(outbox: Outbox) -> None:
    person, now = outbox.a_resident(), utc_now()
    for days in (732, 730, 0):
        with clock.at(now - timedelta(days=days)):
            outbox.announce(person, event_key=f"matter:{days}")
            outbox.expand()
    with outbox.app.app_context():
        before = db.session.query(Delivery).filter_by(channel="inbox").count()

        jobs.forget_old_deliveries()
        jobs.forget_old_deliveries()

        left = db.session.query(Delivery)
        assert (before, left.filter_by(channel="inbox").count()) == (3, 2)
        assert all(each.created_at > now - timedelta(days=731) for each in left)
        assert db.session.query(Notice).count() == 3
        purges = db.session.query(AuditEvent).filter_by(action="retention.purged").all()
        assert len(purges) == 1
        assert purges[0].detail["rows"] >= 1
    assert len(person.get("/me/inbox").get_json()["items"]) == 2


def test_a_card_on_its_way_is_left_alone(outbox: Outbox) -> None:
    person = outbox.a_resident()
    with clock.at(utc_now() - timedelta(days=800)):
        outbox.announce(person, event_key="matter:1")
        outbox.expand()
    with outbox.app.app_context():
        db.session.query(Delivery).update({"state": "sending"})
        db.session.commit()

        jobs.forget_old_deliveries()

        assert db.session.query(Delivery).count() > 0
