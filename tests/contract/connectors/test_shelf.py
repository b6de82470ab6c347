"""Buckets, names used once, and places."""

from __future__ import annotations

import asyncio

from connectors.limits import Rate
from connectors.outbox import Cursor
from conversation.conversation import Customer
from tests.contract.connectors.conftest import Shelf

ANNA, BERT = Customer("web", "anna"), Customer("web", "bert")


async def test_a_bucket_holds_so_many_and_says_when_there_is_room(shelf: Shelf) -> None:
    rate = Rate(3, 3600)
    assert [await shelf.buckets.take("a", rate) for _ in range(3)] == [0, 0, 0]
    wait = await shelf.buckets.take("a", rate)
    assert 1190 < wait <= 1200
    assert await shelf.buckets.take("b", rate) == 0


async def test_a_refusal_takes_nothing(shelf: Shelf) -> None:
    rate = Rate(1, 3600)
    await shelf.buckets.take("a", rate)
    first, second = [await shelf.buckets.take("a", rate) for _ in range(2)]
    assert second <= first <= 3600


async def test_what_leaked_away_may_be_taken_again(shelf: Shelf) -> None:
    rate = Rate(2, 0.04)
    for _ in range(2):
        await shelf.buckets.take("a", rate)
    await asyncio.sleep(await shelf.buckets.take("a", rate))
    assert await shelf.buckets.take("a", rate) == 0


async def test_many_at_once_get_no_more_than_there_is(shelf: Shelf) -> None:
    waits = await asyncio.gather(*(shelf.buckets.take("a", Rate(5, 3600)) for _ in range(20)))
    assert waits.count(0) == 5


async def test_a_name_is_used_once(shelf: Shelf) -> None:
    used = await asyncio.gather(*(shelf.once.first("n" * 500, 60) for _ in range(5)))
    assert used.count(True) == 1
    assert await shelf.once.first("other", 60)


async def test_places_are_kept_for_each_client_of_each_customer(shelf: Shelf) -> None:
    await shelf.places.reach("socketio", ANNA, Cursor(1, (5, 0)))
    await shelf.places.reach("socketio", ANNA, Cursor(2, (3, 1)))
    assert await shelf.places.reached("socketio", ANNA) == Cursor(2, (3, 1))
    assert await shelf.places.reached("rest", ANNA) is None
    assert await shelf.places.reached("socketio", BERT) is None
