"""Who a logged-in customer is: a short-lived token that the bank's own site signs (JWT).

The site signs with a key of its own; the public half (EdDSA), or the shared secret (HS256), stands
in a JSON Web Key Set (RFC 7517) that this installation reads. Several keys may stand there at once,
told apart by `kid`, so that keys are changed without an interruption.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import jwt

from connectors.errors import BadIdentity

_LOG = logging.getLogger(__name__)
ALGORITHMS = frozenset({"HS256", "EdDSA"})
_LEEWAY = 30
"""Seconds that the site's clock may differ from ours."""
_LONGEST = 128
_SHORTEST_SECRET = 32
"""Bytes (RFC 7518 §3.2)."""


class BadKeys(Exception):
    """The key set cannot be used; the message says why, and holds no key."""


class Once(Protocol):
    """Remembers what was used before, over all replicas. Raises `StoreUnavailable`."""

    async def first(self, name: str, seconds: int) -> bool:
        """Return whether `name` is used for the first time; remember it for `seconds`."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer as the bank knows them; `name` is masked."""

    id: str
    name: str = ""


@dataclass(slots=True)
class Keys:
    """The key set of a file; read anew when the file changes."""

    path: Path
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict, repr=False)
    _stamp: tuple[int, int] | None = None

    @classmethod
    def open(cls, path: Path) -> Keys:
        """Read the file; raises `BadKeys`."""
        keys = cls(path)
        keys._refresh()
        return keys

    def get(self, kid: str) -> jwt.PyJWK | None:
        """Return a key, or None. A file that is broken later leaves the keys read before."""
        try:
            self._refresh()
        except BadKeys as error:
            _LOG.error("identity keys: the former ones stay", extra={"reason": str(error)})
        return self._keys.get(kid)

    def _refresh(self) -> None:
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return
            data = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise BadKeys(f"{self.path.name} cannot be read") from error
        self._keys = _keys_of(data)
        self._stamp = stamp


def _keys_of(data: Any) -> dict[str, jwt.PyJWK]:
    try:
        return {_kid(one): _key(one) for one in data["keys"]}
    except (KeyError, TypeError, jwt.PyJWTError) as error:
        raise BadKeys("not a JSON Web Key Set whose keys all have a kid") from error


def _kid(data: dict[str, Any]) -> str:
    if not isinstance(data["kid"], str):
        raise TypeError
    return data["kid"]


def _key(data: dict[str, Any]) -> jwt.PyJWK:
    key = jwt.PyJWK(data)
    if key.algorithm_name not in ALGORITHMS:
        raise BadKeys(f"key {data['kid']!r} is for {key.algorithm_name}: use EdDSA or HS256")
    if isinstance(key.key, bytes) and len(key.key) < _SHORTEST_SECRET:
        raise BadKeys(f"key {data['kid']!r} is shorter than {_SHORTEST_SECRET} bytes")
    return key


@dataclass(frozen=True, slots=True)
class Identities:
    """Verifies identity tokens; each is good for one session and for a short time only."""

    keys: Keys
    audience: str
    once: Once
    longest_seconds: int = 300

    async def verify(self, token: str) -> Identity:
        """Return who it is; raises `BadIdentity` whatever is wrong, `StoreUnavailable`."""
        try:
            claims = self._claims(token)
            lifetime = int(claims["exp"]) - int(claims["iat"])
            subject, used = claims["sub"], claims["jti"]
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise BadIdentity from error
        if not (0 < lifetime <= self.longest_seconds and 0 < len(subject) <= _LONGEST and used):
            raise BadIdentity
        # Remembered for as long as it would be believed.
        if not await self.once.first(f"identity:{used}", lifetime + 2 * _LEEWAY):
            raise BadIdentity
        return Identity(subject, masked(str(claims.get("name", ""))))

    def _claims(self, token: str) -> dict[str, Any]:
        """Return the claims; the key, not the token, says which algorithm is used."""
        key = self.keys.get(str(jwt.get_unverified_header(token).get("kid")))
        if key is None:
            raise jwt.InvalidKeyError
        return jwt.decode(
            token,
            key,
            [key.algorithm_name],
            audience=self.audience,
            leeway=_LEEWAY,
            options={"require": ["exp", "iat", "sub", "aud", "jti"]},
        )


def masked(name: str) -> str:
    """Return a name as staff may see it: its first character, the rest hidden."""
    plain = name.strip()
    return plain[:1] + "*" * min(len(plain) - 1, 2) if plain else ""
