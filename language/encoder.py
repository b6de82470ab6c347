"""The sentence encoder: texts to unit vectors, by ONNX, on the CPU.

It encodes exactly what it is given; callers normalise first (`language.normalise`).

Each text is run by itself. Activations are quantised by the range of the whole call, so in a
batch a text's vector would depend on its neighbours; alone, the same text always has the same
vector, whether it was indexed last week among thousands or asked a moment ago.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

CARD = "encoder.json"
TOKENIZER = "tokenizer.json"
MODEL_FILES = ("model.onnx", "model.onnx.data", TOKENIZER)
QUERY = "query: "


class NoEncoder(FileNotFoundError):
    """There is no built encoder in this directory."""


def fingerprint_of(path: Path) -> str:
    """Return the SHA-256, in hexadecimal, of the model files in the directory `path`."""
    digest = hashlib.sha256()
    for name in MODEL_FILES:
        digest.update(name.encode() + b"\0")
        with (path / name).open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


class Encoder:
    """A loaded encoder; every method may be called from any thread.

    Attributes:
        dimension: length of a vector.
        fingerprint: hash of the model files; vectors of equal fingerprints can be compared.
        max_length: tokens of a text that are read, the prefix and two marks included.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        card: dict[str, Any],
        *,
        threads: int = 1,
        cache_size: int = 4096,
    ) -> None:
        """Use `Encoder.load`."""
        self.dimension = int(card["dimension"])
        self.fingerprint = str(card["fingerprint"])
        self.max_length = int(card["max_length"])
        self._session = session
        self._tokenizer = tokenizer
        self._threads = threads
        self._cache_size = cache_size
        self._cache: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, path: Path | str, *, threads: int = 1, cache_size: int = 4096) -> Encoder:
        """Load the encoder built in the directory `path`.

        `threads` is how many texts of one call are encoded at a time (each on one processor),
        `cache_size` how many vectors are kept, the least recently used leaving first.

        Raises:
            NoEncoder: the directory holds none; build it with `python -m language.encoder_build`.
        """
        path = Path(path)
        try:
            card = json.loads((path / CARD).read_text("utf-8"))
        except FileNotFoundError:
            msg = f"no encoder in {path}; build it: python -m language.encoder_build --out {path}"
            raise NoEncoder(msg) from None
        vocabulary = (path / TOKENIZER).read_bytes()
        tokenizer = _tokenizer(vocabulary, int(card["max_length"]))
        session = onnxruntime.InferenceSession(
            str(path / MODEL_FILES[0]), _options(), providers=["CPUExecutionProvider"]
        )
        return cls(session, tokenizer, card, threads=threads, cache_size=cache_size)

    def encode(self, texts: Sequence[str], *, prefix: str = QUERY) -> Vector:
        """Return the L2-normalised vectors of `texts`, float32 (len(texts), dimension).

        `prefix` is put before each text; E5 models expect `query: ` or `passage: `, and short
        questions compare best with `query: ` on both sides.
        """
        keys = [prefix + text for text in texts]
        vectors = self._cached(keys)
        missing = [key for key in dict.fromkeys(keys) if key not in vectors]
        for key, vector in zip(missing, self._run_all(missing), strict=True):
            vectors[key] = vector
        self._keep({key: vectors[key] for key in missing})
        if not keys:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([vectors[key] for key in keys])

    def tokens(self, text: str, *, prefix: str = QUERY) -> list[str]:
        """Return the pieces the model reads for `text`, marks included."""
        return list(self._tokenizer.encode(prefix + text).tokens)

    def _cached(self, keys: Sequence[str]) -> dict[str, Vector]:
        found: dict[str, Vector] = {}
        with self._lock:
            for key in keys:
                vector = self._cache.get(key)
                if vector is not None:
                    self._cache.move_to_end(key)
                    found[key] = vector
        return found

    def _keep(self, vectors: dict[str, Vector]) -> None:
        with self._lock:
            self._cache.update(vectors)
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)

    def _run_all(self, keys: Sequence[str]) -> list[Vector]:
        if self._threads == 1 or len(keys) <= 1:
            return [self._run(key) for key in keys]
        with ThreadPoolExecutor(self._threads, thread_name_prefix="encoder") as pool:
            return list(pool.map(self._run, keys))

    def _run(self, key: str) -> Vector:
        ids = np.array([self._tokenizer.encode(key).ids], dtype=np.int64)
        vector: Vector = self._session.run(None, {"input_ids": ids})[0][0]
        return vector


# An encoder tuned from another has the same vocabulary, which takes 78 MB once read.
@lru_cache(maxsize=2)
def _tokenizer(vocabulary: bytes, max_length: int) -> Tokenizer:
    tokenizer = Tokenizer.from_buffer(vocabulary)
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length)
    return tokenizer


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # An arena and a memory pattern would be kept for every length of text ever seen.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return options
