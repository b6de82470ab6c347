"""What a snapshot decides with: learnt from its corpus, or the prior where that teaches nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from knowledge_base.errors import SnapshotDamaged
from knowledge_base.retrieval.calibration import Calibrator, Thresholds, evidence_names
from knowledge_base.retrieval.domain import Domain
from knowledge_base.retrieval.features import feature_names
from knowledge_base.retrieval.logistic import Linear
from knowledge_base.retrieval.ranker import Ranker
from knowledge_base.retrieval.settings import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

PRIOR = DATA / "prior.json"
"""The `models.json` of the shipped articles, published with YINQIAO_TUNING=off."""


@dataclass(frozen=True)
class Models:
    """The learnt parts."""

    ranker: Ranker
    domain: Domain
    calibrator: Calibrator
    thresholds: Thresholds
    quality: dict[str, float]
    """Cross-fitted measures on the corpus's own left-out wordings; empty for the prior."""

    def dump(self) -> dict[str, Any]:
        """Return plain data for JSON; the vectors of foreign utterances are not in it."""
        return {
            "ranker": self.ranker.dump(),
            "domain": self.domain.linear.dump(),
            "calibrator": self.calibrator.dump(),
            "thresholds": {"answer": self.thresholds.answer, "clarify": self.thresholds.clarify},
        }

    @classmethod
    def parse(cls, stored: Mapping[str, Any], far: Vectors, quality: dict[str, float]) -> Models:
        """Read what `dump` wrote.

        Raises:
            SnapshotDamaged: it was learnt from other features than this code computes.
            KeyError, ValueError: it is something else.
        """
        count = len(stored["ranker"]["weights"])
        evidence = len(stored["calibrator"]["bank"]["weights"])
        expected = {"ranker": feature_names(count), "calibrator": evidence_names(evidence)}
        for part, names in expected.items():
            if stored[part]["features"] != list(names):
                message = f"{part} was learnt from other features than this code computes"
                raise SnapshotDamaged(message)
        calibrator = stored["calibrator"]
        return cls(
            ranker=Ranker(Linear.parse(stored["ranker"])),
            domain=Domain(Linear.parse(stored["domain"]), far),
            calibrator=Calibrator(
                Linear.parse(calibrator["bank"]), Linear.parse(calibrator["right"])
            ),
            thresholds=Thresholds(**stored["thresholds"]),
            quality=quality,
        )


def prior(own: Vectors, far: Vectors) -> Models:
    """Return models learnt from the shipped articles, for a corpus with nothing to leave out.

    Takes the centred wordings (n, D) and foreign utterances (m, D) by the shared encoder: what is
    for this bank at all can be learnt from any corpus.
    """
    shipped = Models.parse(json.loads(PRIOR.read_text(encoding="utf-8")), far, {})
    return replace(shipped, domain=Domain.fit(own, far))
