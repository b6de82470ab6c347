"""How far the receiver was told, and what it never took; on a Redis-protocol server."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from connectors.webhooks.event import Event
from conversation.redis_scripts import reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis

_LUA = Path(__file__).parent / "lua"
_HOLD, _STATE, _DEAD = (f"yq:{{webhooks}}:{part}" for part in ("hold", "state", "dead"))
_MOST = 10_000


class HoldLost(Exception):
    """Another replica delivers now."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that the receiver never took, and how it answered at last."""

    id: str
    event: Event
    why: str


class Ledger:
    """One replica at a time delivers: every step is fenced by its hold. Raises `StoreUnavailable`.

    A replica that is frozen past its hold can at most send an event once more; it cannot move
    the place.
    """

    def __init__(self, client: Redis, *, hold_seconds: float = 30.0) -> None:
        """Work through `client`, which must decode responses."""
        self._client = client
        self._step_script = client.register_script((_LUA / "step.lua").read_text("utf-8"))
        self._token = secrets.token_hex(16)
        self.hold_seconds = hold_seconds

    async def take(self) -> bool:
        """Take the hold; False while another replica has it."""
        async with reachable():
            return bool(await self._client.set(_HOLD, self._token, nx=True, px=self._milliseconds))

    async def keep(self) -> None:
        """Keep the hold; raises `HoldLost`."""
        await self._step("keep")

    async def let_go(self) -> None:
        """Give the hold back; raises `HoldLost`."""
        await self._step("release")

    async def place(self) -> int | None:
        """Return the place up to which the receiver was told, None before the first time."""
        async with reachable():
            held: Any = await self._client.hget(_STATE, "place")
        return int(held) if held else None

    async def advance(self, place: int) -> None:
        """The receiver was told up to `place`; raises `HoldLost`."""
        await self._step("advance", place)

    async def failed(self) -> int:
        """Count a failure of the next event; returns how often it failed. Raises `HoldLost`."""
        return await self._step("failed")

    async def bury(self, event: Event, why: str) -> None:
        """Give an event up and go on behind it: one step. Raises `HoldLost`."""
        letter = {
            **asdict(event),
            "at": event.at.isoformat(),
            "why": why,
        }
        await self._step("bury", event.place, orjson.dumps(letter).decode(), _MOST)

    async def dead(self) -> Sequence[DeadLetter]:
        """Return the dead letters, oldest first; the oldest of very many are gone."""
        async with reachable():
            found: Any = await self._client.xrange(_DEAD)
        return [_letter(identifier, orjson.loads(fields["letter"])) for identifier, fields in found]

    async def remove(self, letter: DeadLetter) -> None:
        """Remove a dead letter."""
        async with reachable():
            await self._client.xdel(_DEAD, letter.id)

    @property
    def _milliseconds(self) -> int:
        return int(self.hold_seconds * 1000)

    async def _step(self, step: str, *arguments: str | int) -> int:
        async with reachable():
            done = await self._step_script(
                keys=[_HOLD, _STATE, _DEAD],
                args=[self._token, self._milliseconds, step, *arguments],
            )
        if not done:
            raise HoldLost
        return int(done)


def _letter(identifier: str, held: dict[str, Any]) -> DeadLetter:
    at = datetime.fromisoformat(held["at"])
    event = Event(held["place"], held["id"], held["type"], at, held["data"])
    return DeadLetter(identifier, event, held["why"])
