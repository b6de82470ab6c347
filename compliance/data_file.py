"""Content files: YAML that is checked against a shape, with errors that say where."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from compliance.errors import DataFileError

Review = date
SourceStatus = Literal["verified", "secondary", "memory"]
Shape = TypeVar("Shape", bound=BaseModel)


def load(path: Path, shape: type[Shape]) -> Shape:
    """Read `path` as a `shape`; raises `DataFileError` with one line for every mistake."""
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"{path}: {error}"
        raise DataFileError(message) from error
    return _shaped(data, shape, str(path))


def load_lines(path: Path, shape: type[Shape]) -> list[Shape]:
    """Read a file of one JSON object a line; raises `DataFileError` that names the line."""
    try:
        lines = path.read_text("utf-8").splitlines()
        return [
            _shaped(json.loads(line), shape, f"{path}:{number}")
            for number, line in enumerate(lines, 1)
        ]
    except (OSError, ValueError) as error:
        message = f"{path}: {error}"
        raise DataFileError(message) from error


def _shaped(data: object, shape: type[Shape], place: str) -> Shape:
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        lines = [
            f"{place}: {'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}"
            for item in error.errors()
        ]
        raise DataFileError("\n".join(lines)) from error
