"""At least once, in order, from the stored place on; what is never taken is a dead letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from redis.asyncio import Redis

from connectors.webhooks.event import Event
from connectors.webhooks.ledger import HoldLost, Ledger
from connectors.webhooks.receiver import Later, Receiver
from connectors.webhooks.signature import Signer
from tests.conftest import free_port
from tests.integration.connectors.webhooks.world import KEY, Crm, ListEvents, Sending


@pytest.fixture
async def sending(redis_client: Redis) -> Sending:
    """Return a source whose past is told already."""
    ledger = Ledger(redis_client)
    assert await ledger.take()
    await ledger.advance(0)
    await ledger.let_go()
    return Sending(ListEvents(), ledger, Crm())


def types(crm: Crm) -> list[str]:
    return [event["type"] for event in crm.taken]


async def test_events_arrive_signed_and_in_order(sending: Sending) -> None:
    sending.events.add("a", "b")
    async with sending.running():
        await sending.crm.until(2)
        sending.events.add("c")
        taken = await sending.crm.until(3)
    assert [(event["id"], event["type"]) for event in taken] == [
        ("evt_1", "a"),
        ("evt_2", "b"),
        ("evt_3", "c"),
    ]
    assert taken[0].keys() == {"id", "type", "timestamp", "data"}


async def test_a_restart_goes_on_where_it_was(sending: Sending, redis_client: Redis) -> None:
    sending.events.add("a")
    async with sending.running():
        await sending.crm.until(1)
    sending.events.add("b")
    async with sending.running(Ledger(redis_client)):
        await sending.crm.until(2)
    assert types(sending.crm) == ["a", "b"]


async def test_the_first_start_does_not_tell_the_past(redis_client: Redis) -> None:
    sending = Sending(ListEvents(), Ledger(redis_client), Crm())
    sending.events.add("old")
    async with sending.running():
        while not sending.pauses:  # it has begun
            await sending.events.after(0)
            await sending.ledger.place()
        sending.events.add("new")
        await sending.crm.until(1)
    assert types(sending.crm) == ["new"]


async def test_trouble_is_waited_for_longer_each_time(sending: Sending) -> None:
    sending.crm.answers = [500, 503, 429, 502, 500, 500, 500]
    sending.events.add("a", "b")
    async with sending.running():
        await sending.crm.until(2)
    assert types(sending.crm) == ["a", "b"]
    assert sending.crm.calls == 9
    # A wait is cut into pieces in which the hold is kept; it is 64 seconds at last.
    assert sum(sending.pauses) > 63
    assert await sending.ledger.dead() == []


async def test_a_receiver_says_how_long(sending: Sending) -> None:
    sending.crm.answers, sending.crm.headers = [503], {"Retry-After": "120"}
    sending.events.add("a")
    async with sending.running():
        await sending.crm.until(1)
    assert sum(sending.pauses) >= 120


async def test_what_is_refused_becomes_a_dead_letter_and_the_rest_goes_on(
    sending: Sending,
) -> None:
    sending.crm.answers = [400, 422, 301, 404, 400]
    sending.events.add("bad", "good")
    async with sending.running():
        await sending.crm.until(1)
    assert types(sending.crm) == ["good"]
    [letter] = await sending.ledger.dead()
    assert (letter.event, letter.why) == (sending.events.events[0], "HTTP 400")
    await sending.ledger.remove(letter)
    assert await sending.ledger.dead() == []


async def test_every_event_is_counted_for_itself(sending: Sending) -> None:
    sending.crm.answers = [400, 400, 400, 400, 204, 400]
    sending.events.add("a", "b")
    async with sending.running():
        await sending.crm.until(2)
    assert types(sending.crm) == ["a", "b"]


async def test_what_waited_too_long_is_given_up(sending: Sending) -> None:
    sending.crm.answers = [500]
    sending.events.add("old", age=timedelta(hours=25))
    sending.events.add("new")
    async with sending.running():
        await sending.crm.until(1)
    assert types(sending.crm) == ["new"]
    [letter] = await sending.ledger.dead()
    assert (letter.event.type, letter.why) == ("old", "HTTP 500")


async def test_failures_are_counted_over_restarts(sending: Sending, redis_client: Redis) -> None:
    assert await sending.ledger.take()
    assert [await sending.ledger.failed() for _ in range(4)] == [1, 2, 3, 4]
    await sending.ledger.let_go()
    sending.crm.answers = [400]
    sending.events.add("bad", "good")
    async with sending.running(Ledger(redis_client)):
        await sending.crm.until(1)
    assert len(await sending.ledger.dead()) == 1


async def test_only_one_replica_delivers(sending: Sending, redis_client: Redis) -> None:
    other = Ledger(redis_client)
    assert await other.take()
    assert not await sending.ledger.take()
    await other.let_go()
    assert await sending.ledger.take()


async def test_a_replica_that_lost_its_hold_moves_nothing(
    sending: Sending, redis_client: Redis
) -> None:
    other = Ledger(redis_client)
    assert await other.take()
    sending.events.add("a")
    for step in (
        sending.ledger.keep(),
        sending.ledger.advance(9),
        sending.ledger.failed(),
        sending.ledger.bury(sending.events.events[0], "x"),
        sending.ledger.let_go(),
    ):
        with pytest.raises(HoldLost):
            await step
    assert await other.place() == 0
    assert await other.dead() == []


async def test_a_receiver_that_is_not_there_is_waited_for() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        nowhere = Receiver(client, f"http://127.0.0.1:{free_port()}/", Signer([KEY]))
        with pytest.raises(Later, match="ConnectError"):
            await nowhere.call(Event(1, "evt_1", "a", datetime.now(UTC)))
