"""Numbers as customers write them: 5,000, 1.5万, 2w, 五千, 一万五, 两百零六."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
"""From the numerals of cheques to the plain ones; of the same number of characters."""
UNITS = {"十": 10, "百": 100, "千": 1_000}
GROUPS = {"万": 10_000, "亿": 100_000_000}
MAGNITUDES = {"k": 1_000, "w": 10_000, **UNITS, **GROUPS}
ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
HAN = "[零一二两三四五六七八九十百千万亿]+(?:点[零一二三四五六七八九]+)?"
_ARABIC = re.compile(rf"({ARABIC})([百千万亿kw]{{0,2}})")


def number(text: str) -> float | None:
    """Return the number that `text` (normal form, nothing else in it) writes, or None.

    A last digit after a unit counts in the next smaller one, as in speech: 一万五 is 15,000,
    一万零五 is 10,005, 3万5 is 35,000.
    """
    arabic = _ARABIC.fullmatch(text)
    if arabic:
        value = Decimal(arabic[1].replace(",", ""))
        for magnitude in arabic[2]:
            value *= MAGNITUDES[magnitude]
        return float(value)
    mixed = re.fullmatch(rf"({ARABIC})([百千万亿kw])([1-9])", text)
    if mixed:
        magnitude = MAGNITUDES[mixed[2]]
        tail = int(mixed[3]) * magnitude // 10
        return float(Decimal(mixed[1].replace(",", "")) * magnitude + tail)
    return _han(text)


def _han(text: str) -> float | None:
    whole, point, fraction = text.partition("点")
    if not whole or any(char not in DIGITS and char not in MAGNITUDES for char in whole):
        return None
    if point and (not fraction or any(char not in DIGITS for char in fraction)):
        return None
    value = float(_whole(whole))
    return value + float("0." + "".join(str(DIGITS[char]) for char in fraction)) if point else value


def _whole(text: str) -> int:
    if all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = section = digit = 0
    # What a digit at the very end would count: a tenth of the last unit, one after a zero.
    spoken = 1
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
            spoken = 1 if char == "零" else spoken
        elif char in UNITS:
            section += (digit or 1) * UNITS[char]
            digit, spoken = 0, UNITS[char] // 10
        else:
            total = _grouped(total, section + digit, GROUPS[char])
            section, digit, spoken = 0, 0, GROUPS[char] // 10
    return total + section + digit * spoken


def _grouped(total: int, section: int, group: int) -> int:
    """Close a group: in 三万二千亿 it takes all before it, in 一亿二千万 only the last part."""
    if total >= group and section:
        return total + section * group
    return (total + section or 1) * group
