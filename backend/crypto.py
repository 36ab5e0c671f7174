"""Sealed fields, keyed hashes and AES; the only user of `cryptography`."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.hmac import HMAC

SUITES = ("std", "gm")  # AES-256-GCM with HMAC-SHA-256; SM4-GCM with HMAC-SM3
NONCE_BYTES = 12
TAG_BYTES = 16


class SealBroken(Exception):
    """The text was changed, moved to another place, or sealed with a key we do not have."""


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The keys of one installation; an older field or index key stays until nothing needs it.

    A key store outside the environment (KMS, HSM) is a subclass that overrides `field_key`.
    """

    field_keys: Mapping[str, bytes] = field(repr=False)
    active: str
    index_keys: tuple[bytes, ...] = field(repr=False)  # newest first
    suite: str = "std"

    def __post_init__(self) -> None:
        if self.suite not in SUITES:
            raise ValueError("The suite must be std or gm.")
        if self.active not in self.field_keys:
            raise ValueError("The active field key is not among the field keys.")
        if any("$" in name for name in self.field_keys):
            raise ValueError("A field key's name must not contain '$'.")
        if not self.index_keys:
            raise ValueError("At least one index key is needed.")

    def field_key(self, key_id: str) -> bytes:
        """The key named `key_id`.

        Raises:
            SealBroken: nobody knows it.
        """
        try:
            return self.field_keys[key_id]
        except KeyError:
            raise SealBroken from None

    def seal(self, text: str, context: str) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = _cipher(self.suite, self.field_key(self.active), nonce)
        encryptor = cipher.encryptor()
        encryptor.authenticate_additional_data(context.encode())
        sealed = encryptor.update(text.encode()) + encryptor.finalize()
        body = base64.urlsafe_b64encode(nonce + sealed + encryptor.tag).rstrip(b"=")
        return f"{self.suite}${self.active}${body.decode()}"

    def unseal(self, value: str, context: str) -> str:
        suite, key_id, body = _parts(value)
        nonce, sealed, tag = body[:NONCE_BYTES], body[NONCE_BYTES:-TAG_BYTES], body[-TAG_BYTES:]
        decryptor = _cipher(suite, self.field_key(key_id), nonce, tag).decryptor()
        decryptor.authenticate_additional_data(context.encode())
        try:
            return (decryptor.update(sealed) + decryptor.finalize()).decode()
        except InvalidTag:
            raise SealBroken from None

    def macs(self, name: str, value: str) -> tuple[str, ...]:
        other = next(suite for suite in SUITES if suite != self.suite)
        return tuple(
            _mac(suite, key, f"{name}|{value}").hex()
            for suite in (self.suite, other)
            for key in self.index_keys
        )


def seal(text: str, context: str) -> str:
    """Encrypt `text` for the one place named by `context`, "table.column:row-id"."""
    return _configured().seal(text, context)


def unseal(value: str, context: str) -> str:
    """The text that `seal` took, with whatever suite and key it was sealed.

    Raises:
        SealBroken: the value was altered, comes from another place, or its key is gone.
    """
    return _configured().unseal(value, context)


def mac(name: str, value: str) -> str:
    """A keyed hash by which column `name` finds the normalised `value` without storing it."""
    return macs(name, value)[0]


def macs(name: str, value: str) -> tuple[str, ...]:
    """Every hash under which `value` may be stored, the one to write first.

    More than one while keys or suites are changing: search with all of them.
    """
    return _configured().macs(name, value)


def aes_cbc_encrypt(key: bytes, iv: bytes, padded: bytes) -> bytes:
    encryptor = Cipher(AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(padded) + encryptor.finalize()


def aes_cbc_decrypt(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    """The padded plain bytes.

    Raises:
        ValueError: the length is no multiple of the block, or key or iv have a wrong length.
    """
    decryptor = Cipher(AES(key), modes.CBC(iv)).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()


class _Installed:
    keys: Keys | None = None


def configure(keys: Keys) -> None:
    """Use `keys` in this process from now on."""
    _Installed.keys = keys


def _configured() -> Keys:
    if _Installed.keys is None:
        raise RuntimeError("backend.crypto.configure() has not been called.")
    return _Installed.keys


def _cipher(suite: str, key: bytes, nonce: bytes, tag: bytes | None = None) -> Cipher[modes.GCM]:
    """One configured key serves both suites, so each cipher gets its own derived key."""
    if suite == "gm":
        return Cipher(SM4(_mac("gm", key, "SM4-GCM")[:16]), modes.GCM(nonce, tag))
    return Cipher(AES(_mac("std", key, "AES-256-GCM")), modes.GCM(nonce, tag))


def _mac(suite: str, key: bytes, text: str) -> bytes:
    digest = HMAC(key, hashes.SM3() if suite == "gm" else hashes.SHA256())
    digest.update(text.encode())
    return digest.finalize()


def _parts(value: str) -> tuple[str, str, bytes]:
    try:
        suite, key_id, text = value.split("$")
        body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise SealBroken from None
    if suite not in SUITES or len(body) < NONCE_BYTES + TAG_BYTES:
        raise SealBroken
    return suite, key_id, body
