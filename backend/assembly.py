"""Puts together what every process needs, whether it serves or works in the background."""

from dataclasses import asdict

from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend import clock, crypto
from backend.audit.actions import on_broken
from backend.database import db, engine_settings, forget_connections
from backend.deliberation.actions.conversations import take_decision as decide_on_statement
from backend.deliberation.actions.filing import take_decision as decide_on_matter
from backend.deliberation.actions.publicity import note_posting
from backend.deliberation.queries.appraisals import UNANSWERED, unanswered
from backend.deliberation.queries.audiences import matter_circle
from backend.doctor import reasons_not_to_serve
from backend.files.actions import keep_files_in, on_reading
from backend.ledger.actions.checking import on_checking
from backend.moderation.actions import on_decision, use_word_list
from backend.notifications.actions import announce, register_audience
from backend.notifications.actions.erasing import erase as forget_messages
from backend.notifications.models import Notice
from backend.publication.actions import on_posting
from backend.residents.actions.erasing import Part, on_erasing
from backend.residents.actions.evidence import tell_broken_chain
from backend.residents.actions.news import tell_through
from backend.residents.models.news import News
from backend.settings import Settings, read_settings, refuse
from backend.telemetry import configure_logging
from backend.virtue_bank.actions import erasing as erasing_points
from backend.virtue_bank.actions.deeds import RECORD as DEED
from backend.virtue_bank.actions.sealing import faults_of_sheets
from backend.virtue_bank.actions.showing_deeds import may_read as may_read_deed
from backend.virtue_bank.queries.batches import audience_of_batch
from backend.wechat import WeChat
from backend.wechat.client import WeChatClient

REDIS_CONNECTS_WITHIN_S = 1
REDIS_ANSWERS_WITHIN_S = 2


def assemble(
    app: Flask, settings: Settings, *, redis: Redis | None = None, wechat: WeChat | None = None
) -> None:
    """Give `app` its settings, servers, keys, and what upper domains told the lower ones."""
    app.config.update(SECRET_KEY=settings.secret_key, **engine_settings(settings.database_url))
    configure_logging()
    clock.share_through(settings.movable_clock)
    crypto.configure(_keys(settings))
    redis = redis or _redis(settings.redis_url)
    app.extensions["settings"] = settings
    app.extensions["redis"] = redis
    app.extensions["wechat"] = wechat or WeChatClient(settings.wechat, redis)
    use_word_list(settings.word_list)
    keep_files_in(settings.files_directory)
    on_reading(DEED, may_read_deed)
    tell_through(_announce_news)
    on_broken(tell_broken_chain)
    on_checking(faults_of_sheets)
    on_erasing("virtue_bank", Part(loses=erasing_points.losses, erase=erasing_points.erase))
    on_erasing("notifications", Part(loses=lambda _: [], erase=forget_messages))
    on_decision("statement", decide_on_statement)
    on_decision("proposal_text", decide_on_matter)
    register_audience(UNANSWERED, unanswered)
    on_posting("proposal", note_posting)
    register_audience("matter_circle", matter_circle)
    register_audience("grant_batch", audience_of_batch)
    db.init_app(app)


def deployed_in_background() -> Flask:
    """The application of worker and timetable, from the environment: no routes, no documents.

    Raises:
        SettingsRefused: production must not serve like this.
    """
    app = Flask(__name__)
    assemble(app, read_settings())
    refuse_to_serve_unfit(app)
    return app


def refuse_to_serve_unfit(app: Flask) -> None:
    """In production, look at the database too before anything is served.

    Raises:
        SettingsRefused: production must not serve like this.
    """
    if not app.extensions["settings"].in_production:
        return
    with app.app_context():
        reasons = reasons_not_to_serve()
        forget_connections()  # whoever forks after this opens its own
    refuse(reasons)


def _announce_news(news: News) -> None:
    """People and homes lie below the outbox; what they have to tell goes up through here."""
    announce(Notice(**asdict(news)))


def _redis(url: str) -> Redis:
    """Connections that give up soon: what Redis holds can wait, who asks cannot.

    A worker, which listens for jobs, lets its own connections wait longer.
    """
    return Redis.from_url(
        url,
        socket_connect_timeout=REDIS_CONNECTS_WITHIN_S,
        socket_timeout=REDIS_ANSWERS_WITHIN_S,
        retry=Retry(NoBackoff(), 0),
    )


def _keys(settings: Settings) -> crypto.Keys:
    return crypto.Keys(
        field_keys=settings.field_keys,
        active=settings.field_key_active,
        index_keys=settings.index_keys,
        suite=settings.crypto_suite,
    )
