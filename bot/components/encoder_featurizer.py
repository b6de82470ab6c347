"""Sentence vectors for the classifier."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

# Rasa resolves the annotations at run time: nothing may hide behind TYPE_CHECKING.
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from language import heads
from language.encoder import QUERY, Encoder
from language.heads import Head
from language.spellings import legible

ENCODER_VARIABLE = "YINQIAO_ENCODER"
OPINION = "tuned_opinion"
_STATE = "encoder_featurizer.json"
_TASK = "intent"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Adds one dense sentence feature of shape (1, d): `scale` × the encoder's untuned unit vector.

    An encoder that was tuned on the intents has a second half to its vector and a head to read
    it; what the head says of a message that is not for training is left on the message as
    `OPINION`, intent to probability, for the classifier.

    The encoder directory comes from `path`, else from the environment variable
    `YINQIAO_ENCODER`: a model may be served on a machine where the encoder lies elsewhere. The
    encoder's fingerprint is stored with the model, and another encoder is refused at loading:
    its vectors would mean nothing to the classifier.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Anything that makes tokens; Rasa asks for it before every featurizer."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Return what must be importable."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Scale 10 balances unit vectors against n-gram counts."""
        return {**DenseFeaturizer.get_default_config(), "path": None, "scale": 10.0}

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        tuned: tuple[Encoder, Head | None],
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        """Hold a loaded encoder and its head."""
        super().__init__(name, config)
        self._encoder, self._head = tuned
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EncoderFeaturizer:
        """Load the encoder for training."""
        name = execution_context.node_name
        return cls(config, name, _encoder(config["path"]), model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> EncoderFeaturizer:
        """Load the encoder for serving; raises RasaException when it is another one."""
        served = _encoder(config["path"])[0].fingerprint
        with model_storage.read_from(resource) as folder:
            trained = json.loads((folder / _STATE).read_text("utf-8"))["fingerprint"]
        if trained != served:
            message = f"the model was trained with encoder {trained}, this one is {served}"
            raise RasaException(message)
        return cls.create(config, model_storage, resource, execution_context)

    def train(self, training_data: TrainingData) -> Resource:  # noqa: ARG002 - wired by name
        """Store the encoder's fingerprint; there is nothing to learn."""
        with self._model_storage.write_to(self._resource) as folder:
            state = json.dumps({"fingerprint": self._encoder.fingerprint})
            (folder / _STATE).write_text(state, "utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vectors and the head's opinion."""
        wanted, vectors = self._featurise(messages)
        if self._head is not None and wanted:
            rows = self._head.probabilities(vectors)
            for message, row in zip(wanted, rows, strict=True):
                message.set(OPINION, dict(zip(self._head.classes, map(float, row), strict=True)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors to all examples; of these the head knows the answers by heart."""
        self._featurise(training_data.training_examples)
        return training_data

    def _featurise(self, messages: list[Message]) -> tuple[list[Message], NDArray[np.float32]]:
        """Add the vectors; return the messages with a text and their whole vectors (n, D)."""
        wanted = [m for m in messages if m.get(TEXT)]
        texts = [QUERY + legible(m.get(TEXT)) for m in wanted]
        vectors = self._encoder.encode(texts)
        alias = self._config[FEATURIZER_CLASS_ALIAS]
        # The untuned half comes first; an encoder without a head has nothing else.
        width = vectors.shape[1] - (0 if self._head is None else len(self._head.weights))
        for message, vector in zip(wanted, vectors[:, :width], strict=True):
            scaled = (vector * self._config["scale"]).astype(np.float32).reshape(1, -1)
            message.add_features(Features(scaled, FEATURE_TYPE_SENTENCE, TEXT, alias))
        return wanted, vectors

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse a scale that would switch the feature off or turn it round."""
        if config["scale"] <= 0:
            message = f"scale must be positive, not {config['scale']}"
            raise RasaException(message)


def _encoder(path: str | None) -> tuple[Encoder, Head | None]:
    chosen = path or os.environ.get(ENCODER_VARIABLE)
    if not chosen:
        message = f"no encoder: set {ENCODER_VARIABLE} or the component's `path`"
        raise RasaException(message)
    return _load(chosen)


@lru_cache(maxsize=1)
def _load(path: str) -> tuple[Encoder, Head | None]:
    # Training makes the component more than once; the session is large and thread-safe.
    return Encoder.load(path, threads=1), heads.load(Path(path), _TASK)
