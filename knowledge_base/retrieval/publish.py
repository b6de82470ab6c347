"""Publishing: a snapshot goes into service, and an earlier one comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge_base.errors import NoSnapshot, NothingToRollBack
from knowledge_base.retrieval import snapshot as snapshots
from knowledge_base.retrieval.build import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from knowledge_base.article import Article
    from knowledge_base.retrieval.build import Builder
    from knowledge_base.retrieval.snapshot import Snapshot


def publish(
    articles: Sequence[Article],
    out: Path,
    builder: Builder,
    progress: Callable[[str], None] = silent,
) -> Snapshot:
    """Build a snapshot of the published articles below `out` and put it in service.

    Raises:
        BuildFailed: nothing is published, or ids are not unique; what is in service stays.
    """
    built = builder.build(articles, out, progress)
    put_in_service(out, built.name)
    size = f"{built.manifest.articles} articles, {built.manifest.wordings} wordings"
    progress(f"published {built.name}: {size}")
    return built


def put_in_service(out: Path, name: str) -> None:
    """Point to the snapshot `name`; the one before stays for a way back.

    Raises:
        SnapshotDamaged: it is not whole; the present one stays.
    """
    with snapshots.publishing(out):
        snapshots.load(out, name)
        try:
            before = snapshots.read_pointer(out)
            earlier = [before.snapshot, *before.previous]
        except NoSnapshot:
            earlier = []
        previous = [other for other in earlier if other != name][: snapshots.KEPT]
        snapshots.write_pointer(out, snapshots.Pointer(snapshot=name, previous=tuple(previous)))


def rollback(out: Path, name: str | None = None) -> str:
    """Put an earlier snapshot back in service, by default the last one, and return its name.

    Those after it are forgotten: rolling back twice goes back two publications.

    Raises:
        NoSnapshot: nothing was ever published.
        NothingToRollBack: there is no earlier one, or none of that name.
        SnapshotDamaged: the earlier one is no longer whole; the present one stays.
    """
    with snapshots.publishing(out):
        pointer = snapshots.read_pointer(out)
        wanted = name or next(iter(pointer.previous), None)
        if wanted not in pointer.previous:
            raise NothingToRollBack
        place = pointer.previous.index(wanted)
        snapshots.load(out, wanted)
        rest = pointer.previous[place + 1 :]
        snapshots.write_pointer(out, snapshots.Pointer(snapshot=wanted, previous=rest))
    return wanted
