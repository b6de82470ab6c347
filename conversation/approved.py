"""What may be said: the only thing that `commit()` and `send()` take.

The gate holds the `Seal`; the store holds the same one and refuses anything sealed otherwise.
`tests/unit/conversation/test_only_the_gate_approves.py` walks the code for other makers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from conversation.message import Draft, NoticeRef, Sender


class Seal:
    """The key to make an `Approved`; made once per process, in the wiring."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks, and under which epoch: a stale epoch is refused by the store."""

    sender: Sender
    epoch: int
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    """Messages for one conversation, in order, notices first.

    `requires` are the notices without which these messages may not be delivered; the store
    checks, in the same step that appends, that each was delivered before or is among them.
    `person`: it concerns what a machine may only explain, so a person takes over after it.
    """

    conversation_id: str
    author: Author
    messages: tuple[Draft, ...]
    requires: tuple[NoticeRef, ...] = ()
    person: bool = False
    seal: Seal = field(kw_only=True, repr=False)
