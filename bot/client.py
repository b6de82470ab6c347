"""The core's `Bot` port, spoken to Rasa over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from bot.entities import entities_of
from bot.errors import UnknownValue
from bot.values import render
from bot.wire import reply_of
from conversation.conversation import Conversation
from conversation.errors import BotUnavailable
from conversation.message import LARGE_TEXT, Message
from conversation.turn import BotReply

_PATH = "/webhooks/yinqiao/"
_BANK_TIME = ZoneInfo("Asia/Shanghai")
Values = Callable[[], Mapping[str, str]]
"""Returns the named values in service; asked at every reply, in a thread."""


class RasaBot:
    """`conversation.ports.Bot` on the channel of `bot.components.channel`.

    Every failure is `BotUnavailable`: no connection, a timeout, an HTTP error, an answer that is
    no answer, silence, or an utterance whose named value nobody has defined. Sending the same
    message again is safe: the channel answers a message id once.
    """

    def __init__(
        self,
        url: str,
        timeout: float = 10.0,
        *,
        values: Values = dict,
        zone: tzinfo = _BANK_TIME,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Speak to Rasa at `url`, at most `timeout` seconds a turn; `values` fill utterances.

        Days are counted in `zone`.
        """
        self._values = values
        self._zone = zone
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout, transport=transport)

    async def reply(self, conversation: Conversation, message: Message) -> BotReply:
        """See `Bot.reply`."""
        answer = await self._post(
            {
                "sender": conversation.id,
                "message": message.text,
                "message_id": message.id,
                "metadata": {
                    "channel": conversation.customer.channel,
                    "large_text": message.data.get(LARGE_TEXT, False),
                    "alarmed": conversation.alarmed,
                },
            }
        )
        values = await asyncio.to_thread(self._values)
        try:
            reply = reply_of(answer, lambda text: render(text, values))
        except (KeyError, TypeError, ValueError, AttributeError, UnknownValue) as error:
            message_ = f"the bot's answer is unusable: {error}"
            raise BotUnavailable(message_) from error
        return _with_entities(reply, message.text, message.at.astimezone(self._zone).date())

    async def _post(self, body: dict[str, Any]) -> Any:
        try:
            response = await self._http.post(f"{_PATH}webhook", json=body)
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise BotUnavailable(f"{type(error).__name__}: {error}") from error
        if not isinstance(answer, dict) or answer.get("failed", True):
            raise BotUnavailable
        return answer

    async def warm(self) -> None:
        """Load in a thread what the first reply needs.

        It takes seconds, in which no lease would be renewed and nobody else be served.
        """
        await asyncio.to_thread(entities_of, "你好")

    async def ready(self) -> bool:
        """Tell whether Rasa has its model loaded."""
        try:
            return (await self._http.get(_PATH)).is_success
        except httpx.HTTPError:
            return False

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _with_entities(reply: BotReply, text: str, today: date) -> BotReply:
    """Add the terms of the customer's words; they travel with the handoff."""
    found = entities_of(text, today)
    understanding = reply.understanding
    known = replace(understanding, entities=(*understanding.entities, *found))
    handoff = reply.handoff
    carried = handoff and replace(handoff, entities=(*handoff.entities, *found))
    return replace(reply, understanding=known, handoff=carried)
