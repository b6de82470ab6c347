"""Signed visitor tokens (JWT, HS256): who writes, and what they may see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import jwt

from connectors.errors import BadToken
from connectors.identity import Identity
from connectors.limits import ACCOUNT
from conversation.conversation import Customer

_ALGORITHM = "HS256"
_AUDIENCE = "yinqiao-web"
CHANNEL = "web"
_CHANNELS = frozenset({CHANNEL, ACCOUNT})


class Scope(StrEnum):
    """What a token's holder sees: a customer sees messages, a diagnosis the turn as well."""

    CUSTOMER = "customer"
    DIAGNOSE = "diagnose"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A verified token; `channel` says whether we gave the id, or the bank did."""

    id: str
    scope: Scope
    channel: str = CHANNEL
    name: str = ""

    @property
    def customer(self) -> Customer:
        """The visitor as the conversation knows them."""
        return Customer(self.channel, self.id, {"name": self.name} if self.name else {})


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and verifies tokens under one secret (at least 32 bytes).

    A known customer's token ends sooner: the bank's site has to say again who it is.
    """

    secret: str
    lifetime: timedelta = timedelta(days=7)
    known_lifetime: timedelta = timedelta(hours=1)

    def issue(self, visitor: str | None = None, scope: Scope = Scope.CUSTOMER) -> str:
        """Return a token for a visitor seen before, or for a new one."""
        return self._sign(Visitor(visitor or uuid.uuid4().hex, scope), self.lifetime)

    def issue_known(self, identity: Identity) -> str:
        """Return a token for a customer whom the bank knows."""
        known = Visitor(identity.id, Scope.CUSTOMER, ACCOUNT, identity.name)
        return self._sign(known, self.known_lifetime)

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
            scope, channel = Scope(claims.get("scope", "")), str(claims.get("channel", CHANNEL))
        except (jwt.InvalidTokenError, ValueError) as error:
            raise BadToken from error
        if channel not in _CHANNELS:
            raise BadToken
        return Visitor(str(claims["sub"]), scope, channel, str(claims.get("name", "")))

    def renew(self, token: str | None) -> str:
        """Return a fresh token for the same visitor; a new visitor when it is not valid.

        Nobody stays a known customer by this: that takes the bank's word each time.
        """
        try:
            visitor = self.verify(token) if token else None
        except BadToken:
            visitor = None
        return self.issue(visitor.id if visitor and visitor.channel == CHANNEL else None)

    def _sign(self, visitor: Visitor, lifetime: timedelta) -> str:
        now = datetime.now(UTC)
        claims = {
            "sub": visitor.id,
            "aud": _AUDIENCE,
            "scope": visitor.scope.value,
            "channel": visitor.channel,
            "name": visitor.name,
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode(claims, self.secret, _ALGORITHM)
