"""The audit chain: every row carries the hash of the one before it.

`hash = sha256(previous hash in hex ‖ canonical JSON of the row)`, the first previous hash being
64 zeros. Canonical JSON: keys sorted, no blanks, UTF-8, no escapes for non-ASCII characters.
Changing, removing, inserting or reordering a row breaks the chain at that place; cutting off its
end is seen by comparing with the head, which the store keeps apart. Old rows may be trimmed from
its beginning: the chain then records where, and verifying begins there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that happened. (`subject`, `key`) names it: the same one is recorded once.

    `kind` is a dotted word (`message.sent`, `login.failed`); `actor` who did it (`bot`,
    `agent:<login>`, `system`); `data` plain JSON values without personal data.
    """

    subject: str
    key: str
    kind: str
    actor: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry in its place in the chain; `at` is ISO 8601 in UTC, `data` canonical JSON."""

    seq: int
    subject: str
    key: str
    kind: str
    actor: str
    at: str
    data: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are asked for; what is left out does not matter.

    Of one subject; about a customer, in any conversation of theirs; of some kinds; at or after
    `start` and before `end`.
    """

    subject: str | None = None
    customer: str | None = None
    kinds: frozenset[str] = frozenset()
    start: datetime | None = None
    end: datetime | None = None


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the last sequence number (0 when empty) and its hash."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying found: how many records there should be, and the first broken one.

    `broken` is the sequence number (from 1) of the first record that is wrong or missing.
    """

    count: int
    broken: int | None


def canonical(value: object) -> str:
    """Return the one JSON text of a value; raises `TypeError` for what JSON cannot say."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment_text(at: datetime) -> str:
    """Return a moment as rows carry it: ISO 8601 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def chained(entries: Iterable[AuditEntry], head: Head) -> list[AuditRow]:
    """Return the entries as rows that follow `head`."""
    rows: list[AuditRow] = []
    for entry in entries:
        row = _row(entry, head)
        rows.append(row)
        head = Head(row.seq, row.hash)
    return rows


def verify(rows: Iterable[AuditRow], head: Head | None = None) -> int | None:
    """Return the index (from 0) of the first row that does not fit, None when all do.

    `head` is where the rows begin: what stands before the first of them.
    """
    last = head or Head()
    for index, row in enumerate(rows):
        if row.seq != last.seq + 1 or row.prev_hash != last.hash or row.hash != _hash_of(row):
            return index
        last = Head(row.seq, row.hash)
    return None


def _row(entry: AuditEntry, head: Head) -> AuditRow:
    unsealed = AuditRow(
        head.seq + 1,
        entry.subject,
        entry.key,
        entry.kind,
        entry.actor,
        moment_text(entry.at),
        canonical(entry.data),
        head.hash,
        "",
    )
    return replace(unsealed, hash=_hash_of(unsealed))


def _hash_of(row: AuditRow) -> str:
    content = canonical([row.seq, row.subject, row.key, row.kind, row.actor, row.at, row.data])
    return hashlib.sha256((row.prev_hash + content).encode()).hexdigest()
