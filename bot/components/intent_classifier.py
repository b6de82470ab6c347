"""What a message is about: a regression, which also listens to the nearest training sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

# Rasa resolves the annotations at run time: nothing may hide behind TYPE_CHECKING.
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from bot.components.encoder_featurizer import OPINION
from bot.components.neighbours import Floats, Neighbours
from bot.components.regression import Regression
from bot.components.routes import Routes

_REGRESSION, _NEIGHBOURS, _CLASSES = "regression.npz", "neighbours.npz", "classes.json"


@dataclass(frozen=True)
class Learnt:
    """What training leaves behind; `classes` are the intents in the order of the columns."""

    classes: list[str]
    regression: Regression
    neighbours: Neighbours

    def save(self, folder: Path) -> None:
        """Write plain files into `folder`."""
        self.neighbours.save(folder / _NEIGHBOURS)
        self.regression.save(folder / _REGRESSION)
        (folder / _CLASSES).write_text(json.dumps(self.classes), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Learnt:
        """Read what `save` wrote."""
        classes = json.loads((folder / _CLASSES).read_text("utf-8"))
        regression = Regression.load(folder / _REGRESSION)
        return cls(classes, regression, Neighbours.load(folder / _NEIGHBOURS))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent, RasaIntentClassifier):  # type: ignore[misc]
    """A regression, a vote of the nearest sentences and the tuned encoder; routes decide first.

    The probability of an intent is
    (1 - `blend`) · regression + `blend` · vote of `neighbours` sentences at `temperature`,
    of which the opinion of the tuned encoder's head, where there is one, takes the share `tuned`.
    The decision is for a route first (`bot.components.routes`): the intents of one route add up,
    what must reach a person counts `alarm_weight` times; then for the likeliest intent of that
    route. docs/decisions/0012 and 0023 have the figures.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Ask for features: counts and sentence vectors."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Return what must be importable."""
        return ["scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return settings under which every intent is a route of its own weight."""
        return {
            "C": 10.0,
            "iterations": 250,
            "neighbours": 12,
            "temperature": 0.06,
            "blend": 0.3,
            "tuned": 0.3,
            "routes": {},
            "alarms": [],
            "alarm_weight": 1.0,
            "ranking_length": 10,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        learnt: Learnt | None = None,
    ) -> None:
        """Hold the settings and what was learnt, if anything was."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._routes = Routes(config["routes"], config["alarms"], config["alarm_weight"])
        self._learnt = learnt

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> IntentClassifier:
        """Return an untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the regression, remember the sentences, store both."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if not examples:
            return self._resource
        names = [e.get(INTENT) for e in examples]
        classes = sorted(set(names))
        labels = np.searchsorted(classes, names).astype(np.int64)
        vectors = _vectors(examples)
        regression = Regression.fit(
            _counts(examples),
            vectors.astype(np.float64),
            labels,
            len(classes),
            c=self._config["C"],
            iterations=self._config["iterations"],
        )
        self._learnt = Learnt(classes, regression, Neighbours.fit(vectors, labels))
        with self._model_storage.write_to(self._resource) as folder:
            self._learnt.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
        **_: Any,
    ) -> IntentClassifier:
        """Load what `train` stored."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Learnt.load(folder))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and its ranking on each message."""
        if self._learnt is None:
            return messages
        classes = self._learnt.classes
        probabilities = self._probabilities(self._learnt, messages)
        for message, row in zip(messages, probabilities, strict=True):
            ranking = [
                {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
                for name, confidence in self._routes.rank(classes, row)
            ][: self._config["ranking_length"]]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _probabilities(self, learnt: Learnt, messages: list[Message]) -> NDArray[np.float64]:
        """Return class probabilities, shape (n, k)."""
        vectors = _vectors(messages)
        votes = learnt.neighbours.vote(
            vectors, len(learnt.classes), self._config["neighbours"], self._config["temperature"]
        )
        regression = learnt.regression.probabilities(_counts(messages), vectors.astype(np.float64))
        blend, tuned = self._config["blend"], self._config["tuned"]
        fitted = np.asarray((1 - blend) * regression + blend * votes)
        for row, message in zip(fitted, messages, strict=True):
            if opinion := message.get(OPINION):
                heard = np.array([opinion.get(name, 0.0) for name in learnt.classes])
                row[:] = (1 - tuned) * row + tuned * heard
        return fitted


def _counts(messages: list[Message]) -> csr_matrix:
    """Return the messages' n-gram counts, shape (n, s)."""
    rows = [message.get_sparse_features(attribute=TEXT)[1].features for message in messages]
    return vstack(rows, format="csr", dtype=np.float64)


def _vectors(messages: list[Message]) -> Floats:
    """Return the messages' sentence vectors, shape (n, d)."""
    rows = [message.get_dense_features(attribute=TEXT)[1].features[0] for message in messages]
    return np.asarray(rows, dtype=np.float32)
