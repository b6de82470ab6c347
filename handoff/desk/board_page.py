"""The supervisor's page: the line by group, the agents, every conversation in people's hands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from fastapi import Request
from nicegui import Client, ui
from starlette.responses import RedirectResponse

from compliance.errors import ComplianceError
from conversation.errors import ConversationError
from handoff.accounts import Account, Role
from handoff.agents import Agent
from handoff.context import Context
from handoff.desk.board_rows import AgentRow, Case, CaseRow, GroupRow
from handoff.desk.parts import Parts
from handoff.desk.peek import Peek, PeekDeeds
from handoff.desk.request_row import RequestRow
from handoff.desk.rows import Row, Rows
from handoff.desk.theme import box, dress, text
from handoff.desk.top_bar import TopBar
from handoff.errors import HandoffError
from handoff.overview import GroupLine, group_lines
from handoff.releases import ReleaseRequest
from handoff.supervision import MOST

Result = TypeVar("Result")
Thing = TypeVar("Thing")

_REFUSALS = (ConversationError, HandoffError, ComplianceError)
_TICK = 1.0
_BEAT = 20.0


class BoardPage:
    """One browser tab of one supervisor."""

    def __init__(self, parts: Parts, account: Account, client: Client) -> None:
        """Build the page inside the current element."""
        self._parts = parts
        self._account = account
        self._client = client
        self._looked: Context | None = None
        labels = parts.labels
        self._top = TopBar(parts.settings, account, labels)
        with box("board-lists", aria_label="实时看板"):
            self._groups: Rows[GroupLine] = self._list(
                *("技能组", "groups", lambda line: line.group, GroupRow)
            )
            self._agents: Rows[Agent] = self._list(
                *("在线坐席", "agents", lambda agent: agent.login),
                lambda agent: AgentRow(agent, labels, self.change_limit),
            )
            self._cases: Rows[Case] = self._list(
                *("人工会话", "cases", lambda case: case.conversation_id),
                lambda case: CaseRow(
                    case, labels, parts.service.routing, parts.levels, self.look_into
                ),
            )
            self._requests: Rows[ReleaseRequest] = self._list(
                *("待放行消息", "requests", lambda one: one.conversation_id),
                lambda one: RequestRow(one, self.release, self.refuse),
            )
        deeds = PeekDeeds(self.take_over, self.reassign, self.whisper)
        self._peek = Peek(labels, parts.settings.zone, deeds)

    @staticmethod
    def _list(
        title: str,
        testid: str,
        key: Callable[[Thing], str],
        build: Callable[[Thing], Row[Thing]],
    ) -> Rows[Thing]:
        with box("list-head"):
            text(title, tag="h2")
        return Rows(box("", role="list", aria_label=title, data_testid=testid), key, build)

    async def start(self) -> None:
        """Show the board and keep in step."""
        ui.timer(_TICK, self._tick)
        ui.timer(_BEAT, self._beat)
        await self._parts.board.look()
        await self._tick()

    async def look_into(self, conversation_id: str) -> None:
        """Show a conversation."""
        context = await self._try(self._parts.supervision.look_into(self._account, conversation_id))
        if context:
            self._looked = context
            self._peek.open(context, await self._parts.service.read(conversation_id))

    async def take_over(self) -> None:
        """Take the conversation over and go to the desk with it."""
        if looked := self._looked:
            identifier = looked.conversation.id
            deed = self._parts.supervision.take_over(self._account, identifier)
            if await self._done(deed):
                ui.navigate.to(f"/?c={identifier}")

    async def reassign(self, agent: str) -> None:
        """Give the conversation to an agent."""
        if looked := self._looked:
            identifier = looked.conversation.id
            deed = self._parts.supervision.reassign(self._account, identifier, agent)
            if await self._done(deed):
                ui.notify("已改派。", position="top", type="positive")

    async def whisper(self, said: str) -> bool:
        """Leave a note for the agent; False when it was not left."""
        if self._looked is None:
            return False
        identifier = self._looked.conversation.id
        deed = self._parts.supervision.whisper(self._account, identifier, said)
        return bool(await self._try(deed)) and await self._done(self._follow())

    async def change_limit(self, login: str, written: str) -> None:
        """Change an agent's limit."""
        if not written.isdigit() or int(written) > MOST:
            self._tell("bad_limit")
            return
        await self._done(self._parts.supervision.change_limit(self._account, login, int(written)))

    async def release(self, conversation_id: str, reason: str) -> None:
        """Let a blocked sentence go to the customer."""
        if releases := self._parts.releases:
            await self._decide(releases.release(self._account, conversation_id, reason))

    async def refuse(self, conversation_id: str, reason: str) -> None:
        """Leave a sentence blocked, and tell the agent why."""
        if releases := self._parts.releases:
            await self._decide(releases.refuse(self._account, conversation_id, reason))

    async def _decide(self, deed: Awaitable[object]) -> None:
        try:
            await self._try(deed)
        except ValueError:
            self._tell("no_reason")
        await self._tick()

    async def _done(self, deed: Awaitable[None]) -> bool:
        """Run a deed and look again; False, and told, when it was refused."""
        try:
            await deed
        except _REFUSALS as error:
            self._tell(error.code)
            return False
        await self._parts.board.look()
        await self._tick()
        return True

    async def _tick(self) -> None:
        board, parts = self._parts.board, self._parts
        self._top.show(waiting=len(board.waiting), down=board.down)
        routing = parts.service.routing
        now = datetime.now(UTC)
        self._groups.sync(group_lines(board.waiting, board.agents, routing, parts.levels, now))
        self._agents.sync(board.agents)
        names = {agent.login: agent.name for agent in board.agents}
        waiting = [Case.of(one, names) for one in board.waiting]
        self._cases.sync([*waiting, *(Case.of(one, names) for one in board.held)])
        self._peek.offer([agent for agent in board.agents if agent.takes])
        if releases := parts.releases:
            self._requests.sync(await self._try(releases.waiting(), quiet=True) or [])
        await self._try(self._follow(), quiet=True)

    async def _follow(self) -> None:
        """Show what is new in the conversation looked into."""
        if looked := self._looked:
            identifier = looked.conversation.id
            new = await self._parts.service.read(identifier, looked.facts.last)
            if looked is not self._looked:
                return
            looked.facts.add(new)
            self._looked = Context(await self._parts.service.get(identifier), looked.facts)
            self._peek.update(self._looked, new)

    async def _beat(self) -> None:
        account = await self._parts.sessions.still(self._account.login, self._account.generation)
        if account is None or not account.may(Role.SUPERVISOR):
            ui.navigate.to("/login?error=session_over")
            return
        self._account = account

    async def _try(self, deed: Awaitable[Result], *, quiet: bool = False) -> Result | None:
        try:
            return await deed
        except _REFUSALS as error:
            if not quiet:
                self._tell(error.code)
            return None

    def _tell(self, code: str) -> None:
        with self._client:
            ui.notify(self._parts.labels.of("errors", code), position="top", type="warning")


def board_page(parts: Parts) -> None:
    """Register GET /board."""

    @ui.page("/board", response_timeout=10)
    async def show(request: Request, client: Client) -> RedirectResponse | None:
        account = await parts.sessions.account(request)
        if account is None:
            return RedirectResponse("/login")
        if not account.may(Role.SUPERVISOR):
            return RedirectResponse("/")
        dress("实时看板")
        with box("desk board"):
            page = BoardPage(parts, account, client)
        await page.start()
        return None
