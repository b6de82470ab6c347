"""The shapes that `yinqiao compliance check|redact --json` promise."""

from __future__ import annotations

import json

from compliance.lines import check_lines, redact_lines
from compliance.redaction import Redactor
from compliance.wording import Wording


def test_check(wording: Wording) -> None:
    blocked, fine = (
        json.loads(line)
        for line in check_lines(["这款理财稳赚不赔\n", "理财有风险，请谨慎\r\n"], wording)
    )
    assert blocked["blocked"] is True
    assert set(blocked["findings"][0]) == {"rule", "span", "why"}
    start, end = blocked["findings"][0]["span"]
    assert "稳赚" in "这款理财稳赚不赔"[start:end]
    assert fine == {"blocked": False, "findings": []}


def test_redact(redactor: Redactor) -> None:
    lines = redact_lines(["密码是123456\n", "你好"], redactor)
    assert [json.loads(line) for line in lines] == [
        {"text": "密码是〔已隐去〕", "found": ["password"]},
        {"text": "你好", "found": []},
    ]
