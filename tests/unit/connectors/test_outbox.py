"""What a follower of the log is told."""

from __future__ import annotations

from connectors.outbox import Cursor, Outbox
from conversation.conversation import Customer
from conversation.memory_signals import MemorySignals
from conversation.message import Message
from tests.unit.conversation.doubles import Bench, EchoBot

CUSTOMER = Customer("web", "visitor")


async def test_the_state_that_comes_with_words_is_not_older_than_they_are() -> None:
    bench = Bench(EchoBot())
    said = await bench.hear(CUSTOMER, "我要投诉")
    read, overtaken = bench.store.log, False

    async def log(conversation_id: str, *, after: str = "0-0", limit: int = 100) -> list[Message]:
        """Read, after the customer has said something that nobody knew of before."""
        nonlocal overtaken
        if not overtaken:
            overtaken = True
            await bench.hear(CUSTOMER, "我被骗了")
        return await read(conversation_id, after=after, limit=limit)

    bench.store.log = log  # type: ignore[method-assign]
    outbox = Outbox(bench.store, bench.queue, MemorySignals(bench.store.wake))
    update = await outbox.read(CUSTOMER, Cursor.of(said[-1]))
    assert "我被骗了" in [message.text for message in update.messages]
    assert update.status.reason == "fraud"
