"""The access token of a WeChat account: one refresh at a time, shared by all replicas."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.wechat.errors import Unreachable
from connectors.wechat.issuers import Issuer
from conversation.redis_scripts import reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis

_EARLY = 300  # seconds before its end that a token is renewed; both are valid meanwhile
_LOCK_MS = 10_000
_FORCE_SECONDS = 30  # WeChat allows one forced refresh in that time
_PAUSE = 0.1
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1"


@dataclass(slots=True)
class AccessTokens:
    """Keeps the token in the live store; whoever finds it stale first renews it for all."""

    redis: Redis
    issuer: Issuer
    clock: Callable[[], float] = time.time

    async def get(self, refused: str | None = None) -> str:
        """Return a token other than the `refused` one; raises `ApiError`, `StoreUnavailable`."""
        deadline = self.clock() + _LOCK_MS / 1000
        while self.clock() < deadline:
            if (token := await self._held()) and token != refused:
                return token
            mark = secrets.token_hex(8)
            async with reachable():
                mine = await self.redis.set(self._key("lock"), mark, nx=True, px=_LOCK_MS)
            if mine:
                return await self._renew_locked(mark, refused)
            await asyncio.sleep(_PAUSE)
        raise Unreachable

    def _key(self, part: str) -> str:
        return f"yq:wechat:{{{self.issuer.account}}}:{part}"

    async def _held(self) -> str | None:
        async with reachable():
            held = await self.redis.get(self._key("token"))
        return str(held) if held else None

    async def _renew_locked(self, mark: str, refused: str | None) -> str:
        try:
            # Whoever had the lock before may have renewed it.
            held = await self._held()
            return held if held and held != refused else await self._renew(refused)
        finally:
            async with reachable():
                await self.redis.eval(_RELEASE, 1, self._key("lock"), mark)

    async def _renew(self, refused: str | None) -> str:
        token, lifetime = await self.issuer.issue(force=False)
        if token == refused and await self._may_force():
            token, lifetime = await self.issuer.issue(force=True)
        async with reachable():
            await self.redis.set(self._key("token"), token, ex=max(lifetime - _EARLY, 1))
        return token

    async def _may_force(self) -> bool:
        async with reachable():
            allowed = await self.redis.set(self._key("forced"), "1", nx=True, ex=_FORCE_SECONDS)
        return bool(allowed)
