"""Sees to it that every customer who is to be followed is followed by exactly one replica."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.wechat.delivery import Counter, Delivery
from connectors.wechat.redis_deliveries import CHANNEL
from connectors.wechat.rounds import Rounds
from conversation.conversation import Customer


@dataclass(slots=True)
class Courier:
    """Starts deliveries: at once where a push came in, and by looking around for the others."""

    counter: Counter
    channel: str = CHANNEL
    round_seconds: float = 2.0
    _rounds: Rounds = field(init=False)

    def __post_init__(self) -> None:
        """Wire the rounds."""
        self._rounds = Rounds(self._followed, self._deliver, self.round_seconds)

    async def run(self) -> None:
        """Look after all followed customers until cancelled; holds are given back at the end."""
        await self._rounds.run()

    def attend(self, customer: Customer) -> None:
        """Deliver to a customer unless this process does so already."""
        self._rounds.attend(customer.id)

    async def _followed(self) -> list[str]:
        return [customer.id for customer in await self.counter.deliveries.followed()]

    async def _deliver(self, customer_id: str) -> None:
        if hold := await self.counter.deliveries.take(Customer(self.channel, customer_id)):
            await Delivery(self.counter, hold).run()
