"""The desk's one page: three columns, kept in step with the queue and the logs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

from nicegui import Client, ui

from compliance.errors import ComplianceError
from conversation.conversation import Owner
from conversation.errors import Blocked, Closed, ConversationError, OwnerChanged, Unavailable
from conversation.message import Message
from handoff.accounts import Account
from handoff.desk.assist_view import AssistView
from handoff.desk.context_panel import ContextPanel
from handoff.desk.conversation_view import ConversationView, Deeds
from handoff.desk.handing_on import HandingOn
from handoff.desk.opened import Opened
from handoff.desk.parts import Parts
from handoff.desk.queue_view import QueueView
from handoff.desk.theme import box
from handoff.desk.top_bar import TopBar
from handoff.errors import HandoffError
from handoff.service import LONGEST

Result = TypeVar("Result")

_LOG = logging.getLogger(__name__)
_REFUSALS = (ConversationError, HandoffError, ComplianceError)
_TICK = 1.0
_BEAT = 20.0
_RETRY = 2.0


class DeskPage:
    """One browser tab of one agent. Everything it shows comes from the log and the queue."""

    def __init__(self, parts: Parts, account: Account, client: Client) -> None:
        """Build the columns inside the current element."""
        self._parts = parts
        self._service = parts.service
        self._account = account
        self._client = client
        self._opened: dict[str, Opened] = {}
        self._mine: list[str] = []
        self._selected: Opened | None = None
        self._followers: dict[str, asyncio.Task[None]] = {}
        labels, zone = parts.labels, parts.settings.zone
        self._top = TopBar(parts.settings, account, labels)
        self._queue = QueueView(
            labels, self._service.routing, parts.levels, self.select, self.claim
        )
        propose = self.propose if parts.proposals else None
        handing_on = HandingOn(parts, lambda: self._account, lambda: self._selected, self._attempt)
        deeds = Deeds(
            *(self.send, self._keep_draft, self.close, self.hand_back),
            *(handing_on.transfer, handing_on.note, propose),
        )
        with self._top.tools:
            self._state = handing_on.state_choice()
        self._view = ConversationView(labels, zone, deeds, account.login, parts.replies)
        if parts.releases:
            self._view.composer.blocked.on_ask = handing_on.ask_release
        with box("right", "aside", aria_label="客户与会话信息"):
            self._assist = AssistView(parts.assist, self._view.composer.insert)
            self._context = ContextPanel(labels, zone)

    async def start(self, wanted: str) -> None:
        """Show what the agent holds, open `wanted` if it is among it, and keep in step."""
        self._client.on_delete(self._stop)
        ui.timer(_TICK, self._tick)
        ui.timer(_BEAT, self._beat)
        await self._try(self._service.at_desk(self._account))
        await self._parts.board.look()
        await self._try(self._load_mine())
        first = wanted if wanted in self._mine else next(iter(self._mine), None)
        if first:
            await self.select(first)
        await self._tick()

    def _stop(self) -> None:
        for task in self._followers.values():
            task.cancel()
        self._followers.clear()

    async def select(self, conversation_id: str) -> None:
        """Open a conversation of mine."""
        opened = self._opened.get(conversation_id)
        if opened is None:
            return
        before, self._selected = self._selected, opened
        self._queue.selected = opened.id
        self._view.show(opened)
        self._context.show(opened)
        self._allow()
        self._view.composer.fill(self._parts.drafts.get((self._account.login, opened.id), ""))
        self._view.composer.focus()
        if before and before.id not in self._mine and before is not opened:
            self._forget(before.id)
        self._show_mine()
        await self._assist.follow(opened)
        ui.navigate.history.replace(f"/?c={opened.id}")

    async def claim(self, conversation_id: str | None) -> None:
        """Claim a customer, or the next one, and open the conversation."""
        await self._renew_account()  # a limit that a supervisor has just changed holds
        conversation = await self._try(self._service.claim(self._account, conversation_id))
        await self._parts.board.look()
        await self._try(self._load_mine())
        if conversation is not None:
            self._parts.metrics.claims.inc()
            await self.select(conversation.id)
        await self._tick()

    async def send(self, said: str) -> bool:
        """Say something in the open conversation; False when it was not said."""
        opened = self._selected
        if opened is None:
            return False
        if len(said) > LONGEST:
            self._tell("too_long")
            return False
        try:
            quoted = self._assist.quoted(said)
            await self._service.send(self._account, opened.id, said, quoted)
        except Blocked as blocked:
            self._parts.metrics.blocked.inc()
            self._view.composer.blocked.show(said.strip(), blocked.findings)
            return False
        except _REFUSALS as error:
            self._failed(error)
            await self._try(self._refresh(opened), quiet=True)
            return False
        self._parts.metrics.sent.inc()
        await self._try(self._refresh(opened), quiet=True)
        return True

    async def close(self) -> None:
        """End the open conversation."""
        if opened := self._selected:
            await self._end(opened, self._service.close(self._account, opened.id))

    async def hand_back(self) -> None:
        """Give the open conversation back to the bot."""
        if opened := self._selected:
            await self._end(opened, self._service.hand_back(self._account, opened.id))

    async def propose(self, answer: Message) -> None:
        """Propose an agent's answer, with the question before it, for the knowledge base."""
        opened, proposals = self._selected, self._parts.proposals
        question = opened.asked_before(answer) if opened else None
        if opened is None or proposals is None or question is None:
            return
        login = self._account.login
        try:
            await proposals.propose(question.text, answer.text, login, opened.id)
        except _REFUSALS as error:
            self._failed(error)
        else:
            ui.notify("已推荐，内容人员会处理。", position="top", type="positive")

    async def _end(self, opened: Opened, deed: Awaitable[None]) -> None:
        await self._try(deed)
        await self._try(self._refresh(opened), quiet=True)
        if not opened.is_of(self._account):
            self._view.composer.fill("")
            self._view.composer.blocked.hide()
        await self._parts.board.look()
        await self._try(self._load_mine())

    async def _attempt(self, deed: Awaitable[None]) -> bool:
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

    def _keep_draft(self, written: str) -> None:
        if self._selected:
            key = (self._account.login, self._selected.id)
            if written:
                self._parts.drafts[key] = written
            else:
                self._parts.drafts.pop(key, None)

    async def _tick(self) -> None:
        board = self._parts.board
        mine = (one.state for one in board.agents if one.login == self._account.login)
        self._state.show(next(mine, ""))
        line = board.line(self._account)
        self._top.show(waiting=len(line), down=board.down)
        self._queue.show_line(line)
        if not board.down and board.claims(self._account) != frozenset(self._mine):
            await self._try(self._load_mine(), quiet=True)

    async def _beat(self) -> None:
        if await self._renew_account():
            await self._try(self._service.at_desk(self._account), quiet=True)

    async def _renew_account(self) -> bool:
        account = await self._parts.sessions.still(self._account.login, self._account.generation)
        if account is None:
            ui.navigate.to("/login?error=session_over")
            return False
        self._account = account
        return True

    async def _load_mine(self) -> None:
        """Follow the conversations the agent holds now, and no others but the open one."""
        held = await self._service.mine(self._account)
        self._mine = [conversation.id for conversation in held]
        for conversation in held:
            if conversation.id not in self._opened:
                opened = Opened(conversation)
                self._opened[conversation.id] = opened
                await opened.catch_up(self._service)
                self._follow(opened)
        for identifier in self._opened.keys() - set(self._mine):
            if self._selected and self._selected.id == identifier:
                await self._refresh(self._opened[identifier])
            else:
                self._forget(identifier)
        self._show_mine()

    def _follow(self, opened: Opened) -> None:
        task = asyncio.create_task(self._keep_in_step(opened), name=f"follow {opened.id}")
        self._followers[opened.id] = task

    def _forget(self, identifier: str) -> None:
        self._opened.pop(identifier, None)
        if task := self._followers.pop(identifier, None):
            task.cancel()

    async def _keep_in_step(self, opened: Opened) -> None:
        while True:
            try:
                async for _ in self._service.follow(opened.id):
                    with self._client:
                        await self._refresh(opened)
            except Unavailable:
                await asyncio.sleep(_RETRY)
            except Exception:  # noqa: BLE001 - whatever it is, the page must keep following
                _LOG.exception("a page fell out of step", extra={"conversation": opened.id})
                await asyncio.sleep(_RETRY)

    async def _refresh(self, opened: Opened) -> None:
        async with opened.step:
            before = opened.conversation
            new = await opened.catch_up(self._service)
            if opened is self._selected:
                self._view.append(new)
                if new or opened.conversation != before:
                    self._view.update(opened)
                    self._context.show(opened)
                    self._allow()
        if opened.id in self._mine and not opened.is_of(self._account):
            self._mine.remove(opened.id)
        if new:
            self._show_mine()
        if new and opened is self._selected:
            await self._assist.follow(opened)

    def _show_mine(self) -> None:
        mine = [self._opened[identifier] for identifier in self._mine]
        self._queue.show_mine(mine, self._account.load_limit)

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
