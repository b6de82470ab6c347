"""What an agent's page hands on: state, transfer, private notes, proposals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from conversation.errors import Blocked
from conversation.message import Message
from handoff.accounts import Account
from handoff.agents import SETTABLE, Agent, AgentState
from handoff.desk.choice import Choice
from handoff.desk.dialogs import NoteDialog
from handoff.desk.opened import Opened
from handoff.desk.parts import Parts

_AGENT, _GROUP = "agent:", "group:"


class HandingOn:
    """Belongs to one page; `attempt` runs a deed and tells the agent what refused it."""

    def __init__(
        self,
        parts: Parts,
        account: Callable[[], Account],
        opened: Callable[[], Opened | None],
        attempt: Callable[[Awaitable[object]], Awaitable[bool]],
    ) -> None:
        """Build the windows, closed; `opened` is the conversation that is open."""
        self._parts = parts
        self._transfers = parts.transfers
        self._account = account
        self._selected = opened
        self._attempt = attempt
        self._transfer = NoteDialog(
            "转接会话", "转接", "transfer", self._hand_on, target="转接给同事或技能组"
        )
        self._note = NoteDialog("内部备注", "保存", "note", self._leave)

    def state_choice(self) -> Choice:
        """Build, inside the current element, where the agent says how ready they are."""
        choice = Choice(self._say, "small", data_testid="state", aria_label="我的状态")
        labels = self._parts.labels
        choice.offer({state.value: labels.of("states", state.value) for state in SETTABLE})
        return choice

    async def transfer(self) -> None:
        """Ask to whom the open conversation goes."""
        colleagues: list[Agent] = []

        async def ask() -> None:
            colleagues.extend(await self._transfers.colleagues(self._account()))

        if await self._attempt(ask()):
            groups = self._parts.service.routing.groups
            targets = {_AGENT + one.login: self._named(one) for one in colleagues if one.takes}
            targets |= {_GROUP + one.id: f"{one.name}(排队)" for one in groups.values()}
            self._transfer.open(targets)

    def note(self) -> None:
        """Ask for a private note."""
        self._note.open()

    async def propose(self, answer: Message) -> None:
        """Propose an agent's answer, with the question before it, for the knowledge base."""
        opened, proposals = self._selected(), self._parts.proposals
        question = opened.asked_before(answer) if opened else None
        if opened is None or proposals is None or question is None:
            return
        login = self._account().login
        deed = proposals.propose(question.text, answer.text, login, opened.id)
        if await self._attempt(deed):
            ui.notify("已推荐，内容人员会处理。", position="top", type="positive")

    async def ask_release(self, said: str, words: list[str]) -> None:
        """Ask a supervisor to release a blocked sentence."""
        if releases := self._parts.releases:
            account, identifier = self._account(), self._opened()
            try:
                asked = await self._attempt(releases.ask(account, identifier, said, words))
            except Blocked:
                ui.notify(self._parts.labels.of("errors", "never_released"), type="warning")
                return
            if asked:
                ui.notify("已提交班长审核。", position="top", type="positive")

    def _opened(self) -> str:
        selected = self._selected()
        return selected.id if selected else ""

    def _named(self, agent: Agent) -> str:
        state = self._parts.labels.of("states", agent.state.value)
        return f"{agent.name} · {state} {agent.load}/{agent.load_limit}"

    async def _hand_on(self, target: str, note: str) -> bool:
        account, identifier = self._account(), self._opened()
        if target.startswith(_AGENT):
            login = target.removeprefix(_AGENT)
            return await self._attempt(self._transfers.to_agent(account, identifier, login, note))
        group = target.removeprefix(_GROUP)
        return await self._attempt(self._transfers.to_group(account, identifier, group, note))

    async def _leave(self, _: str, note: str) -> bool:
        account, identifier = self._account(), self._opened()

        async def leave() -> None:
            await self._parts.service.owned(account, identifier)
            await self._parts.service.note(account, identifier, note)

        return await self._attempt(leave())

    async def _say(self, state: str) -> None:
        await self._attempt(self._transfers.set_state(self._account(), AgentState(state)))
