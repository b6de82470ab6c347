"""A bare number is a choice from the last menu."""

from __future__ import annotations

from pathlib import Path

# Rasa resolves the annotations at run time: nothing may hide behind TYPE_CHECKING.
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.lexicon_classifier import override
from language.normalise import normalise

MANNERS = Path(__file__).parent.parent / "actions" / "data" / "manners.yml"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class OrdinalClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Overrides the intent of "2" or "第二个" with `affirm`: an offer is taken.

    A classifier has nothing to go by in so short a text. The words are those by which the
    dialogue reads the choice; which offers are open is the dialogue's affair.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what it has the last word over."""
        return [IntentClassifier]

    def __init__(self, words: frozenset[str]) -> None:
        """Hold the words for the first, second, … offer."""
        self._words = words

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003 - Rasa's signature
        model_storage: ModelStorage,  # noqa: ARG003 - Rasa's signature
        resource: Resource,  # noqa: ARG003 - Rasa's signature
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> OrdinalClassifier:
        """Read the words; raises on a broken file."""
        ordinals = yaml.safe_load(MANNERS.read_text("utf-8"))["ordinals"]
        return cls(frozenset(normalise(word) for words in ordinals for word in words))

    def process(self, messages: list[Message]) -> list[Message]:
        """Override the intent of every message that is an ordinal and nothing else."""
        for message in messages:
            if normalise(message.get(TEXT) or "").strip("。.!,， ") in self._words:
                override(message, "affirm")
        return messages
