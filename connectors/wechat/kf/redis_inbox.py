"""What is to be fetched, on a Redis-protocol server; an institution's keys lie in one slot."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.wechat.errors import HoldLost
from connectors.wechat.kf.ports import Visit
from conversation.redis_scripts import reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis

_TOKEN_SECONDS = 540  # WeCom takes a token for ten minutes
_WELCOME_SECONDS = 20
_SCRIPT = Path(__file__).parent / "lua" / "visit.lua"


class RedisInbox:
    """`Inbox` of one institution; the client must decode responses."""

    def __init__(
        self,
        client: Redis,
        corp_id: str,
        *,
        hold_seconds: float = 30.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Work through `client`; a visit that does not move ends after `hold_seconds`."""
        self._client = client
        self._prefix = f"yq:wechat:{{{corp_id}}}"
        self._bells, self._cursors = f"{self._prefix}:bells", f"{self._prefix}:cursors"
        self._hold_ms = int(hold_seconds * 1000)
        self._clock = clock
        self._visit = client.register_script(_SCRIPT.read_text("utf-8"))

    async def rang(self, kf_id: str, token: str) -> None:
        """See `Inbox.rang`."""
        bell = f"{secrets.token_hex(4)}|{int(self._clock())}|{token}"
        async with reachable():
            await self._client.hset(self._bells, kf_id, bell)

    async def waiting(self) -> list[str]:
        """See `Inbox.waiting`."""
        async with reachable():
            found: Any = await self._client.hkeys(self._bells)
        return list(found)

    async def take(self, kf_id: str) -> Visit | None:
        """See `Inbox.take`."""
        holder = secrets.token_hex(16)
        async with reachable():
            if not await self._client.hexists(self._bells, kf_id):
                return None
            lock = self._lock(kf_id)
            if not await self._client.set(lock, holder, nx=True, px=self._hold_ms):
                return None
            # Read under the lock: whoever had it before may have fetched everything.
            bell: Any = await self._client.hget(self._bells, kf_id)
            cursor: Any = await self._client.hget(self._cursors, kf_id)
        visit = Visit(kf_id, holder, bell or "", cursor or "", self._token(bell or ""))
        if bell:
            return visit
        await self.let_go(visit)
        return None

    async def advance(self, visit: Visit, cursor: str) -> Visit:
        """See `Inbox.advance`."""
        await self._step(visit, "advance", cursor)
        return replace(visit, cursor=cursor)

    async def done(self, visit: Visit) -> None:
        """See `Inbox.done`."""
        await self._step(visit, "done", visit.bell)

    async def let_go(self, visit: Visit) -> None:
        """See `Inbox.let_go`."""
        with contextlib.suppress(HoldLost):
            await self._step(visit, "release")

    async def welcome(self, customer_id: str, code: str) -> None:
        """See `Inbox.welcome`."""
        async with reachable():
            await self._client.set(self._welcome(customer_id), code, ex=_WELCOME_SECONDS)

    async def take_welcome(self, customer_id: str) -> str | None:
        """See `Inbox.take_welcome`."""
        async with reachable():
            code: Any = await self._client.getdel(self._welcome(customer_id))
        return code or None

    def _lock(self, kf_id: str) -> str:
        return f"{self._prefix}:visit:{kf_id}"

    def _welcome(self, customer_id: str) -> str:
        return f"{self._prefix}:welcome:{customer_id}"

    def _token(self, bell: str) -> str:
        """Return the ring's token; without one WeCom answers too, only less often."""
        _, at, token = (bell or "|0|").split("|", 2)
        return token if self._clock() - int(at) < _TOKEN_SECONDS else ""

    async def _step(self, visit: Visit, step: str, argument: str = "") -> None:
        keys = [self._lock(visit.kf_id), self._bells, self._cursors]
        arguments: list[str | int] = [visit.holder, self._hold_ms, visit.kf_id, step, argument]
        async with reachable():
            if not await self._visit(keys=keys, args=arguments):
                raise HoldLost
