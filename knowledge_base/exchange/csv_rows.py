"""Rows of a .csv file: its encoding and its separator found, read line by line."""

from __future__ import annotations

import codecs
import csv
from io import TextIOWrapper
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from knowledge_base.exchange.errors import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from knowledge_base.exchange.document import Collector

_SAMPLE = 65_536
"""Bytes looked at to guess an encoding."""
_CHUNK = 1_048_576
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_GUESSES = ["gb18030", "big5"]
_SEPARATORS = ",\t;"


def csv_rows(
    path: Path, into: Collector, progress: Callable[[float], None]
) -> Iterator[tuple[str, int, list[object]]]:
    """Yield (empty sheet name, line number, cells) of each row that is not blank.

    Raises:
        ImportRefused: not text, of no known encoding, damaged, or with too many columns or rows.
    """
    encoding = encoding_of(path, into.file)
    size = path.stat().st_size
    with path.open("rb") as raw, TextIOWrapper(raw, encoding, newline="") as stream:
        head = stream.readline(_SAMPLE)
        separator = max(_SEPARATORS, key=head.count)
        stream.seek(0)
        rows = csv.reader(stream, delimiter=separator)
        try:
            for count, row in enumerate(rows, 1):
                if len(row) > into.limits.columns:
                    why = f"has {len(row)} columns, {into.limits.columns} are allowed"
                    raise refused("too_many", into.file, why, rows.line_num, "columns")
                if count > into.limits.rows:
                    why = f"has more than {into.limits.rows} rows"
                    raise refused("too_many", into.file, why, rows.line_num, "rows")
                if count % 500 == 0:
                    progress(min(0.99, raw.tell() / size))
                if any(cell.strip() for cell in row):
                    yield "", rows.line_num, list(row)
        except csv.Error as error:
            raise refused("damaged", into.file, str(error), rows.line_num, "row") from error


def encoding_of(path: Path, file: str) -> str:
    """Return the encoding the whole file can be read in.

    UTF-8 first: a text in another encoding is practically never valid UTF-8.
    """
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    for mark, encoding in _BOMS.items():
        if sample.startswith(mark):
            if _readable(path, encoding):
                return encoding
            raise refused("encoding", file, f"starts as {encoding} but is not")
    if b"\0" in sample:
        raise refused("not_a_document", file, "is not text")
    if _readable(path, "utf-8"):
        return "utf-8"
    guess = from_bytes(sample[: sample.rfind(b"\n") + 1] or sample, cp_isolation=_GUESSES).best()
    for encoding in [guess.encoding] if guess else []:
        if _readable(path, encoding):
            return encoding
    if _readable(path, "gb18030"):
        return "gb18030"
    raise refused("encoding", file, "is neither UTF-8, GB18030, Big5 nor UTF-16 text")


def _readable(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
