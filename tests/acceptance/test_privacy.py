"""P5 on the running system: what must be stored nowhere is found nowhere on the disk."""

from __future__ import annotations

import json

import pytest

from tests.running import System

SECRETS = ("Qz7mfW93k", "6222021234567890128", "13912345678", "884213")
SAID = (
    "我的登录密码是Qz7mfW93k，怎么改密码",
    "卡号6222021234567890128丢了怎么挂失",
    "手机号13912345678怎么换绑",
    "验证码是884213，对方一直催我",
)


@pytest.mark.parametrize("together", [False, True])
def test_secrets_and_personal_data_are_found_nowhere(system: System, *, together: bool) -> None:
    words = ("ask", "--json", *(["--conversation"] if together else []))
    rows = [json.loads(line) for line in system.run(*words, given="\n".join(SAID)).splitlines()]
    assert len(rows) == len(SAID)
    assert system.run("audit", "verify")
    kept = [
        path
        for part in ("valkey", "logs", "records.db", "records.db-wal")
        for path in [system.var / part, *(system.var / part).rglob("*")]
        if path.is_file()
    ]
    assert any(path.name.endswith(".aof") for path in kept)
    found = {secret for path in kept for secret in SECRETS if secret.encode() in path.read_bytes()}
    assert found == set()
