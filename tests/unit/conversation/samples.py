"""The first bytes of files, as far as a reader looks."""

from __future__ import annotations

import struct
import zlib

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 24
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1" + b"\0" * 24
GIF = b"GIF89a" + b"\0" * 24
WEBP = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 24
PDF = b"%PDF-1.7\n" + b"\0" * 24
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PROGRAM = b"MZ" + b"\0" * 128


def picture(width: int = 240, height: int = 120) -> bytes:
    """Return a whole PNG that a browser shows: a plain grey area."""
    rows = (b"\0" + b"\xc0" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
