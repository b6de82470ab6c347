"""Visitor tokens: whatever is wrong with one, the answer is the same."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest

from connectors.errors import BadToken
from connectors.web.tokens import Scope, Tokens

SECRET = "0123456789abcdef0123456789abcdef"
TOKENS = Tokens(SECRET)


def test_a_token_names_its_visitor() -> None:
    visitor = TOKENS.verify(TOKENS.issue("v1"))
    assert (visitor.id, visitor.scope, visitor.customer.channel) == ("v1", Scope.CUSTOMER, "web")


def test_visitors_are_told_apart() -> None:
    assert TOKENS.verify(TOKENS.issue()).id != TOKENS.verify(TOKENS.issue()).id


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x.y.z",
        Tokens("another secret, also 32 bytes long").issue("v1"),
        Tokens(SECRET, timedelta(seconds=-1)).issue("v1"),
        jwt.encode({"sub": "v1", "aud": "yinqiao-web"}, SECRET, "HS256"),
        jwt.encode({"sub": "v1", "aud": "other", "exp": 9_999_999_999}, SECRET, "HS256"),
        jwt.encode(
            {"sub": "v1", "aud": "yinqiao-web", "exp": 9_999_999_999, "scope": "root"},
            SECRET,
            "HS256",
        ),
        TOKENS.issue("v1")[:-2],
    ],
)
def test_bad_tokens_are_refused(token: str) -> None:
    with pytest.raises(BadToken):
        TOKENS.verify(token)


def test_renewing_keeps_the_visitor_and_never_widens_the_scope() -> None:
    fresh = TOKENS.verify(TOKENS.renew(TOKENS.issue("v1", Scope.DIAGNOSE)))
    assert (fresh.id, fresh.scope) == ("v1", Scope.CUSTOMER)
    assert TOKENS.verify(TOKENS.renew("garbage")).id != "v1"
