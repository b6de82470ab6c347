"""`yinqiao doctor`: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import sqlalchemy as sa
from cryptography import x509
from pydantic import ValidationError
from redis import Redis
from redis.exceptions import RedisError
from rich.console import Console

from compliance.audit_store import AUDIT
from connectors.identity import BadKeys, Keys
from connectors.webhooks.signature import BadSecret
from knowledge_base.errors import KnowledgeError
from knowledge_base.retrieval.snapshot import read_pointer
from yinqiao.cli.store_check import advice_on
from yinqiao.live_store import node_url
from yinqiao.records import connect_records
from yinqiao.settings import ROOT, Settings
from yinqiao.setup import SetupFailed, model_path
from yinqiao.webhooks import WebhookIncomplete, signer_of

_LEAST_FREE = 2 * 2**30
_CLOCK_SECONDS = 2.0
"""Leases last seconds: clocks that differ more make them end too early or too late."""
_CERTIFICATE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` is empty when it is well."""

    what: str
    advice: str = ""


def doctor(settings: Settings, console: Console) -> int:
    """Print what was looked at; returns 1 when something needs mending."""
    findings = list(_findings(settings))
    for finding in findings:
        mark = "[red]✗[/red]" if finding.advice else "[green]✓[/green]"
        console.print(f"{mark} {finding.what}" + (f": {finding.advice}" if finding.advice else ""))
    return int(any(finding.advice for finding in findings))


def wrong_settings(error: ValidationError) -> list[str]:
    """Return what has to be changed, a setting a line; values are not told, they may be secret."""
    return [
        f"YINQIAO_{'_'.join(map(str, wrong['loc'])).upper()}: {wrong['msg']}"
        for wrong in error.errors(include_url=False, include_input=False)
    ]


def _findings(settings: Settings) -> Iterator[Finding]:
    yield _variables(os.environ)
    yield _ports(settings)
    yield _disk(settings)
    yield _rasa_environment()
    yield _encoder("sentence encoder", settings.encoder_dir)
    yield _encoder("tuned encoder", settings.tuned_encoder_dir)
    yield _model(settings)
    yield _knowledge(settings)
    yield _records(settings)
    yield _store(settings)
    if settings.identity_keys:
        yield _identity(settings.identity_keys)
    if settings.webhook_url:
        yield _webhooks(settings)
    yield from _clocks(settings)
    if settings.certificate:
        yield _certificate(settings.certificate, datetime.now(UTC))
    yield from _processes(settings)


def _variables(environment: Mapping[str, str]) -> Finding:
    known = {f"YINQIAO_{name.upper()}" for name in Settings.model_fields}
    given = {name for name in environment if name.upper().startswith("YINQIAO_")}
    unknown = sorted(name for name in given if name.upper() not in known)
    advice = f"no such setting: {', '.join(unknown)}; see `yinqiao settings`" if unknown else ""
    return Finding("environment", advice)


def _ports(settings: Settings) -> Finding:
    ports = {name: port for name, port in settings if name.endswith("_port")}
    twice = sorted(name for name, port in ports.items() if [*ports.values()].count(port) > 1)
    named = ", ".join(f"YINQIAO_{name.upper()}" for name in twice)
    return Finding("ports", f"{named} are the same; give each its own" if twice else "")


def _disk(settings: Settings) -> Finding:
    settings.var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.var).free
    advice = "" if free > _LEAST_FREE else f"free at least 2 GiB on the disk of {settings.var}"
    return Finding(f"disk: {free / 2**30:.1f} GiB free", advice)


def _rasa_environment() -> Finding:
    there = (ROOT / ".venv-rasa" / "bin" / "python").exists()
    return Finding("Rasa environment", "" if there else "run `yinqiao setup`")


def _encoder(title: str, folder: Path) -> Finding:
    there = (folder / "model.onnx").exists()
    return Finding(title, "" if there else "run `yinqiao setup`")


def _model(settings: Settings) -> Finding:
    try:
        return Finding(f"Rasa model: {model_path(settings).name}")
    except SetupFailed as error:
        return Finding("Rasa model", str(error))


def _knowledge(settings: Settings) -> Finding:
    try:
        return Finding(f"knowledge base: {read_pointer(settings.snapshots_dir).snapshot}")
    except KnowledgeError as error:
        return Finding("knowledge base", f"{error}; run `yinqiao kb publish`")


def _records(settings: Settings) -> Finding:
    try:
        with connect_records(settings).connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError as error:
        return Finding("records", f"{error}; check YINQIAO_DATABASE_URL")
    return Finding("records")


def _store(settings: Settings) -> Finding:
    try:
        with _one_server(settings) as client:
            return Finding("live store", advice_on(client, settings))
    except (RedisError, OSError):
        where = "start it or check YINQIAO_REDIS_URL" if settings.redis_url else "run `yinqiao up`"
        return Finding("live store", f"does not answer; {where}")


def _one_server(settings: Settings) -> Redis:
    url = node_url(settings.store_url)
    return Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5, decode_responses=True)


def _identity(path: Path) -> Finding:
    try:
        Keys.open(path)
    except BadKeys as error:
        return Finding("identity keys", f"{error}; check YINQIAO_IDENTITY_KEYS")
    return Finding("identity keys")


def _webhooks(settings: Settings) -> Finding:
    try:
        signer_of(settings)
    except (WebhookIncomplete, BadSecret):
        wanted = "set YINQIAO_WEBHOOK_SECRET to whsec_ and 24 to 64 bytes in base64"
        return Finding("webhooks", wanted)
    return Finding(f"webhooks: {settings.webhook_url}")


def _clocks(settings: Settings) -> Iterator[Finding]:
    """Compare with the store and the database, where they can be asked; SQLite has our clock."""
    with contextlib.suppress(RedisError, OSError):
        with _one_server(settings) as client:
            seconds, micros = client.time()
            now = datetime.now(UTC)
        yield _clock("the live store", datetime.fromtimestamp(seconds + micros / 1e6, UTC), now)
    engine = connect_records(settings)
    try:
        with contextlib.suppress(sa.exc.SQLAlchemyError), engine.connect() as connection:
            yield from _clocks_of_records(connection)
    finally:
        engine.dispose()


def _clocks_of_records(connection: sa.Connection) -> Iterator[Finding]:
    """Compare with the database, and with the audit chain: its newest record is never to come."""
    if connection.dialect.name != "sqlite":
        theirs = connection.execute(sa.select(sa.func.now())).scalar_one()
        yield _clock("the database", theirs, datetime.now(UTC))
    if last := connection.execute(sa.select(sa.func.max(AUDIT.c.at))).scalar_one():
        yield _newest(datetime.fromisoformat(last), datetime.now(UTC))


def _clock(whose: str, theirs: datetime, ours: datetime) -> Finding:
    off = (theirs - ours).total_seconds()
    advice = "" if abs(off) < _CLOCK_SECONDS else "set both by NTP (`timedatectl set-ntp true`)"
    return Finding(f"clock: {off:+.1f} s against {whose}", advice)


def _newest(last: datetime, ours: datetime) -> Finding:
    ahead = (last - ours).total_seconds()
    what = "clock of the audit chain"
    if ahead < _CLOCK_SECONDS:
        return Finding(what)
    wrong = f"its newest record is {ahead:.0f} s ahead of this machine; a clock is or was wrong"
    return Finding(what, f"{wrong}, see `timedatectl`")


def _certificate(path: Path, now: datetime) -> Finding:
    try:
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        return Finding("certificate", f"{path}: {error}; check YINQIAO_CERTIFICATE")
    left = (ends - now).days
    advice = "" if left >= _CERTIFICATE_DAYS else f"renew {path} and reload the proxy"
    return Finding(f"certificate: {left} days left", advice)


def _processes(settings: Settings) -> Iterator[Finding]:
    checks: dict[str, tuple[str, int, str]] = {
        "rasa": ("127.0.0.1", settings.rasa_port, f"{settings.rasa_url}/webhooks/yinqiao/"),
        "actions": ("127.0.0.1", settings.actions_port, f"{settings.actions_url}/readyz"),
        "gateway": (settings.gateway_host, settings.gateway_port, f"{settings.gateway_url}/readyz"),
        "desk": (settings.desk_host, settings.desk_port, f"{settings.desk_url}/readyz"),
    }
    for name, (host, port, url) in checks.items():
        yield _process(name, host, port, url)


def _process(name: str, host: str, port: int, url: str) -> Finding:
    try:
        if httpx.get(url, timeout=3, trust_env=False).is_success:
            return Finding(name)
    except httpx.HTTPError:
        pass
    if _is_taken(host, port):
        return Finding(name, f"port {port} is used by something that is not ready, or not ours")
    return Finding(name, "is not running; run `yinqiao up`")


def _is_taken(host: str, port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex((host, port)) == 0
