"""Agents as colleagues see them: at the desk or not, willing or not, how much they carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class AgentState(StrEnum):
    """What an agent says of the own readiness; `offline` is never said, the heartbeat decides.

    `available` takes what is claimed, transferred and assigned; `busy` only what is claimed by
    the own hand; `break` nothing new. Conversations held go on in every state.
    """

    AVAILABLE = "available"
    BUSY = "busy"
    BREAK = "break"
    OFFLINE = "offline"


SETTABLE = (AgentState.AVAILABLE, AgentState.BUSY, AgentState.BREAK)


class Colleague(Protocol):
    """Somebody who may hold a conversation: an account, or an agent on the roster."""

    @property
    def login(self) -> str:
        """The account."""

    @property
    def name(self) -> str:
        """The name that customers read."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent at the desk. `load` counts the conversations held, of at most `load_limit`.

    `barred` are the groups for which a valid qualification is missing.
    """

    login: str
    name: str
    groups: frozenset[str]
    load_limit: int
    load: int
    state: AgentState
    barred: frozenset[str] = frozenset()

    @property
    def takes(self) -> bool:
        """Whether others may give the agent one more."""
        return self.state is AgentState.AVAILABLE and self.load < self.load_limit
