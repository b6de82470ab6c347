"""The desk's one page: three columns, kept in step with the queue and the logs."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from nicegui import Client, ui

from compliance.errors import ComplianceError
from conversation.conversation import Conversation, Owner
from conversation.errors import Blocked, Closed, ConversationError, OwnerChanged
from conversation.message import Message
from handoff.accounts import Account
from handoff.composing import Composing
from handoff.desk.assist_view import AssistView
from handoff.desk.backdrop_view import BackdropView
from handoff.desk.context_panel import ContextPanel
from handoff.desk.conversation_view import ConversationView, Deeds
from handoff.desk.handing_on import HandingOn
from handoff.desk.held import Held
from handoff.desk.offer_view import OfferView
from handoff.desk.opened import Opened
from handoff.desk.parts import Parts
from handoff.desk.queue_view import QueueView
from handoff.desk.shortcuts import Shortcuts
from handoff.desk.theme import box
from handoff.desk.top_bar import TopBar
from handoff.desk.unmask_view import UnmaskView
from handoff.desk.writing import Writing
from handoff.errors import HandoffError
from handoff.service import LONGEST

Result = TypeVar("Result")

_REFUSALS = (ConversationError, HandoffError, ComplianceError)
_TICK = 1.0
_BEAT = 20.0


class DeskPage:
    """One browser tab of one agent. Everything it shows comes from the log and the queue."""

    def __init__(self, parts: Parts, account: Account, client: Client) -> None:
        """Build the columns inside the current element."""
        self._parts = parts
        self._service = parts.service
        self._account = account
        self._client = client
        self._held = Held(parts.service, client, self._refresh)
        self._selected: Opened | None = None
        labels, zone, routing = parts.labels, parts.settings.zone, parts.service.routing
        self._top = TopBar(parts.settings, account, labels)
        self._queue = QueueView(labels, routing, parts.levels, self.select, self.claim)
        with self._queue.head:
            self._offers = OfferView(labels, routing, self.accept, self.decline)
        handing_on = HandingOn(parts, lambda: self._account, lambda: self._selected, self._attempt)
        self._writing = Writing(
            *(parts, lambda: self._account, lambda: self._selected, self._attempt, self.send)
        )
        propose = handing_on.propose if parts.proposals else None
        deeds = Deeds(self.close, self.hand_back, handing_on.transfer, handing_on.note, propose)
        with self._top.tools:
            self._state = handing_on.state_choice()
        self._view = ConversationView(labels, zone, deeds, self._writing, parts.replies)
        if parts.releases:
            self._view.composer.blocked.on_ask = handing_on.ask_release
        Shortcuts(
            {
                "KeyN": lambda: self.claim(None),
                "KeyA": self.accept_first,
                "KeyB": handing_on.note,
                "KeyT": handing_on.transfer,
                "KeyR": self.hand_back,
                "KeyX": self.close,
                "ArrowUp": lambda: self.step(-1),
                "ArrowDown": lambda: self.step(1),
            }
        )
        with box("right", "aside", aria_label="客户与会话信息"):
            self._assist = AssistView(parts.assist, self._view.composer.insert)
            self._backdrop = BackdropView(parts, self._look_into)
            self._context = ContextPanel(labels, zone)
            self._masked = UnmaskView(parts, self._present, self._try)

    async def start(self, wanted: str) -> None:
        """Show what the agent holds, open `wanted` if it is among it, and keep in step."""
        self._client.on_delete(self._held.stop)
        ui.timer(_TICK, self._tick)
        ui.timer(_BEAT, self._beat)
        await self._try(self._service.at_desk(self._account))
        await self._parts.board.look()
        await self._try(self._load_mine())
        mine = self._held.ids
        first = wanted if wanted in mine else next(iter(mine), None)
        if first:
            await self.select(first)
        await self._tick()

    async def select(self, conversation_id: str) -> None:
        """Open a conversation of mine."""
        opened = self._held.of(conversation_id)
        if opened is None:
            return
        before, self._selected = self._selected, opened
        self._queue.selected = opened.id
        self._view.show(opened)
        self._context.show(opened)
        self._allow()
        self._view.composer.fill(self._writing.kept(opened))
        self._view.composer.focus()
        if before and before.id not in self._held.ids and before is not opened:
            self._held.forget(before.id)
        self._show_mine()
        await self._look_back(opened)
        ui.navigate.history.replace(f"/?c={opened.id}")

    async def claim(self, conversation_id: str | None) -> None:
        """Claim a customer, or the next one, and open the conversation."""
        await self._renew_account()  # a limit that a supervisor has just changed holds
        await self._take(self._service.claim(self._account, conversation_id))

    async def accept(self, conversation_id: str) -> None:
        """Take what is offered, and open the conversation."""
        await self._take(self._parts.pushing.accept(self._account, conversation_id))

    async def decline(self, conversation_id: str) -> None:
        """Leave what is offered to the next agent."""
        await self._attempt(self._parts.pushing.decline(self._account, conversation_id))
        await self._tick()

    async def accept_first(self) -> None:
        """Take the offer that ends soonest."""
        for offer in self._parts.board.offers(self._account)[:1]:
            await self.accept(offer.conversation_id)

    async def step(self, by: int) -> None:
        """Open the conversation `by` places further down the list, round at its ends."""
        mine = self._held.ids
        now = self._selected.id if self._selected else ""
        if mine:
            at = mine.index(now) if now in mine else -max(by, 0)
            await self.select(mine[(at + by) % len(mine)])

    async def _take(self, deed: Awaitable[Conversation]) -> None:
        conversation = await self._try(deed)
        await self._parts.board.look()
        await self._try(self._load_mine())
        if conversation is not None:
            self._parts.metrics.claims.inc()
            await self.select(conversation.id)
        await self._tick()

    async def send(self, said: str) -> bool:
        """Say something in the open conversation; False when it was not said.

        Sentences leave one by one, in the order they were written, each into the conversation
        that was open then. Following the log shows them.
        """
        opened = self._selected
        if opened is None:
            return False
        if len(said) > LONGEST:
            self._tell("too_long")
            return False
        try:
            quoted = self._assist.quoted(said)
            async with opened.saying:
                await self._service.send(self._account, opened.id, said, quoted)
        except Blocked as blocked:
            self._parts.metrics.blocked.inc()
            if opened is self._selected:
                self._view.composer.blocked.show(said.strip(), blocked.findings)
            return False
        except _REFUSALS as error:
            self._failed(error)
            await self._try(self._refresh(opened), quiet=True)
            return False
        self._parts.metrics.sent.inc()
        return True

    async def close(self) -> None:
        """End the open conversation."""
        if opened := self._selected:
            await self._end(opened, self._service.close(self._account, opened.id))

    async def hand_back(self) -> None:
        """Give the open conversation back to the bot."""
        if opened := self._selected:
            await self._end(opened, self._service.hand_back(self._account, opened.id))

    async def _end(self, opened: Opened, deed: Awaitable[None]) -> None:
        await self._try(deed)
        await self._try(self._refresh(opened), quiet=True)
        if not opened.is_of(self._account):
            self._view.composer.fill("")
            self._view.composer.blocked.hide()
        await self._parts.board.look()
        await self._try(self._load_mine())

    async def _attempt(self, deed: Awaitable[object]) -> bool:
        """Run a deed on the open conversation; tell what refused it, and show what became."""
        try:
            await deed
        except Blocked:
            raise
        except _REFUSALS as error:
            self._failed(error)
            return False
        if self._selected:
            await self._try(self._refresh(self._selected), quiet=True)
        await self._parts.board.look()
        await self._try(self._load_mine(), quiet=True)
        return True

    async def _tick(self) -> None:
        board = self._parts.board
        mine = (one.state for one in board.agents if one.login == self._account.login)
        self._state.show(next(mine, ""))
        line = board.line(self._account)
        self._top.show(waiting=len(line), down=board.down)
        self._queue.show_line(line)
        self._offers.show(board.offers(self._account))
        self._show_mine()
        if not board.down and board.claims(self._account) != frozenset(self._held.ids):
            await self._try(self._load_mine(), quiet=True)

    async def _beat(self) -> None:
        if await self._renew_account():
            await self._try(self._service.at_desk(self._account), quiet=True)

    async def _present(self) -> Account | None:
        """Return the account as it is now; None when the session is over."""
        return self._account if await self._renew_account() else None

    async def _renew_account(self) -> bool:
        account = await self._parts.sessions.still(self._account.login, self._account.generation)
        if account is None:
            ui.navigate.to("/login?error=session_over")
            return False
        self._account = account
        return True

    async def _load_mine(self) -> None:
        await self._held.load(self._account, self._selected)
        self._show_mine()

    async def _refresh(self, opened: Opened) -> None:
        async with opened.step:
            before = opened.conversation
            new = await opened.catch_up(self._service)
            if opened is self._selected:
                self._view.append(new)
                self._view.show_signs(opened)
                if new or opened.conversation != before:
                    self._view.update(opened)
                    self._context.show(opened)
                    self._allow()
        if not opened.is_of(self._account):
            self._held.lost(opened.id)
        if new:
            self._show_mine()
        if new and opened is self._selected:
            await self._look_back(opened)

    async def _look_back(self, opened: Opened) -> None:
        """Tell that what is shown was seen, and look up what belongs beside it."""
        composing = Composing(self._service)
        deed = composing.seen(self._account, opened.conversation, opened.facts.last)
        await self._try(deed, quiet=True)
        await self._backdrop.follow(opened)
        await self._assist.follow(opened)
        await self._masked.follow(opened)

    async def _look_into(self, number: int) -> Sequence[Message] | None:
        opened, lookback = self._selected, self._parts.lookback
        if opened is None or lookback is None:
            return None
        return await self._try(lookback.earlier(self._account, opened.id, number))

    def _show_mine(self) -> None:
        self._queue.show_mine(self._held.mine, self._account.load_limit)

    def _allow(self) -> None:
        if opened := self._selected:
            speak = opened.is_of(self._account)
            owner = opened.conversation.owner
            banner = "" if speak else self._parts.labels.of("banners", owner)
            lost = not speak and owner in {Owner.AGENT, Owner.QUEUE}
            self._view.allow(speak=speak, banner=banner, lost=lost)

    async def _try(self, deed: Awaitable[Result], *, quiet: bool = False) -> Result | None:
        try:
            return await deed
        except _REFUSALS as error:
            if not quiet:
                self._failed(error)
            return None

    def _failed(self, error: ConversationError | HandoffError | ComplianceError) -> None:
        if not isinstance(error, OwnerChanged | Closed):
            self._tell(error.code)

    def _tell(self, code: str) -> None:
        with self._client:
            ui.notify(self._parts.labels.of("errors", code), position="top", type="warning")
