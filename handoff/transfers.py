"""Handing a conversation on to a colleague or a group, with a note; its context goes along.

Order of the steps: the queue moves the claim first, fenced. Whatever dies after that leaves a
claim, or a place in line, with which the next one continues (`DeskService.mine`, `claim`).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from conversation.conversation import Conversation, Owner
from conversation.errors import OwnerChanged, Refused
from handoff.accounts import Account
from handoff.agents import SETTABLE, Agent, AgentState
from handoff.errors import AgentAway, NothingToClaim, UnknownGroup
from handoff.queue import Claim
from handoff.service import DeskService


@dataclass(frozen=True, slots=True)
class Transfers:
    """What an agent does with regard to colleagues."""

    desk: DeskService

    async def colleagues(self, account: Account) -> list[Agent]:
        """Return who else is at the desk, those who take a conversation first."""
        others = [one for one in await self.desk.queue.roster() if one.login != account.login]
        return sorted(others, key=lambda one: (not one.takes, one.load, one.login))

    async def state(self, account: Account) -> AgentState:
        """Return the account's own state."""
        roster = await self.desk.queue.roster()
        mine = (one.state for one in roster if one.login == account.login)
        return next(mine, AgentState.OFFLINE)

    async def set_state(self, account: Account, state: AgentState) -> None:
        """Change the account's own state; ValueError for `offline`, which nobody says."""
        if state not in SETTABLE:
            message = f"not a state that an agent can say: {state}"
            raise ValueError(message)
        await self.desk.queue.set_state(account.login, state)
        await self.desk.audit.record("desk.state", account.login, "desk", {"state": state.value})

    async def to_agent(
        self, account: Account, conversation_id: str, agent: str, note: str = ""
    ) -> None:
        """Give a conversation of the account to a colleague who is available.

        Raises `AgentAway`, `AtLimit`, `NotQualified` (the colleague's), `OwnerChanged`, `Closed`;
        then nothing has changed.
        """
        await self.desk.owned(account, conversation_id)
        claim = await self._claim(account, conversation_id)
        if agent == account.login:
            raise AgentAway
        await self.give(account, claim.conversation_id, claim.fence, agent, note)
        data = {"to": agent, "fence": claim.fence}
        await self.desk.audit.record("desk.transfer", account.login, conversation_id, data)

    async def to_group(
        self, account: Account, conversation_id: str, group: str, note: str = ""
    ) -> None:
        """Let a conversation of the account wait in a group's line, at its old place.

        Raises `UnknownGroup`, `OwnerChanged`, `Closed`; then nothing has changed.
        """
        desk = self.desk
        if group not in desk.routing.groups:
            raise UnknownGroup
        conversation = await desk.owned(account, conversation_id)
        claim = await self._claim(account, conversation_id)
        if not await desk.queue.transfer(claim, group, conversation.epoch + 1):
            raise OwnerChanged
        await desk.note(account, conversation_id, note)
        await self._leave(conversation)
        data = {"group": group, "fence": claim.fence}
        await desk.audit.record("desk.transfer", account.login, conversation_id, data)
        with contextlib.suppress(Refused):  # somebody of the group was faster than the words
            name = desk.routing.group_name(group)
            await desk.tell_in_line(conversation_id, "transferred", group=name)

    async def give(
        self, by: Account, conversation_id: str, fence: int, agent: str, note: str = ""
    ) -> None:
        """Give what waits (`fence` 0) or is held under `fence` to an agent; no rights checked.

        Raises `AgentAway`, `AtLimit`, `NotQualified`, `NothingToClaim`.
        """
        desk = self.desk
        claim = await desk.queue.assign(conversation_id, fence, agent, by.login)
        roster = await desk.queue.roster()
        receiver = next((one for one in roster if one.login == agent), None)
        await desk.note(by, conversation_id, note)
        # Without a receiver on the roster the claim waits for the agent's next step, or expires.
        if receiver and not await desk.take_over(receiver, claim):
            raise NothingToClaim

    async def _leave(self, conversation: Conversation) -> None:
        """Take the word from the agent; a customer who left meanwhile waits no more."""
        try:
            await self.desk.conversations.give_back(
                conversation.id, conversation.epoch, Owner.QUEUE
            )
        except Refused:
            now = await self.desk.get(conversation.id)
            if now.owner in {Owner.BOT, Owner.CLOSED}:
                await self.desk.queue.withdraw(conversation.id)
                raise

    async def _claim(self, account: Account, conversation_id: str) -> Claim:
        for claim in await self.desk.queue.held(account.login):
            if claim.conversation_id == conversation_id:
                return claim
        raise OwnerChanged
