"""How long after a publication or a rollback every process that searches serves the other texts."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from redis import Redis

from bench.figure import Figure
from knowledge_base.publication.redis_announcer import RedisAnnouncer
from knowledge_base.retrieval import snapshot as snapshots
from knowledge_base.retrieval.publish import put_in_service
from language.encoder import CARD

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
        announcer = RedisAnnouncer(lambda: client)
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
    """Write a snapshot that says something else and brings another encoder; return its name.

    The encoder is the same by another name: what is the same is not loaded again.
    """
    root = settings.snapshots_dir
    held = snapshots.load(root, snapshots.read_pointer(root).snapshot)
    first, *rest = held.articles
    changed = first.model_copy(update={"body": f"{first.body}\n（修订）"})
    parts = snapshots.Parts((changed, *rest), held.wordings, held.models)
    encoders = snapshots.Encoders(held.manifest.encoder)
    with tempfile.TemporaryDirectory() as name:
        if held.manifest.tuned is not None:
            encoder = Path(name) / snapshots.ENCODER
            shutil.copytree(held.folder / snapshots.ENCODER, encoder)
            card = json.loads((encoder / CARD).read_text("utf-8"))
            (encoder / CARD).write_text(json.dumps(card | {"fingerprint": "another"}), "utf-8")
            encoders = snapshots.Encoders(held.manifest.encoder, "another", encoder)
        return snapshots.write(root, parts, encoders, held.manifest.settings).name
