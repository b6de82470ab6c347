"""The turns stream on a Redis-protocol server: partitions, a consumer group, reclaiming."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError, ResponseError

from conversation.conversation import split_id
from conversation.ports import Ticket
from conversation.redis_cluster import together
from conversation.redis_cover import Cover
from conversation.redis_scripts import reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis

_GROUP = "workers"
DEAD = "yq:{dead}:letters"
_BLOCK_MS = 1000
_TAKE = 16


class RedisTurns:
    """`Turns` on Redis streams; partition p holds the customers whose key hashes to p."""

    def __init__(
        self,
        client: Redis,
        worker: str,
        *,
        partitions: int = 4,
        lease_seconds: float = 10.0,
        replicas: int = 0,
    ) -> None:
        """Read as consumer `worker`; take over tickets untouched for a lease.

        A turn that was asked for is then on `replicas` replicas, too.
        """
        self._client = client
        self._cover = Cover(client, replicas)
        self._worker = worker
        self._partitions = partitions
        self._idle_ms = int(lease_seconds * 1000)
        self._looked_to = ["0-0"] * partitions

    def _partition(self, conversation_id: str) -> int:
        return zlib.crc32(split_id(conversation_id)[0].encode()) % self._partitions

    async def put(self, conversation_id: str) -> None:
        """See `Turns.put`."""
        partition = self._partition(conversation_id)
        now = datetime.now(UTC).timestamp()
        async with reachable():
            await self._cover.run(
                _stream(partition),
                ("ZADD", _idle(partition), now, conversation_id),
                ("XADD", _stream(partition), "*", "c", conversation_id),
            )

    async def take(self) -> AsyncIterator[Ticket]:
        """See `Turns.take`."""
        tickets: asyncio.Queue[Ticket] = asyncio.Queue(maxsize=_TAKE)
        readers = [
            asyncio.create_task(self._read(partition, tickets))
            for partition in range(self._partitions)
        ]
        try:
            while True:
                yield await tickets.get()
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)

    async def _read(self, partition: int, tickets: asyncio.Queue[Ticket]) -> None:
        while True:
            try:
                await self._ensure_group(partition)
                while True:
                    # Orphans have waited long enough: not also for what is new.
                    found = await self._reclaimed(partition) or await self._new(partition)
                    for ticket in found:
                        await tickets.put(ticket)
            except (RedisError, OSError):
                # The server is away: nothing is lost, the stream is read on when it is back.
                await asyncio.sleep(0.5)

    async def _ensure_group(self, partition: int) -> None:
        try:
            await self._client.xgroup_create(_stream(partition), _GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def _new(self, partition: int) -> list[Ticket]:
        answer: Any = await self._client.xreadgroup(
            _GROUP, self._worker, {_stream(partition): ">"}, count=_TAKE, block=_BLOCK_MS
        )
        return [
            Ticket(fields["c"], key, partition)
            for _, entries in answer or []
            for key, fields in entries
        ]

    async def _reclaimed(self, partition: int) -> list[Ticket]:
        # The server looks at ten times `count` tickets a call: the next call goes on from there,
        # or many that are being worked on would hide a dead worker's behind them.
        answer: Any = await self._client.xautoclaim(
            _stream(partition),
            _GROUP,
            self._worker,
            self._idle_ms,
            start_id=self._looked_to[partition],
            count=_TAKE,
        )
        self._looked_to[partition] = answer[0]
        return [Ticket(fields["c"], key, partition) for key, fields in answer[1] if fields]

    async def keep(self, ticket: Ticket) -> None:
        """See `Turns.keep`."""
        async with reachable():
            await self._client.xclaim(
                _stream(ticket.partition), _GROUP, self._worker, 0, [ticket.id], justid=True
            )

    async def ack(self, ticket: Ticket) -> None:
        """See `Turns.ack`."""
        stream = _stream(ticket.partition)
        acked, deleted = ("XACK", stream, _GROUP, ticket.id), ("XDEL", stream, ticket.id)
        async with reachable():
            await together(self._client, stream, acked, deleted, atomic=True)

    async def bury(self, conversation_id: str, message_id: str, why: str) -> None:
        """See `Turns.bury`."""
        letter = json.dumps({"c": conversation_id, "m": message_id, "why": why})
        async with reachable():
            await self._client.xadd(DEAD, {"l": letter}, maxlen=10_000)

    async def idle(self, before: datetime, limit: int = 100) -> list[str]:
        """See `Turns.idle`."""
        found: list[str] = []
        async with reachable():
            for partition in range(self._partitions):
                due: Any = await self._client.zrangebyscore(
                    _idle(partition), "-inf", before.timestamp(), start=0, num=limit
                )
                found += due
        return found

    async def forget(self, conversation_id: str) -> None:
        """See `Turns.forget`."""
        async with reachable():
            await self._client.zrem(_idle(self._partition(conversation_id)), conversation_id)

    async def finish(self, conversation_id: str) -> None:
        """See `Turns.finish`."""
        partition = self._partition(conversation_id)
        now = datetime.now(UTC).timestamp()
        # Both sets lie in the partition's slot: whoever dies here leaves it in one or the other.
        waits = ("ZADD", _finished(partition), now, conversation_id)
        rests = ("ZREM", _idle(partition), conversation_id)
        async with reachable():
            await together(self._client, _idle(partition), waits, rests, atomic=True)

    async def finished(self, limit: int = 100) -> list[str]:
        """See `Turns.finished`."""
        found: list[tuple[float, str]] = []
        async with reachable():
            for partition in range(self._partitions):
                waiting: Any = await self._client.zrange(
                    _finished(partition), 0, limit - 1, withscores=True
                )
                found += [(float(since), identifier) for identifier, since in waiting]
        return [identifier for _, identifier in sorted(found)][:limit]

    async def archived(self, conversation_id: str) -> None:
        """See `Turns.archived`."""
        async with reachable():
            await self._client.zrem(_finished(self._partition(conversation_id)), conversation_id)


def _stream(partition: int) -> str:
    return f"yq:{{turns:{partition}}}:stream"


def _idle(partition: int) -> str:
    return f"yq:{{turns:{partition}}}:idle"


def _finished(partition: int) -> str:
    return f"yq:{{turns:{partition}}}:finished"
