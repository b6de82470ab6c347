"""The logs of the processes: no customer stands in them, but they have a term as well."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.rights.holder import Tally
from compliance.rights.terms import Keep, Kind


@dataclass(frozen=True, slots=True)
class LogsHolder:
    """Files that were rotated away (`yinqiao.log.*`), each as old as its last line."""

    folder: Path
    name: str = "logs"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002 - the port's
        """See `Holder.export`: texts and customers are never logged."""
        return []

    async def erase(self, customer_key: str, keep: Keep) -> Tally:  # noqa: ARG002 - the port's
        """See `Holder.erase`."""
        return Tally(self.name)

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """See `Holder.expire`; the file that is being written stays."""
        return await asyncio.to_thread(self._expire, keep, dry_run=dry_run)

    def _expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        before = keep.term_began(Kind.LOGS).timestamp()
        due = [path for path in self.folder.glob("*.log.*") if path.stat().st_mtime < before]
        if not dry_run:
            for path in due:
                path.unlink(missing_ok=True)
        return Tally(self.name, deleted=len(due))
