"""The in-memory double of the encrypted copies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from compliance.vault.copies import Copy
from conversation.conversation import split_id


class MemoryCopies:
    """`Copies` in a dictionary."""

    def __init__(self) -> None:
        """Start without any."""
        self._kept: dict[tuple[str, str, int], Copy] = {}

    def keep(self, copies: Sequence[Copy]) -> None:
        """See `Copies.keep`."""
        for copy in copies:
            self._kept.setdefault(_place(copy), copy)

    def of(self, conversation: str) -> list[Copy]:
        """See `Copies.of`."""
        return self._where(lambda copy: copy.conversation == conversation)

    def of_customer(self, customer_key: str) -> list[Copy]:
        """See `Copies.of_customer`."""
        return self._where(lambda copy: split_id(copy.conversation)[0] == customer_key)

    def before(self, at: datetime) -> list[Copy]:
        """See `Copies.before`."""
        return self._where(lambda copy: copy.at < at)

    def all(self) -> list[Copy]:
        """See `Copies.all`."""
        return self._where(lambda _: True)

    def reseal(self, copies: Sequence[Copy]) -> None:
        """See `Copies.reseal`."""
        self._kept.update({_place(copy): copy for copy in copies if _place(copy) in self._kept})

    def delete(self, copies: Collection[Copy]) -> None:
        """See `Copies.delete`."""
        for copy in copies:
            self._kept.pop(_place(copy), None)

    def _where(self, wanted: Callable[[Copy], bool]) -> list[Copy]:
        return [self._kept[place] for place in sorted(self._kept) if wanted(self._kept[place])]


def _place(copy: Copy) -> tuple[str, str, int]:
    return (copy.conversation, copy.message, copy.start)
