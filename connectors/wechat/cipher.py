"""WeChat's signature and encryption of callbacks.

Signature: SHA-1 over the sorted, joined parts. Encryption: AES-256-CBC, the key's first 16 bytes
as IV, padded to 32; the plain text is 16 random bytes, the length (4 bytes, big-endian), the
message, the account's id.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from connectors.wechat.errors import BadCallback

_BLOCK = 32
_RANDOM = 16
_HEAD = _RANDOM + 4


def sign(*parts: str) -> str:
    """Return the signature over `parts` (the account's token among them), 40 hex digits."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check_signature(signature: str, *parts: str) -> None:
    """Raise `BadCallback` unless `signature` is that of `parts`; takes the same time for all."""
    if not hmac.compare_digest(sign(*parts).encode(), signature.encode()):
        raise BadCallback


@dataclass(frozen=True, slots=True)
class MessageCipher:
    """Decrypts with the present key and, while the key is being changed, with the one before."""

    app_id: str
    key: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse keys of another length; raises ValueError."""
        for key in self._keys():
            _raw(key)

    def _keys(self) -> list[str]:
        return [self.key, *([self.previous] if self.previous else [])]

    def decrypt(self, text: str) -> bytes:
        """Return the message; raises `BadCallback` for anything that is not ours."""
        return self._opened(text)[1]

    def that_opens(self, text: str) -> MessageCipher:
        """Return the cipher with the one key that opens `text`: a reply takes the same."""
        return MessageCipher(self.app_id, self._opened(text)[0])

    def _opened(self, text: str) -> tuple[str, bytes]:
        for key in self._keys():
            message = _opened(text, _raw(key), self.app_id.encode())
            if message is not None:
                return key, message
        raise BadCallback

    def encrypt(self, message: bytes, *, random: bytes | None = None) -> str:
        """Return the cipher text, as WeChat writes it; `random` is for known test vectors."""
        head = random or secrets.token_bytes(_RANDOM)
        plain = head + len(message).to_bytes(4, "big") + message + self.app_id.encode()
        pad = _BLOCK - len(plain) % _BLOCK
        aes = _aes(_raw(self.key)).encryptor()
        return base64.b64encode(aes.update(plain + bytes([pad]) * pad) + aes.finalize()).decode()


def _raw(key: str) -> bytes:
    """Decode an EncodingAESKey: 43 characters of base64 without its padding."""
    try:
        raw = base64.b64decode(key + "=", validate=False)
    except binascii.Error as error:
        raise ValueError("the EncodingAESKey is not base64") from error
    if len(raw) != 32 or len(key) != 43:  # noqa: PLR2004 - AES-256
        raise ValueError("the EncodingAESKey has 43 characters")
    return raw


def _aes(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES256(key), modes.CBC(key[:16]))


def _opened(text: str, key: bytes, app_id: bytes) -> bytes | None:
    try:
        data = base64.b64decode(text, validate=True)
        aes = _aes(key).decryptor()
        plain = aes.update(data) + aes.finalize()
    except ValueError:
        return None
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        return None
    plain = plain[:-pad]
    end = _HEAD + int.from_bytes(plain[_RANDOM:_HEAD], "big")
    if len(plain) < _HEAD or not hmac.compare_digest(plain[end:], app_id):
        return None
    return plain[_HEAD:end]
