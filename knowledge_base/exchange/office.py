"""Office files are zip archives of XML: what must hold before a library opens one."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from knowledge_base.exchange.errors import refused

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge_base.exchange.limits import Limits

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of the older office formats, and of encrypted new ones."""
ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SMALL = 1_048_576
"""Bytes; a part up to here may shrink as much as it likes."""


def check_archive(file: str, path: Path, main: str, limits: Limits) -> None:
    """See that an office file is whole, of the kind whose main part is `main`, and no bomb.

    Raises:
        ImportRefused: encrypted, old_format, not_a_document, damaged, too_large or unsafe.
    """
    with path.open("rb") as stream:
        start = stream.read(len(OLE))
    if start == OLE:
        if _ENCRYPTED in path.read_bytes():
            raise refused("encrypted", file, "is protected by a password; save it without one")
        raise refused("old_format", file, "is of an older office format; save it as .docx or .xlsx")
    if not start.startswith(ZIP):
        raise refused("not_a_document", file, "is not what its name says")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(file, archive, main, limits)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise refused("damaged", file, f"is damaged: {error}") from error


def _check_parts(file: str, archive: zipfile.ZipFile, main: str, limits: Limits) -> None:
    parts = archive.infolist()
    if len(parts) > limits.parts:
        raise refused("unsafe", file, f"holds more than {limits.parts} parts")
    if any(part.flag_bits & 1 for part in parts):
        raise refused("encrypted", file, "is protected by a password; save it without one")
    if main not in archive.namelist():
        raise refused("not_a_document", file, f"is not what its name says: it has no {main}")
    # A part never yields more than the size its entry declares, so the sum is a true bound.
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise refused("too_large", file, f"unpacks to more than {limits.unpacked_bytes} bytes")
    for part in parts:
        packed = max(part.compress_size, 1)
        if part.file_size > _SMALL and part.file_size / packed > limits.part_ratio:
            raise refused(
                "unsafe", file, f"{part.filename} unpacks {part.file_size // packed}-fold"
            )
        if part.filename.endswith((".xml", ".rels")):
            _check_xml(file, archive, part)


def _check_xml(file: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Office XML may not have a document type (ECMA-376 part 2, 7.1.4), so no entities either."""
    try:
        with archive.open(part) as stream:
            # A document type can only stand before the first element.
            next(iter(iterparse(stream, events=("start",), forbid_dtd=True)), None)
    except DefusedXmlException as error:
        raise refused("unsafe", file, f"{part.filename} declares entities") from error
    except (ParseError, zipfile.BadZipFile) as error:
        raise refused("damaged", file, f"{part.filename} is damaged: {error}") from error
