"""Every environment variable the backend reads, and what production refuses to start with."""

import base64
from dataclasses import dataclass, field
from pathlib import Path

from environs import Env
from environs.exceptions import EnvError

SECRET_BYTES = 32
DEMO_APP_PREFIX = "wxdouble"


class SettingsRefused(Exception):
    """The environment is incomplete or unsafe; the text lists every reason, never a value."""


@dataclass(frozen=True, kw_only=True)
class WeChatSettings:
    """How to reach WeChat; `templates` names the TOML file of subscription messages."""

    api_base: str
    app_id: str
    app_secret: str = field(repr=False)
    push_token: str = field(repr=False)
    push_aes_key: str = field(repr=False)
    env: str  # release | trial | develop
    enabled: bool
    templates: Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    environment: str  # development | test | production
    database_url: str = field(repr=False)
    database_url_owner: str | None = field(repr=False)  # only migrations need it
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    field_keys: dict[str, bytes] = field(repr=False)  # key id -> key, for sealed columns
    field_key_active: str
    index_keys: tuple[bytes, ...] = field(repr=False)  # newest first, for keyed hashes
    crypto_suite: str  # std | gm
    public_url: str  # where residents reach us; printed in QR codes
    trusted_proxies: int  # how many proxies in front of us set X-Forwarded-For
    requests_per_minute: int  # of one session; 0 = no limit
    movable_clock: Path | None  # development and tests only
    word_list: Path | None  # the operator's forbidden words, one a line
    metrics_directory: Path | None  # where several web processes add up their metrics
    files_directory: Path  # what people send; outside the web root, shared by all processes
    wechat: WeChatSettings
    paper_fonts: tuple[Path, ...] = ()  # TrueType, best first; none: where Debian puts them

    @property
    def in_production(self) -> bool:
        return self.environment == "production"


def read_settings() -> Settings:
    """Read the environment; complain once, about everything missing or unsafe.

    Raises:
        SettingsRefused: with one line per reason and no value of a secret.
    """
    env = Env(eager=False)
    production = env.str("LINLI_ENV", "production") == "production"
    wechat = WeChatSettings(
        api_base=env.str("WECHAT_API_BASE", "https://api.weixin.qq.com"),
        app_id=env.str("WECHAT_APP_ID"),
        app_secret=env.str("WECHAT_APP_SECRET"),
        push_token=env.str("WECHAT_PUSH_TOKEN"),
        push_aes_key=env.str("WECHAT_PUSH_AES_KEY"),
        env=env.str("WECHAT_ENV", "release"),
        enabled=env.bool("WECHAT_ENABLED", True),
        templates=env.path("WECHAT_TEMPLATES"),
    )
    field_keys: dict[str, str] | None = env.dict(
        "FIELD_KEYS", delimiter=",", key_value_delimiter=":"
    )
    index_keys: list[str] | None = env.list("INDEX_KEYS")
    paper_fonts: list[str] | None = env.list("PAPER_FONTS", [])
    settings = Settings(
        environment=env.str("LINLI_ENV", "production"),
        database_url=env.str("DATABASE_URL"),
        database_url_owner=env.str("DATABASE_URL_OWNER", None),
        redis_url=env.str("REDIS_URL"),
        secret_key=env.str("SECRET_KEY"),
        field_keys={name: _key(value) for name, value in (field_keys or {}).items()},
        field_key_active=env.str("FIELD_KEY_ACTIVE"),
        index_keys=tuple(_key(value) for value in (index_keys or [])),
        crypto_suite=env.str("CRYPTO_SUITE", "std"),
        public_url=(env.str("PUBLIC_URL") or "").rstrip("/"),  # paths are put behind it
        trusted_proxies=env.int("TRUSTED_PROXIES", 0),
        requests_per_minute=env.int("REQUESTS_PER_MINUTE", 120 if production else 0),
        movable_clock=env.path("MOVABLE_CLOCK", None),
        word_list=env.path("WORD_LIST", None),
        metrics_directory=env.path("PROMETHEUS_MULTIPROC_DIR", None),
        files_directory=env.path("FILES_DIRECTORY", Path("var/files")),
        paper_fonts=tuple(Path(each) for each in paper_fonts or []),
        wechat=wechat,
    )
    try:
        env.seal()
    except EnvError as incomplete:
        raise SettingsRefused(f"环境变量缺失或有误：{incomplete}") from None
    refuse(reasons_to_refuse(settings))
    return settings


def refuse(reasons: list[str]) -> None:
    """End the start here, with all reasons at once, if there are any.

    Raises:
        SettingsRefused: with one line per reason.
    """
    if reasons:
        raise SettingsRefused("不能启动：\n" + "\n".join(f"- {reason}" for reason in reasons))


def named_environment() -> str | None:
    """What LINLI_ENV says, if anything; for tools that must not run in production."""
    return Env().str("LINLI_ENV", None)


def reasons_to_refuse(settings: Settings) -> list[str]:
    """Why these settings must not run, in plain words; empty if they may."""
    reasons = []
    if settings.environment not in {"development", "test", "production"}:
        reasons.append("LINLI_ENV must be development, test or production.")
    if settings.field_key_active not in settings.field_keys:
        reasons.append("FIELD_KEY_ACTIVE names no key of FIELD_KEYS.")
    if not settings.in_production:
        return reasons
    return reasons + _reasons_in_production(settings)


def _reasons_in_production(settings: Settings) -> list[str]:
    wechat = settings.wechat
    aes_key = wechat.push_aes_key
    secrets = {
        "SECRET_KEY": settings.secret_key.encode(),
        **{f"FIELD_KEYS ({name})": key for name, key in settings.field_keys.items()},
        **{f"INDEX_KEYS ({no})": key for no, key in enumerate(settings.index_keys)},
    }
    refused = {
        "MOVABLE_CLOCK is set: production lives in real time.": settings.movable_clock is not None,
        "PUBLIC_URL must be https.": not settings.public_url.startswith("https://"),
        "INDEX_KEYS is empty.": not settings.index_keys,
        "REQUESTS_PER_MINUTE must be at least 1.": settings.requests_per_minute < 1,
        "WECHAT_APP_ID is the double's.": wechat.app_id.startswith(DEMO_APP_PREFIX),
        "WECHAT_API_BASE must be https: the double is not WeChat.": not wechat.api_base.startswith(
            "https://"
        ),
        "WECHAT_PUSH_AES_KEY repeats one character.": len(set(aes_key)) <= 1,
        # Handed on by compose without a value they are there, and empty.
        "WECHAT_APP_ID is empty.": not wechat.app_id,
        "WECHAT_APP_SECRET is empty.": not wechat.app_secret,
        "WECHAT_PUSH_TOKEN is empty.": not wechat.push_token,
    }
    return [reason for reason, is_so in refused.items() if is_so] + [
        f"{name} must have at least {SECRET_BYTES} bytes and not be a demo value."
        for name, secret in secrets.items()
        if len(secret) < SECRET_BYTES or secret.startswith(b"demo")
    ]


def _key(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:  # no base64, or not even ASCII
        return b""  # too short for production, and no key of development is made this way
