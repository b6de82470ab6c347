"""Named values in approved text: `{{hotline}}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.errors import UnknownValue

_NAME = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")


def names(texts: Iterable[str]) -> frozenset[str]:
    """Return the names of all values that `texts` use."""
    return frozenset(name for text in texts for name in _NAME.findall(text))


def render(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with its values filled in; raises `UnknownValue`.

    A customer must never read a placeholder, and a wrong number is worse than none: so a
    missing value is an error and not an empty string.
    """

    def value(match: re.Match[str]) -> str:
        try:
            return values[match[1]]
        except KeyError:
            message = f"no value is defined for {match[0]}"
            raise UnknownValue(message) from None

    return _NAME.sub(value, text)
