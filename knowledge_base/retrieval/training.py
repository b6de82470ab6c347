"""Learning to order and to decide, from examples the corpus itself provides.

Everything that is measured, and the thresholds, come from models that saw neither the article of a
query nor, for foreign utterances, their topic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.calibration import Calibrator, Thresholds, choose_thresholds, describe
from knowledge_base.retrieval.domain import Domain, cross_fitted
from knowledge_base.retrieval.examples import pick
from knowledge_base.retrieval.models import Models
from knowledge_base.retrieval.ranker import Ranker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge_base.retrieval.examples import Examples
    from knowledge_base.retrieval.settings import SearchSettings

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """Described queries: own ones, near misses, far ones."""

    inputs: Floats
    right: Floats
    kind: NDArray[np.str_]
    part: Numbers

    def weights(self, near: float, far: float) -> Floats:
        """Return example weights that give the kinds these shares, own queries the rest."""
        shares = {"own": 1.0 - near - far, "near": near, "far": far}
        return np.array([shares[k] / (self.kind == k).sum() for k in self.kind])


@dataclass(frozen=True)
class Folds:
    """The fold of each query; an article, and a foreign topic, is in one fold."""

    own: Numbers
    near: Numbers
    far: Numbers

    @classmethod
    def of(cls, examples: Examples, folds: int) -> Folds:
        """Deal groups to folds; neighbours in the file, often siblings, go to different ones."""
        owners = np.concatenate([examples.own.owner, examples.near.owner])
        own, near = np.split(_deal(owners, folds), [len(examples.own.owner)])
        return cls(own, near, _deal(examples.topics, folds))


def _deal(groups: Numbers, folds: int) -> Numbers:
    _, position = np.unique(groups, return_inverse=True)
    return np.asarray(position % folds, dtype=np.int64)


def learn(examples: Examples, settings: SearchSettings) -> Models:
    """Fit ranker, domain and calibrator; draw the thresholds."""
    folds = Folds.of(examples, settings.folds)
    ranker = _fit_ranker(examples, np.ones(len(folds.own), dtype=bool), settings)
    table = _describe_all(examples, folds, ranker, settings)
    weights = table.weights(settings.near_share, settings.far_share)
    probability = np.zeros(len(table.part))
    for part in range(settings.folds):
        test = table.part == part
        probability[test] = _fit(table, ~test, settings).probability(table.inputs[test])
    thresholds = choose_thresholds(
        probability,
        table.right,
        weights,
        (table.kind == "own", table.kind == "far"),
        (settings.answer_precision, settings.far_refused, settings.kept),
    )
    quality = measure(probability, table, thresholds)
    quality["left_out_recall_at_candidates"] = float((examples.target >= 0).mean())
    everything = np.ones(len(table.part), dtype=bool)
    domain = Domain.fit(examples.own.vectors, examples.far_vectors)
    return Models(ranker, domain, _fit(table, everything, settings), thresholds, quality)


def measure(probability: Floats, table: Table, thresholds: Thresholds) -> dict[str, float]:
    """Return recall, refusal AUROCs and what the thresholds do to each kind of query."""
    answered = probability >= thresholds.answer
    refused = probability < thresholds.clarify
    own = table.kind == "own"
    right = table.right[own & answered]
    quality = {
        "left_out_recall_at_1": float(table.right[own].mean()),
        "answered": float(answered[own].mean()),
        "answered_precision": float(right.mean()) if len(right) else 0.0,
        "wrongly_refused": float(refused[own].mean()),
    }
    for other in ("near", "far"):
        chosen = table.kind == other
        quality[f"{other}_auroc"] = auroc(probability[own], probability[chosen])
        quality[f"{other}_answered"] = float(answered[chosen].mean())
        quality[f"{other}_refused"] = float(refused[chosen].mean())
    return quality


def auroc(higher: Floats, lower: Floats) -> float:
    """Return the chance that a member of `higher` scores above one of `lower`, ties one half.

    The Mann-Whitney U statistic divided by the number of pairs; nan when a side is empty.
    """
    if not len(higher) or not len(lower):
        return float("nan")
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, side="left")
    not_above = np.searchsorted(ordered, higher, side="right")
    return float((below + not_above).mean() / (2 * len(lower)))


def _fit_ranker(examples: Examples, chosen: Flags, settings: SearchSettings) -> Ranker:
    use = chosen & (examples.target >= 0)
    return Ranker.fit(pick(examples.own.found, use), examples.target[use], settings.ranker_l2)


def _fit(table: Table, chosen: Flags, settings: SearchSettings) -> Calibrator:
    return Calibrator.fit(
        table.inputs[chosen],
        (table.right[chosen], table.kind[chosen] == "far"),
        table.weights(settings.near_share, settings.far_share)[chosen],
        settings.calibrator_l2,
    )


def _describe_all(
    examples: Examples, folds: Folds, ranker: Ranker, settings: SearchSettings
) -> Table:
    """Describe every query, ranked and judged by models of the other folds."""
    own, near = examples.own, examples.near
    domain = cross_fitted(
        (own.vectors, near.vectors, examples.far_vectors), (folds.own, folds.near, folds.far)
    )
    far = describe(ranker.rank(examples.far), domain[2])
    inputs = np.zeros((len(folds.own) + len(folds.near), far.shape[1]))
    for_own, for_near = np.split(inputs, [len(folds.own)])
    right = np.zeros(len(folds.own))
    for part in range(settings.folds):
        test, near_test = folds.own == part, folds.near == part
        fitted = _fit_ranker(examples, ~test, settings)
        ranking = fitted.rank(pick(own.found, test))
        for_own[test] = describe(ranking, domain[0][test])
        right[test] = ranking.numbers[:, 0] == own.owner[test]
        for_near[near_test] = describe(
            fitted.rank(pick(near.found, near_test)), domain[1][near_test]
        )
    counts = [len(folds.own), len(folds.near), len(folds.far)]
    return Table(
        inputs=np.concatenate([inputs, far]),
        right=np.concatenate([right, np.zeros(counts[1] + counts[2])]),
        kind=np.repeat(np.array(["own", "near", "far"]), counts),
        part=np.concatenate([folds.own, folds.near, folds.far]),
    )
