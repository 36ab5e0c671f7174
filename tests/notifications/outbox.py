"""Announcing, expanding, carrying and looking at what came of it, in the words of the tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, text

from backend.app import create_app
from backend.clock import utc_now
from backend.database import db, forget_connections, transaction
from backend.notifications.actions import announce
from backend.notifications.jobs import (
    expand_notices,
    forget_old_pushes,
    make_digests,
    run_courier,
)
from backend.notifications.models import Delivery, Notice, Subscription
from backend.notifications.queries.reach import CONSENT_PURPOSE
from backend.residents.models import Consent, Policy, WechatIdentity
from backend.settings import Settings, WeChatSettings
from tests.doubles import RunningDouble
from tests.factories import Neighbourhood, Person

PAYLOADS = {
    "matter_progress": {
        "number": "SX-0138",
        "progress": "已受理",
        "category": "停车",
        "date": "2026年12月3日",
    },
    "meeting_notice": {
        "topic": "楼道堆物",
        "time": "2026年12月10日 19:30",
        "place": "居委会二楼会议室",
    },
    "publication": {"title": "楼道照明改造结果", "period": "2026年12月3日~2026年12月18日"},
    "emergency": {"subject": "停水抢修", "time": "2026年12月3日 21:00", "advice": "请提前储水"},
}


@dataclass(kw_only=True)
class Outbox:
    app: Flask
    neighbourhood: Neighbourhood
    double: RunningDouble
    other_apps: list[Flask] = field(default_factory=list)

    def a_resident(self, *, accepts: int = 1, topic: str = "matter_progress") -> Person:
        """Somebody with a phone who has allowed `accepts` cards of the topic."""
        openid = f"o_{uuid4().hex}"
        template = f"demo_{topic}"
        self.double.person(openid, templates=[template], balance=accepts)
        person = self.neighbourhood.a_resident(openid=openid)
        self.allow(person, topic, accepts)
        return person

    def allow(self, person: Person, topic: str, accepts: int) -> None:
        """Only our own book; the double's is kept by `double.person` and `double.consent`."""
        with self.app.app_context(), transaction():
            identity = db.session.scalars(
                select(WechatIdentity).where(WechatIdentity.resident_id == person.id)
            ).one()
            db.session.add(
                Subscription(
                    wechat_identity_id=identity.id, template=f"demo_{topic}", accepted=accepts
                )
            )

    def announce(self, to: Person | None = None, /, **given: Any) -> UUID:
        kind = given.setdefault("kind", "matter_progress")
        given.setdefault("event_key", f"test:{uuid4()}")
        given.setdefault("at_once", True)
        given.setdefault("payload", PAYLOADS[kind])
        if to is not None:
            given["resident_id"] = to.id
        notice = Notice(
            community_id=self.neighbourhood.id,
            headline="您反映的事项有了进展",
            body="网格员已受理，七日内答复。",
            page="account/inbox",
            **given,
        )
        with self.app.app_context(), transaction():
            announce(notice)
        return notice.id

    def expand(self) -> None:
        with self.app.app_context():
            expand_notices()

    def carry(self) -> None:
        with self.app.app_context():
            run_courier()

    def deliver(self) -> None:
        self.expand()
        self.carry()

    def rows(self, channel: str = "wechat", *, of: Person | None = None) -> Sequence[Delivery]:
        with self.app.app_context():
            wanted = select(Delivery).where(Delivery.channel == channel).order_by(Delivery.id)
            if of is not None:
                wanted = wanted.where(Delivery.resident_id == of.id)
            return db.session.scalars(wanted).all()

    def row(self, channel: str = "wechat", *, of: Person | None = None) -> Delivery:
        (only,) = self.rows(channel, of=of)
        return only

    def balance(self, person: Person, topic: str = "matter_progress") -> int:
        with self.app.app_context():
            left = db.session.scalar(
                select(Subscription.accepted - Subscription.spent)
                .join(WechatIdentity, WechatIdentity.id == Subscription.wechat_identity_id)
                .where(
                    WechatIdentity.resident_id == person.id,
                    Subscription.template == f"demo_{topic}",
                )
            )
            return 0 if left is None else left

    def withdraw_consent(self, person: Person) -> None:
        with self.app.app_context(), transaction():
            policy = Policy(
                kind="general", version=1, text="隐私政策", sha256="", effective_on=date(2026, 1, 1)
            )
            db.session.add(policy)
            db.session.flush()
            db.session.add(
                Consent(
                    resident_id=person.id,
                    purpose=CONSENT_PURPOSE,
                    policy_id=policy.id,
                    channel="mini_program",
                    given_at=utc_now(),
                    withdrawn_at=utc_now(),
                )
            )

    def forget_pushes(self) -> None:
        with self.app.app_context():
            forget_old_pushes()

    def digest(self) -> None:
        with self.app.app_context():
            make_digests()

    def with_wechat(self, wechat: WeChatSettings, settings: Settings) -> "Outbox":
        """The same outbox in a process with another way to WeChat."""
        self.other_apps.append(create_app(replace(settings, wechat=wechat)))
        return replace(self, app=self.other_apps[-1])

    def close(self) -> None:
        for app in self.other_apps:
            with app.app_context():
                forget_connections()

    def sql(self, statement: str, **given: Any) -> Any:
        with self.app.app_context(), transaction():
            return db.session.execute(text(statement), given)

    def number(self, statement: str, **given: Any) -> int:
        with self.app.app_context():
            return int(db.session.scalar(text(statement), given))
