"""What is offered to an agent: above the own conversations, with the time that is left."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from conversation.conversation import split_id
from handoff.desk.rows import Rows
from handoff.desk.theme import box, button, text
from handoff.labels import Labels
from handoff.queue import Claim
from handoff.routing import Routing

Deed = Callable[[str], Awaitable[None]]


class OfferView:
    """Hidden while nothing is offered; shown again every second."""

    def __init__(self, labels: Labels, routing: Routing, accept: Deed, decline: Deed) -> None:
        """Build it, hidden, inside the current element."""
        self._box = box("offers", role="alert", aria_label="新会话", data_testid="offers")
        self._rows: Rows[Claim] = Rows(
            self._box,
            lambda claim: (claim.conversation_id, claim.fence),
            lambda claim: OfferRow(claim, labels, routing, accept, decline),
        )
        self.show([])

    def show(self, offers: Sequence[Claim]) -> None:
        """Show what is offered now."""
        self._box.set_visibility(bool(offers))
        self._rows.sync(offers)


class OfferRow:
    """One customer who is offered."""

    def __init__(
        self, claim: Claim, labels: Labels, routing: Routing, accept: Deed, decline: Deed
    ) -> None:
        """Build the row."""
        identifier = claim.conversation_id
        with box("offer", role="group", data_testid="offer") as self.element:
            self.element.props["data-conversation"] = identifier
            with box("cells"):
                text(labels.of("priorities", claim.priority), f"tag p{claim.priority}")
                text(labels.of("reasons", claim.reason), "who grow")
                self._left = text("", "when", role="timer", data_testid="offer-left")
            text(f"{split_id(identifier)[0][:4].upper()} · {routing.group_name(claim.group)}")
            with box("cells foot"):
                button(
                    "接入 (Alt+A)",
                    lambda: accept(identifier),
                    "small primary",
                    data_testid="accept",
                )
                button("暂不接入", lambda: decline(identifier), "small", data_testid="decline")

    def update(self, claim: Claim) -> None:
        """Show how much time is left."""
        left = (claim.expires_at - datetime.now(UTC)).total_seconds()
        self._left.set_text(f"剩余 {max(0, math.ceil(left))} 秒")
