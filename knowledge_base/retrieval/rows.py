"""Adding up rows of a sparse matrix, for one query at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy import sparse


def add_rows(
    matrix: sparse.csr_matrix, rows: Sequence[int], weights: NDArray[np.floating] | None = None
) -> NDArray[np.float32]:
    """Return the sum (columns,) of the given rows, each times its weight if there are weights."""
    spans = [slice(matrix.indptr[row], matrix.indptr[row + 1]) for row in rows]
    if not spans:
        return np.zeros(matrix.shape[1], dtype=np.float32)
    columns = np.concatenate([matrix.indices[span] for span in spans])
    values = np.concatenate([matrix.data[span] for span in spans])
    if weights is not None:
        values = values * np.repeat(weights, [span.stop - span.start for span in spans])
    summed = np.bincount(columns, weights=values, minlength=matrix.shape[1])
    return np.asarray(summed, dtype=np.float32)
