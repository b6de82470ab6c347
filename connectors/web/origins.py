"""Which pages may open a line: our own, and those of the sites that embed the chat."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit


def may_connect(origin: str | None, host: str | None, embedding: Collection[str]) -> bool:
    """Return whether a line may be opened: a browser always states its page's origin."""
    if origin is None or origin in embedding:
        return True
    return urlsplit(origin).netloc == host
