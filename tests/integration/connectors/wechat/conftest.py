"""One world a test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.background import background
from tests.integration.connectors.wechat.world import World
from tests.unit.conversation.doubles import EchoBot


@pytest.fixture
async def world(redis_client: Redis) -> AsyncIterator[World]:
    """Yield a world whose bot repeats what it hears; nobody delivers yet."""
    world = World(redis_client, EchoBot())
    async with background(world.wake.run()), world.working():
        yield world
