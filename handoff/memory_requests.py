"""`Requests` in a dictionary: the double for tests and trials in one process."""

from __future__ import annotations

from handoff.releases import ReleaseRequest


class MemoryRequests:
    """The requests of one process."""

    def __init__(self) -> None:
        """Start empty."""
        self._held: dict[str, ReleaseRequest] = {}

    async def put(self, request: ReleaseRequest) -> None:
        """See `Requests.put`."""
        self._held[request.conversation_id] = request

    async def all(self) -> list[ReleaseRequest]:
        """See `Requests.all`."""
        return sorted(self._held.values(), key=lambda one: one.conversation_id)

    async def take(self, conversation_id: str) -> ReleaseRequest | None:
        """See `Requests.take`."""
        return self._held.pop(conversation_id, None)
