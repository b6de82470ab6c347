"""Identity numbers, passports and other travel documents: first and last character are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from compliance.recognisers_context import Behind, Explained
from compliance.secret import DIGIT, GAP, Secret, digits_of
from compliance.words import any_of

_LENGTH = 18
_LAST = "(?:叉|艾克斯|x|×)"


class IdentityRecogniser:
    """National identity numbers (GB 11643-1999), of 18 characters or of 15 digits.

    One counts when it checks out, when a region and a day of birth stand in it, or in context.
    """

    _run = re.compile(
        rf"(?<!{DIGIT})(?<![a-z\u20e3])(?!0){DIGIT}(?:{GAP}{DIGIT}){{16}}"
        rf"{GAP}(?:{DIGIT}|{_LAST})(?![0-9a-z])"
        rf"|(?<!{DIGIT})(?<!{DIGIT}[ \-.·])(?<![a-z\u20e3])"
        rf"(?!0){DIGIT}(?:{GAP}{DIGIT}){{14}}(?!{GAP}{DIGIT}|[a-z])"
    )
    _day = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    _region = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
    _shape = re.compile(
        rf"{_region}[0-9]{{4}}(?:(?:19|20)[0-9]{{2}}{_day}[0-9]{{3}}[0-9x]"
        rf"|[0-9]{{2}}{_day}[0-9]{{3}})"
    )

    def __init__(self, identity: Sequence[str], explained: Explained) -> None:
        """Take the words for an identity number, and those for numbers that are none."""
        self._identity = Behind(identity, r"[^0-9,。!?;\n]{0,8}")
        self._explained = explained

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for run in self._run.finditer(plain):
            last = "" if re.match(DIGIT, run.group()[-1]) else "x"
            digits = digits_of(run.group()) + last
            if self._is_identity(plain, run, digits):
                stars = "*" * (len(digits) - 2)
                mask = f"{digits[0]}{stars}{digits[-1].upper()}"
                yield Secret("id", run.start(), run.end(), mask)

    def _is_identity(self, plain: str, run: re.Match[str], digits: str) -> bool:
        if self._identity.at(plain, run.start()):
            return True
        if not self._shape.fullmatch(digits):
            return False
        if len(digits) < _LENGTH and luhn.is_valid(digits):
            return False  # a card's number
        whole = len(digits) == _LENGTH and mod_11_2.is_valid(digits.upper())
        return whole or not self._explained.reference(plain, run.start(), run.end())


class PassportRecogniser:
    """Passports, permits and service documents, behind their name or known by their shape."""

    def __init__(self, passport: Sequence[str], explained: Explained) -> None:
        """Take the names of the documents, and the words for numbers that are none."""
        value = rf"(?:[a-z]{{1,3}}{GAP})?[0-9](?:{GAP}[0-9]){{5,11}}(?:\s?\([0-9a]\))?"
        self._named = re.compile(
            rf"(?P<word>{any_of(passport)})[^0-9a-z。!?;\n]{{0,10}}"
            rf"(?:(?:no\.?|number|is|shi|hao|num)[\s:.]{{0,3}})*"
            rf"(?<![0-9])(?P<value>{value}|{DIGIT}(?:{GAP}{DIGIT}){{6,11}})(?![0-9])"
        )
        # Passports of the People's Republic: E or G and eight more; Hong Kong's identity card.
        self._shaped = re.compile(
            r"(?<![0-9a-z\-])(?P<value>[eg][0-9]{8}|e[a-hj-np-z][0-9]{7}"
            r"|[a-z]{1,2}[0-9]{6}\([0-9a]\))(?![0-9a-z\-])"
        )
        self._explained = explained

    def find(self, plain: str, raw: str) -> Iterator[Secret]:
        """See `Recogniser.find`."""
        for pattern in (self._named, self._shaped):
            for found in pattern.finditer(plain):
                start, end = found.span("value")
                if not self._is_other(plain, found, named=pattern is self._named):
                    mask = f"{raw[start]}{'*' * (end - start - 2)}{raw[end - 1]}"
                    yield Secret("passport", start, end, mask)

    def _is_other(self, plain: str, found: re.Match[str], *, named: bool) -> bool:
        start, end = found.span("value")
        if self._explained.counted(plain, end):
            return True
        if named:
            return self._explained.renamed(plain[found.end("word") : start])
        return self._explained.reference(plain, start, end)
