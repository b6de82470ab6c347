"""Pictures and documents that go with a conversation: the port, and what is taken.

A file belongs to the conversation that was open when it was stored, and goes when that goes.
Only the log tells its name, so a name is redacted like everything else that is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from conversation.message import FileRef

SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
}
"""Media type → suffix of all that is taken: nothing that a browser would run."""
MOST = 20
"""How many files one conversation may have."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file's content with the media type that its content showed."""

    content: bytes
    type: str

    @property
    def headers(self) -> dict[str, str]:
        """How it is served: only pictures are shown, nothing is guessed, nothing in it runs."""
        shown = "inline" if self.type.startswith("image/") else "attachment"
        return {
            "content-type": self.type,
            "content-disposition": f'{shown}; filename="file.{SUFFIXES[self.type]}"',
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
        }


class Files(Protocol):
    """Where files are kept. Raises OSError when the place is full or out of reach."""

    async def put(self, conversation_id: str, name: str, content: bytes) -> FileRef:
        """Store a file under a random name.

        Raises `BadFile` for content that is empty, too large, not of a type that is taken
        (whatever its name says), or more than `MOST` in one conversation.
        """

    async def get(self, customer_key: str, file_id: str) -> Stored | None:
        """Return a customer's file; None for what is no file of this customer."""

    async def drop(self, customer_key: str, file_id: str) -> None:
        """Remove a file that nothing refers to; harmless when there is none."""

    async def conversations(self, customer_key: str | None = None) -> list[str]:
        """Return the conversations that have files, of a customer or of all."""

    async def of(self, conversation_id: str) -> list[str]:
        """Return the ids of a conversation's files."""

    async def forget(self, conversation_id: str) -> int:
        """Remove all files of a conversation; returns how many there were."""
