"""What of the audit chain a bank's own systems are told."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from compliance.audit_store import AuditStore
from compliance.clock import utc_now
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from connectors.webhooks.event import Event
from connectors.webhooks.ledger import Ledger
from connectors.webhooks.signature import BadSecret
from conversation.conversation import Conversation, Customer, Owner
from conversation.message import Kind, Message, Sender
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.ticket import Intake
from tests.integration.connectors.gateway import served
from tests.integration.connectors.webhooks.world import KEY, Crm
from tests.unit.handoff.tickets.desk import Postbox
from yinqiao.cli.webhooks import resend_all
from yinqiao.records import open_records
from yinqiao.settings import Settings
from yinqiao.tickets import open_tickets
from yinqiao.webhooks import AuditEvents, WebhookIncomplete, open_receiver

ANNA = Customer("bank", "C-1")
TALK = f"{ANNA.key}-1"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of an installation with a receiver."""
    return Settings(
        var=tmp_path, webhook_url="https://crm.example/hook", webhook_secret=SecretStr(SECRET)
    )


def _owner(identifier: str, before: Owner, to: Owner, by: str, why: str) -> Message:
    data = {"event": "owner", "from": before.value, "to": to.value, "by": by, "why": why}
    data |= {"name": "小王"}
    return Message(identifier, TALK, Sender.SYSTEM, Kind.EVENT, "", data=data)


async def _events(settings: Settings) -> tuple[AuditEvents, list[Event]]:
    """Let a handoff, a ticket and a survey happen; returns what is told of it."""
    records = open_records(settings)
    chain = AuditStore(records)
    recorder = AuditRecorder(chain)
    events = AuditEvents(chain, SqlTickets(records))
    now = utc_now()
    talk = Conversation(TALK, ANNA, Owner.QUEUE, 2, now, now)
    entries = [
        Message("1-0", TALK, Sender.BOT, Kind.TEXT, "我的卡号是机密"),
        _owner("2-0", Owner.BOT, Owner.QUEUE, "bot", "complaint"),
        _owner("3-0", Owner.QUEUE, Owner.AGENT, "wang", "claimed"),
        _owner("4-0", Owner.AGENT, Owner.BOT, "wang", "bot"),
        _owner("5-0", Owner.BOT, Owner.CLOSED, "silence", "closed"),
    ]
    await recorder.catch_up(talk, entries)
    await recorder.record("desk.claim", "wang", TALK, {"fence": 1})
    tickets = open_tickets(records, recorder, Redactor.load(), Postbox())
    await tickets.open(Intake(TALK, ANNA.key, facts="王小明的事"), now)
    await tickets.follow_up.rate(TALK, 4, "还行")
    return events, list((await events.after(0)).events)


async def test_handoffs_tickets_and_surveys_are_told(settings: Settings) -> None:
    source, events = await _events(settings)
    assert [event.type for event in events] == [
        *("handoff.requested", "handoff.taken", "handoff.ended", "conversation.closed"),
        *("ticket.opened", "survey.answered"),
    ]
    assert len({event.id for event in events}) == 6
    assert all(event.data["conversation"] == TALK for event in events)
    assert all(event.data["customer_key"] == ANNA.key for event in events)
    requested, taken, *_, ticket, survey = events
    assert (requested.data["why"], taken.data["by"]) == ("complaint", "wang")
    assert (ticket.data["ticket"][:2], survey.data["score"]) == ("TS", 4)
    # The same event is the same bytes, and it goes on behind it.
    [again] = (await source.after(events[-2].place)).events
    assert again.body() == survey.body()
    assert (await source.after(events[-1].place)).upto == await source.head()


async def test_no_words_and_no_names_are_told(settings: Settings) -> None:
    _, events = await _events(settings)
    told = "".join(event.body().decode() for event in events)
    for private in ("机密", "王小明", "还行", "小王", "C-1"):
        assert private not in told
    assert all(json.loads(event.body())["data"] for event in events)


async def test_a_batch_ends_where_it_was_cut(settings: Settings) -> None:
    source, events = await _events(settings)
    batch = await source.after(0, limit=2)
    assert [event.type for event in batch.events] == ["handoff.requested", "handoff.taken"]
    assert batch.upto == events[1].place


async def test_without_a_good_secret_nobody_is_told(settings: Settings, tmp_path: Path) -> None:
    async with open_receiver(settings) as receiver:
        assert receiver
        assert receiver.url == "https://crm.example/hook"
    async with open_receiver(Settings(var=tmp_path)) as nobody:
        assert nobody is None
    unsigned = Settings(var=tmp_path, webhook_url="https://crm.example/hook")
    for wrong, error in (
        (unsigned, WebhookIncomplete),
        (unsigned.model_copy(update={"webhook_secret": SecretStr("x")}), BadSecret),
    ):
        with pytest.raises(error):
            async with open_receiver(wrong):
                pass


async def test_dead_letters_are_listed_and_sent_once_more(
    settings: Settings, redis_client: Redis, valkey_url: str
) -> None:
    ledger, crm = Ledger(redis_client), Crm(answers=[500])
    assert await ledger.take()
    for number in (1, 2):
        await ledger.bury(Event(number, f"evt_{number}", "ticket.opened", utc_now()), "HTTP 400")
    async with served(crm.app()) as url:
        update = {"redis_url": valkey_url, "webhook_url": f"{url}/hook"}
        [left] = await resend_all(settings.model_copy(update=update))
    assert left.event.id == "evt_1"
    assert [event["id"] for event in crm.taken] == ["evt_2"]
    assert await ledger.dead() == [left]
