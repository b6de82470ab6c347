"""The handoff queue: a race, its speed against a bare script, and what a long line costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from redis.asyncio import Redis

from bench.figure import Figure
from bench.valkey import running_valkey
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from handoff.accounts import Account, Role
from handoff.queue import Claim
from handoff.redis_queue import RedisHandoffQueue
from handoff.routing import Routing
from yinqiao.live_store import open_redis

_AGENTS = 50
_RACED = 1000
_PAIRS = 300
_ROUNDS = 9
_AT_ONCE = 16
_SHORT, _LONG = 100, 100_000
_CLAIMS = 500
_BATCH = 100

# What any queue must do, and nothing more: a line with scores, a holder, a lease, a token.
_BARE = """
local entry = KEYS[1] .. ':' .. ARGV[2]
if ARGV[1] == 'enqueue' then
  redis.call('HSET', entry, 'state', 'waiting', 'since', ARGV[3])
  return redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
end
local head = redis.call('ZPOPMIN', KEYS[1])[1]
if not head then return nil end
redis.call('HSET', KEYS[1] .. ':' .. head, 'state', 'claimed', 'agent', ARGV[2],
  'fence', redis.call('INCR', KEYS[1] .. ':fence'))
redis.call('SADD', KEYS[1] .. ':held:' .. ARGV[2], head)
redis.call('ZADD', KEYS[1] .. ':claims', ARGV[3], head)
return head
"""


def measure() -> list[Figure]:
    """Measure on a server of its own; about two minutes."""
    with running_valkey() as url:
        return asyncio.run(_measure(url))


async def _measure(url: str) -> list[Figure]:
    redis = open_redis(url)
    queue = RedisHandoffQueue(redis, Routing.load())
    double, lost, pace = await _race(redis, queue)
    pace_of_pairs, share = await _speed(redis, queue)
    short, long = await _lengths(url)
    await redis.aclose()
    raced = f"{_AGENTS} agents, {_RACED:,} conversations"
    return [
        Figure(f"{raced}: owned twice", str(double), "0"),
        Figure(f"{raced}: lost", str(lost), "0"),
        Figure(f"{raced}: claims a second", f"{pace:,.0f}", ""),
        Figure("enqueue and claim, pairs a second", f"{pace_of_pairs:,.0f}", ""),
        Figure("÷ the bare script's in the same run", f"{share:.0%}", "≥ 50 %"),
        Figure(f"claim with {_SHORT} waiting, median", f"{short * 1e3:.2f} ms", ""),
        Figure(f"claim with {_LONG:,} waiting, median", f"{long * 1e3:.2f} ms", ""),
        Figure("the second ÷ the first", f"{long / short:.2f}", "≤ 1.5"),
    ]


def waiting(number: int) -> Conversation:
    """Return a conversation that has just asked for a person."""
    customer = Customer("web", f"bench-{number}")
    now = datetime.now(UTC)
    handoff = Handoff(Reason.HUMAN, trigger="我要找人工")
    return Conversation(f"{customer.key}-1", customer, Owner.QUEUE, 2, now, now, handoff=handoff)


async def fill(queue: RedisHandoffQueue, count: int, first: int = 0) -> None:
    """Let so many wait."""
    for start in range(first, first + count, _BATCH):
        end = min(start + _BATCH, first + count)
        await asyncio.gather(*(queue.enqueue(waiting(number)) for number in range(start, end)))


async def _race(redis: Redis, queue: RedisHandoffQueue) -> tuple[int, int, float]:
    """Half of the agents pull, the others take what is pushed to them; all at once."""
    await redis.flushall()
    await fill(queue, _RACED)
    got: list[Claim] = []

    async def pull(agent: str) -> None:
        while claim := await queue.claim(agent, ["general"], _RACED):
            got.append(claim)

    async def push() -> None:
        patience = {"general": timedelta(minutes=1)}
        while offer := await queue.offer(patience):
            got.append(await queue.accept(offer))

    await _beat(queue)
    before = time.perf_counter()
    deeds: list[Awaitable[None]] = [pull(f"agent{number}") for number in range(_AGENTS // 2)]
    deeds += [push() for _ in range(_AGENTS // 2)]
    await asyncio.gather(*deeds)
    seconds = time.perf_counter() - before
    served = {claim.conversation_id for claim in got}
    held = {claim.conversation_id for claim in await queue.held()}
    return len(got) - len(served), _RACED - len(served & held), _RACED / seconds


async def _beat(queue: RedisHandoffQueue) -> None:
    for number in range(_AGENTS // 2, _AGENTS):
        login, groups = f"agent{number}", frozenset({"general"})
        await queue.heartbeat(Account(login, login, frozenset({Role.AGENT}), groups, _RACED))


async def _speed(redis: Redis, queue: RedisHandoffQueue) -> tuple[float, float]:
    """Return pairs of enqueue and claim a second, and the share of what the bare script does.

    Both take turns, so that a machine that is busy for a while is busy for both.
    """
    bare = redis.register_script(_BARE)
    served = [waiting(number) for number in range(_PAIRS)]

    async def ours(number: int) -> None:
        await queue.enqueue(served[number])
        await queue.claim(f"agent{number % _AGENTS}", ["general"], _PAIRS)

    async def plain(number: int) -> None:
        await bare(keys=["yq:{bare}"], args=["enqueue", served[number].id, number])
        await bare(keys=["yq:{bare}"], args=["claim", f"agent{number % _AGENTS}", number])

    paces, shares = [], []
    for _ in range(_ROUNDS):
        await redis.flushall()
        alone = await _pace(plain, _PAIRS)
        paces.append(await _pace(ours, _PAIRS))
        shares.append(paces[-1] / alone)
    return median(paces), median(shares)


async def _pace(pair: Callable[[int], Awaitable[None]], count: int) -> float:
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await pair(number)

    before = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    return count / (time.perf_counter() - before)


async def _lengths(url: str) -> tuple[float, float]:
    """Return a claim's median seconds in a short line and in a long one, taken in turns."""
    clients = [open_redis(f"{url.removesuffix('0')}{database}") for database in (1, 2)]
    short, long = (RedisHandoffQueue(client, Routing.load()) for client in clients)
    await fill(short, _SHORT)
    await fill(long, _LONG)
    seconds: dict[RedisHandoffQueue, list[float]] = {short: [], long: []}
    for number in range(_CLAIMS):
        for queue in (short, long):
            seconds[queue].append(await _claim(queue))
            await queue.enqueue(waiting(_LONG + number))
    for client in clients:
        await client.aclose()
    return median(seconds[short]), median(seconds[long])


async def _claim(queue: RedisHandoffQueue) -> float:
    before = time.perf_counter()
    claim = await queue.claim("agent", ["general"], _LONG)
    taken = time.perf_counter() - before
    assert claim  # noqa: S101 - somebody waits
    await queue.release(claim)
    return taken
