"""The state of deliveries on a Redis-protocol server; a customer's keys lie in one hash slot."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.outbox import Cursor
from connectors.wechat.errors import HoldLost
from connectors.wechat.ports import Hold, Place, Standing, Trouble
from connectors.wechat.quota import RULES, Allowance, Deed, Quota, Rules, allowance
from conversation.conversation import Customer
from conversation.redis_scripts import reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis

CHANNEL = "wechat"
_REPLY_SECONDS = 60  # WeChat pushes again within a quarter of that
_LUA = Path(__file__).parent / "lua"


class RedisDeliveries:
    """`Deliveries` of one WeChat account; the client must decode responses."""

    def __init__(
        self,
        client: Redis,
        app_id: str,
        channel: str = CHANNEL,
        rules: Rules = RULES,
        *,
        hold_seconds: float = 30.0,
    ) -> None:
        """Work through `client`; a hold that nobody keeps ends after `hold_seconds`."""
        self._client = client
        self._channel = channel
        self._rules = rules
        self._followed = f"yq:wechat:{{{app_id}}}:followed"
        self._marks = f"yq:wechat:{{{app_id}}}:marks"
        self._hold_ms = int(hold_seconds * 1000)
        self._arrived, self._fenced, self._unfollow = (
            client.register_script((_LUA / f"{name}.lua").read_text("utf-8"))
            for name in ("arrived", "fenced", "unfollow")
        )

    async def arrived(self, customer: Customer, deed: Deed, at: int, deed_id: str) -> None:
        """See `Deliveries.arrived`."""
        granted = allowance(deed, at, self._rules)
        async with reachable():
            # First who is to be followed: a crash in between leaves a follower without news.
            mark = await self._client.incr(self._marks)
            await self._client.zadd(self._followed, {customer.id: mark})
            keys, rest = [_state(customer)], [granted.left, granted.until]
            await self._arrived(keys=keys, args=[deed.value, deed_id, at, *rest])

    async def followed(self) -> list[Customer]:
        """See `Deliveries.followed`."""
        async with reachable():
            found: Any = await self._client.zrange(self._followed, 0, -1)
        return [Customer(self._channel, open_id) for open_id in found]

    async def take(self, customer: Customer) -> Hold | None:
        """See `Deliveries.take`."""
        token = secrets.token_hex(16)
        async with reachable():
            # The mark is read first: a deed after it keeps the customer followed.
            mark: Any = await self._client.zscore(self._followed, customer.id)
            taken = await self._client.set(_hold(customer), token, nx=True, px=self._hold_ms)
        return Hold(customer, token, f"{mark or 0:.0f}") if taken else None

    async def keep(self, hold: Hold) -> None:
        """See `Deliveries.keep`."""
        await self._step(hold, "keep")

    async def standing(self, customer: Customer) -> Standing:
        """See `Deliveries.standing`."""
        async with reachable():
            state: Any = await self._client.hgetall(_state(customer))
        return _standing(state)

    async def delivered(self, hold: Hold, place: Place, spent: Deed | None) -> None:
        """See `Deliveries.delivered`."""
        await self._step(hold, "delivered", str(place.cursor), place.parts, spent or "")

    async def replied(self, hold: Hold, place: Place, push_id: str, text: str) -> None:
        """See `Deliveries.replied`."""
        kept = f"{push_id}\n{text}"
        await self._step(hold, "replied", str(place.cursor), _REPLY_SECONDS, kept)

    async def reply(self, customer: Customer, push_id: str) -> str | None:
        """See `Deliveries.reply`."""
        async with reachable():
            kept: Any = await self._client.get(_reply(customer))
        name, _, text = (kept or "").partition("\n")
        return text if name == push_id else None

    async def note(self, hold: Hold, waiting: int, trouble: Trouble | None) -> None:
        """See `Deliveries.note`."""
        await self._step(hold, "note", waiting, trouble or "")

    async def refuse(self, hold: Hold) -> None:
        """See `Deliveries.refuse`."""
        await self._step(hold, "refused")

    async def failed(self, customer: Customer) -> None:
        """See `Deliveries.failed`."""
        async with reachable():
            await self._client.hincrby(_state(customer), "refused", 1)

    async def let_go(self, hold: Hold, *, settled: bool) -> None:
        """See `Deliveries.let_go`."""
        await self._step(hold, "release")
        if settled:
            async with reachable():
                await self._unfollow(keys=[self._followed], args=[hold.customer.id, hold.since])

    async def _step(self, hold: Hold, step: str, *arguments: str | int) -> None:
        keys = [_hold(hold.customer), _state(hold.customer), _reply(hold.customer)]
        async with reachable():
            done = await self._fenced(keys=keys, args=[hold.token, self._hold_ms, step, *arguments])
        if not done:
            raise HoldLost


def _hold(customer: Customer) -> str:
    return f"yq:{{{customer.key}}}:wechat:hold"


def _state(customer: Customer) -> str:
    return f"yq:{{{customer.key}}}:wechat"


def _reply(customer: Customer) -> str:
    return f"yq:{{{customer.key}}}:wechat:reply"


def _standing(state: dict[str, str]) -> Standing:
    cursor = state.get("cursor")
    parts = int(state.get("parts", 0))
    return Standing(
        place=Place(Cursor.parse(cursor), parts) if cursor else Place(),
        quota=Quota(_allowance(state, Deed.MESSAGE), _allowance(state, Deed.CLICK)),
        waiting=int(state.get("waiting", 0)),
        trouble=Trouble(state["trouble"]) if state.get("trouble") else None,
        refused=int(state.get("refused", 0)),
    )


def _allowance(state: dict[str, str], deed: Deed) -> Allowance:
    return Allowance(int(state.get(f"{deed}_left", 0)), float(state.get(f"{deed}_until", 0)))
