"""A TCP proxy between two processes that can delay, reset or hold back what passes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

_PIECE = 65_536
_DELAY = 0.1
"""Seconds for which a delaying proxy holds every piece."""


class Weather(StrEnum):
    """What becomes of the bytes."""

    FAIR = "fair"
    DELAYED = "delayed"
    RESET = "reset"
    BLACK_HOLE = "black hole"


@dataclass(slots=True)
class Proxy:
    """Listens on `port` and passes everything on to the port `target`, as the weather allows."""

    target: int = 0
    port: int = 0
    weather: Weather = Weather.FAIR
    carried: int = 0
    """Bytes that went through."""
    hindered: int = 0
    """Connections and pieces that met foul weather."""
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _passable: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Begin fair."""
        self._passable.set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Proxy]:
        """Serve while open."""
        server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            # Not cancelled: the streams of Python 3.11 complain of that. Without lines they end.
            self.turn(Weather.RESET)
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def turn(self, weather: Weather) -> None:
        """Change the weather for old lines and new ones.

        What fell into a black hole comes out at its end, as TCP sends again what was not
        acknowledged: late, and perhaps when nobody waits for it any more.
        """
        self.weather = weather
        if weather is Weather.RESET:
            self._cut()
        if weather is Weather.BLACK_HOLE:
            self._passable.clear()
        else:
            self._passable.set()

    def _cut(self) -> None:
        for line in self._lines:
            # Without lingering, closing is a reset.
            line.transport.abort()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._lines.add(writer)
        try:
            if self.weather is Weather.RESET:
                self.hindered += 1
                return
            with contextlib.suppress(OSError):
                await self._join(reader, writer)
        finally:
            self._lines.discard(writer)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self._lines.add(back)
        try:
            if self.weather is Weather.RESET:
                return
            ways = [
                asyncio.create_task(self._carry(reader, back)),
                asyncio.create_task(self._carry(there, writer)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self._lines.discard(back)
            back.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while piece := await source.read(_PIECE):
            if self.weather is not Weather.FAIR:
                self.hindered += 1
            if self.weather is Weather.DELAYED:
                await asyncio.sleep(_DELAY)
            await self._passable.wait()
            sink.write(piece)
            await sink.drain()
            self.carried += len(piece)
