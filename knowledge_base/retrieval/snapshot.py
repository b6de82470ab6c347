"""A published snapshot: one immutable folder with everything a search needs, named by its hash.

Below the root stand `snapshots/<name>/` and the pointer file `current`. A snapshot is written to a
temporary folder and renamed; the pointer is replaced in one step (`os.replace`), so a reader sees
the old snapshot or the new one and never parts of both. The pointer also keeps the earlier names,
newest first, for a way back.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge_base.article import Article
from knowledge_base.errors import NoSnapshot, SnapshotDamaged
from knowledge_base.retrieval import wordings as table
from knowledge_base.retrieval.models import Models
from knowledge_base.retrieval.settings import SearchSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge_base.retrieval.wordings import Wordings

FORMAT = 3
KEPT = 3
"""Earlier snapshots kept for a way back."""
NAME_LENGTH = 16
ENCODER = "encoder"
"""Folder of the corpus's own encoder, which returns the shared encoder's vector as well."""


class Manifest(BaseModel):
    """What a snapshot holds; `files` are SHA-256 sums by relative path."""

    model_config = ConfigDict(frozen=True)

    format: int
    encoder: str
    """Fingerprint of the shared encoder."""
    tuned: str | None
    """Fingerprint of the corpus's own encoder, whose files lie in the snapshot."""
    articles: int
    wordings: int
    settings: SearchSettings
    quality: dict[str, float]
    files: dict[str, str]


class Pointer(BaseModel):
    """The content of `current`."""

    model_config = ConfigDict(frozen=True)

    snapshot: str
    previous: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parts:
    """What a build puts together."""

    articles: tuple[Article, ...]
    wordings: Wordings
    models: Models


@dataclass(frozen=True)
class Snapshot(Parts):
    """A snapshot in memory."""

    name: str
    folder: Path
    manifest: Manifest


def pointer_path(root: Path) -> Path:
    """Return where the pointer stands."""
    return root / "current"


def pointer_mark(root: Path) -> tuple[int, int, int] | None:
    """Return what changes whenever the pointer is replaced, None without one; one system call."""
    try:
        stat = pointer_path(root).stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size


def read_pointer(root: Path) -> Pointer:
    """Read the pointer.

    Raises:
        NoSnapshot: there is none.
        SnapshotDamaged: it is not readable as one.
    """
    try:
        return Pointer.model_validate_json(pointer_path(root).read_bytes())
    except FileNotFoundError:
        raise NoSnapshot from None
    except ValidationError as error:
        raise SnapshotDamaged(str(error)) from error


def write_pointer(root: Path, pointer: Pointer) -> None:
    """Replace the pointer in one step, durably; drop snapshots it no longer names."""
    handle, name = tempfile.mkstemp(dir=root, prefix=".current-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(pointer.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(pointer_path(root))
    for folder in (root / "snapshots").iterdir():
        named = folder.name == pointer.snapshot or folder.name in pointer.previous
        if not named and not folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def publishing(root: Path) -> Iterator[None]:
    """Hold the root's lock: publications and rollbacks happen one after the other."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class Encoders:
    """What a snapshot was built with: fingerprints, and where the corpus's own encoder lies."""

    shared: str
    tuned: str | None = None
    folder: Path | None = None


def write(root: Path, parts: Parts, encoders: Encoders, settings: SearchSettings) -> Snapshot:
    """Write a snapshot folder below `root` without pointing to it.

    Equal content gives an equal name, and a folder of that name is used as it is.
    """
    (root / "snapshots").mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(dir=root / "snapshots", prefix=".building-"))
    try:
        _write_parts(building, parts)
        if encoders.folder is not None:
            shutil.copytree(encoders.folder, building / ENCODER)
        manifest = Manifest(
            format=FORMAT,
            encoder=encoders.shared,
            tuned=encoders.tuned,
            articles=len(parts.articles),
            wordings=len(parts.wordings.texts),
            settings=settings,
            quality=parts.models.quality,
            files=_sums(building),
        )
        text = manifest.model_dump_json(indent=1)
        (building / "manifest.json").write_text(text, encoding="utf-8")
        name = hashlib.sha256(text.encode()).hexdigest()[:NAME_LENGTH]
        folder = root / "snapshots" / name
        if not folder.exists():
            building.chmod(0o755)
            building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Snapshot(parts.articles, parts.wordings, parts.models, name, folder, manifest)


def load(root: Path, name: str) -> Snapshot:
    """Read a snapshot and check every file against its manifest.

    Raises:
        SnapshotDamaged: a file is missing, altered, or of a format this code does not know.
    """
    folder = root / "snapshots" / name
    try:
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
        if manifest.format != FORMAT:
            message = f"snapshot {name} has format {manifest.format}, this code reads {FORMAT}"
            raise SnapshotDamaged(message)
        if _sums(folder) != manifest.files:
            message = f"snapshot {name} does not match its manifest"
            raise SnapshotDamaged(message)
        stored = json.loads((folder / "articles.json").read_bytes())
        articles = tuple(Article.model_validate(entry) for entry in stored)
        far = np.load(folder / "far.npy", allow_pickle=False)
        numbers = json.loads((folder / "models.json").read_bytes())
        models = Models.parse(numbers, far, manifest.quality)
        wordings = table.load(articles, folder)
        return Snapshot(articles, wordings, models, name, folder, manifest)
    except (OSError, ValueError, KeyError) as error:
        message = f"snapshot {name} cannot be read: {error}"
        raise SnapshotDamaged(message) from error


def _write_parts(folder: Path, parts: Parts) -> None:
    models = parts.models
    dumped = [article.model_dump(mode="json") for article in parts.articles]
    (folder / "articles.json").write_text(
        json.dumps(dumped, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    table.save(parts.wordings, folder)
    np.save(folder / "far.npy", models.domain.far)
    (folder / "models.json").write_text(json.dumps(models.dump(), indent=1), encoding="utf-8")


def _sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file but the manifest, by relative path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
