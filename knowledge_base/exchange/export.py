"""Everything taken away: the content folder as an archive, and FAQ lists for other programs."""

from __future__ import annotations

import csv
import os
import re
import tempfile
import zipfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from compliance.cells import guarded
from knowledge_base.article import FENCE
from knowledge_base.errors import ContentInvalid, Problem
from knowledge_base.exchange import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from knowledge_base.article import Article
    from knowledge_base.values import NamedValue

_FIELDS = ("id", "title", "questions", "checks", "topic", "categories", "audience", "owner")
_PAPERS = ("source", "citation_status", "effective", "expires", "review")
_LIST = (*_FIELDS, *_PAPERS, "body")
_SAFE = re.compile(r"[^\s./\\:\x00-\x1f][^/\\:\x00-\x1f]*")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every part, so that the same content makes the same archive."""


def article_file(article: Article) -> str:
    """Return an article's file: YAML front matter, then the body, as `article.parse` reads it."""
    data = article.model_dump(mode="python")
    matter = {name: data[name] for name in (*_FIELDS, *_PAPERS)}
    matter |= {name: list(data[name]) for name in ("questions", "checks", "categories")}
    if not matter["checks"]:
        del matter["checks"]
    if article.status != "published":
        matter["status"] = article.status
    head = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=1_000_000)
    return f"{FENCE}\n{head}{FENCE}\n{article.body}\n"


def export_archive(
    articles: Iterable[Article], values: Mapping[str, NamedValue], path: Path
) -> int:
    """Write a zip of `articles/<topic>/<id>.md` and `values.yml`; return the number of articles.

    `load_folder` on the unpacked archive gives the same articles. The file appears at `path` when
    it is whole.

    Raises:
        ContentInvalid: an id or topic cannot be the name of a file.
    """
    count = 0
    with _whole(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for article in articles:
            name = f"articles/{_name(article, 'topic')}/{_name(article, 'id')}.md"
            archive.writestr(_entry(name), article_file(article).encode("utf-8"))
            count += 1
        dumped = {name: value.model_dump(mode="python") for name, value in sorted(values.items())}
        text = yaml.safe_dump(dumped, allow_unicode=True, sort_keys=False, width=1_000_000)
        archive.writestr(_entry("values.yml"), text.encode("utf-8"))
    return count


def export_xlsx(articles: Iterable[Article], path: Path) -> int:
    """Write an FAQ list that `reader.read` reads back; return the number of articles.

    No cell is a formula: see `compliance.cells`.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("FAQ")
    sheet.freeze_panes = "A2"
    sheet.append([columns.titles()[name] for name in _LIST])
    count = 0
    for article in articles:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in _cells(article)])
        count += 1
    with _whole(path) as part:
        book.save(part)
    return count


def export_csv(articles: Iterable[Article], path: Path) -> int:
    """Write an FAQ list as UTF-8 with a mark, which Excel needs; return the number of articles."""
    count = 0
    with _whole(path) as part, part.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([columns.titles()[name] for name in _LIST])
        for article in articles:
            writer.writerow(_cells(article))
            count += 1
    return count


def _cells(article: Article) -> list[str]:
    data = article.model_dump(mode="python")
    return [guarded(_text(data[name])) for name in _LIST]


def _text(value: object) -> str:
    if isinstance(value, date):
        return "" if value in {date.min, date.max} else value.isoformat()
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def _name(article: Article, field: str) -> str:
    name = str(getattr(article, field))
    if not _SAFE.fullmatch(name):
        why = f"“{name}” cannot be the name of a file"
        raise ContentInvalid([Problem(article.id, 0, field, why)])
    return name


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a file beside `path` to write to; it takes the name when writing went well."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
