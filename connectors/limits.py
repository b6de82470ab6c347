"""How fast anybody may write: so many messages a minute from one visitor, account or address."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from connectors.errors import TooFast
from conversation.address import site_of
from conversation.conversation import Customer

ACCOUNT = "bank"
"""The channel of customers whom the bank's own site has identified."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds, and as many at once."""

    amount: int
    seconds: float = 60.0


class Buckets(Protocol):
    """Counts what was taken, over all replicas. Raises `StoreUnavailable`."""

    async def take(self, bucket: str, rate: Rate) -> float:
        """Take one and return 0; or take nothing and return the seconds until there is one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is counted, each against its own rate; None: not limited."""

    buckets: Buckets
    visitor: Rate | None = None
    account: Rate | None = None
    address: Rate | None = None
    sessions: Rate | None = None

    async def message(self, customer: Customer, address: str | None) -> None:
        """Count one message of a customer; raises `TooFast`, `StoreUnavailable`."""
        await self._address("address", address, self.address)
        known = customer.channel == ACCOUNT
        await self._take(f"{{{customer.key}}}:written", self.account if known else self.visitor)

    async def session(self, address: str | None) -> None:
        """Count one new line or session; raises `TooFast`, `StoreUnavailable`."""
        await self._address("sessions", address, self.sessions)

    async def _address(self, what: str, address: str | None, rate: Rate | None) -> None:
        site = site_of(address)
        await self._take(f"{what}:{site}", rate if site else None)

    async def _take(self, bucket: str, rate: Rate | None) -> None:
        if rate is None:
            return
        if wait := await self.buckets.take(bucket, rate):
            raise TooFast(retry_after=max(1, math.ceil(wait)))
