"""An environment that production accepts, for tests that spoil one thing in it."""

import base64
from collections.abc import Mapping

from backend.settings import Settings
from backend.wechat.double import account


def _key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


GOOD: Mapping[str, str] = {
    "LINLI_ENV": "production",
    "DATABASE_URL": "postgresql+psycopg://linli_app@localhost/linli",
    "REDIS_URL": "redis://localhost",
    "SECRET_KEY": "a long one that nobody guesses, 32 bytes",
    "FIELD_KEYS": f"k1:{_key('a')},k2:{_key('b')}",
    "FIELD_KEY_ACTIVE": "k2",
    "INDEX_KEYS": _key("c"),
    "PUBLIC_URL": "https://linli.example",
    "WECHAT_APP_ID": "wx0123456789abcdef",
    "WECHAT_APP_SECRET": "0123456789abcdef0123456789abcdef",
    "WECHAT_PUSH_TOKEN": "aPushToken",
    "WECHAT_PUSH_AES_KEY": account.PUSH_AES_KEY,
    "WECHAT_TEMPLATES": str(account.TEMPLATES_FILE),
}
DEMO_KEY = base64.b64encode(b"demo" * 8).decode()
SHORT_KEY = base64.b64encode(b"a" * 31).decode()


def environment_for(settings: Settings) -> dict[str, str]:
    """Production on the servers of a test."""
    return dict(GOOD) | {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
