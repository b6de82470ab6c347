"""Puts notices in service: what the catalogue approved lies on the shelf that every gate reads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from compliance.errors import DataFileError
from compliance.notice_shelf import NoticeShelf
from compliance.notices import bank_day
from knowledge_base.catalogue.catalogue import Catalogue

_LOG = logging.getLogger(__name__)


class NoticePublisher:
    """What a timer calls. Blocking; safe to repeat, and to be cut off anywhere."""

    def __init__(
        self, catalogue: Catalogue, shelf: NoticeShelf, clock: Callable[[], datetime]
    ) -> None:
        """`clock` returns an aware time."""
        self._catalogue = catalogue
        self._shelf = shelf
        self._clock = clock
        self.refused = ""
        """Why what is approved is not in service; empty when it is."""

    def settle(self) -> bool:
        """Bring the shelf and the catalogue in step; returns whether the shelf changed.

        The shelf comes first, and it knows each version's day: so a version that was approved
        ahead comes into force at midnight, whether or not this runs then.

        Raises:
            CatalogueUnavailable: the shelf stays as it is.
        """
        now = self._clock()
        try:
            changed = self._shelf.put(self._catalogue.notices(), now)
        except DataFileError as error:
            if self.refused != str(error):
                _LOG.error("approved notices are not put in service: %s", error)
            self.refused = str(error)
            return False
        self.refused = ""
        self._catalogue.settle_notices(bank_day(now))
        return changed
