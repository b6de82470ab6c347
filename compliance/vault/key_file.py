"""The keys of the encrypted copies: a file with one Fernet key a line, the newest first."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from compliance.vault.errors import VaultUnavailable

# The one before is kept: a process may just have sealed with it.
_KEPT = 2


class KeyFile:
    """Reads the keys again whenever the file has changed, so that a new key needs no restart.

    Raises `VaultUnavailable` when the file cannot be read or holds something else.
    """

    def __init__(self, path: Path) -> None:
        """Use the file at `path`; it is made, readable to its owner alone, when first needed."""
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._cipher: MultiFernet | None = None

    def cipher(self) -> MultiFernet:
        """Return what seals with the newest key and opens with any."""
        with _readable():
            if not self._path.exists():
                self._make()
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if self._cipher is None or stamp != self._stamp:
                self._cipher = MultiFernet([Fernet(key) for key in self._keys()])
                self._stamp = stamp
            return self._cipher

    @contextmanager
    def renewing(self) -> Iterator[MultiFernet]:
        """Add a key, yield the cipher to seal everything anew with, then drop the oldest keys.

        If the body fails no key is dropped. Two cannot renew at once: the second waits.
        """
        self.cipher()
        with _readable():
            lock = self._path.with_suffix(".lock").open("w")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with _readable():
                self._write([Fernet.generate_key().decode(), *self._keys()])
            yield self.cipher()
            with _readable():
                self._write(self._keys()[:_KEPT])

    def _keys(self) -> list[str]:
        return self._path.read_text("ascii").split()

    def _make(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._fresh([Fernet.generate_key().decode()])
        # Whoever comes second keeps the first one's key.
        try:
            with suppress(FileExistsError):
                self._path.hardlink_to(fresh)
        finally:
            fresh.unlink()

    def _write(self, keys: Sequence[str]) -> None:
        self._fresh(keys).replace(self._path)

    def _fresh(self, keys: Sequence[str]) -> Path:
        fresh = self._path.with_suffix(f".{secrets.token_hex(4)}")
        opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="ascii") as out:
            out.write("\n".join(keys) + "\n")
            out.flush()
            os.fsync(out.fileno())
        return fresh


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        message = "the keys of the encrypted copies cannot be read"
        raise VaultUnavailable(message) from error
