"""A customer's data in one file: a page to read, and a JSON file for each holder."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict

from compliance.data_file import Review, load

_DATA = Path(__file__).parents[1] / "data"
_PAGES = Environment(
    loader=FileSystemLoader(_DATA),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
READABLE = "index.html"


class RightsWords(BaseModel):
    """The shape of `data/rights.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    reviewed: Review
    title: str
    intro: str
    empty: str
    parts: dict[str, str]
    fields: dict[str, str]

    @classmethod
    def load(cls, path: Path = _DATA / "rights.yml") -> RightsWords:
        """Read the file; raises `DataFileError`."""
        return load(path, cls)


def write_bundle(
    parts: Mapping[str, Sequence[Mapping[str, Any]]], words: RightsWords, out: BinaryIO
) -> None:
    """Write a zip: `index.html` and `<holder>.json` (UTF-8, indented) for every holder."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        page = _PAGES.get_template("rights.html.j2").render(words=words, parts=parts)
        bundle.writestr(READABLE, page)
        for name, records in parts.items():
            text = json.dumps(records, ensure_ascii=False, indent=2)
            bundle.writestr(f"{name}.json", text)
