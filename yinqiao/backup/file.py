"""The file of a backup: a zip of a manifest and of JSON lines, a part each."""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from yinqiao.backup.errors import NotABackup

_MANIFEST = "manifest.json"
_FORMAT = 1
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of. `head` is the audit chain's when the records were begun, SEQ:HASH."""

    made: str
    schema: str
    keys: int
    head: str
    format: int = _FORMAT


class Writer:
    """Writes the parts one after the other."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        """Write into `target`."""
        self._zip = target

    def part(self, name: str, rows: Iterable[Row]) -> int:
        """Write a part; returns how many rows it has."""
        count = 0
        with self._zip.open(f"{name}.jsonl", "w", force_zip64=True) as raw:
            for row in rows:
                raw.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
                count += 1
        return count

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which makes it a backup."""
        self._zip.writestr(_MANIFEST, json.dumps(asdict(manifest)))


class Reader:
    """Reads the parts of a backup; raises `NotABackup` for anything else."""

    def __init__(self, source: zipfile.ZipFile) -> None:
        """Read from `source`."""
        self._zip = source
        try:
            self.manifest = Manifest(**json.loads(source.read(_MANIFEST)))
        except (KeyError, TypeError, ValueError) as error:
            raise NotABackup(source.filename) from error
        if self.manifest.format != _FORMAT or source.testzip():
            raise NotABackup(source.filename)

    def part(self, name: str) -> Iterator[Row]:
        """Yield the rows of a part; nothing when there is no such part."""
        if f"{name}.jsonl" not in self._zip.namelist():
            return
        with self._zip.open(f"{name}.jsonl") as raw:
            yield from map(json.loads, io.TextIOWrapper(raw, "utf-8"))


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """Yield a writer; the file is there, whole and for its owner only, or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.touch(mode=0o600)
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as target:
            yield Writer(target)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Yield a reader; raises `NotABackup`, also while reading, for a damaged file."""
    try:
        with zipfile.ZipFile(path) as source:
            yield Reader(source)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise NotABackup(path) from error
