"""A closed conversation is archived whatever dies when; the live store lets go only after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conversation.archive import Archived
from conversation.archiver import Archiver
from conversation.conversation import Customer, Owner
from conversation.errors import ArchiveUnavailable, StoreUnavailable, UnknownConversation
from conversation.memory_archive import MemoryArchive
from conversation.ports import Incoming
from tests.unit.conversation.doubles import Bench, EchoBot

CUSTOMER = Customer("web", "v")


class Killed(BaseException):
    """What a test's process dies of."""


class Fragile:
    """Passes calls on to `behind`, until one method fails once, before or after its work."""

    def __init__(self, behind: object, method: str, *, after: bool, error: BaseException) -> None:
        self._behind = behind
        self._method = method
        self._after = after
        self._error: BaseException | None = error

    def __getattr__(self, name: str) -> Any:
        """Return the method behind, or the one that fails."""
        real: Callable[..., Any] = getattr(self._behind, name)
        if name != self._method or self._error is None:
            return real
        error, self._error = self._error, None
        if name == "put":

            def put(archived: Archived) -> None:
                if self._after:
                    real(archived)
                raise error

            return put

        async def call(*arguments: object) -> None:
            if self._after:
                await real(*arguments)
            raise error

        return call


async def closed(bench: Bench, text: str = "你好", customer: Customer = CUSTOMER) -> str:
    """Hold a short conversation, close it, and settle it as a turn does."""
    taken = await bench.store.accept(customer, Incoming(text, text))
    await bench.turns.put(taken.conversation_id)
    await worked(bench)
    state = await bench.store.get(taken.conversation_id)
    await bench.store.close(state.id, state.epoch, "silence")
    await bench.turns.put(state.id)
    await worked(bench)
    return state.id


async def worked(bench: Bench) -> None:
    async for ticket in bench.turns.take():
        await bench.worker.work(ticket)
        if bench.turns.is_quiet():
            return


async def test_a_closed_conversation_moves_to_the_archive() -> None:
    bench, archive = Bench(EchoBot()), MemoryArchive()
    identifier = await closed(bench)
    log = await bench.store.log(identifier)
    archiver = Archiver(bench.store, bench.turns, archive)
    assert await archiver.work() == 1
    kept = archive.get(identifier)
    assert kept is not None
    assert kept.log == tuple(log)
    assert kept.closed_by == "silence"
    assert kept.turns[0].intent == "echo"
    assert await bench.turns.finished() == []
    # It can still be read for a while.
    assert (await bench.store.get(identifier)).owner is Owner.CLOSED
    assert await archiver.work() == 0


async def test_what_is_archived_expires_and_the_next_conversation_has_a_new_number() -> None:
    bench, archive = Bench(EchoBot()), MemoryArchive()
    first = await closed(bench)
    await Archiver(bench.store, bench.turns, archive, expire_after=timedelta(0)).work()
    with pytest.raises(UnknownConversation):
        await bench.store.get(first)
    second = await closed(bench, "又来了")
    assert second != first
    await Archiver(bench.store, bench.turns, archive, expire_after=timedelta(0)).work()
    assert [one.id for one in archive.of_customer(CUSTOMER.key)] == [second, first]


async def test_an_open_conversation_is_not_finished() -> None:
    bench, archive = Bench(EchoBot()), MemoryArchive()
    taken = await bench.store.accept(CUSTOMER, Incoming("c", "你好"))
    await bench.turns.put(taken.conversation_id)
    await worked(bench)
    assert await bench.turns.finished() == []
    # Even one that is offered by mistake stays where it is.
    await bench.turns.finish(taken.conversation_id)
    assert await Archiver(bench.store, bench.turns, archive).work() == 0
    assert archive.get(taken.conversation_id) is None
    assert (await bench.store.get(taken.conversation_id)).owner is Owner.BOT


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", ["put", "expire", "archived"])
async def test_killed_between_any_two_steps(step: str, *, after: bool) -> None:
    bench, archive = Bench(EchoBot()), MemoryArchive()
    identifier = await closed(bench)
    log = tuple(await bench.store.log(identifier))
    part = {"put": archive, "expire": bench.store, "archived": bench.turns}[step]
    fragile: Any = Fragile(part, step, after=after, error=Killed())
    dying = Archiver(
        fragile if step == "expire" else bench.store,
        fragile if step == "archived" else bench.turns,
        fragile if step == "put" else archive,
    )
    with pytest.raises(Killed):
        await dying.work()
    if step == "put" and not after:
        assert archive.get(identifier) is None
        assert tuple(await bench.store.log(identifier)) == log
    await Archiver(bench.store, bench.turns, archive).work()
    kept = archive.get(identifier)
    assert kept is not None
    assert kept.log == log
    assert await bench.turns.finished() == []


async def test_an_archive_that_is_down_postpones_and_nothing_expires() -> None:
    bench, archive = Bench(EchoBot()), MemoryArchive()
    identifier = await closed(bench)
    fragile: Any = Fragile(archive, "put", after=False, error=ArchiveUnavailable())
    archiver = Archiver(bench.store, bench.turns, fragile, expire_after=timedelta(0))
    with pytest.raises(ArchiveUnavailable):
        await archiver.work()
    assert (await bench.store.get(identifier)).owner is Owner.CLOSED
    assert await bench.turns.finished() == [identifier]
    assert await archiver.work() == 1


async def test_one_that_cannot_be_archived_holds_up_nobody() -> None:
    bench, archive = Bench(EchoBot()), MemoryArchive()
    bad = await closed(bench, "坏", Customer("web", "a"))
    good = await closed(bench, "好", Customer("web", "b"))
    fragile: Any = Fragile(archive, "put", after=False, error=ValueError("bad"))
    archiver = Archiver(bench.store, bench.turns, fragile, batch=1)
    assert await archiver.work() == 0
    assert await bench.turns.finished() == [good, bad]
    assert await archiver.work() == 1
    assert await archiver.work() == 1
    assert archive.get(bad) is not None


async def test_one_that_has_expired_is_forgotten() -> None:
    bench, archive = Bench(EchoBot()), MemoryArchive()
    identifier = await closed(bench)
    archiver = Archiver(bench.store, bench.turns, archive, expire_after=timedelta(0))
    await archiver.work()
    kept = archive.get(identifier)
    await bench.turns.finish(identifier)
    assert await archiver.work() == 0
    assert await bench.turns.finished() == []
    assert archive.get(identifier) == kept


async def test_a_log_cut_short_by_its_expiry_replaces_nothing() -> None:
    bench, archive = Bench(EchoBot()), MemoryArchive()
    identifier = await closed(bench)
    await Archiver(bench.store, bench.turns, archive).work()
    kept = archive.get(identifier)
    await bench.turns.finish(identifier)

    class Expiring:
        """Expires between the state and the log."""

        def __getattr__(self, name: str) -> Any:
            """Return the real method."""
            return getattr(bench.store, name)

        async def log(self, conversation_id: str, **_: object) -> list[object]:
            await bench.store.expire(conversation_id, timedelta(0))
            return []

    store: Any = Expiring()
    assert await Archiver(store, bench.turns, archive).work() == 0
    assert archive.get(identifier) == kept


async def test_a_worker_that_dies_before_it_settles_leaves_it_to_the_sweeper() -> None:
    bench = Bench(EchoBot())
    taken = await bench.store.accept(CUSTOMER, Incoming("c", "你好"))
    await bench.turns.put(taken.conversation_id)
    await worked(bench)
    state = await bench.store.get(taken.conversation_id)
    await bench.store.close(state.id, state.epoch, "agent")
    # No turn was asked for, yet the conversation is still watched for idleness.
    later = datetime.now(UTC) + timedelta(hours=1)
    assert await bench.turns.idle(later) == [state.id]
    await bench.turns.put(state.id)
    await worked(bench)
    assert await bench.turns.idle(later) == []
    assert await bench.turns.finished() == [state.id]


async def test_a_live_store_that_is_away_is_told() -> None:
    bench = Bench(EchoBot())
    identifier = await closed(bench)
    fragile: Any = Fragile(bench.store, "get", after=False, error=StoreUnavailable())
    with pytest.raises(StoreUnavailable):
        await Archiver(fragile, bench.turns, MemoryArchive()).work()
    assert await bench.turns.finished() == [identifier]
