"""Cells of tables that a spreadsheet will open."""

from __future__ import annotations

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """Return a cell's text with `'` before what a spreadsheet would take for a formula.

    After OWASP's advice on CSV injection: = + - @, their full-width forms, tab, line breaks.
    """
    return f"'{text}" if text.startswith(_RISKY) else text
