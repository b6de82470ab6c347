"""What a channel refuses. Every error carries a code, a status, and the field concerned.

ConnectorError
├── BadText          empty, or nothing but control characters
│   └── TextTooLong  longer than `MAX_TEXT` characters
├── BadClientId      a message id that is empty, too long, or not ASCII
├── BadCursor        not a place in the customer's log
├── BadToken         missing, forged or expired
├── BadIdentity      the bank's word for who this is cannot be believed, or was used before
├── NotFromHere      without a token only this machine may call
├── TooFast          more than may be sent in this time
├── TooLarge         the request is larger than any message can be
└── UnknownOrigin    a page that is not allowed to embed the chat

The sentence that belongs to a code stands in `data/errors.yml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import yaml
from pydantic import TypeAdapter

DEFAULT = Path(__file__).parent / "data" / "errors.yml"


class ConnectorError(Exception):
    """The request cannot be handled."""

    code: ClassVar[str] = "bad_request"
    status: ClassVar[int] = 400
    field: ClassVar[str | None] = None

    def __init__(self, *, retry_after: int | None = None, **values: object) -> None:
        """Keep what the sentence has to fill in, and the seconds after which to try again."""
        super().__init__(self.code)
        self.retry_after = retry_after
        self.values = values


class BadText(ConnectorError):
    """Nothing readable was written."""

    code = "bad_text"
    status = 422
    field = "text"


class TextTooLong(BadText):
    """More was written than a message can hold."""

    code = "text_too_long"


class BadClientId(ConnectorError):
    """The client's message id is not usable."""

    code = "bad_client_id"
    status = 422
    field = "client_id"


class BadCursor(ConnectorError):
    """The cursor is not a place in the log."""

    code = "bad_cursor"
    status = 422
    field = "after"


class BadToken(ConnectorError):
    """The token is missing, forged or expired."""

    code = "bad_token"
    status = 401


class BadIdentity(ConnectorError):
    """The identity token is forged, expired, too long-lived, or was used before."""

    code = "bad_identity"
    status = 401
    field = "identity"


class NotFromHere(ConnectorError):
    """Without a token only this machine may call."""

    code = "not_from_here"
    status = 403


class TooFast(ConnectorError):
    """More was sent than may be in this time."""

    code = "too_fast"
    status = 429


class TooLarge(ConnectorError):
    """The request is larger than any message."""

    code = "too_large"
    status = 413


class UnknownOrigin(ConnectorError):
    """The page may not embed the chat."""

    code = "unknown_origin"
    status = 403


class Sentences:
    """The sentences by code; `bad_request` for a code that has none."""

    def __init__(self, sentences: dict[str, str]) -> None:
        """Hold validated sentences; use `load`."""
        self._sentences = sentences

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Sentences:
        """Read and validate the file."""
        data = yaml.safe_load(path.read_text("utf-8"))
        return cls(TypeAdapter(dict[str, str]).validate_python(data["errors"]))

    def of(self, code: str, **values: object) -> str:
        """Return the sentence for `code` with its values filled in."""
        return self._sentences.get(code, self._sentences["bad_request"]).format(**values)
