"""What the doctor says about keys and secrets of channels."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from tests.conftest import free_port
from yinqiao.cli.doctor import doctor
from yinqiao.settings import Settings

GOOD = "whsec_" + base64.b64encode(b"k" * 32).decode()


def _lines(folder: Path, secret: str | None, keys: object) -> list[str]:
    path = folder / "keys.json"
    path.write_text(json.dumps(keys), "utf-8")
    ports = {name: free_port() for name in ("valkey", "gateway", "desk", "rasa", "actions")}
    settings = Settings(
        var=folder,
        identity_keys=path,
        webhook_url="https://crm.example/hook",
        webhook_secret=SecretStr(secret) if secret else None,
        **{f"{name}_port": port for name, port in ports.items()},  # type: ignore[arg-type]
    )
    said = io.StringIO()
    assert doctor(settings, Console(file=said, width=200)) == 1
    return [line for line in said.getvalue().splitlines() if "webhooks" in line or "keys" in line]


def test_wrong_keys_and_secrets_are_named(tmp_path: Path) -> None:
    for secret in (None, "x"):
        keys, webhooks = _lines(tmp_path, secret, {"keys": [{}]})
        assert keys.startswith("✗ identity keys: not a JSON Web Key Set")
        assert webhooks.startswith("✗ webhooks: set YINQIAO_WEBHOOK_SECRET")


def test_good_ones_are_well(tmp_path: Path) -> None:
    jwk = {"kty": "oct", "kid": "a", "k": base64.urlsafe_b64encode(b"k" * 32).decode().rstrip("=")}
    assert _lines(tmp_path, GOOD, {"keys": [jwk]}) == [
        "✓ identity keys",
        "✓ webhooks: https://crm.example/hook",
    ]
