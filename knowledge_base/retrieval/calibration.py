"""The probability that the first article is the right one, and the thresholds drawn on it.

Learnt from three kinds of query: wordings left out of the index (right or wrong by themselves),
wordings whose whole article is left out (near misses: always wrong) and utterances that are not
for a bank (always wrong). Two logistic models share the work: whether the query is for a bank at
all, and, if it is, whether the first article answers it; the probability is their product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.domain import EVIDENCE
from knowledge_base.retrieval.features import FEATURES, feature_names
from knowledge_base.retrieval.logistic import Linear, fit_binary, sigmoid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge_base.retrieval.ranker import Ranking

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]

SEMANTIC = FEATURES.index("semantic")
RIVALS = 4
GAP_LIMIT = 20.0
LOWEST_ANSWER = 0.5
"""Whatever the precision asked for: an article more likely wrong than right is not an answer."""
LEAST_ANSWERED = 10
"""A precision measured on fewer answers says nothing."""

EXTRA = (
    "gap2",  # logit of the first minus the second
    "gap3",  # ... minus the third
    "share",  # softmax share of the first
    "entropy",  # of the shares: how many articles are in question
    "rivals",  # mean centred cosine of the next four
    "lead",  # centred cosine of the first minus `rivals`
    "log_length",
)
DOMAIN = len(EVIDENCE)
FAR_WEIGHT = 0.3
"""Weight of the foreign utterances, few beside the wordings, for telling the two apart."""


def evidence_names(count: int) -> tuple[str, ...]:
    """Return the names of the columns of `describe` that are `count` in number."""
    return (*feature_names(count - len(EXTRA) - DOMAIN), *EXTRA, *EVIDENCE)


def describe(ranking: Ranking, domain: Floats) -> Floats:
    """Return (B, F + extras) evidence about the first article, its rivals and the domain."""
    lowest = ranking.scores[:, :1] - GAP_LIMIT
    scores = np.where(np.isfinite(ranking.scores), ranking.scores, lowest)
    shares = ranking.shares
    second = scores[:, min(1, scores.shape[1] - 1)]
    third = scores[:, min(2, scores.shape[1] - 1)]
    semantic = ranking.features[:, :, SEMANTIC].astype(np.float64)
    others = semantic[:, 1 : 1 + RIVALS]
    rivals = others.mean(axis=1) if others.shape[1] else np.zeros(len(semantic))
    entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=1)
    extra = [
        np.minimum(scores[:, 0] - second, GAP_LIMIT),
        np.minimum(scores[:, 0] - third, GAP_LIMIT),
        shares[:, 0],
        entropy,
        rivals,
        semantic[:, 0] - rivals,
        np.log1p(ranking.lengths.astype(np.float64)),
    ]
    first = ranking.features[:, 0].astype(np.float64)
    return np.concatenate([first, np.stack(extra, axis=1), domain], axis=1)


@dataclass(frozen=True)
class Thresholds:
    """At or above `answer`: answer; at or above `clarify`: ask back; below: refuse."""

    answer: float
    clarify: float


@dataclass(frozen=True)
class Calibrator:
    """Two logistic models over `describe`: for a bank at all, and right if it is."""

    bank: Linear
    right: Linear

    @classmethod
    def fit(
        cls, inputs: Floats, labels: tuple[Floats, Flags], weights: Floats, l2: float
    ) -> Calibrator:
        """Learn from described queries (n, F + extras).

        `labels` are whether the first article is right (0/1) and whether the query is foreign;
        `weights` (n,) are the shares of traffic the examples stand for.
        """
        right, far = labels
        ours = weights[~far].sum()
        balanced = np.where(
            far, FAR_WEIGHT * weights / weights[far].sum(), (1.0 - FAR_WEIGHT) * weights / ours
        )
        bank = fit_binary(inputs, (~far).astype(np.float64), balanced, l2)
        return cls(bank, fit_binary(inputs[~far, :-DOMAIN], right[~far], weights[~far], l2))

    def probability(self, inputs: Floats) -> Floats:
        """Return (B,) the probability that the first article answers the query."""
        bank = sigmoid(self.bank.score(inputs))
        return np.asarray(bank * sigmoid(self.right.score(inputs[:, :-DOMAIN])))

    def dump(self) -> dict[str, object]:
        """Return plain data for JSON."""
        names = evidence_names(len(self.bank.weights))
        return {"features": list(names), "bank": self.bank.dump(), "right": self.right.dump()}


def choose_thresholds(
    probability: Floats,
    right: Floats,
    weights: Floats,
    groups: tuple[Flags, Flags],
    goals: tuple[float, float, float],
) -> Thresholds:
    """Draw the thresholds from cross-fitted probabilities (n,).

    `groups` mark answerable and far queries; `goals` are the shares asked for: precision of
    answers, far utterances refused, answerable questions kept (the last wins over the second).
    """
    answerable, far = groups
    precision, refused, kept = goals
    answer = _lowest_precise(probability, right, weights, precision)
    ceiling = float(np.quantile(probability[answerable], 1.0 - kept)) if answerable.any() else 0.0
    floor = float(np.quantile(probability[far], refused)) if far.any() else 0.0
    return Thresholds(answer=answer, clarify=min(floor, ceiling, answer))


def _lowest_precise(probability: Floats, right: Floats, weights: Floats, goal: float) -> float:
    """Return the lowest threshold whose weighted precision reaches `goal`, at least one half."""
    order = np.argsort(-probability, kind="stable")
    good = np.cumsum((weights * right)[order])
    precise = good / np.cumsum(weights[order]) >= goal
    precise[:LEAST_ANSWERED] = False
    places = np.flatnonzero(precise)
    lowest = float(probability[order][places[-1]]) if len(places) else goal
    return max(lowest, LOWEST_ANSWER)
