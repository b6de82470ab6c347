"""BM25 over short texts, in batches, as a share of what a query could reach at most.

Plain BM25 grows with the query's length, so no threshold fits all queries. Each score is divided
by the query's ceiling, the sum of its tokens' greatest weights in the corpus (a token the corpus
lacks counts with the rarest token's weight): 1 means that everything the query says is there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np
from scipy import sparse

from knowledge_base.retrieval.rows import add_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

K1 = 1.2
B = 0.5


class Bm25:
    """An immutable index; rows are documents, in the order they were given."""

    def __init__(self, weights: sparse.csr_matrix, vocabulary: dict[str, int]) -> None:
        """Take term weights (tokens, documents) and the row of each token."""
        self._weights = weights
        self._vocabulary = vocabulary
        self.presence = weights.copy()
        """(tokens, documents): 1 where the document contains the token."""
        self.presence.data = np.ones_like(weights.data)
        self._sizes = np.asarray(self.presence.sum(axis=0), dtype=np.float32).ravel()
        self._ceiling = np.asarray(weights.max(axis=1).todense(), dtype=np.float32).ravel()
        self._unseen = float(self._ceiling.max(initial=1.0))

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> Bm25:
        """Index token lists; documents may be empty, the corpus may not."""
        engine = bm25s.BM25(k1=K1, b=B, method="lucene")
        tokens = [list(document) or [""] for document in documents]
        engine.index(tokens, show_progress=False)
        scores: dict[str, Any] = engine.scores
        count = len(scores["indptr"]) - 1
        weights = sparse.csr_matrix(
            (scores["data"], scores["indices"], scores["indptr"]), shape=(count, len(documents))
        )
        vocabulary = {
            str(token): int(row)
            for token, row in engine.vocab_dict.items()
            if token and int(row) < count
        }
        return cls(weights, vocabulary)

    def save(self, folder: Path) -> None:
        """Write the arrays and the vocabulary as plain `.npy` and JSON."""
        folder.mkdir(parents=True)
        np.save(folder / "data.npy", self._weights.data.astype(np.float32))
        np.save(folder / "indices.npy", self._weights.indices.astype(np.int32))
        np.save(folder / "indptr.npy", self._weights.indptr.astype(np.int64))
        about = {"documents": int(self._weights.shape[1]), "vocabulary": self._vocabulary}
        text = json.dumps(about, ensure_ascii=False)
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Bm25:
        """Read what `save` wrote."""
        about = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        data, indices, indptr = (
            np.load(folder / f"{name}.npy", allow_pickle=False)
            for name in ("data", "indices", "indptr")
        )
        shape = (len(indptr) - 1, about["documents"])
        weights = sparse.csr_matrix((data, indices, indptr), shape=shape)
        return cls(weights, about["vocabulary"])

    def rows(self, tokens: Iterable[str]) -> list[int]:
        """Return the rows of those tokens the corpus has."""
        return [self._vocabulary[token] for token in tokens if token in self._vocabulary]

    def scores(
        self, queries: Sequence[Sequence[str]], *, overlap: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return scores and, if asked, Jaccard overlaps; both (queries, documents), in 0..1.

        Without `overlap` the second array is empty.
        """
        unique = [set(query) for query in queries]
        rows = [self.rows(tokens) for tokens in unique]
        if len(queries) == 1:
            return self._one(unique[0], rows[0], overlap=overlap)
        chosen = sparse.csr_matrix(
            (
                np.ones(sum(map(len, rows)), dtype=np.float32),
                np.fromiter((row for line in rows for row in line), dtype=np.int32),
                np.cumsum([0, *map(len, rows)]),
            ),
            shape=(len(rows), self._weights.shape[0]),
        )
        raw = (chosen @ self._weights).toarray()
        share = raw / self._ceilings(unique, rows)[:, None]
        if not overlap:
            return share.astype(np.float32), np.empty((0, 0), dtype=np.float32)
        both = (chosen @ self.presence).toarray()
        lengths = np.array([len(tokens) for tokens in unique], dtype=np.float32)
        return share.astype(np.float32), self._overlaps(both, lengths[:, None])

    def _one(
        self, tokens: set[str], rows: list[int], *, overlap: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Score one query, as in service: a fraction of what sparse products cost."""
        share = add_rows(self._weights, rows) / self._ceilings([tokens], [rows])
        if not overlap:
            return share[None], np.empty((0, 0), dtype=np.float32)
        return share[None], self._overlaps(add_rows(self.presence, rows)[None], len(tokens))

    def _overlaps(
        self, both: NDArray[np.float32], lengths: NDArray[np.float32] | int
    ) -> NDArray[np.float32]:
        union = lengths + self._sizes - both
        return np.asarray(both / np.maximum(union, 1.0), dtype=np.float32)

    def _ceilings(self, unique: list[set[str]], rows: list[list[int]]) -> NDArray[np.float32]:
        sums = [
            float(self._ceiling[known].sum()) + self._unseen * (len(tokens) - len(known))
            for tokens, known in zip(unique, rows, strict=True)
        ]
        return np.maximum(np.array(sums, dtype=np.float32), 1e-6)
