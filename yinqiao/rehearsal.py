"""A few turns before the first customer's, so that "ready" means ready.

What is loaded with its first use (dictionaries, spaCy, the encoders' first run, connections from
process to process) takes seconds. A rehearsal asks Rasa, and through it the actions and the
search, and passes what they say through the gate. It goes no further: nothing is committed, no
log, archive or audit chain sees it, and Rasa's tracker of it is forgotten.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from conversation.approved import Author
from conversation.conversation import Conversation, Customer, Owner
from conversation.errors import Blocked, BotUnavailable, Unavailable
from conversation.message import Kind, Message, Sender
from conversation.ports import Bot, Gate

_LOG = logging.getLogger(__name__)
_PAUSE = 0.5
_ASKED = (
    "怎么挂失银行卡",
    # Worded as nobody has asked yet: the search has to compute, and finds terms of every kind.
    "想打听一下昨天存的三千元定期，提前支取的话利息会怎么算呢",
    "您好",
)

Forget = Callable[[str], Awaitable[object]]
"""Removes the tracker of the conversation with this id."""


@dataclass(slots=True)
class Rehearsal:
    """Rehearses until every turn has been answered, or patience, in seconds, is at its end.

    A bot that does not come is no reason to send customers away: their messages are kept, and
    people can be reached. So `over` becomes true then, too, and never becomes false again.
    """

    bot: Bot
    gate: Gate
    forget: Forget
    patience: float
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    over: bool = False

    async def run(self) -> None:
        """Rehearse; see the class."""
        began = time.monotonic()
        while not (done := await self._turns()) and time.monotonic() - began < self.patience:
            await self.pause(_PAUSE)
        if not done:
            _LOG.warning("serving without a rehearsal: the bot does not answer")
        self.over = True

    async def _turns(self) -> bool:
        """Take all turns in a conversation that nobody has; tell whether all were answered."""
        now = datetime.now(UTC)
        name = f"rehearsal-{uuid4().hex}"
        stage = Conversation(name, Customer("rehearsal", name), Owner.BOT, 1, now, now)
        try:
            for number, text in enumerate(_ASKED):
                moment = f"{now.timestamp() * 1000:.0f}-{number}"
                message = Message(moment, name, Sender.CUSTOMER, Kind.TEXT, text)
                await self._turn(stage, message)
        except BotUnavailable:
            return False
        finally:
            with contextlib.suppress(Unavailable):
                await self.forget(name)
        return True

    async def _turn(self, stage: Conversation, message: Message) -> None:
        reply = await self.bot.reply(stage, message)
        known = reply.understanding
        with contextlib.suppress(Blocked):
            # In a thread, as in a turn: customers who are there already are served meanwhile.
            await asyncio.to_thread(
                self.gate.approve,
                stage,
                Author(Sender.BOT, stage.epoch),
                reply.drafts,
                intent=known.intent,
                entities=known.entities,
            )
