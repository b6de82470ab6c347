"""One gateway a test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.background import background
from tests.integration.connectors.gateway import Gateway


@pytest.fixture
async def gateway(redis_client: Redis) -> AsyncIterator[Gateway]:
    """Yield a gateway that answers and handles turns."""
    gateway = Gateway(redis_client)
    async with background(gateway.wake.run()), gateway.serving(), gateway.working():
        yield gateway
