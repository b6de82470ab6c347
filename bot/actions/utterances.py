"""What the actions say besides articles: approved text, kept as data."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.values import names
from conversation.message import Draft, Kind, Option

DEFAULT = Path(__file__).parent / "data" / "utterances.yml"


class Key(StrEnum):
    """Every utterance that the dialogue needs; the file must have exactly these."""

    CLARIFY = "clarify"
    REFUSE = "refuse"
    OUT_OF_SCOPE = "out_of_scope"
    OFFER_HUMAN = "offer_human"
    NONE_FIT = "none_fit"
    ANOTHER = "another"
    ASK_WHAT = "ask_what"
    NOT_RESOLVED = "not_resolved"
    RESOLVED = "resolved"
    AFFIRM = "affirm"
    DENY = "deny"
    STAY_WITH_BOT = "stay_with_bot"
    COMPLAINT_STANDING = "complaint_standing"
    FRAUD_WARNING = "fraud_warning"
    FRAUD_HOLD = "fraud_hold"
    ESCALATE_FRAUD = "escalate_fraud"
    ESCALATE_COMPLAINT = "escalate_complaint"
    ESCALATE_COMPLAINT_FOLLOWUP = "escalate_complaint_followup"
    ESCALATE_TRANSACTION = "escalate_transaction"
    ESCALATE_ELDERLY = "escalate_elderly"
    ESCALATE_HUMAN = "escalate_human"
    ESCALATE_ANGRY = "escalate_angry"
    ESCALATE_BOT_UNABLE = "escalate_bot_unable"


class Means(StrEnum):
    """What a quick reply means."""

    HUMAN = "human"
    NONE = "none"
    STAY = "stay"
    RESOLVED = "resolved"
    NOT_RESOLVED = "not_resolved"


AFTER_ANSWER = "after_answer"
"""The menu under an article, which has no utterance."""


class _Option(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: str = Field(min_length=1, max_length=20)
    text: str = Field(min_length=1)
    means: Means


class _Utterance(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1)
    options: list[_Option] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    review: date
    source: str = Field(min_length=1)
    after_answer: list[_Option]
    utterances: dict[Key, _Utterance]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := sorted(set(Key) - set(self.utterances)):
            message = f"missing utterances: {', '.join(missing)}"
            raise ValueError(message)
        return self


class Utterances:
    """The utterances by key."""

    def __init__(self, file: _File) -> None:
        """Hold a validated file; use `load`."""
        self._utterances = file.utterances
        self._menus = {AFTER_ANSWER: file.after_answer} | {
            str(key): utterance.options for key, utterance in file.utterances.items()
        }
        self.review = file.review

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Utterances:
        """Read and validate the file; raises pydantic's ValidationError."""
        return cls(_File.model_validate(yaml.safe_load(path.read_text("utf-8"))))

    def options(self, menu: str) -> tuple[Option, ...]:
        """Return the quick replies of a menu: an utterance's key or `AFTER_ANSWER`."""
        return tuple(Option(o.label, o.text) for o in self._menus[menu])

    def meanings(self, menu: str) -> tuple[tuple[str, Means], ...]:
        """Return what the quick replies of a menu send and mean; nothing for no menu."""
        return tuple((o.text, o.means) for o in self._menus.get(menu, ()))

    @property
    def values(self) -> frozenset[str]:
        """Return the names of the values that must be defined to say these utterances."""
        return names(utterance.text for utterance in self._utterances.values())

    def draft(self, key: Key, options: tuple[Option, ...] = ()) -> Draft:
        """Return an utterance as a draft; `options` come before its own quick replies."""
        offered = (*options, *self.options(key))
        kind = Kind.MENU if offered else Kind.TEXT
        return Draft(self._utterances[key].text, kind, options=offered)
