"""The recognisers of C3 data, which is removed altogether: passwords, codes, CVN."""

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
# An amount rather than a code.
_ROUND = re.compile(r"[1-9][0-9]{1,2}00|[1-9][0-9]{1,4}000")
# A telephone's or a card's number, unless it is said to be the secret.
_OWN_KIND = re.compile(r"1[3-9][0-9]{9}$|[0-9]{13,}$")
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
        at_edge = data.cvn_at_edge if kind == "cvn" else ()
        self._name = re.compile(
            rf"{any_of(names)}|(?:^|(?<=[\s,。;、!?:(]))(?:{any_of(at_edge)})"
            if at_edge
            else any_of(names)
        )
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
            value = found.group("value")
            if _OWN_KIND.match(value) or not _numbered(value):
                continue
            if not self._is_other(plain, start, end, 1):
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
            other = not (first and self._said.fullmatch(gap)) and _OWN_KIND.match(found.group())
            if inside or not fits or other or self._is_other(plain, found.start(), end, len(gap)):
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
        if self._explained.counted(plain, end):
            return True
        if distance > 2 and _HOTLINE.match(value):  # noqa: PLR2004 - more than 「是」 or a colon
            return True
        # Right behind the name, its own last character (「背后」) explains nothing.
        return (distance > 0 and self._other.at(plain, start)) or (
            distance > 1 and self._explained.reference(plain, start, end)
        )


def _numbered(value: str) -> bool:
    """Tell whether the value has a digit, or is digits in Chinese: a word alone is no secret."""
    return any(char.isdecimal() for char in value) or re.match(SPOKEN, value) is not None


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


class SixDigitsRecogniser:
    """Six digits in a message that speaks of a password or a code: 「我一直用860412当密码」.

    That is what both have; only what explains a number (a unit, an order, a tail, a round amount)
    keeps it.
    """

    _six = re.compile(r"(?<![0-9a-z.,*#\-/])[0-9]{6}(?![0-9a-z%*]|[.,\-/][0-9])")

    def __init__(self, data: RedactionFile, explained: Explained) -> None:
        """Take the words for both, and for what a number may be instead."""
        self._topic = re.compile(any_of([*data.password, *data.code, *data.code_topic]))
        self._other = Behind(data.other, r"[\s:#是为的]{0,4}")
        self._explained = explained

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        if self._topic.search(plain) is None:
            return
        for found in self._six.finditer(plain):
            if not self._is_other(plain, *found.span()):
                yield Secret("code", *found.span(), REMOVED)

    def _is_other(self, plain: str, start: int, end: int) -> bool:
        return (
            _ROUND.fullmatch(plain[start:end]) is not None
            or self._other.at(plain, start)
            or self._explained.counted(plain, end)
            or self._explained.reference(plain, start, end)
        )


class ToldCodeRecogniser:
    """A code told in a message whose topic is one: 「他说要验证码，我就给了他873350」."""

    def __init__(self, data: RedactionFile, explained: Explained) -> None:
        """Take the words for the topic and those right before the code."""
        self._topic = re.compile(any_of(data.code_topic))
        self._told = re.compile(
            rf"{any_of(data.code_cue)}[\s是:了的个,\"'“「(]{{0,3}}"
            r"(?P<value>[0-9]{4,8}|[0-9](?:[ \-][0-9]){3,5}|[0-9]{3}[ \-][0-9]{3})(?![0-9a-z*])"
        )
        self._explained = explained

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        if self._topic.search(plain) is None:
            return
        for found in self._told.finditer(plain):
            start, end = found.span("value")
            if not self._is_other(plain, start, end):
                yield Secret("code", start, end, REMOVED)

    def _is_other(self, plain: str, start: int, end: int) -> bool:
        return (
            _HOTLINE.match(plain[start:end]) is not None
            or _ROUND.fullmatch(plain[start:end]) is not None
            or self._explained.counted(plain, end)
            or self._explained.reference(plain, start, end)
        )
