"""`Signals` in a dictionary: the double for tests and trials in one process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from conversation.signals import TYPING_SECONDS, Mark, Side, Signs, order


def _system_clock() -> datetime:
    return datetime.now(UTC)


class MemorySignals:
    """The signs of one process."""

    def __init__(
        self,
        wake: Callable[[str], None] = lambda _: None,
        clock: Callable[[], datetime] = _system_clock,
    ) -> None:
        """Call `wake` with a conversation that has a new sign; read the time from `clock`."""
        self._wake = wake
        self._clock = clock
        self._typing: dict[tuple[str, Side], datetime] = {}
        self._marks: dict[tuple[str, Mark], str] = {}

    async def type(self, conversation_id: str, side: Side) -> None:
        """See `Signals.type`."""
        known = side in (await self.of(conversation_id)).typing
        self._typing[conversation_id, side] = self._clock()
        if not known:
            self._wake(conversation_id)

    async def said(self, conversation_id: str, side: Side) -> None:
        """See `Signals.said`."""
        if self._typing.pop((conversation_id, side), None):
            self._wake(conversation_id)

    async def mark(self, conversation_id: str, mark: Mark, entry: str) -> None:
        """See `Signals.mark`."""
        before = self._marks.get((conversation_id, mark), "0-0")
        if order(entry) > order(before):
            self._marks[conversation_id, mark] = entry
            self._wake(conversation_id)

    async def of(self, conversation_id: str) -> Signs:
        """See `Signals.of`."""
        since = self._clock() - timedelta(seconds=TYPING_SECONDS)
        believed = (side for side in Side if self._at(conversation_id, side) > since)
        marks = {
            mark.value: self._marks[conversation_id, mark]
            for mark in Mark
            if (conversation_id, mark) in self._marks
        }
        return Signs(frozenset(believed), **marks)

    def _at(self, conversation_id: str, side: Side) -> datetime:
        return self._typing.get((conversation_id, side), datetime.min.replace(tzinfo=UTC))
