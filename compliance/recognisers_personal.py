"""The recognisers of names and addresses: masked to the surname, and to the district."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compliance.redaction_file import RedactionFile
from compliance.secret import Secret
from compliance.words import any_of

_HAN = "[一-鿿]"
_EDGE = r"(?=$|[\s,，。.;；:!！?？、()（）\[\]【】/\-0-9a-z\"'”“])"


class NameRecogniser:
    """Names behind 「我叫」「姓名」 and the like: a known surname and one or two characters."""

    def __init__(self, data: RedactionFile) -> None:
        """Take the words before and after a name, and the surnames."""
        surname = rf"(?:{any_of(data.compound_surnames)}|[{data.surnames}])"
        unless = rf"(?!{any_of(data.not_names)})"
        after = rf"(?:{_EDGE}|(?={any_of(data.name_after)}))"
        # 「我叫张三想……」: the second character of the given name is no verb.
        second = "(?![想要查办的是我没不被把])"
        name = rf"(?P<surname>{surname})(?P<given>{_HAN}{second}{_HAN}{after}|{_HAN}{after})"
        dotted = rf"|(?P<foreign>{_HAN}{{1,6}}[·•‧]{_HAN}{{1,8}})"
        self._strong = re.compile(
            rf"{any_of(data.name_before)}[\s:：是叫]{{0,3}}{unless}(?:{name}{dotted})"
        )
        sure = rf"(?P<surname>{surname})(?P<given>{_HAN}{{1,2}}{_EDGE})"
        doubtful = f"(?![{data.doubtful_surnames}])"
        self._weak = re.compile(rf"{any_of(data.name_weak_before)}[\s:：]?{unless}{doubtful}{sure}")

    def find(self, plain: str, raw: str) -> Iterator[Secret]:
        """See `Recogniser.find`."""
        for pattern in (self._strong, self._weak):
            for found in pattern.finditer(plain):
                kept = "surname"
                if found.group("surname") is None:
                    start, end = found.span("foreign")
                    yield Secret("name", start, end, raw[start] + "*" * 2)
                    continue
                start, end = found.start(kept), found.end("given")
                stars = "*" * (end - found.end(kept))
                yield Secret("name", start, end, raw[start : found.end(kept)] + stars)


class AddressRecogniser:
    """Addresses, kept to the district: in personal context, or when they name a room."""

    def __init__(self, before: Sequence[str]) -> None:
        """Take the words that lead a personal address."""
        part = r"[一-鿿0-9a-z]"
        district = "(?:(?<![小社园])区|县|旗)"
        area = (
            rf"(?:{_HAN}{{2,8}}(?:省|自治区))?(?:{_HAN}{{2,8}}?(?:市|自治州|盟))?"
            rf"(?:{_HAN}{{1,8}}?(?:{district}|市))?"
        )
        way = (
            "(?:路|街|巷|道|弄|胡同|村|镇|乡|屯|社区|小区|花园|家园|公寓|大厦|广场|苑|里|庄园|新村|"
            "山庄|城|湾|府)"
        )
        number = "[0-9一二三四五六七八九十百a-z]"
        room = "(?:号楼|栋|幢|单元|室|座|号院|门牌|楼层|层|楼|房|组|号|户)"
        rest = rf"(?:{part}|[\-#])*"
        detail = rf"{part}{{1,14}}?{way}(?:{part}|[\-#]){{0,24}}?{number}{room}{rest}"
        # A branch's address is public.
        public = r"(?<!网点)(?<!营业厅)(?<!支行)(?<!分行)(?<!银行)(?<!办公)(?<!我行)(?<!本行)"
        led = rf"{public}{any_of(before)}[\s:：是为在]{{0,3}}"
        self._led = re.compile(rf"{led}(?P<area>{area})(?P<detail>{detail})")
        inner = "(?:号楼|栋|幢|单元|室)"
        self._room = re.compile(
            rf"(?P<area>(?:{_HAN}{{2,8}}?市)?{_HAN}{{1,8}}?{district}|{_HAN}{{2,8}}?市)"
            rf"(?P<detail>{part}{{1,20}}?{way}{part}{{0,16}}?[0-9]{inner}{rest})"
        )

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for pattern in (self._led, self._room):
            for found in pattern.finditer(plain):
                yield Secret("address", found.start("detail"), found.end("detail"), "****")
