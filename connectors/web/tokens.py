"""Signed visitor tokens (JWT, HS256): who writes, and what they may see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import jwt

from connectors.errors import BadToken
from conversation.conversation import Customer

_ALGORITHM = "HS256"
_AUDIENCE = "yinqiao-web"
CHANNEL = "web"


class Scope(StrEnum):
    """What a token's holder sees: a customer sees messages, a diagnosis the turn as well."""

    CUSTOMER = "customer"
    DIAGNOSE = "diagnose"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A verified token."""

    id: str
    scope: Scope

    @property
    def customer(self) -> Customer:
        """The visitor as the conversation knows them."""
        return Customer(CHANNEL, self.id)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and verifies tokens under one secret (at least 32 bytes)."""

    secret: str
    lifetime: timedelta = timedelta(days=7)

    def issue(self, visitor: str | None = None, scope: Scope = Scope.CUSTOMER) -> str:
        """Return a token for a known visitor, or for a new one."""
        now = datetime.now(UTC)
        claims = {
            "sub": visitor or uuid.uuid4().hex,
            "aud": _AUDIENCE,
            "scope": scope.value,
            "iat": now,
            "exp": now + self.lifetime,
        }
        return jwt.encode(claims, self.secret, _ALGORITHM)

    def verify(self, token: str) -> Visitor:
        """Return the visitor; raises `BadToken` whatever is wrong with the token."""
        try:
            claims = jwt.decode(
                token,
                self.secret,
                [_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["exp", "sub", "aud"]},
            )
            return Visitor(str(claims["sub"]), Scope(claims.get("scope", "")))
        except (jwt.InvalidTokenError, ValueError) as error:
            raise BadToken from error

    def renew(self, token: str | None) -> str:
        """Return a fresh token for the same visitor; a new visitor when it is not valid."""
        try:
            return self.issue(self.verify(token).id if token else None)
        except BadToken:
            return self.issue()
