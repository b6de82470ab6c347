"""The recognisers of C3 data, which is removed altogether: passwords, codes, CVN, expiry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compliance.redaction_file import RedactionFile
from compliance.secret import REMOVED, Secret
from compliance.words import any_of

_SPOKEN = "[零〇○一二两三四五六七八九幺]"


class SecretRecogniser:
    """A secret behind its name (「密码是……」) or before it (「……是验证码」)."""

    def __init__(self, kind: str, names: Sequence[str], data: RedactionFile, token: str) -> None:
        """Take what the secret is called and the shape of one, a regular expression."""
        self._kind = kind
        name = any_of(names)
        links = any_of(data.links)
        units = any_of(data.units)
        # A run of digits with blanks or dashes, or the token itself, or digits in Chinese.
        value = rf"(?:[0-9](?:[ \-][0-9]){{2,7}}(?![0-9a-z])|{token}|{_SPOKEN}{{3,8}})"
        rest = rf"(?!\s?{units})(?![0-9a-z])"
        filler = r"[^0-9a-z,。!?;、\n〔]{0,8}?"
        self._behind = re.compile(
            rf"{name}(?:{filler}(?P<link>{links}|[:=])[\s\"'“”‘’「」:是]{{0,3}}|[\s,，:]{{0,3}}"
            rf"(?:[\"'“‘「(（【\[]\s?)?)(?P<value>{value}){rest}"
        )
        self._further = re.compile(rf"(?:\s?[和与跟及、,，/]\s?|\s)(?P<value>{value}){rest}")
        before = r"(?<![0-9a-z.,*])(?<![0-9][ \-])"
        self._before = re.compile(
            rf"{before}(?P<value>[0-9a-z]{{4,12}}){rest}[\s\"'”’」)）\]】]{{0,2}}"
            rf"(?:就?是|为|这个|这是|[(（【\[])?(?:我的?|您的?|你的?|本次|短信|这个|收到的)*"
            rf"(?:银行卡|信用卡|登录|取款|支付|交易)?{name}"
        )

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for found in self._behind.finditer(plain):
            if not _is_secret(found.group("value"), linked=found.group("link") is not None):
                continue
            yield self._secret(found)
            if (found.group("link") or "").startswith("分别"):
                further = self._further.match(plain, found.end())
                while further is not None:
                    yield self._secret(further)
                    further = self._further.match(plain, further.end())
        for found in self._before.finditer(plain):
            if _is_secret(found.group("value"), linked=False):
                yield self._secret(found)

    def _secret(self, found: re.Match[str]) -> Secret:
        return Secret(self._kind, found.start("value"), found.end("value"), REMOVED)


def _is_secret(value: str, *, linked: bool) -> bool:
    """A Latin word is a secret only when it was said to be one: 「密码是abc」, not 「密码app」."""
    has_digit = any(char.isdecimal() for char in value) or re.fullmatch(f"{_SPOKEN}+", value)
    return bool(has_digit) or (linked and value not in {"app", "atm", "pin", "sms"})


class ExpiryRecogniser:
    """A card's expiry: month and two-digit year, or month and year in a sentence about a card."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take what an expiry date is called."""
        name = any_of(names)
        month, year = r"(?:0[1-9]|1[0-2])", r"(?:20)?[2-4][0-9]"
        short = rf"{month}\s?[/\-.]?\s?{year}|{year}\s?[/\-.]\s?{month}(?!\s?[/\-.日]\s?[0-9])"
        self._short = re.compile(rf"{name}[\s:是为到至截止]{{0,4}}(?P<value>{short})(?![0-9日号])")
        words = rf"{year}年\s?(?:0?[1-9]|1[0-2])月(?!\s?[0-9])|(?:0?[1-9]|1[0-2])月\s?{year}年"
        self._words = re.compile(
            rf"卡[^。!?\n]{{0,24}}{name}[\s:是为到至截止]{{0,4}}(?P<value>{words})"
        )

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for pattern in (self._short, self._words):
            for found in pattern.finditer(plain):
                yield Secret("expiry", found.start("value"), found.end("value"), REMOVED)


class BareCodeRecogniser:
    """A message that is six digits and nothing else is a code or a password someone asked for."""

    _bare = re.compile(r"\s*([0-9](?:[ \-]?[0-9]){5})[\s。.!]*")

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        found = self._bare.fullmatch(plain)
        if found is not None and not found.group(1).endswith("000"):
            yield Secret("code", found.start(1), found.end(1), REMOVED)
