"""A card's expiry, which is removed altogether."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance.redaction_file import RedactionFile
from compliance.secret import REMOVED, SPOKEN, Secret
from compliance.words import any_of


class ExpiryRecogniser:
    """A card's expiry: month and year behind its name, unless another thing's expiry is meant."""

    _month, _year = r"(?:0[1-9]|1[0-2])", r"(?:20)?[2-4][0-9]"
    _short = (
        rf"{_month}\s?[/\-.|—]?\s?{_year}(?!\s?[/\-.]\s?[0-9])"
        rf"|{_year}\s?[/\-.]\s?(?:0?[1-9]|1[0-2])(?!\s?[/\-.日]\s?[0-9])"
        rf"|(?:0?[1-9]|1[0-2])\s?/\s?{_year}(?!\s?[/\-.]\s?[0-9])"
    )
    _chinese_month = "(?:十[一二]?|[一二三四五六七八九]|0?[1-9]|1[0-2])"
    _chinese_year = rf"(?:{_year}|(?:二零|二〇)?[二三四]{SPOKEN})"
    _words = (
        rf"{_chinese_year}\s?年\s?{_chinese_month}\s?月?(?!\s?[0-9])(?:底|份)?"
        rf"|{_chinese_month}\s?月\s?{_chinese_year}\s?年?"
        rf"|[零〇一]{SPOKEN}(?:[斜杠/]{{0,2}})[二三四]{SPOKEN}"
    )

    def __init__(self, data: RedactionFile) -> None:
        """Take what an expiry date is called, and whose expiry is no secret."""
        name = any_of(data.expiry)
        self._found = re.compile(
            rf"{name}[^0-9。!?;\n]{{0,10}}?(?P<value>{self._short}|{self._words})(?![0-9日号天个])"
        )
        self._before = re.compile(
            rf"(?<![0-9/.\-])(?P<value>{self._month}\s?/\s?{self._year})(?![0-9/.\-])[\s,]{{0,2}}"
            rf"(?:就?是|为)?(?:我的?|卡的?|这张卡的?)*{name}"
        )
        # 「到期08/27」, when nothing else is said.
        self._due = re.compile(
            rf"(?:^|(?<=[\s,。;、]))(?:到期|有效|过期)[\s:是]{{0,2}}(?P<value>{self._month}\s?/\s?{self._year})"
            r"(?![0-9/.\-日号])"
        )
        # 「这张卡 12/27 到期」
        self._ends = re.compile(
            rf"卡[^0-9,。!?;\n]{{0,6}}(?P<value>{self._month}\s?/\s?{self._year})\s?(?:到期|过期|失效|截止)"
        )
        # 「12/27 CVV 123」: month and year beside another of the card's secrets.
        cvn = any_of(data.cvn)
        self._beside = re.compile(
            rf"(?<![0-9/.\-])(?P<value>{self._month}\s?/\s?{self._year})(?![0-9/.\-])"
            rf"(?:[\s,、/;和]|的){{0,3}}(?:{cvn}|[0-9]{{3}}(?![0-9]).{{0,3}}{cvn})"
            rf"|{cvn}[\s:是为]{{0,3}}[0-9]{{3,4}}[\s,、/;和]{{1,3}}"
            rf"(?P<later>{self._month}\s?/\s?{self._year})(?![0-9/.\-])"
        )
        self._other = re.compile(any_of(data.expires_too))

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for pattern in (self._found, self._before, self._ends, self._due, self._beside):
            for found in pattern.finditer(plain):
                start, end = found.span(found.lastgroup or "value")
                if not self._other.search(_clause(plain, found.start(), end)):
                    yield Secret("expiry", start, end, REMOVED)


def _clause(plain: str, start: int, end: int) -> str:
    """Return the clause around [start, end)."""
    first = max(plain.rfind(mark, 0, start) for mark in ",。!?;\n") + 1
    ends = [place for mark in ",。!?;\n" if (place := plain.find(mark, end)) >= 0]
    return plain[first : min(ends, default=len(plain))]
