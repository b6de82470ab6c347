"""The contract of `TicketStore`, in memory and in SQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from handoff.tickets.errors import TicketChanged, TicketsUnavailable
from handoff.tickets.events import Event, Kind
from handoff.tickets.memory_store import MemoryTickets
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.store import TicketStore, Wanted
from handoff.tickets.ticket import RUNNING, Status
from tests.unit.handoff.tickets.people import KEY, NOON, PARTS, first

ASSIGNED = Event(Kind.ASSIGNED, NOON, "gu", {"handler": "qin"})


@pytest.fixture
def store(engine: sa.Engine | None) -> TicketStore:
    return SqlTickets(engine) if engine else MemoryTickets()


def test_numbers_are_readable_and_of_one_day(store: TicketStore) -> None:
    one, two = store.open(first("a-1")), store.open(first("a-2"))
    evening = NOON + timedelta(hours=13)
    next_day = store.open(first("a-3", evening))
    assert [one.number, two.number, next_day.number] == [
        "TS20260601-0001",
        "TS20260601-0002",
        "TS20260602-0001",
    ]


def test_a_conversation_has_one_ticket(store: TicketStore) -> None:
    ticket = store.open(first())
    assert store.open(first(at=NOON + timedelta(days=1))) == ticket
    assert store.of_conversation(f"{KEY}-1") == ticket
    assert store.of_conversation("other-1") is None
    assert store.find(Wanted()) == [ticket]


def test_a_conversation_that_arrives_many_times_at_once_has_one_ticket(
    store: TicketStore,
) -> None:
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: store.open(first()).number, range(8)))
    assert len(set(opened)) == 1


def test_tickets_at_once_have_numbers_of_their_own(store: TicketStore) -> None:
    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda n: store.open(first(f"a-{n}")).number, range(12)))
    assert sorted(numbers) == [f"TS20260601-{n:04}" for n in range(1, 13)]


def test_what_is_added_is_read_again(store: TicketStore) -> None:
    ticket = store.open(first())
    [assigned] = store.append((ticket, ASSIGNED))
    replied = Event(Kind.REPLIED, NOON + timedelta(microseconds=1), "qin", {"parts": PARTS})
    [ended] = store.append((assigned, replied))
    assert store.get(ticket.number) == ended
    assert (ended.status, ended.reply, ended.handler) == (Status.REPLIED, PARTS, "qin")
    assert store.get("TS1") is None


def test_whoever_is_second_is_told(store: TicketStore) -> None:
    ticket = store.open(first())
    store.append((ticket, ASSIGNED))
    with pytest.raises(TicketChanged):
        store.append((ticket, Event(Kind.WITHDRAWN, NOON, "gu", {"why": "撤回"})))


def test_two_at_once_are_one_after_the_other(store: TicketStore) -> None:
    ticket = store.open(first())

    def assign(login: str) -> bool:
        try:
            store.append((ticket, Event(Kind.ASSIGNED, NOON, "gu", {"handler": login})))
        except TicketChanged:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(assign, "abcdefgh")) == 1
    assert store.find(Wanted())[0].version == 2


def test_several_change_together_or_not_at_all(store: TicketStore) -> None:
    old, new = store.open(first("a-1")), store.open(first("a-2"))
    repeated = Event(Kind.REPEATED, NOON, "gu", {"conversation": "a-2", "number": new.number})
    merged = Event(Kind.MERGED, NOON, "gu", {"into": old.number})
    store.append((old, ASSIGNED))
    with pytest.raises(TicketChanged):
        store.append((new, merged), (old, repeated))
    assert store.get(new.number) == new
    [old] = store.find(Wanted(handler="qin"))
    new_after, old_after = store.append((new, merged), (old, repeated))
    assert new_after.into == old.number
    assert store.of_conversation("a-2") == old_after
    assert store.open(first("a-2")) == old_after


def test_they_are_found_by_status_handler_and_customer(store: TicketStore) -> None:
    one, two = store.open(first("a-1")), store.open(first("b-1", key="b" * 16))
    [one] = store.append((one, ASSIGNED))
    assert store.find(Wanted(frozenset({Status.RECEIVED}))) == [two]
    assert store.find(Wanted(RUNNING)) == [one, two]
    assert store.find(Wanted(RUNNING), limit=1) == [two]
    assert store.find(Wanted(handler="qin")) == [one]
    assert store.find(Wanted(handler="")) == [two]
    assert store.find(Wanted(customer_key="b" * 16)) == [two]


def test_the_audit_trail_catches_up(store: TicketStore) -> None:
    ticket = store.open(first())
    store.append((ticket, ASSIGNED))
    due = store.unaudited()
    assert [(each.place, each.event.kind) for each in due] == [
        (1, Kind.OPENED),
        (2, Kind.ASSIGNED),
    ]
    assert store.unaudited(limit=1) == due[:1]
    store.note_audited(ticket.number, 2)
    store.note_audited(ticket.number, 1)
    assert store.unaudited() == []


def test_a_removed_ticket_is_gone_and_its_number_is_not_used_again(store: TicketStore) -> None:
    ticket = store.open(first())
    assert store.remove([ticket.number, "TS1"]) == 1
    assert store.get(ticket.number) is None
    assert store.of_conversation(f"{KEY}-1") is None
    assert store.open(first("a-2")).number == "TS20260601-0002"
    assert store.remove([]) == 0


def test_a_database_that_does_not_answer_is_unavailable(tmp_path: object) -> None:
    store = SqlTickets(sa.create_engine(f"sqlite:///{tmp_path}/none/records.db"))
    with pytest.raises(TicketsUnavailable):
        store.get("TS1")
    with pytest.raises(TicketsUnavailable):
        store.open(first())
