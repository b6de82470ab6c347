"""A cluster of Redis-protocol servers, asked as one server is."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from redis.asyncio.client import PubSub
from redis.asyncio.cluster import ClusterNode, PipelineCommand, RedisCluster
from redis.asyncio.connection import ConnectionPool
from redis.exceptions import (
    AskError,
    ClusterDownError,
    ConnectionError,  # noqa: A004 - the client's own, which is what is meant
    RedisClusterException,
    TimeoutError,  # noqa: A004 - the same
    TryAgainError,
)

if TYPE_CHECKING:
    from redis.asyncio import Redis

Command = tuple[Any, ...]
_ELSEWHERE = (AskError, TryAgainError)
_AWAY = (ConnectionError, TimeoutError, ClusterDownError)
_TRIES = 3


class ClusterClient(RedisCluster):
    """redis-py's client with one kind of error, and with commands that stay together.

    Its own pipelines and transactions are not used: a pipeline that fails closes the lines of
    everybody else, a transaction runs an event loop of its own for each command.
    """

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        """Send one command to where its keys lie; raises redis' errors."""
        async with _plainly():
            return await super().execute_command(*args, **kwargs)

    async def together(self, key: str, commands: Sequence[Command]) -> list[Any]:
        """Send commands about the slot of `key` on one connection; errors are among the answers.

        Raises `ConnectionError` when they could not be sent.
        """
        for _ in range(_TRIES):
            async with _plainly():
                await self.initialize()
                batch = [PipelineCommand(n, *command) for n, command in enumerate(commands)]
                try:
                    await self._server_of(key).execute_pipeline(batch)
                except _AWAY:
                    await self._find(key)
                    raise
            answers = [command.result for command in batch]
            if any(isinstance(answer, _AWAY) for answer in answers):
                await self._find(key)
            if not any(isinstance(answer, _ELSEWHERE) for answer in answers):
                break
            # Nothing was done: the slot has another server now.
            await self._find(key)
        return answers

    def _server_of(self, key: str) -> ClusterNode:
        if (node := self.get_node_from_key(key)) is None:
            raise ConnectionError(key)
        return node

    async def _find(self, key: str) -> None:
        """Find out who serves a key now; any question about it does that."""
        await self.execute_command("EXISTS", key)

    def pubsub(self, **_: Any) -> PubSub:  # type: ignore[override]
        """Return a subscription to any node, on a line of its own: a cluster tells all nodes."""
        nodes = self.get_nodes() or list(self.nodes_manager.startup_nodes.values())
        node = random.choice(nodes)  # noqa: S311 - any will do
        return PubSub(ConnectionPool(node.connection_class, **node.connection_kwargs))


async def together(client: Redis, key: str, *commands: Command, atomic: bool = False) -> list[Any]:
    """Return the answers to commands about one slot, sent as one; raises the first one's error.

    What is `atomic` is done by the server without anything in between.
    """
    asked = [("MULTI",), *commands, ("EXEC",)] if atomic else list(commands)
    if len(asked) == 1:
        raw: Any = client  # raw commands have no types
        return [await raw.execute_command(*asked[0])]
    if isinstance(client, ClusterClient):
        answers = await client.together(key, asked)
    else:
        async with client.pipeline(transaction=False) as pipe:
            for command in asked:
                pipe.execute_command(*command)
            answers = await pipe.execute(raise_on_error=False)
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return list(answers[-1]) if atomic else answers


@asynccontextmanager
async def _plainly() -> AsyncIterator[None]:
    """Turn what only a cluster's client raises into what any client raises.

    An `AttributeError` is a line that another task's recovery closed while it was being made.
    """
    try:
        yield
    except (RedisClusterException, AttributeError) as error:
        raise ConnectionError(str(error)) from error
