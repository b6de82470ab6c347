"""What people wrote and did not save: kept in this process until saved or discarded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEPT = 500


@dataclass(frozen=True, slots=True)
class Left:
    """A form as it was left, and the version of the revision it was begun from."""

    content: Mapping[str, Any]
    number: int
    version: int
    at: datetime


class Unsaved:
    """By login and item; the oldest is dropped when there are too many."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._left: OrderedDict[tuple[str, str], Left] = OrderedDict()

    def keep(self, login: str, item: str, left: Left) -> None:
        """Keep what stands in a form."""
        self._left[login, item] = left
        self._left.move_to_end((login, item))
        while len(self._left) > KEPT:
            self._left.popitem(last=False)

    def get(self, login: str, item: str) -> Left | None:
        """Return what was left, None when nothing was."""
        return self._left.get((login, item))

    def drop(self, login: str, item: str) -> None:
        """Forget it: it was saved or discarded."""
        self._left.pop((login, item), None)
