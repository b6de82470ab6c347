"""The access tokens that the fake WeChat gave out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_LIFETIME = 7200
INVALID_TOKEN, EXPIRED_TOKEN, BAD_SECRET = 40001, 42001, 40125


@dataclass(slots=True)
class IssuedTokens:
    """One account's; `issued` counts them."""

    account: str
    secret: str = field(repr=False)
    clock: Callable[[], float]
    issued: int = 0
    _ends: dict[str, float] = field(default_factory=dict)

    def give(self, account: str, secret: str, *, force: bool = False) -> dict[str, Any]:
        """Return the present token, or a new one when forced or expired."""
        if (account, secret) != (self.account, self.secret):
            return refusal(BAD_SECRET)
        now = self.clock()
        if force or not any(end > now for end in self._ends.values()):
            self._ends = {secrets.token_urlsafe(32): now + _LIFETIME}
            self.issued += 1
        [(token, end)] = list(self._ends.items())[-1:]
        return {"access_token": token, "expires_in": int(end - now)}

    def revoke(self) -> None:
        """Forget every token, as another system does that asks for one in the old way."""
        self._ends = {}

    def problem(self, token: str) -> int:
        """Return the errcode for a call with this token, 0 for none."""
        if token not in self._ends:
            return INVALID_TOKEN
        return 0 if self._ends[token] > self.clock() else EXPIRED_TOKEN


def refusal(number: int) -> dict[str, Any]:
    """Return an answer with this errcode."""
    return {"errcode": number, "errmsg": "ok" if number == 0 else f"refused ({number})"}
