import base64
import json

import pytest

from backend.crypto import SealBroken, aes_cbc_encrypt
from backend.wechat.sealing import open_push, open_user_data, push_signature, seal_push

APP = "wx1234567890abcdef"
AES_KEY = "bGlubGktZG91YmxlLXB1c2gta2V5LTAxMjM0NTY3ODk"
OTHER_KEY = "A" * 43


def sealed(message: str, app_id: str = APP) -> str:
    return seal_push(message, random="a" * 16, encoding_aes_key=AES_KEY, app_id=app_id)


def test_a_push_for_another_app_is_refused() -> None:
    with pytest.raises(SealBroken):
        open_push(sealed("{}", "wxother"), encoding_aes_key=AES_KEY, app_id=APP)


@pytest.mark.parametrize(
    "encrypted", ["", "AAAA", "not base64", "邻里", base64.b64encode(bytes(64)).decode()]
)
def test_a_forged_push_is_refused(encrypted: str) -> None:
    with pytest.raises(SealBroken):
        open_push(encrypted, encoding_aes_key=AES_KEY, app_id=APP)


def test_a_push_sealed_with_another_key_is_refused() -> None:
    with pytest.raises(SealBroken):
        open_push(sealed("{}"), encoding_aes_key=OTHER_KEY, app_id=APP)


def test_every_length_of_message_comes_back() -> None:
    for length in range(70):
        opened = open_push(sealed("字" * length), encoding_aes_key=AES_KEY, app_id=APP)
        assert opened.message == "字" * length


def test_the_order_of_the_signed_parts_does_not_matter() -> None:
    assert push_signature("a", "c", "b") == push_signature("c", "b", "a")


def test_open_data_of_a_mini_program_comes_back() -> None:
    key, iv = bytes(range(16)), bytes(16)
    plain = json.dumps({"activityId": "x", "watermark": {"appid": APP}}).encode()
    pad = 16 - len(plain) % 16
    encrypted = base64.b64encode(aes_cbc_encrypt(key, iv, plain + bytes([pad]) * pad)).decode()
    given = {"iv": base64.b64encode(iv).decode(), "session_key": base64.b64encode(key).decode()}
    assert open_user_data(encrypted, app_id=APP, **given)["activityId"] == "x"
    with pytest.raises(SealBroken):
        open_user_data(encrypted, app_id="wxother", **given)
