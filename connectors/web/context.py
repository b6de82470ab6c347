"""What the endpoints work with; made once by the wiring."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.ingress import Ingress
from connectors.outbox import Outbox
from connectors.signs import CustomerSigns
from connectors.web.greeter import Greeter
from connectors.web.tokens import Tokens
from conversation.files import Files
from conversation.ports import Conversations, Queue, Turns


@dataclass(frozen=True, slots=True)
class WebContext:
    """The parts behind the web channel. `origins` may embed the widget; empty: own pages only."""

    conversations: Conversations
    turns: Turns
    queue: Queue
    ingress: Ingress
    outbox: Outbox
    greeter: Greeter
    tokens: Tokens
    files: Files
    signs: CustomerSigns
    origins: tuple[str, ...] = ()
    largest_file: int = 5 * 1024 * 1024
    """Bytes of the largest body that is read for a file."""
