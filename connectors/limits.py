"""How fast anybody may write: so many messages a minute from one visitor, account or address."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from typing import Protocol

from connectors.errors import TooFast
from conversation.conversation import Customer

ACCOUNT = "bank"
"""The channel of customers whom the bank's own site has identified."""
_IPV6_SITE = 64
"""Bits of an IPv6 address that one household or company has."""


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


def site_of(address: str | None) -> str | None:
    """Return what an address is counted under, None for one that says nothing about who asks.

    Loopback is this machine, or a proxy that does not tell for whom it asks: limiting it would
    punish everybody at once.
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    if mapped.is_loopback:
        return None
    if mapped.version == 4:  # noqa: PLR2004 - the protocol's number
        return str(mapped)
    return str(ipaddress.ip_network((mapped, _IPV6_SITE), strict=False))
