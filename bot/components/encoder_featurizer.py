"""Sentence vectors for the classifier."""

from __future__ import annotations

import json
import os
from functools import lru_cache

# Rasa resolves the annotations at run time: nothing may hide behind TYPE_CHECKING.
from typing import Any

import numpy as np
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

from language.encoder import Encoder
from language.normalise import normalise

ENCODER_VARIABLE = "YINQIAO_ENCODER"
_STATE = "encoder_featurizer.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Adds one dense sentence feature of shape (1, dimension): `scale` × unit vector.

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
        encoder: Encoder,
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        """Hold a loaded encoder."""
        super().__init__(name, config)
        self._encoder = encoder
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
        served = _encoder(config["path"]).fingerprint
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
        """Add the vectors, one batch for all messages."""
        wanted = [m for m in messages if m.get(TEXT)]
        vectors = self._encoder.encode([normalise(m.get(TEXT)) or m.get(TEXT) for m in wanted])
        for message, vector in zip(wanted, vectors, strict=True):
            scaled = (vector * self._config["scale"]).astype(np.float32).reshape(1, -1)
            alias = self._config[FEATURIZER_CLASS_ALIAS]
            message.add_features(Features(scaled, FEATURE_TYPE_SENTENCE, TEXT, alias))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors to all examples."""
        self.process(training_data.training_examples)
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse a scale that would switch the feature off or turn it round."""
        if config["scale"] <= 0:
            message = f"scale must be positive, not {config['scale']}"
            raise RasaException(message)


def _encoder(path: str | None) -> Encoder:
    chosen = path or os.environ.get(ENCODER_VARIABLE)
    if not chosen:
        message = f"no encoder: set {ENCODER_VARIABLE} or the component's `path`"
        raise RasaException(message)
    return _load(chosen)


@lru_cache(maxsize=1)
def _load(path: str) -> Encoder:
    # Training makes the component more than once; the session is large and thread-safe.
    return Encoder.load(path, threads=1)
