"""An agent reads a customer's earlier conversations, and that is recorded."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conversation.conversation import Conversation
from conversation.errors import OwnerChanged
from conversation.message import Kind, Message, Sender
from handoff.backdrop import Backdrop
from handoff.lookback import Lookback
from handoff.mood import Heard
from tests.unit.handoff.room import LIN, ZHOU, Room


class Shelf:
    """One earlier conversation, with a record that is not for reading."""

    async def of(self, conversation: Conversation, heard: Sequence[Heard]) -> Backdrop:
        """See `Backdrops.of`."""
        del conversation, heard
        return Backdrop()

    async def log(self, conversation: Conversation, number: int) -> Sequence[Message]:
        """See `Backdrops.log`."""
        name = f"{conversation.customer.key}-{number}"
        return (
            Message("1-0", name, Sender.CUSTOMER, Kind.TEXT, "上次的事"),
            Message("2-0", name, Sender.SYSTEM, Kind.TURN, ""),
        )


async def test_only_who_serves_looks_back_and_every_look_is_recorded() -> None:
    room = Room()
    identifier = await room.waits("a")
    await room.desk.claim(ZHOU)
    lookback = Lookback(room.desk, Shelf())
    (said,) = await lookback.earlier(ZHOU, identifier, 1)
    assert said.text == "上次的事"
    row = ("desk.look_back", "zhou", identifier, {"earlier": 1})
    assert row in room.book.rows
    with pytest.raises(OwnerChanged):
        await lookback.earlier(LIN, identifier, 1)
    assert room.book.rows.count(row) == 1
