"""The recognisers of numbers: cards, identity numbers, phones, accounts, passports; and e-mail.

Masking: card first six and last four digits, phone first three and last four, identity number and
passport first and last character, account last four, e-mail first character and domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compliance.recognisers_personal import AddressRecogniser, NameRecogniser
from compliance.recognisers_secret import (
    BareCodeRecogniser,
    ExpiryRecogniser,
    SecretRecogniser,
)
from compliance.redaction_file import RedactionFile
from compliance.secret import Recogniser, Secret, digits_of
from compliance.words import any_of

# Digits as people type them: Arabic, or spoken out in Chinese.
D = "[0-9零〇○一二三四五六七八九幺]"
# What people put between groups of digits; never a comma, which separates amounts.
GAP = r"[\s\-–—−.·_/\u200b-\u200f\u2060\ufeff]{0,3}"
_TOKENS = re.compile(r"[0-9零〇○一二三四五六七八九幺]+")
_CARD_LENGTHS = range(13, 20)


def luhn_valid(digits: str) -> bool:
    """Tell whether the digits carry a correct check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2  # noqa: PLR2004 - two digits then
        total += value
    return total % 10 == 0


def identity_valid(digits: str) -> bool:
    """Tell whether an 18-character identity number checks out (GB 11643-1999, ISO 7064 mod 11-2).

    `digits` is lower case; the last character may be `x`.
    """
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(char) * weight for char, weight in zip(digits, weights, strict=False))
    return "10x98765432"[total % 11] == digits[17]


class _Behind:
    """Tells whether one of some words stands right before a place."""

    def __init__(self, words: Sequence[str]) -> None:
        self._pattern = re.compile(rf"{any_of(words)}[\s:#是为号码()（）\[\]]{{0,4}}$")

    def at(self, plain: str, start: int) -> bool:
        return self._pattern.search(plain, max(0, start - 24), start) is not None


class CardRecogniser:
    """Bank cards: 13–19 digits with a correct check digit, or any such run behind 「卡号」."""

    _run = re.compile(rf"(?<![0-9a-z]){D}(?:{GAP}{D}){{12,}}(?![0-9])")
    _moment = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-2][0-9][0-5]")
    _issuer = re.compile(r"62|4|5[1-5]|3[4-7]|2[2-7]|9|60|81")

    def __init__(self, card: Sequence[str], reference: Sequence[str]) -> None:
        """Take the words for a card, and those for numbers that are none."""
        self._card = _Behind(card)
        self._reference = _Behind(reference)

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for run in self._run.finditer(plain):
            for start, end in self._cards(plain, run.start(), run.end()):
                digits = digits_of(plain[start:end])
                yield Secret("card", start, end, f"{digits[:6]}****{digits[-4:]}")

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
        for last in range(len(tokens) - 1, first - 1, -1):
            start, end = tokens[first][0], tokens[last][1]
            digits = digits_of(plain[start:end])
            if len(digits) in _CARD_LENGTHS and self._is_card(plain, start, digits):
                return last
        return None

    def _is_card(self, plain: str, start: int, digits: str) -> bool:
        if not luhn_valid(digits):
            return self._card.at(plain, start)
        if self._reference.at(plain, start) and not self._issuer.match(digits):
            return False
        return not (len(digits) == 14 and self._moment.match(digits))  # noqa: PLR2004 - a time


class IdentityRecogniser:
    """National identity numbers: 18 characters that check out, or any such run in context."""

    _run = re.compile(
        rf"(?<![0-9a-z])[1-9一二三四五六七八九幺](?:{GAP}{D}){{16}}{GAP}(?:{D}|x|×)(?![0-9a-z])"
        rf"|(?<![0-9a-z])[1-9](?:{GAP}[0-9]){{14}}(?![0-9a-z])"
    )
    _length = 18

    def __init__(self, identity: Sequence[str]) -> None:
        """Take the words for an identity number."""
        self._identity = _Behind(identity)

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for run in self._run.finditer(plain):
            last = "x" if run.group()[-1] in "x×" else ""
            digits = digits_of(run.group()) + last
            valid = len(digits) == self._length and _born(digits) and identity_valid(digits)
            if valid or self._identity.at(plain, run.start()):
                stars = "*" * (len(digits) - 2)
                yield Secret(
                    "id", run.start(), run.end(), f"{digits[0]}{stars}{digits[-1].upper()}"
                )


def _born(digits: str) -> bool:
    """Tell whether characters 7–14 can be a date of birth."""
    return digits[6:8] in {"19", "20"} and "01" <= digits[10:12] <= "12" and digits[12:14] <= "31"


class PhoneRecogniser:
    """Mobile numbers of the mainland, with or without the country code."""

    _run = re.compile(
        rf"(?<![0-9a-z])(?:(?:\+|00)?\s?86{GAP})?"
        rf"([1一幺]{GAP}[3-9三四五六七八九](?:{GAP}{D}){{9}})(?![0-9])"
    )

    def __init__(self, reference: Sequence[str]) -> None:
        """Take the words for numbers that are no phones."""
        self._reference = _Behind(reference)

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for run in self._run.finditer(plain):
            if not self._reference.at(plain, run.start()):
                digits = digits_of(run.group(1))
                yield Secret("phone", run.start(1), run.end(1), f"{digits[:3]}****{digits[-4:]}")


class EmailRecogniser:
    """E-mail addresses."""

    _address = re.compile(r"[a-z0-9][a-z0-9._%+\-]{0,63}\s?@\s?((?:[a-z0-9\-]+\.)+[a-z]{2,})")

    def find(self, plain: str, raw: str) -> Iterator[Secret]:
        """See `Recogniser.find`."""
        for found in self._address.finditer(plain):
            mask = f"{raw[found.start()]}***@{found.group(1)}"
            yield Secret("email", found.start(), found.end(), mask)


class PassportRecogniser:
    """Passports and other travel or service documents, behind their name."""

    def __init__(self, passport: Sequence[str]) -> None:
        """Take the names of the documents."""
        self._found = re.compile(
            rf"{any_of(passport)}(?:号码?|编号)?[\s:是为号]{{0,4}}([a-z]{{0,2}}[0-9]{{6,10}})(?![0-9])"
        )

    def find(self, plain: str, raw: str) -> Iterator[Secret]:
        """See `Recogniser.find`."""
        for found in self._found.finditer(plain):
            start, end = found.span(1)
            mask = f"{raw[start]}{'*' * (end - start - 2)}{plain[end - 1]}"
            yield Secret("passport", start, end, mask)


class AccountRecogniser:
    """Account numbers of 8 digits and more, behind a word for an account or a card."""

    def __init__(self, account: Sequence[str], card: Sequence[str]) -> None:
        """Take the words for an account and for a card."""
        self._found = re.compile(
            rf"{any_of([*account, *card])}(?:号码?)?[\s:是为号]{{0,4}}"
            rf"({D}(?:{GAP}{D}){{7,30}})(?![0-9年])"
        )

    def find(self, plain: str, raw: str) -> Iterator[Secret]:  # noqa: ARG002 - the port's shape
        """See `Recogniser.find`."""
        for found in self._found.finditer(plain):
            yield Secret(
                "account", found.start(1), found.end(1), f"****{digits_of(found.group(1))[-4:]}"
            )


def all_recognisers(data: RedactionFile) -> tuple[Recogniser, ...]:
    """Return every recogniser, the gravest kinds first."""
    return (
        SecretRecogniser("code", data.code, data, r"[0-9a-z]{4,8}"),
        SecretRecogniser("password", data.password, data, r"[0-9a-z!@#$%^&*._\-]{3,24}"),
        SecretRecogniser("cvn", data.cvn, data, r"[0-9]{3,4}"),
        ExpiryRecogniser(data.expiry),
        BareCodeRecogniser(),
        EmailRecogniser(),
        IdentityRecogniser(data.identity),
        CardRecogniser(data.card, data.reference),
        PhoneRecogniser(data.reference),
        PassportRecogniser(data.passport),
        AccountRecogniser(data.account, data.card),
        AddressRecogniser(data.address_before),
        NameRecogniser(data),
    )
