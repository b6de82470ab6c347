"""Reading a file into drafts: the importer is chosen by the name's ending and the first bytes."""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from knowledge_base.errors import KnowledgeError
from knowledge_base.exchange.csv_rows import csv_rows
from knowledge_base.exchange.document import Collector, Import
from knowledge_base.exchange.docx import MAIN as WORD
from knowledge_base.exchange.docx import read_docx
from knowledge_base.exchange.errors import refused
from knowledge_base.exchange.limits import Limits, load_limits
from knowledge_base.exchange.markdown import read_markdown
from knowledge_base.exchange.office import OLE, ZIP, check_archive
from knowledge_base.exchange.sheet import read_rows
from knowledge_base.exchange.xlsx_rows import MAIN as BOOK
from knowledge_base.exchange.xlsx_rows import xlsx_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SUFFIXES = (".docx", ".md", ".xlsx", ".csv")
"""Endings of the files that can be imported."""
_OFFICE = {".docx": WORD, ".xlsx": BOOK}
_PROGRAMS = (b"MZ", b"\x7fELF", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc")
_NAME = 120
"""Characters of a file's name kept in messages and sources."""


def _silent(_: float) -> None:
    return


def read(
    name: str,
    data: Path,
    existing: Mapping[str, str],
    progress: Callable[[float], None] = _silent,
    limits: Limits | None = None,
) -> Import:
    """Read the file at `data`, which its sender called `name`, into drafts.

    `existing` maps ids to titles of the articles there are: a draft with such an id or title
    `changes` that article. `progress` is called with 0.0 to 1.0, in order.

    Raises:
        ImportRefused: nothing of the file can be used; its `code` and `problems` say why.
    """
    limits = limits or load_limits()
    file = PurePosixPath(name.replace("\\", "/")).name[-_NAME:] or "file"
    into = Collector(file, existing, limits)
    try:
        suffix = _suffix(file, data, limits)
        _read(suffix, data, into, progress)
        found = into.result()
    except KnowledgeError:
        raise
    except OSError as error:
        raise refused("unreadable", file, f"cannot be read: {error.strerror}") from error
    # A crafted file makes the libraries fail in ways they do not name; none may reach a page.
    except Exception as error:
        raise refused("damaged", file, f"is damaged ({type(error).__name__})") from error
    progress(1.0)
    return found


def _suffix(file: str, data: Path, limits: Limits) -> str:
    suffix = PurePosixPath(file).suffix.lower()
    if suffix not in SUFFIXES:
        kinds = ", ".join(SUFFIXES)
        raise refused("unknown_kind", file, f"is none of {kinds}")
    size = data.stat().st_size
    if size == 0:
        raise refused("empty", file, "is empty")
    if size > limits.file_bytes:
        raise refused("too_large", file, f"has {size} bytes, {limits.file_bytes} are allowed")
    if suffix in _OFFICE:
        check_archive(file, data, _OFFICE[suffix], limits)
        return suffix
    with data.open("rb") as stream:
        start = stream.read(len(OLE))
    if start.startswith((OLE, ZIP, *_PROGRAMS)):
        raise refused("not_a_document", file, "is not what its name says")
    return suffix


def _read(suffix: str, data: Path, into: Collector, progress: Callable[[float], None]) -> None:
    readers: dict[str, Callable[[], None]] = {
        ".docx": partial(read_docx, data, into, progress),
        ".md": partial(read_markdown, data, into, progress),
        ".xlsx": lambda: read_rows(xlsx_rows(data, into, progress), into),
        ".csv": lambda: read_rows(csv_rows(data, into, progress), into),
    }
    readers[suffix]()
