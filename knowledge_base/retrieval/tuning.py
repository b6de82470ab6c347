"""The port to fine-tuning: an encoder of the corpus's own, learnt from its wordings.

What the ranker and the calibrator learn from must look like what they will see in service. A
wording that the encoder was tuned on is too easy, so the wordings are dealt into parts, and each
part is seen by a helper encoder that was tuned on the other parts only. In the same way a question
that no article answers is too easy where its article has helped to tune, so each helper is also
spared some articles altogether.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Vectors = NDArray[np.float32]

ALONE = -1
"""Group of a sentence that is only to be encoded."""
NONE = -1
SPARED = 5
"""One in so many groups is spared each helper."""


@dataclass(frozen=True)
class Sentences:
    """Distinct normalised sentences; those of one group ask for the same article."""

    texts: tuple[str, ...]
    groups: Numbers
    """(n,) group of each sentence, or `ALONE`."""
    parts: Numbers
    """(n,) helper from which a sentence is left out; the parts split every group."""
    spared: Numbers
    """(n,) helper that is spared the sentence's whole group, or `NONE`."""


@dataclass(frozen=True)
class Tuned:
    """What tuning made of n sentences."""

    folder: Path
    """The encoder tuned on all groups, as `language.encoder.Encoder.load` takes it: its vectors
    are the shared encoder's and the tuned ones, side by side."""
    vectors: tuple[Vectors, ...]
    """For each helper (n, D): what it sees."""


class Tuner(Protocol):
    """Tunes the shared encoder on a corpus."""

    def tune(self, sentences: Sentences, progress: Callable[[str], None]) -> Tuned | None:
        """Return the corpus's own encoder, or None where it cannot be made or is not worth it."""


def deal(owner: Sequence[int] | Numbers, parts: int) -> Numbers:
    """Deal the sentences of each group to `parts` parts in turn; (n,) part numbers."""
    seen: dict[int, int] = {}
    dealt = np.zeros(len(owner), dtype=np.int64)
    for row, group in enumerate(owner):
        place = seen.get(int(group), 0)
        # Groups start at different parts, or the titles would all be in the first one.
        dealt[row] = (place + int(group)) % parts
        seen[int(group)] = place + 1
    return dealt


def spare(owner: Sequence[int] | Numbers, helpers: int) -> Numbers:
    """Return for each sentence (n,) the helper that is spared its group, or `NONE`.

    Neighbouring groups, often siblings, go to different helpers: what is left of a subject must
    stay behind to be mistaken for what is not there.
    """
    turn = np.asarray(owner, dtype=np.int64) % max(SPARED, helpers)
    return np.where(turn < helpers, turn, NONE)
