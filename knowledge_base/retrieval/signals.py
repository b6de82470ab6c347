"""Raw scores of queries against every wording and every answer of a corpus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.wordings import char_tokens, word_tokens
from language.normalise import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge_base.retrieval.space import Space
    from knowledge_base.retrieval.wordings import Wordings

    Floats = NDArray[np.float32]


@dataclass(frozen=True)
class QueryVectors:
    """The unit vectors (B, D) of B queries, by the shared encoder and by the corpus's own."""

    base: Floats
    tuned: Floats | None = None


@dataclass(frozen=True)
class Sight:
    """Centred cosines in one encoder's space: (B, N) to the wordings, (B, A) to the answers."""

    semantic: Floats
    answers: Floats

    @classmethod
    def of(cls, space: Space, vectors: Floats) -> Sight:
        """Compare query vectors (B, D) with everything in `space`."""
        centred = space.centre(vectors)
        return cls(centred @ space.centred.T, centred @ space.answer_centred.T)


@dataclass(frozen=True)
class Signals:
    """Raw scores of B queries against every wording (N) and answer (A)."""

    base: Sight
    tuned: Sight | None
    raw: Floats
    """(B, N) plain cosines of the shared encoder."""
    chars: Floats
    words: Floats
    overlap: Floats
    answers: Floats
    """(B, A) share of BM25 over the answers' characters."""
    coverage: Floats
    lengths: Floats


def signals(
    wordings: Wordings,
    texts: Sequence[str],
    vectors: QueryVectors,
    left_out: tuple[NDArray[np.int32], NDArray[np.int64]] | None = None,
) -> Signals:
    """Score normalised `texts` with their `vectors` against everything.

    `left_out` is for texts that are wordings themselves: see `Coverage.shares`.
    """
    char_lists = [char_tokens(text) for text in texts]
    chars, overlap = wordings.chars.scores(char_lists, overlap=True)
    words, _ = wordings.words.scores([word_tokens(text) for text in texts])
    answers, _ = wordings.answers.scores(char_lists)
    base = Sight.of(wordings.base, vectors.base)
    seen = wordings.tuned is not None and vectors.tuned is not None
    return Signals(
        base=base,
        tuned=Sight.of(wordings.tuned, vectors.tuned) if seen else None,  # type: ignore[arg-type]
        raw=wordings.base.plain_cosines(base.semantic, vectors.base),
        chars=chars,
        words=words,
        overlap=overlap,
        answers=answers,
        coverage=wordings.coverage.shares(char_lists, left_out),
        lengths=np.array([len(compact(text)) for text in texts], dtype=np.float32),
    )
