"""Signatures after the Standard Webhooks specification: HMAC-SHA256 over id, moment and body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


class BadSecret(Exception):
    """Not `whsec_` and 24 to 64 bytes in base64."""


def key_of(secret: str) -> bytes:
    """Return the key in a secret; raises `BadSecret`."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise BadSecret from error
    if not secret.startswith(_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise BadSecret
    return key


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with every key, so that a receiver may change to the new one at its leisure."""

    keys: Sequence[bytes] = field(repr=False)

    def headers(self, identifier: str, moment: int, body: bytes) -> dict[str, str]:
        """Return the headers of a call at `moment` (Unix seconds)."""
        signed = f"{identifier}.{moment}.".encode() + body
        return {
            "webhook-id": identifier,
            "webhook-timestamp": str(moment),
            "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in self.keys),
        }


def _signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
