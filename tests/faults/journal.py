"""What one customer knows: what was said, what was acknowledged, what was received."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.outbox import Cursor


@dataclass(slots=True)
class Said:
    """One message of the customer; `cursor` is None until it is acknowledged."""

    text: str
    client_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    cursor: str | None = None


@dataclass(slots=True)
class Journal:
    """The customer's own book. Nothing in it comes from the system's own stores."""

    visitor: str = ""
    said: list[Said] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)

    @property
    def acknowledged(self) -> list[Said]:
        """What the system has promised to answer."""
        return [said for said in self.said if said.cursor]

    def answered(self, said: Said) -> bool:
        """Return whether an answer to a message has arrived."""
        return any(message["reply_to"] == said.cursor for message in self.received)

    @property
    def place(self) -> str | None:
        """The cursor to go on from."""
        return self.received[-1]["cursor"] if self.received else None


@dataclass(slots=True)
class Findings:
    """What is wrong with journals, one line each; all empty when the promise was kept."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    inverted: list[str] = field(default_factory=list)
    acknowledged: int = 0
    answered: int = 0
    left_to_people: int = 0

    def __bool__(self) -> bool:
        """Tell whether anything is wrong."""
        return bool(self.lost or self.doubled or self.inverted)

    def __str__(self) -> str:
        """Return one line for a table."""
        return (
            f"acknowledged {self.acknowledged}, answered {self.answered}, "
            f"left to people {self.left_to_people}: lost {len(self.lost)}, "
            f"answered twice {len(self.doubled)}, inverted {len(self.inverted)}"
        )


def look(
    journals: Iterable[tuple[Journal, Sequence[dict[str, Any]], Counter[str]]],
) -> Findings:
    """Compare each journal with its history, read anew, and with the turns of the log.

    `turns` counts the records of handled messages by the message's cursor: a message that came
    while the conversation waited for a person has one, too, and no answer.
    """
    findings = Findings()
    for journal, history, turns in journals:
        _lost(findings, journal, history, turns)
        _doubled(findings, journal, history, turns)
        _inverted(findings, journal, history)
    return findings


def _lost(
    findings: Findings,
    journal: Journal,
    history: Sequence[dict[str, Any]],
    turns: Counter[str],
) -> None:
    held = {message["client_id"]: message for message in history if message["client_id"]}
    answered = {message["reply_to"] for message in history if message["reply_to"]}
    for said in journal.acknowledged:
        findings.acknowledged += 1
        kept = held.get(said.client_id)
        if kept is None or kept["cursor"] != said.cursor or kept["text"] != said.text:
            findings.lost.append(f"{journal.visitor}: {said} is not in the history")
        elif said.cursor in answered:
            findings.answered += 1
        elif turns[said.cursor or ""]:
            findings.left_to_people += 1
        else:
            findings.lost.append(f"{journal.visitor}: {said} was never handled")
    if [m["cursor"] for m in journal.received] != [m["cursor"] for m in history]:
        findings.lost.append(f"{journal.visitor}: the lines did not bring the whole history")


def _doubled(
    findings: Findings,
    journal: Journal,
    history: Sequence[dict[str, Any]],
    turns: Counter[str],
) -> None:
    ids = Counter(message["client_id"] for message in history if message["client_id"])
    findings.doubled += [
        f"{journal.visitor}: {one} stands twice" for one, n in ids.items() if n > 1
    ]
    findings.doubled += [
        f"{journal.visitor}: {at} had {n} turns" for at, n in turns.items() if n > 1
    ]
    # One commit writes in one moment; a second answer to the same message is another moment.
    moments = {
        (m["reply_to"], Cursor.parse(m["cursor"]).entry[0]) for m in history if m["reply_to"]
    }
    times = Counter(to for to, _ in moments)
    findings.doubled += [
        f"{journal.visitor}: {to} answered twice" for to, n in times.items() if n > 1
    ]


def _inverted(findings: Findings, journal: Journal, history: Sequence[dict[str, Any]]) -> None:
    accepted = [Cursor.parse(said.cursor) for said in journal.said if said.cursor]
    answered = [Cursor.parse(m["reply_to"]) for m in history if m["reply_to"]]
    shown = [Cursor.parse(m["cursor"]) for m in journal.received]
    for what, places in (("said", accepted), ("answered", answered), ("shown", shown)):
        if places != sorted(places):
            findings.inverted.append(f"{journal.visitor}: {what} out of order")
