"""Publishing: from articles to a snapshot in service, and back to an earlier one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.errors import BuildFailed, NoSnapshot, NothingToRollBack
from knowledge_base.retrieval import snapshot as snapshots
from knowledge_base.retrieval import training, wordings
from knowledge_base.retrieval.encoding import VectorCache, encode_all
from knowledge_base.retrieval.examples import Foreign, collect
from knowledge_base.retrieval.settings import load_far_utterances, load_settings
from language.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from knowledge_base.article import Article
    from knowledge_base.retrieval.encoding import SentenceEncoder
    from knowledge_base.retrieval.settings import SearchSettings
    from knowledge_base.retrieval.snapshot import Snapshot


def silent(_message: str) -> None:
    """Say nothing: the progress of builds nobody watches."""


def publish(  # noqa: PLR0913  -- the first three are what is published, the rest have defaults
    articles: Sequence[Article],
    out: Path,
    encoder: SentenceEncoder,
    progress: Callable[[str], None] = silent,
    *,
    settings: SearchSettings | None = None,
    cache: Path | None = None,
    encoder_files: Path | None = None,
) -> Snapshot:
    """Build a snapshot of the published articles below `out` and put it in service.

    Drafts and retired articles are left out altogether; internal ones are in, and search keeps
    them from customers. `cache` is a folder for vectors that makes rebuilds fast. `encoder_files`
    go into the snapshot when it must bring its own (fine-tuned) encoder.

    Raises:
        BuildFailed: there is too little content to learn from; what is in service stays.
    """
    chosen = tuple(sorted((a for a in articles if a.status == "published"), key=lambda a: a.id))
    if len({article.id for article in chosen}) != len(chosen):
        message = "article ids are not unique"
        raise BuildFailed(message)
    settings = settings or load_settings()
    with snapshots.publishing(out):
        built = _build(chosen, out, encoder, (progress, settings, cache, encoder_files))
        try:
            before = snapshots.read_pointer(out)
            earlier = [before.snapshot, *before.previous]
        except NoSnapshot:
            earlier = []
        previous = [name for name in earlier if name != built.name][: snapshots.KEPT]
        pointer = snapshots.Pointer(snapshot=built.name, previous=tuple(previous))
        snapshots.write_pointer(out, pointer)
    size = f"{len(chosen)} articles, {len(built.wordings.texts)} wordings"
    progress(f"published {built.name}: {size}")
    return built


def rollback(out: Path) -> str:
    """Put the snapshot before the present one back in service and return its name.

    The present one is forgotten: rolling back twice goes back two publications.

    Raises:
        NoSnapshot: nothing was ever published.
        NothingToRollBack: there is no earlier one.
        SnapshotDamaged: the earlier one is no longer whole; the present one stays.
    """
    with snapshots.publishing(out):
        pointer = snapshots.read_pointer(out)
        if not pointer.previous:
            raise NothingToRollBack
        name, *rest = pointer.previous
        snapshots.load(out, name)
        snapshots.write_pointer(out, snapshots.Pointer(snapshot=name, previous=tuple(rest)))
    return name


def _build(
    articles: tuple[Article, ...],
    out: Path,
    encoder: SentenceEncoder,
    options: tuple[Callable[[str], None], SearchSettings, Path | None, Path | None],
) -> Snapshot:
    progress, settings, cache, encoder_files = options
    if not articles:
        message = "there is no published article"
        raise BuildFailed(message)
    texts = wordings.texts_of(articles)
    topics = load_far_utterances()
    far = [normalise(text) for group in topics for text in group]
    answers = wordings.answers_of(articles)
    vectors = _encode([*texts, *answers, *far], encoder, progress, cache)
    raw, answer_raw, far_raw = np.split(vectors, [len(texts), len(texts) + len(answers)])
    index = wordings.build(articles, (raw, answer_raw))
    topic = np.repeat(np.arange(len(topics)), [len(group) for group in topics])
    foreign = Foreign(tuple(far), far_raw, topic)
    models = training.learn(collect(index, foreign, settings, progress), settings)
    reference = snapshots.EncoderRef(
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        folder="encoder" if encoder_files else None,
    )

    def add_encoder(folder: Path) -> None:
        if encoder_files is not None:
            shutil.copytree(encoder_files, folder / "encoder")

    parts = snapshots.Parts(articles, index, models)
    return snapshots.write(out, parts, reference, settings, add_encoder)


def _encode(
    texts: list[str],
    encoder: SentenceEncoder,
    progress: Callable[[str], None],
    cache: Path | None,
) -> NDArray[np.float32]:
    """Encode each distinct text once."""
    distinct = list(dict.fromkeys(texts))
    if cache is None:
        vectors = encode_all(distinct, encoder, progress)
    else:
        vectors = VectorCache(cache, encoder).encode(distinct, progress)
    row = {text: number for number, text in enumerate(distinct)}
    return vectors[[row[text] for text in texts]]
