"""Account numbers, masked to the last four digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compliance.recognisers_context import Explained
from compliance.secret import DIGIT, GAP, Secret, digits_of
from compliance.words import any_of

# A firm's service number, which anybody may call.
_SERVICE = re.compile(r"[48]00[0-9]{7}")


class AccountRecogniser:
    """Numbers of 8 digits and more behind a word for an account or a card.

    A number of 13 digits and more that nothing explains is taken for one as well, unless it begins
    like a day: so do order numbers.
    """

    _long = re.compile(
        r"(?<![0-9a-z.,*+])(?<![0-9a-z]-)[0-9](?:[ \-]?[0-9]){12,29}(?![0-9a-z.*]|,[0-9]|-[0-9a-z])"
    )
    # A day, or a mobile phone with its country code.
    _other = re.compile(
        r"861[3-9][0-9]{9}$|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    )

    def __init__(self, account: Sequence[str], card: Sequence[str], explained: Explained) -> None:
        """Take the words for an account and for a card, and for numbers that are none."""
        words = any_of([*account, *card])
        self._named = re.compile(
            rf"(?P<word>{words})[^0-9,。!?;\na-z*]{{0,8}}(?:(?:no\.?|number|is|shi|hao|[\s:.,])[\s:.]{{0,2}})*"
            rf"(?P<value>(?:[a-z]{{0,4}})?{DIGIT}(?:{GAP}{DIGIT}){{7,30}})(?![0-9年])"
        )
        # 「交易账号0571D00123456」: letters among the digits.
        self._mixed = re.compile(
            r"[账帐][号户][\s:是为#]{0,3}(?P<value>(?=[0-9a-z]*[a-z])(?=(?:[a-z]*[0-9]){6})[0-9a-z]{8,30})"
            r"(?![0-9a-z@])"
        )
        self._explained = explained

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for found in self._named.finditer(plain):
            start, end = found.span("value")
            gap = plain[found.end("word") : start]
            if _SERVICE.fullmatch(digits_of(found.group("value"))):
                continue
            if not self._explained.counted(plain, end) and not self._explained.renamed(gap):
                yield _account(start, end, found.group("value"))
        for found in self._mixed.finditer(plain):
            yield _account(*found.span("value"), found.group("value"))
        for found in self._long.finditer(plain):
            start, end = found.span()
            if not self._other.match(found.group()) and not self._is_other(plain, start, end):
                yield _account(start, end, found.group())

    def _is_other(self, plain: str, start: int, end: int) -> bool:
        return self._explained.counted(plain, end) or self._explained.reference(plain, start, end)


def _account(start: int, end: int, value: str) -> Secret:
    return Secret("account", start, end, f"****{digits_of(value)[-4:]}")
