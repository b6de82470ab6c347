"""Reading E5S1 files."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from language import e5s1
from language.e5s1 import BadCheckpoint


def image(*, block: int = 32, kind: int = 1) -> bytes:
    """Return a small, complete E5S1 file: three pieces, one mapped character, one tensor."""
    pieces = ["<s>", "</s>", "存款"]
    blob = "".join(pieces).encode()
    ends = np.cumsum([0] + [len(piece.encode()) for piece in pieces]).astype("<u4")
    data = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 2, 64, 3, 8, 2, 1e-12, block)
    data += struct.pack("<5iQ", 3, 0, 1, 1, 2, len(blob))
    data += ends.tobytes() + np.array([0, 0, -1.5], "<f4").tobytes() + blob
    mapping = struct.pack("<IBII", ord("①"), 2, ord("1"), ord("."))
    data += struct.pack("<iI", 1, len(mapping)) + mapping
    tensor = np.float16(0.5).tobytes() + bytes([0x1F] * 16)
    directory = struct.pack("<iH", 1, 1) + b"w"
    start = len(data) + len(directory) + 21
    return data + directory + struct.pack("<BIQQ", kind, 32, start, len(tensor)) + tensor


def test_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(image())
    read = e5s1.read(file)
    assert (read.hidden, read.layers, read.heads, read.feed_forward) == (32, 1, 2, 64)
    assert (read.vocabulary, read.positions, read.token_types) == (3, 8, 2)
    assert (read.bos, read.eos, read.pad, read.unk) == (0, 1, 1, 2)
    assert read.pieces == (("<s>", 0.0), ("</s>", 0.0), ("存款", -1.5))
    assert read.charsmap == {"①": "1."}
    # Low nibbles first: 15 - 8 = 7, then 1 - 8 = -7, by the scale of one half.
    assert read.tensors["w"].tolist() == [3.5] * 16 + [-3.5] * 16


@pytest.mark.parametrize("broken", [b"E5S2" + image()[4:], image(block=64), image(kind=7)])
def test_other_files_are_refused(tmp_path: Path, broken: bytes) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(broken)
    with pytest.raises(BadCheckpoint):
        e5s1.read(file)
