"""Who is at the desk, in a dictionary: the half of `MemoryHandoffQueue` that is about agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handoff.agents import Agent, AgentState
from handoff.errors import AgentAway, AtLimit, NotQualified

if TYPE_CHECKING:
    from handoff.accounts import Account


@dataclass(slots=True)
class MemoryRoster:
    """Agents, their states, and since when each is idle; `load` counts what an agent holds.

    `barred` tells which groups an account may not serve at a moment.
    """

    clock: Callable[[], datetime]
    lease: timedelta
    load: Callable[[str], int]
    barred: Callable[[Account, datetime], frozenset[str]]
    _seen: dict[str, datetime] = field(default_factory=dict)
    _about: dict[str, Account] = field(default_factory=dict)
    _states: dict[str, AgentState] = field(default_factory=dict)
    _idle: dict[str, datetime] = field(default_factory=dict)

    def heartbeat(self, account: Account) -> None:
        """See `HandoffQueue.heartbeat`."""
        if account.login not in self.present():
            self.note_idle(account.login)
        self._seen[account.login] = self.clock()
        self._about[account.login] = account
        self._states.setdefault(account.login, AgentState.AVAILABLE)

    def note_idle(self, login: str) -> None:
        """Note that a conversation came to the agent, or went."""
        self._idle[login] = self.clock()

    def set_state(self, login: str, state: AgentState) -> None:
        """See `HandoffQueue.set_state`."""
        self._states[login] = state
        self.note_idle(login)

    def let_pass(self, login: str) -> None:
        """Note that an agent did not accept what was offered."""
        self._states[login] = AgentState.BUSY

    def set_limit(self, login: str, limit: int) -> None:
        """See `HandoffQueue.set_limit`."""
        if account := self._about.get(login):
            self._about[login] = replace(account, load_limit=limit)

    def on_break(self, login: str) -> bool:
        """Return whether an agent takes nothing new at all."""
        return self._states.get(login) is AgentState.BREAK

    def present(self) -> list[str]:
        """See `HandoffQueue.present`."""
        since = self.clock() - self.lease
        return sorted(login for login, seen in self._seen.items() if seen >= since)

    def agents(self) -> list[Agent]:
        """See `HandoffQueue.roster`."""
        accounts = [self._about[login] for login in self.present()]
        return [
            Agent(
                *(account.login, account.name, account.groups, account.load_limit),
                *(self.load(account.login), self._states[account.login]),
                self.barred(account, self.clock()),
            )
            for account in accounts
        ]

    def check(self, login: str, group: str, by: str) -> None:
        """Raise `AgentAway`, `NotQualified` or `AtLimit` for who gets nothing of a group."""
        agent = next((one for one in self.agents() if one.login == login), None)
        if agent is None or (login != by and agent.state is not AgentState.AVAILABLE):
            raise AgentAway
        if group in agent.barred:
            raise NotQualified
        if agent.load >= agent.load_limit:
            raise AtLimit

    def receiver(self, group: str, last: str) -> str | None:
        """Return who is offered the next customer of a group, None when nobody is free."""
        serving = (one for one in self.agents() if group in one.groups - one.barred)
        free = [one for one in serving if one.takes]
        order = sorted(free, key=lambda one: (one.load, self._idle[one.login], one.login))
        again = (one for one in order if one.login == last)
        return next((one.login for one in (*again, *order)), None)
