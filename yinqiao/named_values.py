"""The named values that the bot's own utterances cite, as the catalogue has published them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from knowledge_base.catalogue.errors import CatalogueUnavailable
from knowledge_base.catalogue.revision import Kind
from knowledge_base.catalogue.sql_store import SqlCatalogue
from knowledge_base.retrieval.snapshot import pointer_mark
from knowledge_base.values import load_values
from yinqiao.content import CONTENT

logger = logging.getLogger(__name__)


class NamedValues:
    """The values in service; threads may share one.

    They change only with a publication or a rollback, and each of these replaces the pointer of
    the knowledge base after the catalogue has recorded it: so the catalogue is read again when the
    pointer has changed. While the records are down, the values read last hold. A value that was
    never in the catalogue is the shipped one.
    """

    def __init__(self, records: sa.Engine, snapshots: Path) -> None:
        """Read from the catalogue in `records`, `snapshots` being where the pointer stands."""
        self._store = SqlCatalogue(records)
        self._snapshots = snapshots
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._values = {name: value.value for name, value in load_values(CONTENT).items()}

    def __call__(self) -> Mapping[str, str]:
        """Return the texts of the values by name."""
        mark = pointer_mark(self._snapshots)
        with self._lock:
            if mark != self._seen:
                try:
                    self._values = self._values | self._published()
                    self._seen = mark
                except CatalogueUnavailable:
                    logger.exception("the named values cannot be read; the last ones hold")
            return self._values

    def _published(self) -> dict[str, str]:
        held = (item.published for item in self._store.items(Kind.VALUE))
        return {one.item: str(one.content["value"]) for one in held if one is not None}
