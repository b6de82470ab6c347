"""The one log of all processes: JSON lines, a file a day (or an hour), by the standard library.

What was rotated away is `yinqiao.log.<day>`; it goes in its term (`yinqiao.retention.logs`), not by
a number of files: the law counts in months.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from typing import Literal

Rotation = Literal["day", "hour"]
_WHEN = {"day": "midnight", "hour": "H"}


class LogFile:
    """Takes the lines of processes; a line that cannot be written is lost, and nobody stops."""

    def __init__(self, path: Path, rotation: Rotation = "day") -> None:
        """Write to `path`, whose folder is made when it is missing; days are of UTC."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._handler = TimedRotatingFileHandler(
            path, when=_WHEN[rotation], utc=True, encoding="utf-8", delay=True
        )

    def write(self, process: str, line: str) -> None:
        """Add a line of a process; what is not JSON yet becomes so."""
        self._handler.handle(logging.makeLogRecord({"msg": _json_line(process, line)}))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


def _json_line(process: str, line: str) -> str:
    if line.startswith("{") and line.endswith("}"):
        return line
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    record = {"time": time, "process": process, "message": line}
    return json.dumps(record, ensure_ascii=False)
