"""Phones, masked to the first three and the last four digits, and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compliance.recognisers_context import Behind, Explained
from compliance.secret import DIGIT, GAP, Secret, digits_of
from compliance.words import any_of

_HOTLINE = re.compile(r"(?:400|800|95|96|10[01]|11[0-9]$|12[0-9]{3}$)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}$")
_ONE, _ZERO = "[1一幺么壹]", "[0零〇○洞]"
_SECOND = "[3-9三四五六七八九叁肆伍陆柒捌玖拐勾]"
_COUNTRY = rf"(?:\(?(?:\+|00)?\s?86\)?{GAP})?"


class PhoneRecogniser:
    """Mobile phones and landlines of the mainland; foreign ones by their +; any behind 「电话」."""

    def __init__(self, phone: Sequence[str], explained: Explained) -> None:
        """Take the words for a phone, and those for numbers that are none."""
        # A letter right before the number belongs to an order number, unless it says "tel".
        edge = (
            "(?:(?<![0-9a-z])|"
            + "|".join(f"(?<={re.escape(word)})" for word in phone if word.isascii())
            + ")"
        )
        commas = rf"{_ONE}[3-9三四五六七八九]{DIGIT}(?:\s?[,、;]\s?{DIGIT}{{4}}){{2}}"
        mobile = rf"{_COUNTRY}(?P<mobile>{_ONE}{GAP}{_SECOND}(?:{GAP}{DIGIT}){{9}}|{commas})"
        area = (
            rf"(?:{_ZERO}{GAP}{_ONE}{GAP}{_ZERO}|{_ZERO}{GAP}[2二两]{GAP}{DIGIT}"
            rf"|{_ZERO}{GAP}{_SECOND}{GAP}{DIGIT}{GAP}{DIGIT})"
        )
        local = rf"(?:[2-8二两三四五六七八](?:{GAP}{DIGIT}){{6,7}})"
        landline = (
            rf"{_COUNTRY}(?P<landline>\(?{area}\)?{GAP}{local})"
            # Dialled from abroad, the area has no zero.
            rf"|(?:\+|00)\s?86{GAP}(?:\(0\))?{GAP}(?P<abroad>\(?(?:10|2[0-9]|[3-9][0-9]{{2}})\)?{GAP}{local})"
        )
        foreign = (
            r"(?P<foreign>(?:\+|(?<![0-9])00)\s?(?!86)[1-9][0-9]{0,2}[\s\-]?"
            r"\(?[0-9](?:[\s\-()]{0,2}[0-9]){5,11})"
        )
        self._shaped = re.compile(rf"{edge}(?:{mobile}|{landline}|{foreign})(?![0-9])")
        self._named = re.compile(
            rf"{any_of(phone)}[^0-9a-z,。!?;\n]{{0,6}}(?:is|shi|no|number|hao|[\s:.,])*"
            rf"(?P<named>{DIGIT}(?:[\s\-]?{DIGIT}){{6,12}})(?![0-9])"
        )
        self._phone = Behind(phone)
        self._explained = explained

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for pattern in (self._shaped, self._named):
            for found in pattern.finditer(plain):
                kind = found.lastgroup or "named"
                start, end = found.span(kind)
                digits = digits_of(found.group(kind))
                if not self._is_other(plain, start, end, digits):
                    yield Secret("phone", start, end, f"{digits[:3]}****{digits[-4:]}")

    def _is_other(self, plain: str, start: int, end: int, digits: str) -> bool:
        return (
            _HOTLINE.match(digits) is not None
            or self._explained.counted(plain, end)
            or (not _MOBILE.match(digits) and self._explained.public(plain, start))
            or (self._explained.reference(plain, start, end) and not self._phone.at(plain, start))
        )


class EmailRecogniser:
    """E-mail addresses, also with the signs spelled out."""

    _name = r"[a-z0-9][a-z0-9._%+\-]{0,63}"
    _address = re.compile(rf"{_name}\s?@\s?((?:[a-z0-9\-]+\s?\.\s?)+[a-z]{{2,}})")
    _spelled = re.compile(
        rf"{_name}\s?(?:@|艾特|小老鼠|圈a|\(at\)|\[at\]|#at#|\sat\s|#)\s?"
        r"([a-z0-9\-]+\s?(?:\.|点|。|\sdot\s|\(dot\)|\[dot\])\s?(?:com|cn|net|org|edu|gov|hk)\b)"
    )

    def find(self, plain: str, raw: str) -> Iterator[Secret]:
        """See `Recogniser.find`."""
        for pattern in (self._address, self._spelled):
            for found in pattern.finditer(plain):
                mask = f"{raw[found.start()]}***@{found.group(1)}"
                yield Secret("email", found.start(), found.end(), mask)
