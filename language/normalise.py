"""One way of writing for every text that is matched, counted or encoded.

Full width becomes half width (NFKC), traditional characters simplified, upper case lower case,
white space single blanks; what cannot be seen (zero-width and control characters, private use,
combining marks that belong to no letter) is dropped. The raw text is kept elsewhere: a normalised
text is for reading by machines, never for showing.

Characters are converted one at a time, so that every normalised character can be traced to the
raw text (`normalise_aligned`), and so that a word reads the same whatever stands beside it.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml

Span = tuple[int, int]

VARIANTS = Path(__file__).parent / "data" / "variants.yml"
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF))
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"})
# Letters and symbols that are drawn as nothing: Hangul fillers, the blank Braille pattern.
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
_HANGUL_PARTS = range(0x1160, 0x1200)
_LONE = re.compile(r"(?:[^\w%]|_)+")
_REPEATED = re.compile(r"([^\d\s]{1,4}?)\1{3,}")
_ENOUGH = 3
_SETTLED_AFTER = 8
"""Rounds after which a text is taken as it is; two are enough for all but made-up sequences."""


def normalise(text: str) -> str:
    """Return `text` in normal form; normalising again changes nothing."""
    for _ in range(_SETTLED_AFTER):
        changed = _tidied("".join(map(_plain, _clusters(text))))
        if changed == text:
            break
        text = changed
    return text


def normalise_aligned(text: str) -> tuple[str, list[Span]]:
    """Return the normal form and, for each of its characters, where it comes from.

    `spans[i]` is the half-open range `(start, end)` of raw characters behind normal character
    `i`; spans never decrease. `len(spans) == len(normalised)`.
    """
    spans: list[Span] = [(index, index + 1) for index in range(len(text))]
    for _ in range(_SETTLED_AFTER):
        changed, origins = _aligned_round(text)
        if changed == text:
            break
        spans = [(spans[start][0], spans[end - 1][1]) for start, end in origins]
        text = changed
    return text, spans


def compact(text: str) -> str:
    """Return the normal form without blanks and punctuation, for comparing whole wordings.

    Only what stands between two ASCII letters or digits stays ("3.5%", "visa card"): there it
    carries meaning, while between Chinese characters it is a matter of taste or a disguise.
    """
    plain = normalise(text)
    bare = _LONE.sub(lambda run: run.group() if _inside_ascii(plain, run) else "", plain)
    # Two that now stand side by side may be one character (parts of Hangul syllables).
    return normalise(bare)


def squeezed(text: str) -> str:
    """Return the normal form with whatever is repeated more than three times said three times.

    "啊啊啊啊啊啊" and "人工人工人工人工" mean no more than their beginning; numbers stay.
    """
    return _REPEATED.sub(lambda run: run.group(1) * _ENOUGH, normalise(text))


def _inside_ascii(text: str, run: re.Match[str]) -> bool:
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _aligned_round(text: str) -> tuple[str, list[Span]]:
    pieces: list[str] = []
    spans: list[Span] = []
    for cluster, start, end in _placed_clusters(text):
        for character in _plain(cluster):
            if character != " " or (pieces and pieces[-1] != " "):
                pieces.append(character)
                spans.append((start, end))
    if pieces and pieces[-1] == " ":
        pieces.pop()
        spans.pop()
    return "".join(pieces), spans


def _tidied(text: str) -> str:
    return " ".join(part for part in text.split(" ") if part)


def _clusters(text: str) -> list[str]:
    return [cluster for cluster, _, _ in _placed_clusters(text)]


def _placed_clusters(text: str) -> list[tuple[str, int, int]]:
    """Cut the seen characters into base-and-marks clusters with their place in `text`."""
    clusters: list[tuple[str, int, int]] = []
    for index, character in enumerate(text):
        kind = _kind(character)
        if kind == "base" or (kind == "mark" and not clusters):
            clusters.append((character, index, index + 1))
        elif kind == "mark":
            base, start, _ = clusters[-1]
            clusters[-1] = (base + character, start, index + 1)
    return clusters


@lru_cache(maxsize=1 << 14)
def _kind(character: str) -> str:
    """Tell a character that begins a cluster from one that joins the last or is not seen."""
    category = unicodedata.category(character)
    if category in ("Mn", "Mc") or ord(character) in _HANGUL_PARTS:
        return "mark"
    if character in _BREAKS:
        return "base"
    return "unseen" if category in _UNSEEN_CATEGORIES or character in _UNSEEN else "base"


@lru_cache(maxsize=1 << 15)
def _plain(cluster: str) -> str:
    """Return the normal form of one cluster; a break or any other space is one blank."""
    if cluster in _BREAKS:
        return " "
    simplified = unicodedata.normalize("NFKC", cluster).translate(_simplified())
    lowered = unicodedata.normalize("NFKC", simplified.lower())
    return "".join(map(_seen, lowered))


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in _UNSEEN_CATEGORIES or character in _UNSEEN:
        return ""
    return character


_table: dict[int, str] = {}
_table_lock = threading.Lock()


def _simplified() -> dict[int, str]:
    """Return the table from traditional and variant characters to simplified ones."""
    if not _table:
        with _table_lock:
            if not _table:
                _table.update(_read_table())
    return _table


def _read_table() -> dict[int, str]:
    from opencc import OpenCC  # noqa: PLC0415 - its dictionaries load at import, 40 ms

    variants: dict[str, str] = yaml.safe_load(VARIANTS.read_text("utf-8"))["variants"]
    han = [chr(point) for first, last in _HAN for point in range(first, last + 1)]
    # One a line: the converter's phrases must not see neighbours.
    converted = OpenCC("t2s").convert("\n".join(han)).split("\n")
    table = {old: new for old, new in zip(han, converted, strict=True) if len(new) == 1}
    table.update(variants)

    def settled(character: str) -> str:
        for _ in range(_SETTLED_AFTER):
            character = table.get(character, character)
        return character

    return {ord(old): settled(new) for old, new in table.items() if settled(new) != old}
