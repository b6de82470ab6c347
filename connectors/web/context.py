"""What the endpoints work with; made once by the wiring."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.greeter import Greeter
from connectors.identity import Identities
from connectors.ingress import Ingress
from connectors.limits import Limits
from connectors.outbox import Outbox
from connectors.signs import CustomerSigns
from connectors.web.tokens import Tokens
from conversation.files import Files
from conversation.ports import Conversations, Queue, Turns


@dataclass(frozen=True, slots=True)
class WebContext:
    """The parts behind the web channel. `origins` may embed the widget; empty: own pages only.

    Without `identities` nobody is more than a visitor.
    """

    conversations: Conversations
    turns: Turns
    queue: Queue
    ingress: Ingress
    outbox: Outbox
    greeter: Greeter
    tokens: Tokens
    limits: Limits
    files: Files
    signs: CustomerSigns
    identities: Identities | None = None
    origins: tuple[str, ...] = ()
    largest_file: int = 5 * 1024 * 1024
    """Bytes of the largest body that is read for a file."""
