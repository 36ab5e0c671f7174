"""Which passwords staff may choose."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from backend.residents.rules import passwords, sign_in
from backend.residents.rules.passwords import PasswordTooWeak
from backend.residents.rules.sign_in import Tries

NOON = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "password", ["Gui-Hua-8x", "三号楼的桂花开了真好看呀秋天来了吗", "Ab1中文桂花开了八"]
)
def test_long_or_mixed_passwords_are_taken(password: str) -> None:
    passwords.check_password(password, login_name="chair")


@pytest.mark.parametrize(
    "password",
    [
        "Gui-Hua-8",
        "guihuakaile88",
        "GUIHUAKAILE--",
        "Password2026!",
        "P@ssw0rd2026!",
        "Admin@123456",
        "Qwerty12345!",
        "1qaz@WSX3edc",
        "Wangge@2026!!",
        "1234567890123456",
        "Katarina-2026",
        "1q2w3e4r5t6Y",
        "!Manchester7!",
        "Aa1!Aa1!Aa1!",
        "xx-Chair.Zhao-9",
    ],
)
def test_short_plain_and_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(PasswordTooWeak):
        passwords.check_password(password, login_name="chair.zhao")


def test_the_list_of_common_passwords_is_there() -> None:
    assert len(passwords.COMMON) > 30_000
    assert {"letmein", "trustno1", "shequ", "wangge"} <= passwords.COMMON
    assert not any(word.startswith("#") for word in passwords.COMMON)


def test_the_same_password_from_another_keyboard_is_the_same() -> None:
    assert passwords.is_password("Ｇui-Hua-8", passwords.hash_password("Gui-Hua-8"))


def test_a_hash_costs_what_rfc_9106_asks_of_little_memory(
    production_hasher: PasswordHasher,
) -> None:
    assert extract_parameters(production_hasher.hash("Gui-Hua-8x")) == RFC_9106_LOW_MEMORY


def test_without_an_account_the_check_takes_as_long_as_with_one(
    production_hasher: PasswordHasher,
) -> None:
    assert not production_hasher.check_needs_rehash(passwords.NOBODYS_HASH)


def test_no_account_means_no_right_password() -> None:
    assert not passwords.is_password("nobody has this password", None)


def test_the_last_five_passwords_are_remembered() -> None:
    used = [passwords.hash_password(f"Gui-Hua-{no}x") for no in range(6)]

    with pytest.raises(PasswordTooWeak):
        passwords.check_not_reused("Gui-Hua-4x", used)
    passwords.check_not_reused("Gui-Hua-5x", used)


@pytest.mark.parametrize(("days", "old"), [(179, False), (180, True)])
def test_a_password_lasts_180_days(days: int, *, old: bool) -> None:
    assert passwords.is_too_old(NOON, NOON + timedelta(days=days)) is old


def test_one_time_codes_are_those_of_rfc_6238() -> None:
    secret = pyotp.random_base32()
    rfc = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    # Appendix B: 59 seconds after the epoch the last six digits are 287082.
    assert sign_in.is_code_of(rfc, "287082", 59 // 30)
    assert not sign_in.is_code_of(secret, "２８７０８２", 1)


def test_a_code_is_found_one_step_off_and_never_again() -> None:
    secret = sign_in.new_totp_secret()
    now_step = sign_in.step_at(NOON)
    code = pyotp.TOTP(secret).generate_otp(now_step - 1)

    assert sign_in.matching_step(secret, code, now=NOON, after=0) == now_step - 1
    assert sign_in.matching_step(secret, code, now=NOON, after=now_step - 1) is None


def test_four_failures_a_window_never_lock() -> None:
    tries, now = Tries(), NOON
    for _ in range(20):
        for _ in range(4):
            tries = sign_in.after_failure(tries, now)
        assert sign_in.lock_of(tries, now) is None
        now += sign_in.WINDOW


def test_codes_survive_being_read_out_on_the_phone() -> None:
    code = sign_in.new_code()

    typed = code.replace("0", "o").replace("1", "l").replace("-", " ").lower()
    assert sign_in.as_typed(typed) == code.replace("-", "")
