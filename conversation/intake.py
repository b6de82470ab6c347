"""What a waiting customer may add to a complaint: which questions, in which order, from data."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from conversation.conversation import Handoff, Reason

DEFAULT = Path(__file__).parent / "data" / "intake.yml"
_NO_WORD = re.compile(r"[\W_]+")


class Step(BaseModel):
    """One question: the field it fills, the utterance that asks, what makes it needless."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str
    asks: str
    known: frozenset[str] = frozenset()
    words: int = Field(default=0, ge=0)

    def needless(self, handoff: Handoff) -> bool:
        """Return whether the customer's words before the queue hold the answer."""
        kinds = {entity.get("entity") for entity in handoff.entities}
        told = bool(self.words) and len(handoff.trigger) >= self.words
        return told or bool(self.known & kinds)


class IntakeForm(BaseModel):
    """The questions; read by `load`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    review: date
    source: str = Field(min_length=1)
    reasons: frozenset[Reason]
    not_intents: frozenset[str]
    steps: tuple[Step, ...] = Field(min_length=1)
    no_answer: frozenset[str]

    @classmethod
    def load(cls, path: Path = DEFAULT) -> IntakeForm:
        """Read and validate the file; raises pydantic's ValidationError."""
        return cls.model_validate(yaml.safe_load(path.read_text("utf-8")))

    def first(self, handoff: Handoff | None) -> str:
        """Return the utterance that begins, "" when there is nothing to ask."""
        if handoff is None or handoff.reason not in self.reasons:
            return ""
        return "" if handoff.intent in self.not_intents else self._next(self.steps, handoff)

    def field(self, asking: str) -> str:
        """Return which field the answer to an utterance fills, "" for none of ours."""
        return next((step.field for step in self.steps if step.asks == asking), "")

    def after(self, asking: str, handoff: Handoff | None) -> str:
        """Return the utterance that asks next, "" when that was all."""
        at = next(place for place, step in enumerate(self.steps) if step.asks == asking)
        return self._next(self.steps[at + 1 :], handoff) if handoff else ""

    def answers(self, text: str) -> bool:
        """Return whether words can be an answer at all."""
        said = _NO_WORD.sub("", text)
        return bool(said) and said not in self.no_answer

    @staticmethod
    def _next(steps: tuple[Step, ...], handoff: Handoff) -> str:
        return next((step.asks for step in steps if not step.needless(handoff)), "")
