"""What tests of this ring share: a stand-in for Rasa, and workers on a store."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from redis.asyncio import Redis

from tests.faults.core import Core
from tests.faults.running import end_all
from tests.faults.stand_in import StandIn


@pytest.fixture
async def bot() -> AsyncIterator[StandIn]:
    """Yield the stand-in, which answers everything at once."""
    async with StandIn().open() as bot:
        yield bot


@pytest.fixture
async def core(redis_client: Redis, valkey_url: str, bot: StandIn) -> AsyncIterator[Core]:
    """Yield a conversation; its workers are ended with it."""
    yield Core(redis_client, valkey_url, bot)
    await end_all()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """Yield what customers speak through."""
    async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
        yield http
