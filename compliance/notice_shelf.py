"""The notices in service: a file that is replaced in one step and read again when it has changed.

Every process that speaks to customers has one. Nothing needs to be announced and no database to
answer: whatever happens, a shelf has notices, at first those that were shipped.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from compliance.errors import ComplianceError, DataFileError
from compliance.notices import BANK_TIME, Notice, NoticeBook, NoticeFile

_LOG = logging.getLogger(__name__)
_State = tuple[int, int, int]


class NoticeShelf:
    """A `NoticeBook` that is exchanged while it is in use; implements `notices.Notices`."""

    def __init__(self, path: Path, starter: NoticeBook | None = None) -> None:
        """Serve the notices of `path`, and until there are any those of `starter`."""
        self._path = path
        self._starter = starter or NoticeBook.load()
        self._book = self._starter
        self._read: _State | None = None

    @property
    def book(self) -> NoticeBook:
        """The notices in service; a file that cannot be read leaves the last ones in service."""
        state = self._state()
        if state is not None and state != self._read:
            self._read = state
            try:
                self._book = NoticeBook.load(self._path)
            except ComplianceError:
                _LOG.exception("the published notices cannot be read; the earlier ones stay")
        return self._book

    def required(self, categories: Collection[str], at: datetime) -> list[Notice]:
        """See `NoticeBook.required`."""
        return self.book.required(categories, at)

    def put(self, notices: Iterable[Notice], at: datetime) -> bool:
        """Put these notices in service; returns whether that changed anything.

        Raises:
            DataFileError: they contradict each other, or would leave a category without a
                notice, today or later; what is in service stays.
        """
        ordered = sorted(notices, key=lambda notice: (notice.id, notice.effective))
        try:
            file = NoticeFile(notices=tuple(ordered))
        except ValidationError as error:
            raise DataFileError("\n".join(item["msg"] for item in error.errors())) from error
        self._must_be_whole(file, at)
        text = file.model_dump_json(exclude_defaults=True, indent=1)
        if self._path.exists() and self._path.read_text("utf-8") == text:
            return False
        _replace(self._path, text)
        return True

    def _must_be_whole(self, file: NoticeFile, at: datetime) -> None:
        """Look at today and at every day after which a notice ends."""
        book = NoticeBook(file.notices)
        ends = {notice.expires for notice in file.notices if notice.expires}
        later = [
            datetime(day.year, day.month, day.day, tzinfo=BANK_TIME) + timedelta(days=1)
            for day in ends
        ]
        try:
            for moment in (at, *(one for one in later if one > at)):
                book.required(self._starter.categories, moment)
        except ComplianceError as error:
            message = f"a category would be without a notice: {error}"
            raise DataFileError(message) from error

    def _state(self) -> _State | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _replace(path: Path, text: str) -> None:
    """Write a file so that every reader sees the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=path.name, delete=False
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
