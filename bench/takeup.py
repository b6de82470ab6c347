"""How long after a publication or a rollback every process that searches serves the other texts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from redis import Redis

from bench.figure import Figure
from knowledge_base.publication.redis_announcer import RedisAnnouncer
from knowledge_base.retrieval import snapshot as snapshots
from knowledge_base.retrieval.publish import put_in_service

if TYPE_CHECKING:
    from yinqiao.settings import Settings

_SWAPS = 6
_PAUSE = 0.01
_PATIENCE = 30.0


def measure(settings: Settings) -> list[Figure]:
    """Swap two snapshots of the same size on the system that runs on `settings`."""
    root = settings.snapshots_dir
    names = [_other(settings), snapshots.read_pointer(root).snapshot]
    with Redis.from_url(settings.store_url, decode_responses=True) as client:
        announcer = RedisAnnouncer(client)
        replicas = len(announcer.serving())
        seconds = [_swap(settings, announcer, names[n % 2]) for n in range(_SWAPS)]
    what = f"{replicas} processes serve what was published, slowest of {_SWAPS}"
    return [Figure(what, f"{max(seconds):.2f} s", "≤ 2 s")]


def _swap(settings: Settings, announcer: RedisAnnouncer, name: str) -> float:
    """Return the seconds from before the pointer is replaced until the last process serves it."""
    start = time.perf_counter()
    put_in_service(settings.snapshots_dir, name)
    announcer.announce(name)
    while any(one.snapshot != name for one in announcer.serving()):
        if time.perf_counter() - start > _PATIENCE:
            message = f"not everybody serves {name}: {announcer.serving()}"
            raise TimeoutError(message)
        time.sleep(_PAUSE)
    return time.perf_counter() - start


def _other(settings: Settings) -> str:
    """Write a snapshot that says something else in its first article; return its name."""
    root = settings.snapshots_dir
    held = snapshots.load(root, snapshots.read_pointer(root).snapshot)
    first, *rest = held.articles
    changed = first.model_copy(update={"body": f"{first.body}\n（修订）"})
    encoder = held.folder / snapshots.ENCODER
    encoders = snapshots.Encoders(
        held.manifest.encoder, held.manifest.tuned, encoder if encoder.exists() else None
    )
    parts = snapshots.Parts((changed, *rest), held.wordings, held.models)
    return snapshots.write(root, parts, encoders, held.manifest.settings).name
