"""Tells the receiver what happened: in order, at least once, from the last place on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.webhooks.event import Event, Events
from connectors.webhooks.ledger import HoldLost, Ledger
from connectors.webhooks.receiver import Later, NotTaken, Receiver
from conversation.errors import Unavailable

_LOG = logging.getLogger(__name__)
_REFUSALS = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class WebhookCourier:
    """Delivers while it has the hold.

    A receiver that is down is waited for, and every later event with it: order is kept. Given up,
    as a dead letter, is an event that the receiver refuses five times, or could not take within
    `patience` of its happening.
    """

    events: Events
    ledger: Ledger
    receiver: Receiver
    patience: timedelta = timedelta(hours=24)
    every: float = 2.0
    clock: Callable[[], datetime] = _now
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Deliver until cancelled; whatever fails is begun anew from the stored place."""
        while True:
            with contextlib.suppress(HoldLost, Unavailable):
                if await self.ledger.take():
                    await self._serve()
            await self.pause(self.every)

    async def _serve(self) -> None:
        try:
            place = await self._begin()
            while True:
                place = await self._tell(place)
                await self._wait(self.every)
        finally:
            with contextlib.suppress(HoldLost, Unavailable):
                await self.ledger.let_go()

    async def _begin(self) -> int:
        """Return where to go on. The first time that is now: nobody wants the past at once."""
        place = await self.ledger.place()
        if place is None:
            place = await self.events.head()
            await self.ledger.advance(place)
        return place

    async def _tell(self, place: int) -> int:
        """Deliver everything there is; returns the place behind it."""
        while True:
            batch = await self.events.after(place)
            for event in batch.events:
                await self._deliver(event)
            if batch.upto > place:
                await self.ledger.advance(batch.upto)
                place = batch.upto
            if not batch.events:
                return place

    async def _deliver(self, event: Event) -> None:
        while True:
            await self.ledger.keep()
            try:
                await self.receiver.call(event)
            except NotTaken as error:
                failures = await self.ledger.failed()
                if self._is_hopeless(event, error, failures):
                    await self._bury(event, error)
                    return
                await self._wait(_pause(failures, error))
            else:
                await self.ledger.advance(event.place)
                return

    def _is_hopeless(self, event: Event, error: NotTaken, failures: int) -> bool:
        refused = not isinstance(error, Later) and failures >= _REFUSALS
        return refused or self.clock() - event.at > self.patience

    async def _bury(self, event: Event, error: NotTaken) -> None:
        await self.ledger.bury(event, str(error))
        facts = {"event": event.id, "type": event.type, "reason": str(error)}
        _LOG.error("webhook event given up", extra=facts)

    async def _wait(self, seconds: float) -> None:
        """Wait, and keep the hold meanwhile."""
        while seconds > 0:
            step = min(seconds, self.ledger.hold_seconds / 3)
            await self.pause(step)
            await self.ledger.keep()
            seconds -= step


def _pause(failures: int, error: NotTaken) -> float:
    """Return how long to wait: twice as long each time, spread, and as long as was asked for."""
    longest = min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 20), _LONGEST_PAUSE)
    spread = longest * (0.5 + random.random() / 2)  # noqa: S311 - not a secret
    return max(spread, error.after if isinstance(error, Later) else 0.0)
