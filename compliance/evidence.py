"""Evidence: what the audit chain tells about a conversation or a period, for those who must know.

Which notice, in which version, when, to whom, acknowledged or not; every message, block, release,
approval, publication, unmasking, change of owner and login. Nothing here is told that the chain
does not hold; a text that it holds as a hash only is taken from the archive and checked against it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from compliance.audit import ALL, AuditRow, Head, Report, Wanted
from compliance.evidence_file import EvidenceWords
from conversation.conversation import split_id

_PAGE = 1000
_SHOWN = 4
_NO_NOTICE = {"id": "", "version": "", "category": ""}
_TOLD_APART = {"notice", "notices", "text", "text_sha256", "id", "version", "category"}

Texts = Callable[[str], Mapping[str, str]]
"""Conversation → log entry → its text, from wherever it is still kept."""


class AuditReader(Protocol):
    """The audit chain, read. Raises `AuditUnavailable` when what is behind does not answer."""

    def head(self) -> Head:
        """Return the end of the chain."""

    def rows(self, wanted: Wanted = ALL, *, after: int = 0, limit: int = 1000) -> list[AuditRow]:
        """Return at most `limit` of the wanted rows after sequence number `after`, in order."""

    def verify(self) -> Report:
        """Recompute every link."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact of the chain. Empty strings stand for what does not apply to its sort.

    `customer` is the masked key; `proof` tells whether the text is the one that was hashed
    (`proved`, `differs`, `withheld`, or empty when there is no text).
    """

    seq: int
    at: datetime
    sort: str
    kind: str
    actor: str
    conversation: str
    customer: str
    notice: str
    version: str
    category: str
    acknowledged: datetime | None
    text: str
    proof: str
    details: str
    hash: str


@dataclass(frozen=True, slots=True)
class Scope:
    """A conversation, or what happened at or after `start` and before `end`."""

    conversation: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """The evidence of a scope, with the state of the whole chain when it was taken."""

    scope: Scope
    evidence: tuple[Evidence, ...]
    head: Head
    report: Report


@dataclass(frozen=True, slots=True)
class EvidenceBook:
    """Reads evidence out of the chain; `texts` knows what was said where only a hash is held."""

    chain: AuditReader
    words: EvidenceWords
    texts: Texts = lambda _: {}

    def of(self, scope: Scope) -> Dossier:
        """Return the evidence of a scope, oldest first; the whole chain is verified."""
        head = self.chain.head()
        wanted = Wanted(scope.conversation or None, start=scope.start, end=scope.end)
        rows = list(self._rows(wanted))
        # A notice of the last day may have been acknowledged after it.
        kinds = self.words.kinds_of("acknowledgement")
        acknowledged = _Acknowledged(self._rows(replace(wanted, kinds=kinds, end=None)))
        said = _Said(self.texts)
        found = [one for row in rows for one in _evidence(row, self.words.sort_of(row.kind), said)]
        told = tuple(acknowledged.noted_on(one) for one in found)
        return Dossier(scope, told, head, self.chain.verify())

    def _rows(self, wanted: Wanted) -> Iterator[AuditRow]:
        after = 0
        while rows := self.chain.rows(wanted, after=after, limit=_PAGE):
            yield from rows
            after = rows[-1].seq


def masked_key(customer_key: str) -> str:
    """Return the ends of a customer's key (`3f2a…9c1d`): enough to compare, not to look up."""
    return f"{customer_key[:_SHOWN]}…{customer_key[-_SHOWN:]}" if customer_key else ""


class _Said:
    """Texts by conversation and log entry, each conversation read once."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._read: dict[str, Mapping[str, str]] = {}

    def text(self, row: AuditRow, data: Mapping[str, Any]) -> tuple[str, str]:
        """Return what was said and whether it is what was hashed."""
        digest = data.get("text_sha256")
        if digest is None:
            return str(data.get("text", "")), ""
        text = data["text"] if "text" in data else self._kept(row)
        if text is None:
            return f"sha256:{digest}", "withheld"
        same = hashlib.sha256(str(text).encode()).hexdigest() == digest
        return str(text), "proved" if same else "differs"

    def _kept(self, row: AuditRow) -> str | None:
        if row.subject not in self._read:
            self._read[row.subject] = self._texts(row.subject)
        return self._read[row.subject].get(row.key)


class _Acknowledged:
    """Who acknowledged which notice when."""

    def __init__(self, rows: Iterator[AuditRow]) -> None:
        self._at: dict[tuple[str, str, str], list[tuple[int, datetime]]] = {}
        for row in rows:
            for notice in _notices(json.loads(row.data)):
                name = (row.subject, notice["id"], notice["version"])
                self._at.setdefault(name, []).append((row.seq, datetime.fromisoformat(row.at)))

    def noted_on(self, one: Evidence) -> Evidence:
        """Return a notice with the first acknowledgement that followed it."""
        if one.sort != "notice":
            return one
        known = self._at.get((one.conversation, one.notice, one.version), [])
        at = next((at for seq, at in known if seq > one.seq), None)
        return replace(one, acknowledged=at)


def _evidence(row: AuditRow, sort: str, said: _Said) -> Iterator[Evidence]:
    data = json.loads(row.data)
    text, proof = said.text(row, data)
    conversation, customer = _whose(row.subject)
    concerned = _notices(data) if sort in {"notice", "acknowledgement"} else []
    for notice in concerned or [_NO_NOTICE]:
        yield Evidence(
            row.seq,
            datetime.fromisoformat(row.at),
            sort,
            row.kind,
            row.actor,
            conversation,
            customer,
            notice["id"],
            notice["version"],
            notice["category"],
            None,
            text,
            proof,
            _details(row, data, conversation),
            row.hash,
        )


def _notices(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the notices that a row names: one, several, or the row's own id and version."""
    named: Sequence[Any] = data.get("notices") or [data.get("notice") or data]
    return [
        {part: str(one.get(part, "")) for part in _NO_NOTICE}
        for one in named
        if isinstance(one, Mapping) and "id" in one
    ]


def _whose(subject: str) -> tuple[str, str]:
    """Return the conversation and the masked customer that a row is about, empty when none."""
    try:
        key, _ = split_id(subject)
    except ValueError:
        return "", ""
    return subject, masked_key(key)


def _details(row: AuditRow, data: Mapping[str, Any], conversation: str) -> str:
    """Return the remaining facts in one line, with the subject when it is no conversation."""
    facts = {} if conversation else {"subject": row.subject}
    facts |= {
        name: value
        for name, value in data.items()
        if name not in _TOLD_APART and value not in ("", None, [], {})
    }
    return "; ".join(f"{name}={_plain(value)}" for name, value in facts.items())


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
