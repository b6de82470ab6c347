"""The gate's own checks on lines of text, for `yinqiao compliance check|redact`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from compliance.redaction import Redactor
from compliance.wording import Wording


def check_lines(lines: Iterable[str], wording: Wording | None = None) -> Iterator[str]:
    """Yield `{"blocked", "findings": [{"rule", "span", "why"}]}` as JSON for every line.

    `span` are character offsets [start, end) into the line without its line break.
    """
    wording = wording or Wording.load()
    for line in lines:
        findings = [
            {"rule": found.rule, "span": list(found.span), "why": found.why}
            for found in wording.check(line.rstrip("\r\n"))
        ]
        yield json.dumps({"blocked": bool(findings), "findings": findings}, ensure_ascii=False)


def redact_lines(lines: Iterable[str], redactor: Redactor | None = None) -> Iterator[str]:
    """Yield `{"text", "found": [kinds]}` as JSON for every line."""
    redactor = redactor or Redactor.load()
    for line in lines:
        redacted = redactor.redact(line.rstrip("\r\n"))
        yield json.dumps({"text": redacted.text, "found": list(redacted.found)}, ensure_ascii=False)
