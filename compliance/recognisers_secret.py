"""The recognisers of C3 data, which is removed altogether: passwords, codes, CVN, expiry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compliance.recognisers_context import Behind, Explained
from compliance.redaction_file import RedactionFile
from compliance.secret import REMOVED, SPOKEN, Secret
from compliance.words import any_of

# A run of digits with single blanks or marks, a token, or digits in Chinese.
_SPACED = (
    r"(?:[0-9](?:[ \-.,、][0-9]){2,7}|[0-9]{3}[ \-][0-9]{3}|[0-9]{2}(?:[ \-][0-9]{2}){2})"
    r"(?![0-9a-z])"
)
_CHINESE = rf"{SPOKEN}(?:[ \-,、]?{SPOKEN}){{2,7}}(?!{SPOKEN}|[十百千万个位次天年月分])"
_BREAK = re.compile(r"[。!?\n]\s*")
_UNLINKED, _LINKED = 9, 20
_HOTLINE = re.compile(r"(?:95[0-9]{3}|123(?:45|78|63|86|15)|1(?:0086|0010|0000|10|14|20)|96110)$")
_PHONE = re.compile(r"1[3-9][0-9]{9}$")
_WORDS = frozenset({"app", "atm", "pin", "sms", "otp", "cvv", "login", "error", "u", "k"})


class SecretRecogniser:
    """A secret behind its name (「密码是……」) or before it (「……是验证码」).

    What stands behind the name is a secret unless something explains it: a unit, an order, a card's
    tail, an amount, an error. The further away it stands, the more it must be said to be one.
    """

    def __init__(
        self, kind: str, names: Sequence[str], data: RedactionFile, token: str, explained: Explained
    ) -> None:
        """Take what the secret is called and the shape of one, a regular expression."""
        self._kind = kind
        self._name = re.compile(any_of(names))
        self._any_name = re.compile(any_of([*data.password, *data.code, *data.cvn, *data.expiry]))
        self._value = re.compile(rf"(?:{_SPACED}|{token}|{_CHINESE})(?![0-9a-z])")
        self._link = re.compile(any_of(data.links))
        self._said = re.compile(rf"(?:{any_of(data.said)}|[:=→>])[\s\"'“”‘’「」:(（【\[]{{0,3}}$")
        self._further = re.compile(
            rf"[\s,、,/;或和与跟及\"'”’」)]*(?:{any_of(data.further)}[\s,:]*)*$"
        )
        self._other = Behind(data.other, r"[\s:#是为的了到过只有a-z]{0,4}")
        self._explained = explained
        before = r"(?<![0-9a-z.,*])(?<![0-9][ \-])"
        shape = r"[0-9](?:[ \-][0-9]){3,7}|[0-9]{3}[ \-][0-9]{3}|[0-9a-z]{4,12}"
        if kind == "password":
            shape += r"|(?![0-9]+(?![0-9a-z!@#$%^&._\-+~]))[0-9a-z!@#$%^&._\-+~]{4,24}"
        if kind == "cvn":
            shape = r"[0-9]{3,4}"
        self._before = re.compile(
            rf"{before}(?P<value>{shape})(?![0-9a-z])[\s\"'”’」)\]）】]{{0,2}}"
            rf"(?:就?是|为|这个|这是|[(（【\[]|,?\s?对吗,?\s?|,\s?(?:这|就)是?)?"
            rf"(?:我的?|您的?|你的?|他的?|本次|短信|这个|收到的|刚才的?|刚收到的?|刚发来?的|新的?|卡的?)*"
            rf"(?:银行卡|信用卡|登录|取款|支付|交易)?{any_of(names)}"
        )

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for name in self._name.finditer(plain):
            yield from self._behind(plain, name.end())
        for found in self._before.finditer(plain):
            start, end = found.span("value")
            if _numbered(found.group("value")) and not self._is_other(plain, start, end, 0):
                yield Secret(self._kind, start, end, REMOVED)

    def _behind(self, plain: str, start: int) -> Iterator[Secret]:
        limit = min(len(plain), start + _LINKED + 1)
        place, first = start, True
        while place < limit:
            found = self._value.search(plain, place, min(len(plain), place + 48))
            if found is None or found.start() >= limit:
                return
            gap = plain[start : found.start()]
            if self._any_name.search(gap):
                return
            inside = found.start() > place and plain[found.start() - 1 : found.start()].isalnum()
            inside = inside and plain[found.start() - 1].isascii()
            fits = self._fits(gap, found) if first else self._follows(gap, found)
            end = found.start() + len(found.group().rstrip(".-_"))
            if inside or not fits or self._is_other(plain, found.start(), end, len(gap)):
                if not first:
                    return
                place = found.end()
                continue
            yield Secret(self._kind, found.start(), end, REMOVED)
            first = False
            start = place = found.end()
            limit = min(len(plain), start + _UNLINKED + 3)

    def _fits(self, gap: str, found: re.Match[str]) -> bool:
        """Tell whether what stands between name and value makes it the name's value."""
        value = found.group()
        said = self._said.search(gap) is not None
        if not _numbered(value):
            return said and value.isascii() and value not in _WORDS and not _BREAK.search(gap)
        breaks = len(_BREAK.findall(gap))
        if breaks > 1 or (breaks and not _numbered(value)):
            return False
        if len(gap) <= _UNLINKED:
            return True
        return said or self._link.search(gap) is not None

    def _follows(self, gap: str, found: re.Match[str]) -> bool:
        return bool(gap) and _numbered(found.group()) and self._further.fullmatch(gap) is not None

    def _is_other(self, plain: str, start: int, end: int, distance: int) -> bool:
        value = plain[start:end]
        if self._explained.counted(plain, end) or _PHONE.match(value):
            return True
        if distance > 2 and _HOTLINE.match(value):  # noqa: PLR2004 - more than 「是」 or a colon
            return True
        return self._other.at(plain, start) or (
            distance > 1 and self._explained.reference(plain, start, end)
        )


def _numbered(value: str) -> bool:
    """Tell whether the value has a digit, or is digits in Chinese: a word alone is no secret."""
    return any(char.isdecimal() for char in value) or re.match(SPOKEN, value) is not None


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

    def __init__(self, names: Sequence[str], others: Sequence[str]) -> None:
        """Take what an expiry date is called, and whose expiry is no secret."""
        name = any_of(names)
        self._found = re.compile(
            rf"{name}[^0-9。!?;\n]{{0,10}}?(?P<value>{self._short}|{self._words})(?![0-9日号天个])"
        )
        self._before = re.compile(
            rf"(?<![0-9/.\-])(?P<value>{self._month}\s?/\s?{self._year})(?![0-9/.\-])[\s,]{{0,2}}"
            rf"(?:就?是|为)?(?:我的?|卡的?|这张卡的?)*{name}"
        )
        # 「这张卡 12/27 到期」
        self._ends = re.compile(
            rf"卡[^0-9,。!?;\n]{{0,6}}(?P<value>{self._month}\s?/\s?{self._year})\s?(?:到期|过期|失效|截止)"
        )
        self._other = re.compile(any_of(others))

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for pattern in (self._found, self._before, self._ends):
            for found in pattern.finditer(plain):
                start, end = found.span("value")
                if not self._other.search(_clause(plain, found.start(), end)):
                    yield Secret("expiry", start, end, REMOVED)


def _clause(plain: str, start: int, end: int) -> str:
    """Return the clause around [start, end)."""
    first = max(plain.rfind(mark, 0, start) for mark in ",。!?;\n") + 1
    ends = [place for mark in ",。!?;\n" if (place := plain.find(mark, end)) >= 0]
    return plain[first : min(ends, default=len(plain))]


class BareCodeRecogniser:
    """A message that is six digits and little else is a code or a password someone asked for."""

    _polite = (
        r"(?:给你|发你了?|这是|就?是|好的?|收到了?|嗯|喏|输|我|的|请?查收|谢谢|吧|了|哦|啊|\s"
        r"|[,。.!~:])*"
    )
    _bare = re.compile(rf"{_polite}(?<![0-9])([0-9](?:[ \-]?[0-9]){{5}}){_polite}")

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        found = self._bare.fullmatch(plain)
        if found is not None and not found.group(1).endswith("000"):
            yield Secret("code", found.start(1), found.end(1), REMOVED)
