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

FORMAT = 4
"""Raised when the same job would now give another result."""
ARRAYS = ("groups", "parts", "spared")


@dataclass(frozen=True)
class Job:
    """Distinct sentences; the group (n,) of each, -1 for none.

    `parts` (n,) is the helper that leaves the sentence out, `spared` (n,) the one that leaves its
    whole group out, -1 for none.
    """

    texts: tuple[str, ...]
    groups: Numbers
    parts: Numbers
    spared: Numbers

    def fingerprint(self) -> str:
        """Return a hash of everything the result depends on but the encoder."""
        numbers = [array.tolist() for array in (self.groups, self.parts, self.spared)]
        about = [FORMAT, self.texts, *numbers]
        return hashlib.sha256(json.dumps(about, ensure_ascii=False).encode()).hexdigest()

    def write(self, folder: Path) -> None:
        """Write the job into `folder`."""
        (folder / "texts.json").write_text(json.dumps(self.texts, ensure_ascii=False), "utf-8")
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def read(cls, folder: Path) -> Job:
        """Read what `write` wrote."""
        texts = tuple(json.loads((folder / "texts.json").read_text("utf-8")))
        return cls(texts, *(np.load(folder / f"{name}.npy") for name in ARRAYS))
