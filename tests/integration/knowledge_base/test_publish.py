"""Publishing: atomic, verified, reversible; a failure leaves the old snapshot serving."""

from __future__ import annotations

import copy
import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base.article import Article
from knowledge_base.errors import BuildFailed, NothingToRollBack, SnapshotDamaged
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.encoding import PREFIX
from knowledge_base.retrieval.publish import publish, rollback
from knowledge_base.retrieval.search import Searcher
from knowledge_base.retrieval.settings import load_settings
from knowledge_base.retrieval.snapshot import (
    KEPT,
    Pointer,
    load,
    pointer_path,
    read_pointer,
    write_pointer,
)
from knowledge_base.retrieval.tuning import NONE, Sentences, Tuned
from language.encoder import Encoder
from language.encoder_build import write_encoder
from tests.integration.knowledge_base.conftest import ENCODER

SWAPS = 20
READERS = 3


class CountingEncoder:
    """The real encoder, noting what it is asked to encode."""

    def __init__(self, encoder: Encoder) -> None:
        """Wrap `encoder`."""
        self._encoder = encoder
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], *, prefix: str = PREFIX) -> NDArray[np.float32]:
        """Encode, remembering the texts."""
        self.asked += texts
        return self._encoder.encode(texts, prefix=prefix)


def edition(articles: list[Article], number: int) -> list[Article]:
    """Return the articles with a body that names the edition, and as many of them."""
    return [a.model_copy(update={"body": f"第{number}版。{a.body}"}) for a in articles]


def test_equal_content_gives_an_equal_snapshot(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path
) -> None:
    first = publish(small_bank, tmp_path / "a", Builder(encoder, cache=vector_cache))
    again = publish(small_bank[::-1], tmp_path / "b", Builder(encoder, cache=vector_cache))
    other = publish(edition(small_bank, 2), tmp_path / "a", Builder(encoder, cache=vector_cache))
    assert first.name == again.name != other.name
    assert read_pointer(tmp_path / "a").previous == (first.name,)


def test_what_is_loaded_is_what_was_built(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path
) -> None:
    built = publish(small_bank, tmp_path, Builder(encoder, cache=vector_cache))
    loaded = load(tmp_path, built.name)
    assert loaded.articles == built.articles
    assert loaded.manifest == built.manifest
    assert loaded.models.thresholds == built.models.thresholds
    np.testing.assert_array_equal(loaded.wordings.base.centred, built.wordings.base.centred)
    np.testing.assert_array_equal(
        loaded.models.ranker.linear.weights, built.models.ranker.linear.weights
    )


def test_a_rebuild_encodes_only_what_is_new(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder
) -> None:
    counting = CountingEncoder(encoder)
    publish(small_bank, tmp_path / "kb", Builder(counting, cache=tmp_path / "cache"))
    first = len(counting.asked)
    counting.asked.clear()
    more = small_bank[0].model_copy(
        update={"questions": (*small_bank[0].questions, "挂失之后还能用吗")}
    )
    publish([more, *small_bank[1:]], tmp_path / "kb", Builder(counting, cache=tmp_path / "cache"))
    assert first > 100
    assert counting.asked == ["挂失之后还能用吗"]


def test_a_damaged_cache_is_only_a_slow_one(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / f"{encoder.fingerprint[:32]}.npz").write_bytes(b"not an archive")
    assert publish(small_bank, tmp_path / "kb", Builder(encoder, cache=cache)).articles


def test_readers_see_whole_snapshots_during_swaps(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path
) -> None:
    names = [
        publish(edition(small_bank, number), tmp_path, Builder(encoder, cache=vector_cache)).name
        for number in range(2)
    ]
    searcher = Searcher.open(tmp_path, encoder)
    done = threading.Event()
    faults: list[str] = []
    seen: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        while not done.is_set():
            try:
                bodies = {article.body.split("。")[0] for article in searcher.snapshot.articles}
                result = searcher.search("我的卡丢了要怎么挂失")
                if len(bodies) != 1 or result.hits[0].article_id != "card-loss":
                    faults.append(f"{bodies} {result}")
                seen.put(bodies.pop())
            except Exception as error:  # noqa: BLE001  -- any error at all is a fault
                faults.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, SWAPS + 1):
            pointer = Pointer(snapshot=names[number % 2], previous=(names[1 - number % 2],))
            write_pointer(tmp_path, pointer)
            while seen.get(timeout=60) != f"第{number % 2}版":
                assert faults == []
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert faults == []
    assert searcher.answer("card-loss").text.startswith("第0版。")
    assert searcher.last_error is None


def test_only_the_named_snapshots_are_kept(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path
) -> None:
    names = [
        publish(edition(small_bank, number), tmp_path, Builder(encoder, cache=vector_cache)).name
        for number in range(KEPT + 3)
    ]
    kept = {folder.name for folder in (tmp_path / "snapshots").iterdir()}
    assert kept == set(names[-KEPT - 1 :])


def test_the_way_back(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path
) -> None:
    names = [
        publish(edition(small_bank, number), tmp_path, Builder(encoder, cache=vector_cache)).name
        for number in range(3)
    ]
    searcher = Searcher.open(tmp_path, encoder)
    assert rollback(tmp_path) == names[1]
    assert searcher.answer("card-loss").text.startswith("第1版。")
    assert rollback(tmp_path) == names[0]
    assert searcher.answer("card-loss").text.startswith("第0版。")
    with pytest.raises(NothingToRollBack):
        rollback(tmp_path)
    assert read_pointer(tmp_path).snapshot == names[0]


@pytest.mark.parametrize("kind", ["empty", "repeated", "encoder"])
def test_a_failed_build_leaves_the_old_snapshot_serving(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path, kind: str
) -> None:
    publish(small_bank, tmp_path, Builder(encoder, cache=vector_cache))
    searcher = Searcher.open(tmp_path, encoder)
    before = pointer_path(tmp_path).read_bytes()

    class Broken(CountingEncoder):
        def encode(self, texts: Sequence[str], *, prefix: str = PREFIX) -> NDArray[np.float32]:
            raise OSError(f"model file gone, {len(texts)} texts, {prefix}")

    broken = Broken(encoder)
    attempts: dict[str, tuple[list[Article], Encoder | Broken, type[Exception]]] = {
        "empty": ([], encoder, BuildFailed),
        "repeated": ([*small_bank, small_bank[0]], encoder, BuildFailed),
        "encoder": (small_bank, broken, OSError),
    }
    articles, with_encoder, error = attempts[kind]
    with pytest.raises(error):
        publish(articles, tmp_path, Builder(with_encoder))
    assert pointer_path(tmp_path).read_bytes() == before
    assert searcher.search("怎么挂失银行卡").decision == "answer"
    leftovers = [f for f in (tmp_path / "snapshots").iterdir() if f.name.startswith(".")]
    assert leftovers == []


@pytest.mark.parametrize("victim", ["articles.json", "base.npy", "models.json", "manifest.json"])
def test_a_damaged_snapshot_is_refused_and_the_old_one_serves_on(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path, victim: str
) -> None:
    root = tmp_path / "kb"
    publish(edition(small_bank, 1), root, Builder(encoder, cache=vector_cache))
    searcher = Searcher.open(root, encoder)
    # Seen between publication and damage it would be in memory, so it is built elsewhere first.
    other = tmp_path / "other"
    newer = publish(edition(small_bank, 2), other, Builder(encoder, cache=vector_cache))
    damaged = newer.folder / victim
    damaged.write_bytes(damaged.read_bytes()[:-7])
    newer.folder.rename(root / "snapshots" / newer.name)
    pointer_path(other).replace(pointer_path(root))
    assert searcher.answer("card-loss").text.startswith("第1版。")
    assert isinstance(searcher.last_error, SnapshotDamaged)
    with pytest.raises(SnapshotDamaged):
        Searcher.open(root, encoder)


class Same:
    """A tuner that "tunes" to the very encoder it was given: parts and final see the same."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """Use `encoder`, of which `folder` holds two side by side."""
        self._folder = folder
        self._encoder = encoder
        self.sentences: Sentences | None = None

    def tune(self, sentences: Sentences, progress: Callable[[str], None]) -> Tuned:
        """See `Tuner.tune`."""
        progress("tuning")
        self.sentences = sentences
        vectors = self._encoder.encode(sentences.texts)
        return Tuned(self._folder, (vectors, vectors))


def twin_of_itself(folder: Path) -> Path:
    """Write an encoder that returns the shared encoder's vector twice, side by side."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  -- imports torch

    model: Any = SentenceTransformer(str(ENCODER / "st"), device="cpu")
    upper = copy.deepcopy(model[0].auto_model.encoder)
    upper.layer = upper.layer[-2:]
    folder.mkdir()
    write_encoder(model, ENCODER / "st" / "tokenizer.json", folder, {}, twin=upper)
    return folder


def test_an_encoder_that_stays_the_same_is_loaded_once(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path
) -> None:
    settings = load_settings().model_copy(update={"tuning_least": 50})
    tuner = Same(twin_of_itself(tmp_path / "tuned"), encoder)
    loads: list[Path] = []

    def load_own(folder: Path) -> Encoder:
        loads.append(folder)
        return Encoder.load(folder)

    builder = Builder(encoder, tuner, vector_cache, settings)
    publish(edition(small_bank, 1), tmp_path / "kb", builder)
    searcher = Searcher.open(tmp_path / "kb", encoder, own_encoder=load_own)
    publish(edition(small_bank, 2), tmp_path / "kb", builder)
    assert searcher.answer("card-loss").text.startswith("第2版。")
    assert searcher.search("卡丢了要挂失").hits[0].article_id == "card-loss"
    assert len(loads) == 1


def test_a_corpus_of_some_size_brings_its_own_encoder(
    tmp_path: Path, small_bank: list[Article], encoder: Encoder, vector_cache: Path
) -> None:
    settings = load_settings().model_copy(update={"tuning_least": 50})
    files = twin_of_itself(tmp_path / "tuned")
    tuner = Same(files, encoder)
    root = tmp_path / "kb"
    built = publish(small_bank, root, Builder(encoder, tuner, vector_cache, settings))
    assert built.manifest.tuned == Encoder.load(files).fingerprint
    assert built.wordings.tuned is not None
    cosines = (built.wordings.tuned.raw * built.wordings.base.raw).sum(axis=1)
    assert cosines.min() > 0.98
    sentences = tuner.sentences
    assert sentences is not None
    assert "怎么挂失银行卡" in "".join(sentences.texts)
    assert set(sentences.spared.tolist()) == {NONE, 0, 1}
    for group in range(len(built.articles)):
        assert len(set(sentences.spared[sentences.groups == group].tolist())) == 1
        parts = sentences.parts[sentences.groups == group]
        assert abs(int((parts == 0).sum()) - int((parts == 1).sum())) <= 1
    searcher = Searcher.open(root, encoder)
    assert searcher.search("卡丢了要挂失").hits[0].article_id == "card-loss"
    plain = publish(small_bank, root, Builder(encoder, None, vector_cache, settings))
    assert plain.manifest.tuned is None
    (built.folder / "encoder" / "model.onnx").unlink()
    with pytest.raises(SnapshotDamaged):
        rollback(root)
