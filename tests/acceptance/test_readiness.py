"""Ready means that the first customer is answered as the thousandth."""

from __future__ import annotations

import httpx
from redis import Redis

from tests.running import System


def test_a_ready_system_has_rehearsed_and_nothing_is_left_of_it(system: System) -> None:
    with httpx.Client(trust_env=False) as client:
        parts = client.get(f"{system.gateway}/readyz").json()["parts"]
    assert parts == {"store": True, "rehearsal": True}
    with Redis(port=int(system.environment["YINQIAO_VALKEY_PORT"])) as store:
        assert list(store.scan_iter("*rehearsal*")) == []
