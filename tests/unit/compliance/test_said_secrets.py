"""A number that is said to be the password is one, whatever else it looks like."""

from __future__ import annotations

import pytest

from compliance.redaction import Redactor

PHONE, CARD = "13800138000", "6222021234567890128"


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor.load()


@pytest.mark.parametrize(
    "text", [f"密码是{PHONE}", f"登录密码：{PHONE}", f"支付密码是{CARD}", f"密码改成了{PHONE}"]
)
def test_it_is_removed_altogether(redactor: Redactor, text: str) -> None:
    redacted = redactor.redact(text)
    assert redacted.found == ("password",)
    assert not any(part in redacted.text for part in (PHONE[:3], PHONE[-4:], CARD[:6], CARD[-4:]))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"忘了密码，卡号{CARD}", "card"),
        (f"密码错了 {CARD}", "card"),
        (f"改密码 手机号是{PHONE}", "phone"),
        (f"忘记密码了，手机{PHONE}", "phone"),
    ],
)
def test_beside_a_password_it_is_only_masked(redactor: Redactor, text: str, kind: str) -> None:
    assert redactor.redact(text).found == (kind,)
