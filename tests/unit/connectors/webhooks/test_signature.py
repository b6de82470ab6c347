"""Signatures are those of the Standard Webhooks specification."""

from __future__ import annotations

import base64

import pytest

from connectors.webhooks.signature import BadSecret, Signer, key_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
KNOWN = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""The specification's published example."""


def test_the_published_example() -> None:
    headers = Signer([key_of(SECRET)]).headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY)
    assert headers["webhook-signature"] == KNOWN


def test_both_keys_sign_while_they_are_changed() -> None:
    other = key_of("whsec_" + base64.b64encode(b"n" * 32).decode())
    signatures = (
        Signer([other, key_of(SECRET)])
        .headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY)["webhook-signature"]
        .split()
    )
    assert len(set(signatures)) == 2
    assert signatures[1] == KNOWN


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_not base64", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ="],
)
def test_a_secret_that_is_none_is_named(secret: str) -> None:
    with pytest.raises(BadSecret):
        key_of(secret)


def test_keys_are_not_shown() -> None:
    assert "1\\xf2" not in repr(Signer([key_of(SECRET)]))
