"""What `flask doctor` finds, and what production refuses to serve with."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from redis import Redis
from sqlalchemy import Connection, Engine, create_engine, text

from backend import clock
from backend.app import create_app, deployed
from backend.audit.actions import record
from backend.audit.jobs import seal_audit
from backend.clock import utc_now
from backend.commands import administered, with_commands
from backend.community_app import CommunityApp
from backend.database import db, forget_connections, reading, transaction
from backend.doctor import postgres, records
from backend.doctor.findings import Finding
from backend.doctor.papers import find_fonts
from backend.documents.fonts import PLACES
from backend.migrations import revisions, suffices
from backend.notifications.actions import announce
from backend.notifications.models import Notice
from backend.residents.actions.calendar_days import seed_holidays
from backend.residents.models import Community, Street
from backend.settings import Settings, SettingsRefused
from backend.wechat.double import account
from tests.doubles import RunningDouble
from tests.factories import a_neighbourhood
from tests.production import environment_for

LIGHT = {
    "title": "楼道灯不亮",
    "body": "三层到四层的楼道灯坏了一周，晚上老人上下楼看不清台阶。",
    "place": "3号楼一单元",
    "category": "facilities",
}


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=words)


@contextmanager
def an_app(settings: Settings) -> Iterator[CommunityApp]:
    app = with_commands(create_app(settings))
    yield app
    with app.app_context():
        forget_connections()


@pytest.fixture
def owner(settings: Settings, tables: Engine) -> Iterator[Connection]:
    engine = create_engine(settings.database_url_owner or "", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def production(
    migrated: Connection, migrated_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Connection:
    """A production environment on a migrated, empty database; the owner's view of it."""
    for name, value in environment_for(migrated_settings).items():
        monkeypatch.setenv(name, value)
    return migrated


def serve() -> CommunityApp:
    app = deployed()
    with app.app_context():
        forget_connections()
    return app


# The whole round


def test_a_sound_installation_has_no_problem(
    migrated: Connection, migrated_settings: Settings
) -> None:
    with an_app(migrated_settings) as app:
        answer = run(app, "doctor")

    assert answer.exit_code == 0, answer.output
    assert {line.split()[0] for line in answer.output.splitlines()} == {"正常"}


def test_every_problem_is_a_sentence_and_the_exit_code_says_so(app: Flask) -> None:
    """Tables that no migration made: the one thing wrong with a test's own database."""
    answer = run(app, "doctor")

    assert answer.exit_code == 1
    [problem, count] = [line for line in answer.output.splitlines() if "问题" in line]
    newest = revisions()[-1]
    assert problem == f"问题  数据表是 空的，程序要 {newest}；请运行 flask db upgrade。"
    assert count == "共1个问题。"


def test_a_dead_server_stops_no_other_check(settings: Settings, tables: Engine) -> None:
    away = replace(
        settings,
        database_url="postgresql+psycopg://linli_app@127.0.0.1:1/linli",
        redis_url="redis://127.0.0.1:1",
    )
    with an_app(away) as app:
        answer = run(app, "doctor")

    assert "问题  Redis 连不上" in answer.output
    assert "问题  数据库答不上来" in answer.output
    assert "个订阅消息模板与公众平台一致" in answer.output
    assert answer.exit_code == 1


# PostgreSQL


def asked(check: object) -> Finding:
    with reading():
        found = check() if callable(check) else None
    assert isinstance(found, Finding)
    return found


def test_the_doctor_sees_evidence_within_the_applications_reach(
    context: Flask, owner: Connection
) -> None:
    assert asked(postgres.find_privileges).is_good
    owner.execute(text("GRANT TRUNCATE ON audit_block TO linli_app"))
    try:
        found = asked(postgres.find_privileges)
    finally:
        owner.execute(text("REVOKE TRUNCATE ON audit_block FROM linli_app"))

    assert not found.is_good
    assert "linli_app 能改动只许添加的表：audit_block（TRUNCATE）" in found.words


def test_one_column_too_many_is_seen(context: Flask, owner: Connection) -> None:
    owner.execute(text("GRANT UPDATE (row_hash) ON audit_event TO linli_app"))
    try:
        found = asked(postgres.find_privileges)
    finally:
        owner.execute(text("REVOKE UPDATE (row_hash) ON audit_event FROM linli_app"))

    assert "audit_event（UPDATE）" in found.words


def test_a_missing_extension_is_named(context: Flask, empty: Settings) -> None:
    with an_app(empty) as app, app.app_context():
        found = asked(postgres.find_server)

    assert not found.is_good
    assert "pg_trgm、btree_gist" in found.words


def test_papers_without_a_chinese_font_are_a_problem(settings: Settings, tmp_path: Path) -> None:
    found = find_fonts(replace(settings, paper_fonts=(tmp_path / "none.ttf",)))

    assert not found.is_good
    assert "fonts-arphic-uming" in found.words
    assert find_fonts(settings).is_good == any(place.is_file() for place in PLACES)


def test_a_moved_clock_is_no_skew(context: Flask) -> None:
    with clock.at(utc_now() + timedelta(days=15)):
        assert asked(postgres.find_time).is_good


def test_a_database_ahead_of_the_program_is_a_rolling_upgrade(
    migrated: Connection, migrated_settings: Settings
) -> None:
    migrated.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    migrated.commit()
    with an_app(migrated_settings) as app, app.app_context():
        found = asked(postgres.find_migrations)

    assert found.is_good
    assert "滚动升级" in found.words


def test_tables_of_a_program_that_was_taken_back_are_served_and_not_migrated() -> None:
    oldest, *_, newest = revisions()

    assert [suffices(each) for each in (None, oldest, newest, "9999")] == [False, False, True, True]


# Redis


def test_a_redis_that_forgets_is_a_problem(app: Flask, redis: Redis) -> None:
    redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        answer = run(app, "doctor")
    finally:
        redis.config_set("maxmemory-policy", "noeviction")

    assert "问题  Redis 内存不足时会丢数据（allkeys-lru）" in answer.output


# WeChat


@pytest.mark.parametrize(
    ("errcode", "cause"),
    [(40164, "IP 不在公众平台的 IP 白名单"), (40125, "AppSecret 不对"), (50007, "账号已被冻结")],
)
def test_the_cause_of_a_broken_setup_is_one_sentence(
    app: Flask, double: RunningDouble, errcode: int, cause: str
) -> None:
    double.do("fault", path="/cgi-bin/stable_token", errcode=errcode)

    answer = run(app, "doctor")

    [line] = [line for line in answer.output.splitlines() if "微信接口不能用" in line]
    assert cause in line
    assert answer.exit_code == 1


def test_a_new_token_is_forced_only_when_asked_for(
    app: Flask, redis: Redis, double: RunningDouble
) -> None:
    key = f"wechat:token:{account.APP_ID}"
    run(app, "doctor")
    first = redis.get(key)
    run(app, "doctor")
    again = redis.get(key)
    forced = run(app, "doctor", "--new-token")

    assert first == again != redis.get(key)
    assert "正常  已强制换取新的微信接口凭据。" in forced.output


def test_a_template_the_account_does_not_have_is_named(
    settings: Settings, app: Flask, tmp_path: Path
) -> None:
    own = tmp_path / "templates.toml"
    own.write_text('[digest]\nid = "demo_digest"\nfields = { count = "number1" }\n', "utf-8")
    with an_app(replace(settings, wechat=replace(settings.wechat, templates=own))) as changed:
        answer = run(changed, "doctor")

    assert "问题  订阅消息模板与公众平台不一致：digest: keywords" in answer.output


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"push_token": "no, spaces"}, "WECHAT_PUSH_TOKEN 应为"),
        ({"push_aes_key": "short"}, "WECHAT_PUSH_AES_KEY 应为"),
    ],
)
def test_push_settings_of_the_wrong_form_are_seen(
    settings: Settings, app: Flask, changed: dict[str, Any], words: str
) -> None:
    with an_app(replace(settings, wechat=replace(settings.wechat, **changed))) as spoilt:
        answer = run(spoilt, "doctor")

    assert f"问题  {words}" in answer.output


def test_a_paused_template_is_named(app: Flask, redis: Redis) -> None:
    redis.set(f"wechat:pause-template:{account.APP_ID}:demo_digest", "pause_template 40037", ex=900)

    assert "问题  微信拒绝后暂停发送的模板：digest（还有15分钟）" in run(app, "doctor").output


def test_where_wechat_is_off_nothing_is_asked(settings: Settings, app: Flask) -> None:
    with an_app(replace(settings, wechat=replace(settings.wechat, enabled=False))) as changed:
        assert "正常  微信已关闭" in run(changed, "doctor").output


# The background


def test_an_outbox_nobody_empties_is_seen(app: Flask) -> None:
    place = a_neighbourhood(app)
    person = place.a_resident()
    with app.app_context(), transaction():
        announce(
            Notice(
                community_id=place.id,
                event_key="doctor",
                kind="publication",
                headline="公示",
                body="请看公示栏。",
                payload={"title": "公示", "until": "12月1日"},
                page="account/inbox",
                resident_id=person.id,
            )
        )
    with app.app_context(), clock.at(utc_now() + timedelta(hours=1)):
        found = asked(records.find_outbox)

    assert not found.is_good
    assert "已等60分钟" in found.words


@pytest.mark.parametrize(
    ("day", "missing"),
    [
        (datetime(2026, 11, 30, 12, tzinfo=UTC), ""),
        (datetime(2026, 12, 1, 12, tzinfo=UTC), "2027年"),
        (datetime(2027, 1, 1, 12, tzinfo=UTC), "2027年"),
    ],
)
def test_a_year_without_days_off_is_seen(app: Flask, day: datetime, missing: str) -> None:
    with app.app_context(), clock.at(day):
        with transaction():
            seed_holidays([2026])
        before = asked(records.find_holidays)
        a_neighbourhood(app)
        found = asked(records.find_holidays)

    assert before.is_good
    assert found.is_good == (not missing)
    assert missing in found.words


def test_evidence_nobody_seals_is_seen(context: Flask) -> None:
    with transaction():
        record("doctor.tested", object_type="nothing")
    with clock.at(utc_now() + timedelta(hours=1)):
        late = asked(records.find_seals)
        seal_audit()
        sealed = asked(records.find_seals)

    assert not late.is_good
    assert sealed.is_good


# The chains of all cases


def test_every_case_is_verified(app: Flask) -> None:
    author = a_neighbourhood(app).a_resident()
    for _ in range(3):
        draft = author.post("/proposals", LIGHT).get_json()
        author.post(f"/proposals/{draft['id']}/submission", {"version": draft["version"]})

    answer = run(app, "verify-chain")

    assert (answer.exit_code, answer.output) == (0, "核验3件事项的办理记录，全部相接。\n")


def test_the_first_broken_case_is_named(app: Flask, owner: Connection) -> None:
    author = a_neighbourhood(app).a_resident()
    draft = author.post("/proposals", LIGHT).get_json()
    receipt = author.post(
        f"/proposals/{draft['id']}/submission", {"version": draft["version"]}
    ).get_json()
    owner.execute(text("UPDATE proposal_event SET actor_role = 'chair'"))

    answer = run(app, "verify-chain")

    assert answer.exit_code == 1
    assert receipt["serial_no"] in answer.output
    assert "内容已被改动" in answer.output


# What production refuses to serve with


def test_production_serves_from_a_sound_database(production: Connection) -> None:
    assert serve().extensions["settings"].in_production


def test_production_does_not_serve_from_an_older_schema(production: Connection) -> None:
    production.execute(text("DELETE FROM alembic_version"))
    production.commit()

    with pytest.raises(SettingsRefused, match="请运行 flask db upgrade"):
        serve()
    assert administered()


def test_production_does_not_serve_while_it_could_delete_evidence(production: Connection) -> None:
    production.execute(text("GRANT DELETE ON audit_event TO linli_app"))
    production.commit()

    with pytest.raises(SettingsRefused, match="audit_event（DELETE）"):
        serve()


def test_production_does_not_serve_as_the_owner(
    production: Connection, migrated_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", migrated_settings.database_url_owner or "")

    with pytest.raises(SettingsRefused, match="能改动只许添加的表"):
        serve()


def test_production_does_not_serve_the_demo_community(
    production: Connection, migrated_settings: Settings
) -> None:
    with an_app(migrated_settings) as app, app.app_context(), transaction():
        street = Street(code="HPL", name="和平里街道")
        db.session.add(street)
        db.session.flush()
        db.session.add(
            Community(
                street_id=street.id,
                code="heping",
                name="和平里社区",
                phone="010-0000-6420",
                board_place="宣传栏",
            )
        )

    with pytest.raises(SettingsRefused, match="演示数据"):
        serve()


def test_production_does_not_serve_people_of_the_double(
    production: Connection, migrated_settings: Settings
) -> None:
    with an_app(migrated_settings) as app:
        a_neighbourhood(app).a_resident(openid="o_demo_01")

    with pytest.raises(SettingsRefused, match="演示数据"):
        serve()


def test_production_does_not_serve_without_its_database(
    production: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        monkeypatch.setenv("DATABASE_URL", f"postgresql+psycopg://linli_app@127.0.0.1:{port}/linli")

        with pytest.raises(SettingsRefused, match="数据库答不上来"):
            serve()


def test_development_serves_from_whatever_there_is(
    production: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    production.execute(text("DELETE FROM alembic_version"))
    production.commit()
    monkeypatch.setenv("LINLI_ENV", "development")

    assert serve()


def test_commands_say_in_words_why_the_environment_will_not_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LINLI_ENV", "production")
    for name in ("SECRET_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SystemExit, match="SECRET_KEY"):
        administered()
