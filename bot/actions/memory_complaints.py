"""The in-memory double of `Complaints`: sentences by conversation."""

from __future__ import annotations

from collections.abc import Mapping

from bot.actions.ports import Standing


class MemoryComplaints:
    """Knows complaints by conversation and number; without any nothing is known of complaints."""

    def __init__(self, states: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Hold conversation → number → how it stands."""
        self._states = states or {}

    async def by_number(self, conversation_id: str, text: str) -> Standing:
        """See `Complaints.by_number`."""
        if not self._states:
            return Standing()
        states = self._states.get(conversation_id, {})
        found = tuple(words for number, words in states.items() if number in text)
        return Standing(found or ("没有查询到。",), known=bool(found))

    async def running(self, conversation_id: str) -> Standing:
        """See `Complaints.running`."""
        found = tuple(self._states.get(conversation_id, {}).values())
        return Standing(found, known=bool(found))
