"""`Tuner` in a process of its own: torch and its memory never enter a process that serves."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.errors import BuildFailed
from knowledge_base.retrieval.tuning import Sentences, Tuned
from language.tuning_job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

NEEDED = ("torch", "sentence_transformers", "onnx")
KEPT = 3
"""Results kept in the cache: 130 MB each."""
TAIL = 2000


@dataclass(frozen=True)
class ProcessTuner:
    """Tunes the encoder built in `encoder`; results are kept below `cache` by their content."""

    encoder: Path
    cache: Path

    def tune(self, sentences: Sentences, progress: Callable[[str], None]) -> Tuned | None:
        """See `Tuner.tune`; None where the libraries for tuning are not installed.

        Raises:
            BuildFailed: the process failed; the message holds the end of its output.
        """
        if any(importlib.util.find_spec(name) is None for name in NEEDED):
            progress("no fine-tuning: the `build` extra is not installed")
            return None
        job = Job(sentences.texts, sentences.groups, sentences.parts, sentences.spared)
        folder = self.cache / self._key(job)
        if not folder.exists():
            self._run(job, folder, progress)
        folder.touch()
        self._forget()
        parts = range(int(sentences.parts.max()) + 1)
        return Tuned(folder / "encoder", tuple(_vectors(folder, part) for part in parts))

    def _key(self, job: Job) -> str:
        digest = hashlib.sha256((self.encoder / "encoder.json").read_bytes())
        digest.update(job.fingerprint().encode())
        return digest.hexdigest()[:32]

    def _run(self, job: Job, folder: Path, progress: Callable[[str], None]) -> None:
        self.cache.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=self.cache, prefix=".tuning-"))
        try:
            job.write(work)
            tail = ""
            with _process(self.encoder, work) as process:
                for line in _lines(process):
                    progress(line)
                    tail = (tail + "\n" + line)[-TAIL:]
            if process.returncode:
                message = f"fine-tuning ended with {process.returncode}:{tail}"
                raise BuildFailed(message)
            work.chmod(0o755)
            work.rename(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _forget(self) -> None:
        """Keep the results used last."""
        found = [path for path in self.cache.iterdir() if not path.name.startswith(".")]
        for old in sorted(found, key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)


def _process(encoder: Path, work: Path) -> subprocess.Popen[str]:
    cores = str(len(os.sched_getaffinity(0)))
    return subprocess.Popen(  # noqa: S603 - our own interpreter with our own arguments
        [sys.executable, "-m", "language.fine_tuning", str(encoder / "st"), str(work)],
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "OMP_NUM_THREADS": cores,
            "OMP_WAIT_POLICY": "PASSIVE",
            "TOKENIZERS_PARALLELISM": "false",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout  # noqa: S101 - it was asked for
    for line in process.stdout:
        if line.strip():
            yield line.rstrip()


def _vectors(folder: Path, part: int) -> NDArray[np.float32]:
    return np.asarray(np.load(folder / f"part_{part}.npy", allow_pickle=False), dtype=np.float32)
