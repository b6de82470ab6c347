"""`Places` on a Redis-protocol server, beside the customer's other keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.outbox import Cursor
from conversation.conversation import Customer
from conversation.redis_scripts import reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class RedisPlaces:
    """A place that nobody comes back to is forgotten `after` a while."""

    client: Redis
    after: timedelta = timedelta(days=7)

    async def reached(self, client: str, customer: Customer) -> Cursor | None:
        """See `Places.reached`."""
        async with reachable():
            held = await self.client.get(_key(client, customer))
        return Cursor.parse(str(held)) if held else None

    async def reach(self, client: str, customer: Customer, cursor: Cursor) -> None:
        """See `Places.reach`."""
        async with reachable():
            await self.client.set(_key(client, customer), str(cursor), ex=self.after)


def _key(client: str, customer: Customer) -> str:
    return f"yq:{{{customer.key}}}:place:{client}"
