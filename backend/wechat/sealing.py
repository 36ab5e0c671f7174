"""WeChat's signatures and sealed messages."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from backend.crypto import SealBroken, aes_cbc_decrypt, aes_cbc_encrypt

_PUSH_BLOCK = 32
_DATA_BLOCK = 16
_RANDOM = 16  # random characters before a pushed message
_LENGTH = 4  # bytes that hold its length


@dataclass(frozen=True)
class PushMessage:
    message: str = field(repr=False)
    random: str = field(repr=False)


def push_signature(*parts: str) -> str:
    """SHA-1 of the sorted parts, as WeChat signs a push.

    Two to compare: (token, timestamp, nonce) on the GET of the set-up, and the same with the
    sealed text as fourth part on every POST.
    """
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - WeChat's choice


def open_push(encrypted: str, *, encoding_aes_key: str, app_id: str) -> PushMessage:
    """The message inside `encrypted`.

    Raises:
        SealBroken: it was not sealed with this key for this app.
    """
    key = _push_key(encoding_aes_key)
    plain = _unpad(_decrypt(key, key[:16], _decode(encrypted)), _PUSH_BLOCK)
    head = _RANDOM + _LENGTH
    end = head + int.from_bytes(plain[_RANDOM:head], "big")
    if len(plain) < head or end > len(plain) or plain[end:] != app_id.encode():
        raise SealBroken
    try:
        return PushMessage(message=plain[head:end].decode(), random=plain[:_RANDOM].decode())
    except UnicodeDecodeError:
        raise SealBroken from None


def seal_push(message: str, *, random: str, encoding_aes_key: str, app_id: str) -> str:
    """The sealed text of `message`; `random` has 16 characters."""
    key = _push_key(encoding_aes_key)
    body = message.encode()
    plain = random.encode() + len(body).to_bytes(_LENGTH, "big") + body + app_id.encode()
    pad = _PUSH_BLOCK - len(plain) % _PUSH_BLOCK
    return base64.b64encode(aes_cbc_encrypt(key, key[:16], plain + bytes([pad]) * pad)).decode()


def raw_data_signature(raw_data: str, session_key: str) -> str:
    return hashlib.sha1((raw_data + session_key).encode()).hexdigest()  # noqa: S324 - WeChat's choice


def session_signature(payload: str, session_key: str) -> str:
    """HMAC-SHA-256 whose key is the text of `session_key`, not what its base64 stands for."""
    return hmac.new(session_key.encode(), payload.encode(), hashlib.sha256).hexdigest()


def open_user_data(encrypted: str, *, iv: str, session_key: str, app_id: str) -> dict[str, Any]:
    """The JSON a mini program got sealed from WeChat.

    Raises:
        SealBroken: another session or another app.
    """
    padded = _decrypt(_decode(session_key), _decode(iv), _decode(encrypted))
    try:
        fields = json.loads(_unpad(padded, _DATA_BLOCK))
    except ValueError:
        raise SealBroken from None
    watermark = fields.get("watermark") if isinstance(fields, dict) else None
    if not isinstance(watermark, dict) or watermark.get("appid") != app_id:
        raise SealBroken
    return dict(fields)


def _push_key(encoding_aes_key: str) -> bytes:
    return _decode(encoding_aes_key + "=")


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        raise SealBroken from None


def _decrypt(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    try:
        return aes_cbc_decrypt(key, iv, sealed)
    except ValueError:
        raise SealBroken from None


def _unpad(padded: bytes, block: int) -> bytes:
    size = padded[-1] if padded else 0
    if not 1 <= size <= block or padded[-size:] != bytes([size]) * size:
        raise SealBroken
    return padded[:-size]
