"""The product as customers meet it: each case through the running system."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from conversation.turn import Route
from yinqiao import asking
from yinqiao.evaluation.cases import Case
from yinqiao.evaluation.figures import Outcome


class Asks(Protocol):
    """Asks a running system; `yinqiao.asking.Asker` does."""

    def each(
        self, texts: Sequence[str], *, one_conversation: bool
    ) -> AsyncIterator[asking.Outcome]:
        """Yield what became of each text."""
        ...


async def outcomes_of(asker: Asks, cases: Sequence[Case]) -> AsyncIterator[Outcome]:
    """Yield the outcome of each case, each in a conversation of its own.

    Raises:
        GatewayUnreachable, Refused: as asking does.
    """
    said = asker.each([case.text for case in cases], one_conversation=False)
    waiting = iter(cases)
    async for outcome in said:
        turn = outcome.turn or {}
        yield Outcome(
            next(waiting),
            Route(turn["route"]),
            turn["intent"],
            float(turn["confidence"]),
            outcome.seconds,
        )
