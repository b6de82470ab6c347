"""Addresses, kept to the district."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance.recognisers_context import Explained
from compliance.redaction_file import RedactionFile
from compliance.secret import Secret
from compliance.words import any_of

_HAN = "[一-鿿]"
_PART = r"[一-鿿0-9a-z]"
_DISTRICT = "(?:(?<![小社园])区|县|旗)"
_WAY = (
    "(?:路|街|巷|道|弄|里弄|胡同|村|镇|乡|屯|庄|寨|社区|小区|花园|家园|公寓|大厦|广场|苑|里|庄园|新村|"
    "山庄|城|湾|府|园|居|轩|阁|庭|台|坊|厂|学校|大学|宿舍|写字楼|中心|工业区|开发区)"
)
_NUMBER = "[0-9一二三四五六七八九十百a-z]"
_ROOM = "(?:号楼|号院|栋|幢|单元|室|座|门牌|楼层|层|楼|房|组|队|社|号|户|弄|门)"
# 「花园村 5 号 楼 3 0 2」
_BLANK = re.compile(r"(?<=[0-9号楼栋幢座单元室弄路街巷村附])\s(?=[0-9号楼栋幢座单元室弄路街巷附])")
_REST = rf"(?:{_PART}|[\-#—/])*"


class AddressRecogniser:
    """An address in personal context, or one that names a room, block or village group."""

    _down_to_a_room = re.compile(r"单元|门|层|楼[0-9]|室|号$|户|-|[0-9]{3}$")

    def __init__(self, data: RedactionFile, explained: Explained) -> None:
        """Take the words around a personal address, and those of public ones."""
        area = (
            rf"(?:{_HAN}{{2,8}}(?:省|自治区))?(?:{_HAN}{{2,8}}?(?:市|自治州|盟))?"
            rf"(?:{_HAN}{{1,8}}?(?:{_DISTRICT}|市))?"
        )
        dashed = r"[0-9]{1,4}(?:[\-#—][0-9a-z]{1,4}){1,3}"
        detail = (
            rf"{_PART}{{1,14}}?{_WAY}(?:{_PART}|[\-#—\s]){{0,24}}?"
            rf"(?:{_NUMBER}{_ROOM}|{dashed}){_REST}"
            rf"|{_PART}{{0,10}}?[0-9]+(?:号楼|栋|幢|座|号院){_REST}"
            rf"|{_PART}{{1,14}}?{_WAY}[0-9]{{1,5}}(?:\s?[a-z]?[0-9]{{3,4}})?(?![0-9年月])"
        )
        link = r"[\s:：是为在到了,]{0,3}"
        self._led = re.compile(
            rf"{any_of(data.address_before)}{link}(?P<area>{area})(?P<detail>{detail})"
        )
        inner = "(?:号楼|栋|幢|单元|室|弄|号院|房(?!间|贷|产|租|子|型|款|源|价|东|主))"
        self._room = re.compile(
            rf"(?P<area>(?:{_HAN}{{2,8}}?市)?{_HAN}{{1,8}}?{_DISTRICT}|{_HAN}{{2,8}}?市|(?<!{_HAN}))"
            rf"(?P<detail>{_PART}{{1,20}}?{_WAY}{_PART}{{0,16}}?[0-9]+{inner}{_REST})"
        )
        # 「8栋2单元301」, wherever it stands.
        self._block = re.compile(
            rf"(?P<detail>(?:{_HAN}{{2,8}}{_WAY})?[0-9一二三四五六七八九十]+(?:号楼|栋|幢|座)"
            rf"[0-9a-z一二三四五六七八九十]*(?:单元|门|层|楼|[\-])?[0-9]{{0,4}}[室号户]?)"
        )
        # 「……县……镇……村三组12号」
        self._village = re.compile(
            rf"(?P<detail>{_HAN}{{2,6}}?(?:镇|乡|街道){_HAN}{{1,8}}?(?:村|屯|庄|社区)"
            rf"(?:{_PART}{{0,8}}?{_NUMBER}(?:组|队|社|号|户)|{_HAN}{{1,3}}[组队]){_REST})"
        )
        self._latin = re.compile(
            r"(?P<detail>(?:(?:room|rm|flat|unit|apt)\.?\s?[0-9a-z]+,?\s)?(?:no\.\s?)?"
            r"[0-9]{1,5}[,\s]\s?[a-z' ]{2,40}"
            r"\b(?:road|rd|street|st|avenue|ave|lane|lu|jie|dajie)\b\.?)"
        )
        # 「桐梓林北路6号附12号」, with or without its town.
        self._road = re.compile(
            rf"(?P<area>{_HAN}{{2,8}}?市{_HAN}{{1,8}}?{_DISTRICT}|{_HAN}{{2,8}}?市|{_HAN}{{1,4}}?{_DISTRICT}|)"
            rf"(?P<detail>{_HAN}{{1,12}}?(?:路|街|巷|道|弄|胡同|村|里){_NUMBER}{{1,5}}(?:号|弄){_REST})"
        )
        self._topic = re.compile(any_of(data.address_topic))
        self._office = re.compile(any_of(data.address_office))
        self._at_office = re.compile(rf"[0-9][号弄]的?{any_of(data.address_office)}")
        self._explained = explained

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        taken: list[tuple[int, int]] = []
        close, places = _closed_up(plain)
        for pattern in (self._led, self._room, self._village, self._block, self._road, self._latin):
            # English needs its blanks.
            text = plain if pattern is self._latin else close
            for found in pattern.finditer(text):
                start, end = found.span("detail")
                if pattern is not self._latin:
                    start, end = places[start], places[end - 1] + 1
                if any(start < last and first < end for first, last in taken):
                    continue
                if self._is_personal(text, found, pattern):
                    taken.append((start, end))
                    yield Secret("address", start, end, "****")

    def _is_personal(self, text: str, found: re.Match[str], pattern: re.Pattern[str]) -> bool:
        start, end = found.span("detail")
        if self._explained.public(text, found.start()) or self._explained.public(text, start):
            return False
        if pattern is self._block:
            return self._down_to_a_room.search(found.group("detail")) is not None
        if pattern is self._led and self._at_office.search(text, start, end + 8):
            return False
        if pattern is self._road:
            return self._topic.search(text) is not None and not self._office.search(
                text, max(0, found.start() - 12), end + 12
            )
        return True


def _closed_up(plain: str) -> tuple[str, list[int]]:
    """Return the text without the blanks inside a house number, and where its characters stood."""
    blanks = {found.start() for found in _BLANK.finditer(plain)}
    places = [place for place in range(len(plain)) if place not in blanks]
    return "".join(plain[place] for place in places), places
