"""Sees to it that every customer who is to be followed is followed by exactly one replica."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from connectors.wechat.delivery import Counter, Delivery
from connectors.wechat.errors import ApiError, HoldLost
from conversation.conversation import Customer
from conversation.errors import Unavailable

_LOG = logging.getLogger(__name__)
_PATIENCE = 0.2


@dataclass(slots=True)
class Courier:
    """Starts deliveries: at once where a push came in, and by looking around for the others."""

    counter: Counter
    round_seconds: float = 2.0
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Look after all followed customers until cancelled; holds are given back at the end."""
        try:
            while not _is_cancelled():
                with contextlib.suppress(Unavailable):
                    for customer in await self.counter.deliveries.followed():
                        self.attend(customer)
                await asyncio.sleep(self.round_seconds)
        finally:
            await self._stop()

    async def _stop(self) -> None:
        """End all deliveries. redis-py may lose a cancellation on 3.11, so it is repeated."""
        while tasks := set(self._running.values()):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=_PATIENCE)

    def attend(self, customer: Customer) -> None:
        """Deliver to a customer unless this process does so already."""
        if customer.id not in self._running:
            task = asyncio.create_task(self._deliver(customer))
            self._running[customer.id] = task
            task.add_done_callback(lambda _: self._running.pop(customer.id, None))

    async def _deliver(self, customer: Customer) -> None:
        try:
            if hold := await self.counter.deliveries.take(customer):
                await Delivery(self.counter, hold).run()
        except (HoldLost, ApiError, Unavailable):
            pass  # the next round goes on from what is stored
        except Exception:  # noqa: BLE001 - one customer's trouble must not stop the others
            _LOG.exception("delivery failed", extra={"customer": customer.key})


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
