"""`yinqiao doctor` finds what is wrong, and says what to do."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from redis import Redis
from typer.testing import CliRunner

from compliance.audit import AuditEntry
from compliance.audit_store import AuditStore
from tests.conftest import free_port
from tests.valkey_cluster import Cluster
from yinqiao.cli import app
from yinqiao.records import open_records
from yinqiao.settings import Settings

_Usage = namedtuple("_Usage", "total used free")  # noqa: PYI024 - shutil's own shape


def examined(tmp_path: Path, **settings: object) -> list[str]:
    """Return the doctor's lines about an empty place; it never calls that well."""
    given = {"var": tmp_path / "var", "valkey_port": free_port(), **settings}
    environment = {f"YINQIAO_{name.upper()}": str(value) for name, value in given.items()}
    done = CliRunner().invoke(app, ["doctor"], env={"COLUMNS": "400", **environment})
    assert done.exit_code == 1, done.output
    return done.output.splitlines()


def line(lines: list[str], start: str) -> str:
    [found] = [each for each in lines if each[2:].startswith(start)]
    return found


def certificate(path: Path, days: float) -> Path:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "chat.bank.example")])
    ends = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=90))
        .not_valid_after(ends)
        .sign(key, None)
    )
    path.write_bytes(made.public_bytes(Encoding.PEM))
    return path


def test_wrong_settings_are_named_without_their_values(tmp_path: Path) -> None:
    lines = examined(tmp_path, gateway_port="eighty", lease_seconds="0", token_days="-7")
    assert [each.split(":")[0] for each in lines] == [
        "✗ YINQIAO_GATEWAY_PORT",
        "✗ YINQIAO_TOKEN_DAYS",
        "✗ YINQIAO_LEASE_SECONDS",
    ]
    assert "eighty" not in str(lines)


def test_a_misspelt_variable_is_named(tmp_path: Path) -> None:
    assert "YINQIAO_GATEWAYPORT" in line(examined(tmp_path, gatewayport=1), "environment")


def test_two_processes_on_one_port(tmp_path: Path) -> None:
    found = line(examined(tmp_path, gateway_port=39080, desk_port=39080), "ports")
    assert "YINQIAO_DESK_PORT, YINQIAO_GATEWAY_PORT" in found


def test_missing_models_lead_to_the_set_up(tmp_path: Path) -> None:
    lines = examined(tmp_path)
    for part in ("sentence encoder", "Rasa model"):
        assert "run `yinqiao setup`" in line(lines, part)
    assert "yinqiao kb publish" in line(lines, "knowledge base")


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "✓" in line(examined(tmp_path), "disk")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(2**40, 2**40, 2**20))
    assert "free at least 2 GiB" in line(examined(tmp_path), "disk")


def test_a_store_that_does_not_answer(tmp_path: Path) -> None:
    lines = examined(tmp_path)
    assert "run `yinqiao up`" in line(lines, "live store")
    assert not [each for each in lines if each[2:].startswith("clock")]


@pytest.mark.parametrize(("off", "well"), [(0, True), (-120, False), (120, False)])
def test_a_clock_that_is_off(
    tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch, off: int, *, well: bool
) -> None:
    told = Redis.time

    def shifted(self: Redis) -> tuple[int, int]:
        seconds, micros = told(self)
        return seconds + off, micros

    monkeypatch.setattr(Redis, "time", shifted)
    found = line(examined(tmp_path, redis_url=valkey_url), "clock")
    assert ("NTP" in found) is not well


@pytest.mark.parametrize(("days", "well"), [(60, True), (5, False), (-3, False)])
def test_a_stale_certificate(tmp_path: Path, days: int, *, well: bool) -> None:
    path = certificate(tmp_path / "chat.pem", days)
    found = line(examined(tmp_path, certificate=path), "certificate")
    assert ("renew" in found) is not well


def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "chat.pem").write_text("nonsense", "utf-8")
    found = line(examined(tmp_path, certificate=tmp_path / "chat.pem"), "certificate")
    assert "YINQIAO_CERTIFICATE" in found


@pytest.mark.parametrize(("hours", "well"), [(-1, True), (1, False)])
def test_an_audit_chain_ahead_of_this_machine(tmp_path: Path, hours: int, *, well: bool) -> None:
    records = open_records(Settings(var=tmp_path / "var"))
    at = datetime.now(UTC) + timedelta(hours=hours)
    AuditStore(records).append([AuditEntry("desk", "1", "desk.login", "zhou", at, {})])
    records.dispose()
    found = line(examined(tmp_path), "clock of the audit chain")
    assert ("ahead of this machine" in found) is not well


def test_a_cluster_is_named_as_one_and_has_what_it_must(
    tmp_path: Path, valkey_cluster: Cluster, valkey_url: str
) -> None:
    url = valkey_cluster.url
    assert line(examined(tmp_path, redis_url=url), "live store") == "✓ live store"
    alone = line(examined(tmp_path, redis_url=url.replace("+cluster", "")), "live store")
    assert "begin YINQIAO_REDIS_URL with redis+cluster://" in alone
    strict = line(examined(tmp_path, redis_url=url, redis_replicas=2), "live store")
    assert "1 replicas where 2" in strict
    single = examined(tmp_path, redis_url=valkey_url.replace("redis://", "redis+cluster://"))
    assert "begin YINQIAO_REDIS_URL with redis://" in line(single, "live store")
