"""Dead letters on a real server: what was buried is listed, and goes when it has had its term."""

from __future__ import annotations

from redis.asyncio import Redis

from conversation.redis_dead_letters import RedisDeadLetters
from conversation.redis_turns import RedisTurns


async def test_buried_messages_are_listed_and_removed(redis_client: Redis) -> None:
    turns, letters = RedisTurns(redis_client, "w1"), RedisDeadLetters(redis_client)
    assert await letters.all() == []
    await turns.bury("c-1", "1-0", "failed five times")
    await turns.bury("c-2", "2-0", "bot unavailable")
    first, second = await letters.all()
    assert (first.conversation_id, first.message_id, first.why) == (
        "c-1",
        "1-0",
        "failed five times",
    )
    await letters.remove([first.id, "1-1"])
    await letters.remove([])
    assert await letters.all() == [second]
