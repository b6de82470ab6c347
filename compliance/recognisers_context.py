"""What stands around a number: the words that say what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compliance.redaction_file import RedactionFile
from compliance.secret import GAP
from compliance.words import any_of

_REACH = 30
# Between a name and its number stand colons, 「是」, 「号码为」, brackets.
_LINK = r"[\s:#=是为号码的它有个叫()（）\[\]【】「」“”\"'<>→,\-]{0,6}"


class Behind:
    """Tells whether one of some words stands right before a place."""

    def __init__(self, words: Sequence[str], link: str = _LINK) -> None:
        """Take the words, and what may stand between them and the place."""
        self._pattern = re.compile(rf"{any_of(words)}{link}$")

    def at(self, plain: str, start: int) -> bool:
        """Tell whether one of the words leads what begins at `start`."""
        return self._pattern.search(plain, max(0, start - _REACH), start) is not None


class Clause:
    """Tells whether one of some words stands before a place in the same clause."""

    def __init__(self, words: Sequence[str], reach: int = 10) -> None:
        """Take the words and how many characters they may be away."""
        self._pattern = re.compile(rf"{any_of(words)}[^0-9,。!?;\n]{{0,{reach}}}$")

    def at(self, plain: str, start: int) -> bool:
        """Tell whether one of the words stands shortly before `start`."""
        return self._pattern.search(plain, max(0, start - _REACH), start) is not None


class Explained:
    """Tells numbers that are nobody's secret: orders, codes, amounts, times."""

    def __init__(self, data: RedactionFile) -> None:
        """Take the words for them."""
        self._before = Behind(data.reference, r"[\s:#=是为号码的我这()（）\[\]【】a-z\-,]{0,8}")
        named = [word for word in data.reference if word[-1] in "号单码"]
        self._after = re.compile(
            rf"[\s)\]）】”\"']{{0,2}}(?:这个|就?是|为)?(?:我的?)?{any_of(named)}"
        )
        # 「护照编号」 and "acct no." name the very thing.
        others = [word for word in data.reference if word not in {"编号", "编码", "no."}]
        self._between = re.compile(any_of(others))
        self._unit = re.compile(rf"\s?{any_of(data.units)}")
        self._public = Clause(data.public, 12)

    def reference(self, plain: str, start: int, end: int) -> bool:
        """Tell whether the number is said to be an order's, an article's, a product's."""
        return self._before.at(plain, start) or self._after.match(plain, end) is not None

    def renamed(self, gap: str) -> bool:
        """Tell whether what stands between a word and its number makes it another's number."""
        return self._between.search(gap) is not None

    def counted(self, plain: str, end: int) -> bool:
        """Tell whether a unit follows: an amount or a count."""
        return self._unit.match(plain, end) is not None

    def public(self, plain: str, start: int) -> bool:
        """Tell whether the number or address is a bank's or an authority's own."""
        return self._public.at(plain, start)


def run_of(element: str, least: int, most: int) -> str:
    """Return a pattern of `least` to `most` elements with gaps between them."""
    return rf"{element}(?:{GAP}{element}){{{least - 1},{most - 1}}}"
