"""Unmistakable phrases decide before any probability does."""

from __future__ import annotations

# Rasa resolves the annotations at run time: nothing may hide behind TYPE_CHECKING.
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from language.lexicon import Lexicon

INTENT_OF_REASON = {
    "human": "human_request",
    "complaint": "complaint",
    "fraud": "fraud",
    "transaction": "transaction",
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EscalationLexicon(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Overrides the intent when the lexicon finds a phrase that nobody can misunderstand.

    The phrases and the guidance that they must not catch ("怎么投诉") are data in `language`.
    A match has confidence 1.0 and leads the ranking; the other intents keep their places.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what it has the last word over."""
        return [IntentClassifier]

    def __init__(self, lexicon: Lexicon) -> None:
        """Hold a loaded lexicon."""
        self._lexicon = lexicon

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003 - Rasa's signature
        model_storage: ModelStorage,  # noqa: ARG003 - Rasa's signature
        resource: Resource,  # noqa: ARG003 - Rasa's signature
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> EscalationLexicon:
        """Load the lexicon; raises on a broken file."""
        return cls(Lexicon.load())

    def process(self, messages: list[Message]) -> list[Message]:
        """Override the intent of every message that matches."""
        for message in messages:
            match = self._lexicon.match(message.get(TEXT) or "")
            if match is not None:
                override(message, INTENT_OF_REASON[match.reason])
        return messages


def override(message: Message, intent: str) -> None:
    """Give a message another intent, certain and first in the ranking."""
    first = {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0}
    ranking = message.get(INTENT_RANKING_KEY) or []
    others = [entry for entry in ranking if entry[INTENT_NAME_KEY] != intent]
    message.set(INTENT, first, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [first, *others], add_to_output=True)
