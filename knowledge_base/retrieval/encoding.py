"""The port to the sentence encoder, and a cache of its vectors for rebuilds.

Behind the port stands `language.encoder.Encoder`. When the encoder fails, building fails and the
snapshot in service stays; a search fails with the encoder's own error.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

PREFIX = "query: "
CHUNK = 512
CACHE_LIMIT = 200_000
ENCODERS_KEPT = 3
"""Encoders whose vectors are kept, those used last."""


class SentenceEncoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def fingerprint(self) -> str:
        """A hash of the model; vectors of different fingerprints must never be compared."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str], *, prefix: str = PREFIX) -> NDArray[np.float32]:
        """Return an array (len(texts), dimension) of L2-normalised rows."""


class VectorCache:
    """Vectors by text hash, one `.npz` for each encoder; rebuilds then encode only new wordings."""

    def __init__(self, folder: Path, encoder: SentenceEncoder) -> None:
        """Open the cache of this encoder below `folder`; an unreadable file counts as empty."""
        self._path = folder / f"{encoder.fingerprint[:32]}.npz"
        self._encoder = encoder
        self._known: dict[bytes, NDArray[np.float32]] = {}
        try:
            with np.load(self._path, allow_pickle=False) as stored:
                keys, vectors = stored["keys"], stored["vectors"]
        except (OSError, ValueError, KeyError):
            return
        self._known = {bytes(key): vector for key, vector in zip(keys, vectors, strict=True)}

    def encode(self, texts: Sequence[str], progress: Callable[[str], None]) -> NDArray[np.float32]:
        """Return the vectors (n, dimension) of `texts`, encoding only those not known yet."""
        keys = [_key(text) for text in texts]
        pairs = zip(keys, texts, strict=True)
        missing = {key: text for key, text in pairs if key not in self._known}
        if missing:
            fresh = encode_all(list(missing.values()), self._encoder, progress)
            self._known.update(zip(missing, fresh, strict=True))
            self._store()
        return np.stack([self._known[key] for key in keys]).astype(np.float32)

    def _store(self) -> None:
        newest = list(self._known.items())[-CACHE_LIMIT:]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            np.savez(
                file,
                keys=np.stack([np.frombuffer(key, dtype=np.uint8) for key, _ in newest]),
                vectors=np.stack([vector for _, vector in newest]),
            )
        Path(name).replace(self._path)
        # Each tuning makes an encoder of its own: without this its vectors would stay for ever.
        files = sorted(self._path.parent.glob("*.npz"), key=lambda path: path.stat().st_mtime)
        for old in files[:-ENCODERS_KEPT]:
            old.unlink(missing_ok=True)


def encode_all(
    texts: Sequence[str], encoder: SentenceEncoder, progress: Callable[[str], None]
) -> NDArray[np.float32]:
    """Encode in chunks, saying after each how far it is."""
    parts: list[NDArray[np.float32]] = []
    for start in range(0, len(texts), CHUNK):
        parts.append(encoder.encode(texts[start : start + CHUNK], prefix=PREFIX))
        progress(f"encoded {min(start + CHUNK, len(texts))} of {len(texts)} texts")
    return np.concatenate(parts)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()
