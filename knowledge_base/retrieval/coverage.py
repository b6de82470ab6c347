"""How much of what a query says an article's wordings say between them.

A customer may use one wording's noun and another's verb; no single wording then matches well, yet
the article as a whole does. Each character uni- and bigram counts with its inverse document
frequency over articles: idf = ln(1 + (A - df + 0.5) / (df + 0.5)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from knowledge_base.retrieval.rows import add_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge_base.retrieval.bm25 import Bm25


class Coverage:
    """Counts, for each token and article, the article's wordings that contain the token."""

    def __init__(self, index: Bm25, owner: NDArray[np.int32], articles: int) -> None:
        """Sum up the wording `index` by `owner` (N,)."""
        wordings = len(owner)
        member = sparse.csr_matrix(
            (np.ones(wordings, dtype=np.float32), (np.arange(wordings), owner)),
            shape=(wordings, articles),
        )
        self._index = index
        self._counts = (index.presence @ member).tocsr()
        self._present = self._counts.copy()
        self._present.data = np.ones_like(self._counts.data)
        frequency = np.diff(self._counts.indptr)
        self._idf = np.log1p((articles - frequency + 0.5) / (frequency + 0.5))
        self._unseen = float(np.log1p((articles + 0.5) / 0.5))

    def shares(
        self,
        queries: Sequence[Sequence[str]],
        left_out: tuple[NDArray[np.int32], NDArray[np.int64]] | None = None,
    ) -> NDArray[np.float32]:
        """Return (B, A) the covered share of each query's idf mass, 0..1.

        `left_out` gives for each query its own article and how many wordings equal to the query
        that article has: these are not counted.
        """
        unique = [set(query) for query in queries]
        rows = [self._index.rows(tokens) for tokens in unique]
        mass = np.array(
            [
                self._idf[known].sum() + self._unseen * (len(tokens) - len(known))
                for tokens, known in zip(unique, rows, strict=True)
            ]
        )
        if len(rows) == 1 and left_out is None:
            shares = add_rows(self._present, rows[0], self._idf[rows[0]])[None]
            return np.asarray(shares / np.maximum(mass, 1e-6), dtype=np.float32)
        flat = np.fromiter((row for line in rows for row in line), dtype=np.int32)
        weights = sparse.csr_matrix(
            (self._idf[flat], flat, np.cumsum([0, *map(len, rows)])),
            shape=(len(rows), len(self._idf)),
        )
        shares = (weights @ self._present).toarray()
        if left_out is not None:
            own, repeats = left_out
            for number, known in enumerate(rows):
                counts = self._counts[known][:, own[number]].toarray().ravel()
                covered = counts > repeats[number]
                shares[number, own[number]] = self._idf[known][covered].sum()
        return np.asarray(shares / np.maximum(mass, 1e-6)[:, None], dtype=np.float32)
