"""The secret that an installation makes for itself."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path


def made_once(path: Path) -> str:
    """Return the secret that lies at `path`, making it on first use (mode 0600)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), "utf-8")
        # Whoever comes second keeps the first one's.
        try:
            with suppress(FileExistsError):
                path.hardlink_to(fresh)
        finally:
            fresh.unlink()
    return path.read_text("utf-8")
