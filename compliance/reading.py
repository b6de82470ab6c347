"""How wording rules read a text: plainly, with disguises undone, every character traceable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from language.normalise import normalise_aligned

# Symbols, emoji, combining marks and invisible characters say nothing and only split words.
_SILENT = frozenset({"So", "Sk", "Cf", "Cc", "Mn", "Me", "Co", "Cn"})
# Letters of other alphabets that look Latin.
_LOOKALIKES = dict(zip("аеорсухіѕԁһոɡᴀβ", "aeopcyxisdhngab", strict=True))
_SOFT = re.compile(r"[\s.·•‧∙・\-_*~|丨/\\+#^=`'‐-―()\[\]{}<>【】]")
_STOP = frozenset("。!?;\n")
_CLOSING = frozenset('”"」』)’')
# 「零，风，险」: single characters strung on the same mark are one disguised word.
_STRUNG = re.compile(r"(?<![一-鿿])[一-鿿](?:([,。、;])[一-鿿])(?:\1[一-鿿])+(?![一-鿿])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in plain form.

    `text` includes its final mark; `origins[i]` is the raw span of `text[i]`; `answered` tells
    whether the next sentence begins with a yes, which turns a question into a statement.
    """

    text: str
    origins: tuple[tuple[int, int], ...]
    answered: bool = False

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw offsets [start, end) of the plain characters [start, end)."""
        return self.origins[start][0], self.origins[end - 1][1]


_YES = re.compile(r"[,:\s]*(?:有(?!人)|当然|是的|对的|没错|肯定|必须|确实|嗯|可以)")
# 「有风险吗？没有的。」 is one statement: the answer belongs to its question, as what is to be done
# does in 「验证码收到了吗？念一下。」.
_GOES_ON = re.compile(
    r"(?:念|报|发|说)(?:一下|给我|过来)|(?:基本|几乎)?(?:上)?(?:可以)?(?:忽略|为零)|"
    r"(?:当然|肯定|绝对)?(?:不会|不可能|不存在|没有|没的|绝不|哪有|哪能)(?:的|,|。|!|任何风险|风险|亏|$)"
)
_Cells = list[tuple[str, tuple[int, int]]]
_CLAUSE = re.compile(r"[^,:。!;?\n]+[,:。!;?\n]*")
# What turns the rest of its clause round: denials, and words that report or warn of it.
_TURN = re.compile("[不没无非未勿别莫]|禁止|拒绝|难以|骗|所谓|警惕|谨防|反映|投诉|违规")


def clauses(text: str) -> list[tuple[int, int]]:
    """Return the offsets [start, end) of the clauses of a plain sentence, at least one."""
    found = [match.span() for match in _CLAUSE.finditer(text)]
    return found or [(0, len(text))]


def denied(text: str) -> Iterator[str]:
    """Yield what stands behind the first denial, report or warning of each clause."""
    for start, end in clauses(text):
        turn = _TURN.search(text, start, end)
        if turn:
            yield text[turn.end() : end].rstrip(",:。!;?\n")


class Reader:
    """Turns raw text into plain sentences."""

    def __init__(self, terms: Sequence[str], spellings: Mapping[str, Sequence[str]]) -> None:
        """Take the sensitive words and, for each character, the ways it may be disguised."""
        self._terms = {
            f"t{number}": (term, _disguised(term, spellings)) for number, term in enumerate(terms)
        }
        words = sorted(self._terms, key=lambda key: -len(self._terms[key][0]))
        single = "|".join(f"(?P<{key}>{self._terms[key][1]})" for key in words)
        self._one = re.compile(single)
        chain = "|".join(self._terms[key][1] for key in words)
        # A run of words, not part of a longer Latin word: "baobenbaoxi" yes, "labaoben" no.
        self._run = re.compile(f"(?<![a-z])(?:{chain})+(?![a-z])")
        # Look-alikes that are symbols to Unicode, such as the radical ⻛.
        self._kept = frozenset(form for forms in spellings.values() for form in forms)
        changed = {part for forms in spellings.values() for form in forms for part in _parts(form)}
        self._trigger = re.compile("|".join(sorted(map(re.escape, changed), key=len, reverse=True)))

    def sentences(self, text: str) -> tuple[Sentence, ...]:
        """Read the text; sentences in order, empty ones left out."""
        cells = self._respelled(_unstrung(_closed_up(_cells(text, self._kept))))
        found = [part for part in _split(cells) if any(char != "\n" for char, _ in part)]
        plain = ["".join(char for char, _ in part) for part in found]
        return tuple(
            Sentence(
                words,
                tuple(origin for _, origin in part),
                answered=bool(index + 1 < len(plain) and _YES.match(plain[index + 1])),
            )
            for index, (words, part) in enumerate(zip(plain, found, strict=True))
        )

    def _respelled(self, cells: _Cells) -> _Cells:
        text = "".join(char for char, _ in cells)
        if not self._trigger.search(text):
            return cells
        done: _Cells = []
        position = 0
        for run in self._run.finditer(text):
            for word in self._one.finditer(text, run.start(), run.end()):
                done += cells[position : word.start()]
                term, _ = self._terms[word.lastgroup or ""]
                origin = (cells[word.start()][1][0], cells[word.end() - 1][1][1])
                done += _spread(term, word, cells, origin)
                position = word.end()
        return done + cells[position:]


def _spread(
    term: str, word: re.Match[str], cells: _Cells, origin: tuple[int, int]
) -> Iterator[tuple[str, tuple[int, int]]]:
    if len(term) == word.end() - word.start():
        return zip(term, (cells[i][1] for i in range(word.start(), word.end())), strict=True)
    return ((char, origin) for char in term)


def _disguised(term: str, spellings: Mapping[str, Sequence[str]]) -> str:
    return "".join(_any_spelling(char, spellings.get(char, ())) for char in term)


def _parts(form: str) -> tuple[str, ...]:
    return (form, form[0]) if form.isascii() and form.isalpha() else (form,)


def _any_spelling(char: str, forms: Sequence[str]) -> str:
    spelled = "|".join(re.escape(form) for form in forms)
    # The character may also carry its own pinyin behind it, or the first letter: 「稳wen赚z」.
    latin = [form for form in forms if form.isascii() and form.isalpha()]
    letters = "|".join(part for form in latin for part in _parts(form))
    both = f"{char}(?:{letters})?" if letters else re.escape(char)
    return f"(?:{both}|{spelled})" if spelled else both


def _cells(text: str, keep: frozenset[str]) -> _Cells:
    cells: _Cells = []
    offset = 0
    for line in text.splitlines(keepends=True):
        plain, spans = normalise_aligned(line)
        cells += [
            (_LOOKALIKES.get(char, char), (offset + start, offset + end))
            for char, (start, end) in zip(plain, spans, strict=True)
            if char in keep or unicodedata.category(char) not in _SILENT
        ]
        offset += len(line)
        cells.append(("\n", (offset - 1, offset)))
    return cells


def _closed_up(cells: _Cells) -> _Cells:
    """Drop blanks and soft marks, except between digits (dates, decimals)."""
    kept: _Cells = []
    count = len(cells)
    for index, cell in enumerate(cells):
        if cell[0] != "\n" and _SOFT.match(cell[0]):
            after = index + 1
            while after < count and _SOFT.match(cells[after][0]):
                after += 1
            following = cells[after][0] if after < count else ""
            if not (kept and kept[-1][0].isdigit() and following.isdigit()):
                continue
        kept.append(cell)
    return kept


def _unstrung(cells: _Cells) -> _Cells:
    text = "".join(char for char, _ in cells)
    drop = {
        index
        for found in _STRUNG.finditer(text)
        for index in range(found.start(), found.end())
        if text[index] == found.group(1)
    }
    return [cell for index, cell in enumerate(cells) if index not in drop] if drop else cells


def _split(cells: _Cells) -> Iterator[_Cells]:
    part: _Cells = []
    for index, cell in enumerate(cells):
        part.append(cell)
        if cell[0] in _STOP and not _goes_on(cells, index):
            yield part
            part = []
    yield part


def _goes_on(cells: _Cells, index: int) -> bool:
    """Tell whether the sentence goes on behind the stop at `index`.

    A mark before a closing quotation mark ends the quotation, not the sentence about it.
    """
    following = "".join(char for char, _ in cells[index + 1 : index + 9])
    if following[:1] in _CLOSING:
        return True
    return cells[index][0] == "?" and _GOES_ON.match(following) is not None
