"""What can be set about search; the shipped numbers, with their reasons, are in data/search.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

DATA = Path(__file__).parent.parent / "data"

Share = Annotated[float, Field(gt=0.0, lt=1.0)]


class SearchSettings(BaseModel):
    """Numbers that shape building and deciding; each snapshot keeps the ones it was built with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    candidates: Annotated[int, Field(ge=5, le=100)]
    """Articles re-ranked for a query."""
    folds: Annotated[int, Field(ge=2, le=20)]
    """Parts for cross-fitting; all wordings of an article are in one part."""
    training_limit: Annotated[int, Field(ge=100)]
    """Most wordings used for training; larger corpora are sampled evenly."""
    tuning_least: Annotated[int, Field(ge=50)]
    """Fewest wordings that are worth it."""
    tuning_most: Annotated[int, Field(ge=50)]
    """Most wordings of which two vectors are compared in one search."""
    tuning_parts: Annotated[int, Field(ge=2, le=5)]
    """Parts for helper encoders; see `tuning`."""
    ranker_l2: Annotated[float, Field(gt=0)]
    calibrator_l2: Annotated[float, Field(gt=0)]
    near_share: Share
    """Expected share of questions about banking that no article answers."""
    far_share: Share
    """Expected share of utterances that are not for a bank at all."""
    answer_precision: Share
    """Of the questions answered outright, at least this share must get the right article."""
    far_refused: Share
    """Of the utterances that are not for a bank, at least this share must be refused."""
    kept: Share
    """Of the answerable questions, at least this share must not be refused; beats far_refused."""
    bare_term_length: Annotated[int, Field(ge=1)]
    """A query up to so many characters that several articles contain is asked back about."""
    clarify_options: Annotated[int, Field(ge=2, le=5)]

    @model_validator(mode="after")
    def _shares_leave_room(self) -> Self:
        if self.near_share + self.far_share >= 1.0:
            message = "near_share and far_share together must stay below 1"
            raise ValueError(message)
        return self


def load_settings(path: Path = DATA / "search.yml") -> SearchSettings:
    """Read the settings; raises pydantic's ValidationError when they are not as described."""
    return SearchSettings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def load_far_utterances(path: Path = DATA / "far.yml") -> list[list[str]]:
    """Read, topic by topic, the utterances that no bank's knowledge base should answer."""
    return list(yaml.safe_load(path.read_text(encoding="utf-8"))["utterances"].values())
