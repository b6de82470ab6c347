"""Outgoing webhooks of this installation: what of the audit chain is told, and to whom.

The chain is where everything that happened stands in one order; what is told is told from there,
so that nothing has to be remembered twice.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from compliance.audit import AuditRow, Wanted
from compliance.audit_store import AuditStore
from connectors.webhooks.courier import WebhookCourier
from connectors.webhooks.event import Batch, Event
from connectors.webhooks.ledger import Ledger
from connectors.webhooks.receiver import Receiver
from connectors.webhooks.signature import Signer, key_of
from conversation.conversation import Owner, split_id
from handoff.tickets.events import Kind
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.store import TicketStore
from yinqiao.settings import Settings
from yinqiao.wiring import Core, background

_OWNER, _SURVEY = "conversation.owner", "survey.answered"
_TOLD = frozenset({_OWNER, _SURVEY, *(f"ticket.{kind}" for kind in Kind)})
_HANDOFFS = {
    Owner.QUEUE: "handoff.requested",
    Owner.AGENT: "handoff.taken",
    Owner.BOT: "handoff.ended",
    Owner.CLOSED: "conversation.closed",
}
_SECONDS = 10.0
_KEPT_BACK = frozenset({"data_sha256", "at", "name", "event"})
"""Proofs, and names of people: a login is enough."""


class WebhookIncomplete(Exception):
    """The URL, or the secret beside it, is not set."""


@dataclass(frozen=True, slots=True)
class AuditEvents:
    """`Events` on the audit chain."""

    chain: AuditStore
    tickets: TicketStore

    async def head(self) -> int:
        """See `Events.head`."""
        return (await asyncio.to_thread(self.chain.head)).seq

    async def after(self, place: int, limit: int = 100) -> Batch:
        """See `Events.after`."""
        return await asyncio.to_thread(self._after, place, limit)

    def _after(self, place: int, limit: int) -> Batch:
        # The head is read first: what is appended meanwhile is seen the next time.
        head = self.chain.head().seq
        rows = self.chain.rows(Wanted(kinds=_TOLD), after=place, limit=limit)
        events = [self._event(row) for row in rows]
        return Batch(events, rows[-1].seq if rows else max(head, place))

    def _event(self, row: AuditRow) -> Event:
        data = json.loads(row.data)
        told = {name: value for name, value in data.items() if name not in _KEPT_BACK}
        kind = _HANDOFFS[Owner(data["to"])] if row.kind == _OWNER else row.kind
        about = self._ticket(row) if row.kind.startswith("ticket.") else _conversation(row.subject)
        at = datetime.fromisoformat(row.at)
        return Event(row.seq, f"evt_{row.hash[:32]}", kind, at, {**about, "by": row.actor, **told})

    def _ticket(self, row: AuditRow) -> Mapping[str, Any]:
        """Return which ticket, and whose as far as that is still kept."""
        ticket = self.tickets.get(row.subject)
        about = _conversation(ticket.intake.conversation) if ticket else {}
        return {"ticket": row.subject, **about}


def _conversation(identifier: str) -> Mapping[str, Any]:
    return {"conversation": identifier, "customer_key": split_id(identifier)[0]}


def signer_of(settings: Settings) -> Signer:
    """Return what signs; raises `WebhookIncomplete`, `BadSecret`."""
    if settings.webhook_secret is None:
        raise WebhookIncomplete
    held = (settings.webhook_secret, settings.webhook_previous_secret)
    return Signer([key_of(secret.get_secret_value()) for secret in held if secret])


@asynccontextmanager
async def open_receiver(settings: Settings) -> AsyncIterator[Receiver | None]:
    """Yield who is told, None when nobody is; raises `WebhookIncomplete`, `BadSecret`."""
    if settings.webhook_url is None:
        yield None
        return
    signer = signer_of(settings)
    async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
        yield Receiver(client, settings.webhook_url, signer)


@asynccontextmanager
async def open_webhooks(core: Core) -> AsyncIterator[None]:
    """Tell the receiver, if there is one, while open."""
    async with open_receiver(core.settings) as receiver:
        if receiver is None:
            yield
            return
        events = AuditEvents(core.audit, SqlTickets(core.records))
        patience = timedelta(hours=core.settings.webhook_hours)
        courier = WebhookCourier(events, Ledger(core.redis), receiver, patience)
        async with background(courier.run()):
            yield
