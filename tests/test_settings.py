"""What is read from the environment, and every reason not to start."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.settings import Settings, SettingsRefused, read_settings
from tests.production import DEMO_KEY, GOOD, SHORT_KEY

Start = Callable[..., Settings]
NEEDED = sorted(GOOD.keys() - {"LINLI_ENV"})


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Read a good environment with some changes; None takes a variable away."""

    def read(**changed: str | None) -> Settings:
        for name, value in {**GOOD, **changed}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return read_settings()

    return read


def test_a_complete_environment_is_accepted(start: Start) -> None:
    settings = start()

    assert settings.in_production
    assert settings.field_keys == {"k1": b"a" * 32, "k2": b"b" * 32}
    assert settings.requests_per_minute == 120


def test_an_address_that_ends_with_a_slash_is_printed_without(start: Start) -> None:
    assert start(PUBLIC_URL="https://linli.example/").public_url == "https://linli.example"


def test_fonts_of_papers_are_named_best_first(start: Start) -> None:
    assert start().paper_fonts == ()
    named = start(PAPER_FONTS="/fonts/song.ttf,/fonts/rare.ttc").paper_fonts
    assert named == (Path("/fonts/song.ttf"), Path("/fonts/rare.ttc"))


def test_without_a_word_it_is_production(start: Start) -> None:
    assert start(LINLI_ENV=None).in_production


@pytest.mark.parametrize("name", NEEDED)
def test_nothing_that_is_needed_has_a_default(start: Start, name: str) -> None:
    with pytest.raises(SettingsRefused, match=name):
        start(**{name: None})


def test_all_that_is_missing_is_said_at_once(start: Start) -> None:
    with pytest.raises(SettingsRefused) as refused:
        start(**dict.fromkeys(NEEDED))

    assert all(name in str(refused.value) for name in NEEDED)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"LINLI_ENV": "staging"}, "LINLI_ENV must be development, test or production."),
        ({"FIELD_KEY_ACTIVE": "k3"}, "FIELD_KEY_ACTIVE names no key of FIELD_KEYS."),
        ({"MOVABLE_CLOCK": "/var/clock"}, "MOVABLE_CLOCK is set"),
        ({"PUBLIC_URL": "http://linli.example"}, "PUBLIC_URL must be https."),
        ({"INDEX_KEYS": ""}, "INDEX_KEYS"),
        ({"REQUESTS_PER_MINUTE": "0"}, "REQUESTS_PER_MINUTE must be at least 1."),
        ({"WECHAT_APP_ID": "wxdouble00000001"}, "WECHAT_APP_ID is the double's."),
        ({"WECHAT_API_BASE": "http://127.0.0.1:8001"}, "the double is not WeChat."),
        ({"WECHAT_PUSH_AES_KEY": "a" * 43}, "WECHAT_PUSH_AES_KEY repeats one character."),
        ({"SECRET_KEY": "a" * 31}, "SECRET_KEY must have at least 32 bytes"),
        ({"SECRET_KEY": "demo" * 9}, "SECRET_KEY must have .* not be a demo value"),
        ({"FIELD_KEYS": f"k2:{SHORT_KEY}"}, r"FIELD_KEYS \(k2\) must have"),
        ({"FIELD_KEYS": f"k2:{DEMO_KEY}"}, r"FIELD_KEYS \(k2\) must have"),
        ({"FIELD_KEYS": "k2:no base64"}, r"FIELD_KEYS \(k2\) must have"),
        ({"FIELD_KEYS": "k2:密钥"}, r"FIELD_KEYS \(k2\) must have"),
        ({"WECHAT_APP_ID": ""}, "WECHAT_APP_ID is empty."),
        ({"WECHAT_APP_SECRET": ""}, "WECHAT_APP_SECRET is empty."),
        ({"WECHAT_PUSH_TOKEN": ""}, "WECHAT_PUSH_TOKEN is empty."),
        ({"INDEX_KEYS": SHORT_KEY}, r"INDEX_KEYS \(0\) must have"),
        ({"INDEX_KEYS": DEMO_KEY}, r"INDEX_KEYS \(0\) must have"),
        ({"TRUSTED_PROXIES": "many"}, "TRUSTED_PROXIES"),
    ],
)
def test_production_refuses_to_start(start: Start, changed: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsRefused, match=reason):
        start(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"MOVABLE_CLOCK": "/var/clock"},
        {"PUBLIC_URL": "http://127.0.0.1:8000"},
        {"WECHAT_APP_ID": "wxdouble00000001", "WECHAT_API_BASE": "http://127.0.0.1:8001"},
        {"REQUESTS_PER_MINUTE": "0"},
    ],
)
def test_development_may(start: Start, changed: dict[str, str]) -> None:
    assert start(LINLI_ENV="development", **changed).environment == "development"


def test_every_reason_is_said_at_once_and_no_secret_with_them(start: Start) -> None:
    with pytest.raises(SettingsRefused) as refused:
        start(SECRET_KEY="demo-open-sesame", PUBLIC_URL="http://x", FIELD_KEY_ACTIVE="k9")

    said = str(refused.value)
    assert len(re.findall(r"^- ", said, re.MULTILINE)) == 3
    assert "sesame" not in said


def test_settings_do_not_show_their_secrets(start: Start) -> None:
    shown = repr(start())

    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "WECHAT_APP_SECRET"):
        assert GOOD[name] not in shown
    assert "aaaa" not in shown
