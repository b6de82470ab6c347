"""A character map in SentencePiece's precompiled form, which `tokenizers` applies at full speed.

The form: the byte length of a double-array trie (u32), the trie (u32 units), then the replacement
strings, each ended by a zero byte. A key is the UTF-8 of a character, its value the offset of its
replacement. Walking: start at `node = offset(unit[0])`; for each byte, `node ^= byte`, the unit
there must carry that byte as its label, then `node ^= offset(unit)`; if the unit has a leaf, the
value is in the unit at `node`. Bits of a unit: 0-7 label, 8 has-leaf, 9 offset shifted by 8,
10-30 offset, 31 this is a value (after Darts-clone, as SentencePiece documents it).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEAF = 1 << 8
_VALUE = 1 << 31
_MAX_OFFSET = 1 << 21


def precompile(mapping: Mapping[str, str]) -> bytes:
    """Return the precompiled form of `mapping` (single characters to strings).

    Raises:
        ValueError: a key is empty or holds a zero byte, or the trie would need wide offsets.
    """
    texts = bytearray()
    root = _Node()
    for key in sorted(mapping):
        encoded = key.encode("utf-8")
        if not encoded or 0 in encoded:
            msg = f"{key!r} cannot be a key of a character map"
            raise ValueError(msg)
        root.insert(encoded, len(texts))
        texts += mapping[key].encode("utf-8") + b"\0"
    units = _DoubleArray().lay_out(root)
    trie = struct.pack(f"<{len(units)}I", *units)
    return struct.pack("<I", len(trie)) + trie + bytes(texts)


@dataclass
class _Node:
    children: dict[int, _Node] = field(default_factory=dict)
    value: int | None = None

    def insert(self, key: bytes, value: int) -> None:
        node = self
        for byte in key:
            node = node.children.setdefault(byte, _Node())
        node.value = value

    def labels(self) -> list[int]:
        """Labels of the slots this node needs; 0 is the slot of its own value."""
        return ([0] if self.value is not None else []) + sorted(self.children)


class _DoubleArray:
    """First-fit placement of the nodes' slots; small maps only, so simplicity wins over size."""

    def __init__(self) -> None:
        self.units: dict[int, int] = {0: 0}
        self.used_bases: set[int] = {0}
        self.free = 1

    def lay_out(self, root: _Node) -> list[int]:
        """Place all nodes and return the units, padded to whole blocks of 256."""
        pending = [(0, root)]
        while pending:
            at, node = pending.pop()
            base = self._base(node.labels())
            self._link(at, base)
            if node.value is not None:
                self.units[at] |= _LEAF
                self.units[base] = _VALUE | node.value
            for label, child in node.children.items():
                self.units[base ^ label] = label
                pending.append((base ^ label, child))
        # Every byte must lead to a unit that exists, whatever text comes.
        size = (max(self.units) // 256 + 2) * 256
        # A free slot must match no byte: a set value bit makes its label larger than any.
        return [self.units.get(index, _VALUE) for index in range(size)]

    def _base(self, labels: list[int]) -> int:
        while self.free in self.units:
            self.free += 1
        base = self.free ^ labels[0]
        while base in self.used_bases or any(base ^ label in self.units for label in labels):
            base += 1
        self.used_bases.add(base)
        return base

    def _link(self, at: int, base: int) -> None:
        offset = at ^ base
        if offset >= _MAX_OFFSET:
            msg = "the character map is too large for narrow offsets"
            raise ValueError(msg)
        self.units[at] |= offset << 10
