"""Bank cards, masked to the first six and the last four digits, and what is said with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stdnum import luhn

from compliance.recognisers_context import Behind, Explained
from compliance.secret import DIGIT, GAP, REMOVED, Secret, digits_of

_TOKENS = re.compile(f"{DIGIT}+")
_LENGTHS = range(13, 20)
_MOMENT_LENGTH = 14


class CardRecogniser:
    """13–19 digits with a correct check digit (ISO/IEC 7812-1), or any such run behind 「卡号」."""

    _run = re.compile(rf"(?<![0-9])(?<![a-z][\-])(?<![a-z]){DIGIT}(?:{GAP}{DIGIT}){{12,}}(?![0-9])")
    # Commas only between groups of four: amounts have groups of three.
    _commas = re.compile(
        r"(?<![0-9])[0-9]{4}(?:\s?[,、;]\s?[0-9]{4}){3}(?:\s?[,、;]?\s?[0-9]{1,3})?(?![0-9])"
    )
    _moment = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-2][0-9][0-5]")
    _issuer = re.compile(r"62|4|5[1-5]|3[4-7]|2[2-7]|9|60|81")
    # 「卡号 12/27 123」: date and CVN as they are copied off a card.
    _printed = re.compile(
        r"[\s,/|;、]{1,3}((?:0[1-9]|1[0-2])\s?[/\-.]?\s?(?:20)?[2-4][0-9])(?![0-9])"
        r"(?:[\s,/|;、]{1,3}([0-9]{3,4})(?![0-9]))?"
    )

    def __init__(self, card: Sequence[str], explained: Explained) -> None:
        """Take the words for a card, and those for numbers that are none."""
        self._card = Behind(card, r"[^0-9,。!?;\n]{0,8}")
        self._explained = explained

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for pattern in (self._run, self._commas):
            for run in pattern.finditer(plain):
                for start, end in self._cards(plain, run.start(), run.end()):
                    digits = digits_of(plain[start:end])
                    yield Secret("card", start, end, f"{digits[:6]}****{digits[-4:]}")
                    yield from self._beside(plain, end)

    def _beside(self, plain: str, end: int) -> Iterator[Secret]:
        printed = self._printed.match(plain, end)
        if printed is None:
            return
        yield Secret("expiry", *printed.span(1), REMOVED)
        if printed.group(2):
            yield Secret("cvn", *printed.span(2), REMOVED)

    def _cards(self, plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        tokens = [found.span() for found in _TOKENS.finditer(plain, start, end)]
        first = 0
        while first < len(tokens):
            last = self._longest(plain, tokens, first)
            if last is None:
                first += 1
            else:
                yield tokens[first][0], tokens[last][1]
                first = last + 1

    def _longest(self, plain: str, tokens: list[tuple[int, int]], first: int) -> int | None:
        # A token holds a digit at least, so what can be one number is never many tokens away.
        for last in range(min(len(tokens), first + _LENGTHS.stop) - 1, first - 1, -1):
            start, end = tokens[first][0], tokens[last][1]
            digits = digits_of(plain[start:end])
            if len(digits) in _LENGTHS and self._is_card(plain, start, end, digits):
                return last
        return None

    def _is_card(self, plain: str, start: int, end: int, digits: str) -> bool:
        if not luhn.is_valid(digits):
            return self._card.at(plain, start)
        if self._explained.reference(plain, start, end):
            return self._issuer.match(digits) is not None and self._card.at(plain, start)
        return not (len(digits) == _MOMENT_LENGTH and self._moment.match(digits))
