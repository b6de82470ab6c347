"""The part of a Unigram vocabulary that Chinese and English text can use.

A multilingual vocabulary of 250,000 pieces costs 290 MB of memory in `tokenizers` and 96 MB of
embedding rows, most of it for scripts our customers do not write. A piece is kept when every
letter in it is Han or ASCII (digits, punctuation and symbols are kept whatever their script). A
text whose NFKC form is made of such characters only ever matches such pieces, so it is cut into
exactly the same pieces as before; a character of another script becomes the unknown piece.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_ASCII_END = 0x80
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


def is_readable(character: str) -> bool:
    """Tell whether a character is no letter or mark, or a Han or ASCII one."""
    point = ord(character)
    if point < _ASCII_END or any(first <= point <= last for first, last in _HAN):
        return True
    return unicodedata.category(character)[0] not in "LM"


def trim(tokenizer: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
    """Trim the parsed `tokenizer.json` of a Unigram tokenizer.

    Returns the trimmed tokenizer and the old ids of the kept pieces, in the order of the new
    ids: `rows[new] == old`. Other models than Unigram come back whole.
    """
    model = tokenizer["model"]
    if model.get("type") != "Unigram":
        return tokenizer, []
    special = {token["id"] for token in tokenizer["added_tokens"]} | {model["unk_id"]}
    rows = [
        index
        for index, (piece, _) in enumerate(model["vocab"])
        if index in special or all(map(is_readable, piece))
    ]
    new_ids = {old: new for new, old in enumerate(rows)}
    trimmed = {
        **tokenizer,
        "added_tokens": _added(tokenizer["added_tokens"], new_ids),
        "post_processor": _renumber(tokenizer["post_processor"], new_ids),
        "model": {
            **model,
            "unk_id": new_ids[model["unk_id"]],
            "vocab": [model["vocab"][old] for old in rows],
        },
    }
    return trimmed, rows


def _added(tokens: Iterable[dict[str, Any]], new_ids: dict[int, int]) -> list[dict[str, Any]]:
    # An added token beyond the pieces has no row of its own in the trimmed table.
    return [{**token, "id": new_ids[token["id"]]} for token in tokens if token["id"] in new_ids]


def _renumber(processor: dict[str, Any] | None, new_ids: dict[int, int]) -> dict[str, Any] | None:
    """Renumber the marks that any of the library's post-processors puts around a text."""
    if processor is None:
        return None
    changed = dict(processor)
    for name, token in processor.get("special_tokens", {}).items():
        ids = [new_ids[old] for old in token["ids"]]
        changed["special_tokens"] = {**changed["special_tokens"], name: {**token, "ids": ids}}
    for mark in ("cls", "sep"):
        if mark in processor:
            piece, old = processor[mark]
            changed[mark] = [piece, new_ids[old]]
    if "processors" in processor:
        changed["processors"] = [_renumber(part, new_ids) for part in processor["processors"]]
    return changed
