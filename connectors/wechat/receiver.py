"""What becomes of a push: the log takes it, somebody follows, and only then it is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.errors import BadText
from connectors.greeter import Greeter
from connectors.ingress import MAX_TEXT, Ingress
from connectors.wechat.errors import ApiError
from connectors.wechat.ports import Deliveries, Media
from connectors.wechat.push import Push
from connectors.wechat.quota import Deed
from connectors.wechat.redis_deliveries import CHANNEL
from connectors.wechat.rendering import option_of
from connectors.wechat.splitting import split
from connectors.wechat.wording import Wording
from conversation.conversation import Customer, conversation_id
from conversation.errors import BadFile, ConversationError
from conversation.files import Files
from conversation.message import Kind
from conversation.ports import Conversations

_LOG = logging.getLogger(__name__)
_FILES = {"image", "file"}
_MEDIA_SECONDS = 2.0  # WeChat waits five for the acknowledgement


@dataclass(frozen=True, slots=True)
class Deeds:
    """What pushes allow us to answer: events by name, and the click on a menu we have sent."""

    events: Mapping[str, Deed]
    menu: Deed

    def of(self, push: Push) -> Deed | None:
        """Return what `push` allows; None for an event that asks for nothing."""
        if push.kind == "event":
            return self.events.get(push.event)
        return self.menu if "bizmsgmenuid" in push.fields else Deed.MESSAGE


DEEDS = Deeds(dict.fromkeys(("subscribe", "scan", "click"), Deed.CLICK), Deed.CLICK)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where customers' files come from, and where they are put."""

    media: Media
    files: Files


@dataclass(frozen=True, slots=True)
class Receiver:
    """Takes pushes; `attend` starts the delivery to a customer in this process."""

    conversations: Conversations
    ingress: Ingress
    greeter: Greeter
    deliveries: Deliveries
    wording: Wording
    attend: Callable[[Customer], None]
    channel: str = CHANNEL
    deeds: Deeds = DEEDS
    shelf: Shelf | None = None

    async def receive(self, push: Push) -> None:
        """Take one push; safe to repeat. Raises `Busy` or `Unavailable`: then it must come again.

        Nothing here waits for the bot.
        """
        deed = self.deeds.of(push)
        if deed is None:
            _LOG.info("WeChat event is not used", extra={"event": push.event})
            return
        customer = Customer(self.channel, push.open_id)
        await self.deliveries.arrived(customer, deed, push.at, push.client_id)
        # Whoever writes without having followed us learns here that a robot answers.
        await self.greeter.greet(customer)
        if push.event == "click":
            await self._text(customer, push, push.fields.get("EventKey", ""))
        elif push.kind == "text" or push.fields.get("Recognition"):
            await self._text(customer, push, await self._words(customer, push))
        elif push.kind != "event":
            await self._other(customer, push)
        self.attend(customer)

    async def _words(self, customer: Customer, push: Push) -> str:
        """Return what the customer wrote, said, or chose from a menu."""
        chosen = option_of(push.fields.get("bizmsgmenuid", ""))
        if chosen is not None:
            cursor, number = chosen
            conversation = conversation_id(customer.key, cursor.number)
            before = f"{cursor.entry[0] - 1}-{2**63}"
            for message in await self.conversations.log(conversation, after=before, limit=50):
                if message.id == cursor.log_entry and number in range(len(message.options)):
                    return message.options[number].text
        return push.fields.get("Content") or push.fields.get("Recognition", "")

    async def _text(self, customer: Customer, push: Push, text: str) -> None:
        """Accept a text; one that is longer than a message can be becomes several.

        That one is redacted before it is cut, so that no cut hides what must not be kept.
        """
        pieces = [text]
        if len(text) > MAX_TEXT:
            pieces = split(self.ingress.redact(text), MAX_TEXT) or [""]
        try:
            for number, piece in enumerate(pieces):
                name = push.client_id + (f".{number}" if number else "")
                await self.ingress.accept(customer, name, piece)
        except BadText:
            await self._other(customer, push)

    async def _other(self, customer: Customer, push: Push) -> None:
        """Accept what is no text: the bot asks for words, an agent sees that something came."""
        placeholder = self.wording.placeholder(push.kind)
        media_id = push.fields.get("MediaId", "")
        if self.shelf and push.kind in _FILES and media_id:
            try:
                async with asyncio.timeout(_MEDIA_SECONDS):
                    content = await self.shelf.media.download(media_id)
                await self._file(self.shelf.files, customer, push, content)
            except (ApiError, BadFile, TimeoutError) as error:
                _LOG.warning("a file was not taken", extra={"reason": type(error).__name__})
            else:
                return
        await self.ingress.accept(customer, push.client_id, placeholder, Kind.MENU)

    async def _file(self, files: Files, customer: Customer, push: Push, content: bytes) -> None:
        """Accept a picture or a document, under the words that stand for its kind."""
        name = self.wording.placeholder(push.kind)
        conversation = await self.conversations.open(customer)
        stored = await files.put(conversation.id, name, content)
        try:
            accepted = await self.ingress.accept(customer, push.client_id, name, files=(stored,))
        except ConversationError:
            await files.drop(customer.key, stored.id)
            raise
        if accepted.duplicate:
            await files.drop(customer.key, stored.id)
