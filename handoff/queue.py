"""The handoff queue: who waits, who serves whom, and the port that moves between the two.

A conversation is in the queue's book once: waiting, claimed, or done. A claim is a lease with
a fencing token (`fence`); fences grow strictly over all conversations, so whoever comes later
wins everywhere a fence is checked (`Conversations.take_over`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, timedelta

    from conversation.conversation import Conversation
    from conversation.ports import Place
    from handoff.accounts import Account
    from handoff.agents import Agent, AgentState

PRIORITIES = 9
"""The greatest, that is least urgent, priority."""
EVERY = "*"
"""Stands for every group when claiming, those included that the routing has forgotten."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One conversation in line. `position` counts from 1 within its group."""

    conversation_id: str
    group: str
    priority: int
    position: int
    reason: str
    since: datetime
    trigger: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """An agent's lease on a conversation, until `expires_at` unless renewed.

    What is `offered` counts as held, but must be accepted before it expires.
    """

    conversation_id: str
    group: str
    agent: str
    fence: int
    expires_at: datetime
    priority: int
    reason: str
    since: datetime
    offered: bool = False


class HandoffQueue(Protocol):
    """The queue as the desk sees it; it also implements `conversation.ports.Queue`.

    Every method raises `StoreUnavailable` when the server does not answer. A call that raised
    it may or may not have happened: repeating `enqueue`, `withdraw`, `renew`, `release` and
    `put_back` is harmless, and a claim whose answer was lost shows up in `held` or expires.
    """

    async def enqueue(self, conversation: Conversation) -> Place:
        """Put it in line; idempotent for (conversation, epoch).

        An epoch being served or served already is not queued again; its position is 1.
        A greater epoch while it waits keeps the place in line; while it is claimed it ends the
        claim, because a conversation that is queued anew has left its agent.
        """

    async def place(self, conversation_id: str) -> Place | None:
        """Return where it stands, None when it is not waiting."""

    async def withdraw(self, conversation_id: str) -> None:
        """Take it out of the line, an offer included; a claim is left alone."""

    async def waiting(self, group: str | None = None, limit: int = 100) -> list[Waiting]:
        """Return the line of one group, or of all, in the order in which it is served."""

    async def lengths(self) -> dict[int, int]:
        """Return how many wait, by priority from 1 to `PRIORITIES`; empty ones are left out."""

    async def claim(
        self,
        agent_id: str,
        groups: Sequence[str],
        limit: int,
        conversation_id: str | None = None,
        *,
        barred: Collection[str] = (),
    ) -> Claim | None:
        """Claim the most urgent, then longest waiting conversation of these groups.

        With `conversation_id` claim that one. One atomic step: two agents never get the same.
        Nothing is claimed from the groups `barred`, whatever `groups` says. Returns None when
        there is nothing to claim; raises `AtLimit` when the agent holds `limit` conversations
        already, `OnBreak` when the agent takes nothing now, `NotQualified` when the one that is
        wanted waits in a barred group.
        """

    async def transfer(self, claim: Claim, group: str, epoch: int) -> bool:
        """Give a claim up to a group, at its old place; False when it was no longer the agent's.

        `epoch` is the one that the conversation has once it has left its agent: enqueueing
        that epoch keeps the group, a greater one is a new handoff and routes anew.
        """

    async def reroute(self, conversation_id: str, group: str, to: str) -> bool:
        """Let what waits in a group wait in another, at its old place; False if it does not."""

    async def assign(self, conversation_id: str, fence: int, agent_id: str, by: str) -> Claim:
        """Give the agent what waits (`fence` 0), or what is claimed under `fence`; one step.

        Raises `NothingToClaim` when that is no longer so, `AgentAway` when the agent is not at
        the desk or, unless it is the agent's own wish (`by`), not available, `NotQualified` when
        the agent's last heartbeat told no valid qualification for the group, `AtLimit` at the
        limit that it told.
        """

    async def offer(self, patience: Mapping[str, timedelta]) -> Claim | None:
        """Offer the most urgent head of these groups to a free agent; one step.

        Free is who is at the desk, available, below the limit that the last heartbeat told, has
        the group and may serve it. Who served the customer last comes first, then who holds the
        fewest, then who has been idle longest. The offer ends after the group's `patience`. None
        when nobody waits or nobody is free.
        """

    async def accept(self, claim: Claim) -> Claim:
        """Make an offer the agent's claim; `NothingToClaim` when it is the agent's no more."""

    async def held(self, agent_id: str | None = None) -> list[Claim]:
        """Return the claims of an agent, or of all, oldest first; expired ones included."""

    async def heartbeat(self, account: Account) -> None:
        """Note that the agent is at the desk: name, groups, limit, qualifications as of now."""

    async def set_state(self, agent_id: str, state: AgentState) -> None:
        """Note how ready the agent is; it holds over absences of up to a day."""

    async def set_limit(self, agent_id: str, limit: int) -> None:
        """Let a new limit hold before the agent's next heartbeat."""

    async def roster(self) -> list[Agent]:
        """Return who was at the desk within one lease, by login."""

    async def present(self) -> list[str]:
        """Return the agents who were at the desk within one lease."""

    async def renew(self, agent_id: str) -> list[Claim]:
        """Extend all claims of an agent by one lease, and return them."""

    async def release(self, claim: Claim) -> bool:
        """End a claim: served. False when it was no longer this agent's."""

    async def put_back(self, claim: Claim) -> bool:
        """Give a claim up: it waits again at its old place. False as for `release`."""

    async def reap(self) -> list[Claim]:
        """Put expired claims back in line, at their old place, and return them (at most 100).

        Who let an offer expire is busy from then on: nothing more is offered to an empty chair.
        """
