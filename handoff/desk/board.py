"""What every page shows of the queue: one look a second for the whole process."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime

from conversation.errors import Unavailable
from handoff.accounts import Account
from handoff.agents import Agent
from handoff.expiry import Expiry
from handoff.pushing import Pushing
from handoff.queue import EVERY, Claim, Waiting
from handoff.service import DeskService
from handoff.unmanned import Unmanned

_LOG = logging.getLogger(__name__)
_SHOWN = 200


@dataclass(slots=True)
class Board:
    """The queue as it was a moment ago, and whether the store answered.

    It also returns the conversations of desks that died to the line, lets customers of groups
    that nobody may serve fall back, and offers what waits in pushed groups: all at every look,
    so nobody waits for it longer than `every` seconds.
    """

    service: DeskService
    every: float = 1.0
    waiting: list[Waiting] = field(default_factory=list)
    held: list[Claim] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    down: bool = False
    unmanned: Unmanned = field(init=False)

    def __post_init__(self) -> None:
        """Watch the groups from now on."""
        self.unmanned = Unmanned(self.service)

    async def look(self) -> None:
        """Read line, claims and roster now."""
        try:
            self.waiting = await self.service.queue.waiting(limit=_SHOWN)
            self.held = await self.service.all_held()
            self.agents = await self.service.queue.roster()
        except Unavailable as error:
            if not self.down:
                _LOG.warning("the queue does not answer", extra={"reason": error.code})
            self.down = True
        else:
            self.down = False

    async def run(self) -> None:
        """Move on, and look, until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self.every)

    async def step(self) -> None:
        """Return what lost its agent or its group to the line, offer what waits, and look."""
        try:
            for claim in await Expiry(self.service).reap():
                _LOG.warning("claim expired", extra={"conversation": claim.conversation_id})
            await self.unmanned.fall_back(datetime.now(UTC))
            await Pushing(self.service).push()
        except Unavailable:
            pass  # the look tells
        except Exception:  # noqa: BLE001 - the queue outlives what one conversation trips over
            _LOG.exception("moving the queue on failed")
        await self.look()

    def line(self, account: Account) -> list[Waiting]:
        """Return who waits in the account's groups."""
        groups = self.service.groups(account)
        return [w for w in self.waiting if EVERY in groups or w.group in groups]

    def claims(self, account: Account) -> frozenset[str]:
        """Return the conversations the account holds."""
        mine = (c for c in self.held if c.agent == account.login and not c.offered)
        return frozenset(c.conversation_id for c in mine)

    def offers(self, account: Account) -> list[Claim]:
        """Return what is offered to the account, the soonest to end first."""
        offers = [c for c in self.held if c.agent == account.login and c.offered]
        return sorted(offers, key=lambda claim: claim.expires_at)
