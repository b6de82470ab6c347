"""What a fine-tuning process is given, as files in a folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

FORMAT = 1
"""Raised when the same job would now give another result."""


@dataclass(frozen=True)
class Job:
    """Distinct sentences; the group (n,) of each, -1 for none; the part (n,) that leaves it out."""

    texts: tuple[str, ...]
    groups: Numbers
    parts: Numbers

    def fingerprint(self) -> str:
        """Return a hash of everything the result depends on but the encoder."""
        about = [FORMAT, self.texts, self.groups.tolist(), self.parts.tolist()]
        return hashlib.sha256(json.dumps(about, ensure_ascii=False).encode()).hexdigest()

    def write(self, folder: Path) -> None:
        """Write the job into `folder`."""
        (folder / "texts.json").write_text(json.dumps(self.texts, ensure_ascii=False), "utf-8")
        np.save(folder / "groups.npy", self.groups)
        np.save(folder / "parts.npy", self.parts)

    @classmethod
    def read(cls, folder: Path) -> Job:
        """Read what `write` wrote."""
        texts = tuple(json.loads((folder / "texts.json").read_text("utf-8")))
        groups, parts = (np.load(folder / f"{name}.npy") for name in ("groups", "parts"))
        return cls(texts, groups, parts)
