"""Everything that can go wrong in a conversation.

ConversationError
├── Refused                what was asked is not allowed in the present state; nothing was changed
│   ├── LeaseLost          another worker holds the conversation
│   ├── OwnerChanged       the author no longer owns the conversation
│   ├── Closed             the conversation is over
│   ├── NotApproved        the messages were not sealed by the gate
│   ├── NoticeMissing      a mandatory notice would not precede a message
│   └── Blocked            the gate found wording that may not leave the system
├── BadFile                a file of a kind, size or number that is not taken
├── UnknownConversation    there is no such conversation
├── Busy                   messages are waiting: too many for one more, or any at all to close
└── Unavailable            something behind a port is down; nothing is known to be stored
    ├── StoreUnavailable   the Redis server does not answer
    ├── ArchiveUnavailable the records' database does not answer
    └── BotUnavailable     Rasa or the action server does not answer, or answered nothing
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class ConversationError(Exception):
    """Base of every error of this package; the class docstring is the default message."""

    code: ClassVar[str] = "conversation_error"

    def __init__(self, message: str | None = None) -> None:
        """Use `message`, or the first line of the class docstring."""
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class Refused(ConversationError):
    """The conversation does not allow this now."""

    code = "refused"


class BadFile(ConversationError):
    """The file is empty, too large, one too many, or neither a picture nor a PDF."""

    code = "bad_file"


class LeaseLost(Refused):
    """Another worker holds this conversation."""

    code = "lease_lost"


class OwnerChanged(Refused):
    """The author no longer owns this conversation."""

    code = "owner_changed"


class Closed(Refused):
    """This conversation is closed."""

    code = "closed"


class NotApproved(Refused):
    """The messages were not approved by the gate for this conversation."""

    code = "not_approved"


class NoticeMissing(Refused):
    """A mandatory notice has not been delivered before this message."""

    code = "notice_missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation in a text: `span` are character offsets [start, end) into the raw text."""

    rule: str
    span: tuple[int, int]
    words: str
    why: str
    source: str


class Blocked(Refused):
    """The text contains wording that may not leave the system."""

    code = "blocked"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Carry the findings, so that an agent can be told which words, why, under which rule."""
        super().__init__("; ".join(f"{f.words}: {f.why}" for f in findings))
        self.findings = findings


class UnknownConversation(ConversationError):
    """There is no such conversation."""

    code = "unknown_conversation"


class Busy(ConversationError):
    """Messages are still waiting in this conversation."""

    code = "busy"


class Unavailable(ConversationError):
    """A part of the system does not answer."""

    code = "unavailable"


class StoreUnavailable(Unavailable):
    """The live store does not answer."""

    code = "store_unavailable"


class ArchiveUnavailable(Unavailable):
    """The archive does not answer."""

    code = "archive_unavailable"


class BotUnavailable(Unavailable):
    """The bot does not answer."""

    code = "bot_unavailable"
