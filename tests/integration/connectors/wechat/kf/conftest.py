"""One world a test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.background import background
from tests.integration.connectors.wechat.kf.world import KfWorld
from tests.unit.conversation.doubles import EchoBot


@pytest.fixture
async def world(redis_client: Redis) -> AsyncIterator[KfWorld]:
    """Yield a world whose bot repeats what it hears; nobody fetches or delivers yet."""
    world = KfWorld(redis_client, EchoBot())
    async with background(world.wake.run()), world.working():
        yield world
