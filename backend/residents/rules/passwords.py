"""Which passwords staff may choose, how they are kept, and when they are too old. Pure."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from backend.errors import Invalid, NotAllowed

LEAST = 10
CLASSES = 3
LEAST_OF_ANY = 16
DIFFERENT = 5
REMEMBERED = 5
MAX_AGE = timedelta(days=180)

# Checked when there is no such account, so that the answer takes as long; nobody's password.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$DjtwWvX3rxsIHRjsbgbDqA$XxG1/vxUky4K8hOWiVoQ0sBy3+GWNfKQnLz8t+rBLBA"
)

_TRIMMINGS = "0123456789!@#$%^&*()-_=+.,?~ "
_LOOKS_LIKE = str.maketrans("@4310$57", "aaeiosst")


class PasswordTooWeak(Invalid):
    title = "密码不符合要求"

    def __init__(self, why: str) -> None:
        super().__init__(why, errors={"password": [why]})


class PasswordTooOld(NotAllowed):
    title = "密码已满180天，请设置新密码"

    def __init__(self) -> None:
        super().__init__("请在输入验证码时一并填写新密码。")


def _common() -> frozenset[str]:
    """The 30,000 most common of leaked passwords, and those of Chinese offices."""
    lines = files("backend.residents.rules").joinpath("common_passwords.txt").read_text("utf-8")
    kept = (line for line in lines.splitlines() if not line.startswith("#"))
    return frozenset(FREQUENCY_LISTS["passwords"]).union(*(line.split() for line in kept))


COMMON = _common()
_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory


def check_password(password: str, *, login_name: str) -> None:
    """Raise unless the password may be chosen by the owner of `login_name`."""
    typed = _prepared(password)
    if len(typed) < LEAST or (len(typed) < LEAST_OF_ANY and _classes(typed) < CLASSES):
        raise PasswordTooWeak(
            "至少10位并含大写字母、小写字母、数字、符号中的三种，或至少16位不限种类。"
        )
    if len(set(typed)) < DIFFERENT:
        raise PasswordTooWeak("重复的字符太多。")
    if login_name.casefold() in typed.casefold():
        raise PasswordTooWeak("密码不能包含登录名。")
    if is_common(typed):
        raise PasswordTooWeak("这个密码太常见，请换一个。")


def is_common(password: str) -> bool:
    """Whether it is in the list as it is, or a listed word dressed up: `P@ssw0rd2026!`."""
    lower = password.casefold()
    untailed = lower.rstrip(_TRIMMINGS)
    bare = untailed.lstrip(_TRIMMINGS)
    shapes = {lower, bare, untailed.translate(_LOOKS_LIKE), bare.translate(_LOOKS_LIKE)}
    shapes |= {"".join(filter(str.isalpha, shape)) for shape in shapes}
    return not COMMON.isdisjoint(shapes)


def check_not_reused(password: str, hashes: Sequence[str]) -> None:
    """Raise if it is one of the remembered passwords."""
    if any(is_password(password, known) for known in hashes[:REMEMBERED]):
        raise PasswordTooWeak(f"不能与最近{REMEMBERED}次用过的密码相同。")


def is_too_old(set_at: datetime | None, now: datetime) -> bool:
    return set_at is None or now - set_at >= MAX_AGE


def hash_password(password: str) -> str:
    return _hasher.hash(_prepared(password))


def is_password(password: str, known: str | None) -> bool:
    """Whether the hash is this password's; as slow without a hash as with one."""
    try:
        _hasher.verify(known or NOBODYS_HASH, _prepared(password))
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def is_hashed_weaker(known: str) -> bool:
    """Whether the hash was made with older parameters and should be made anew."""
    return _hasher.check_needs_rehash(known)


def _prepared(password: str) -> str:
    """The same bytes from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def _classes(password: str) -> int:
    is_other = any(not character.isalnum() for character in password)
    return (
        any(character.islower() for character in password)
        + any(character.isupper() for character in password)
        + any(character.isdigit() for character in password)
        + is_other
    )
