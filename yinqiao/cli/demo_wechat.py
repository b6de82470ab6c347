"""`yinqiao demo wechat`: a whole conversation in a WeChat of our own, printed as it happens."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import signal
import socket
import sys
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import httpx
import typer
import yaml
from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.markup import escape

from connectors.wechat.redis_deliveries import CHANNEL
from connectors.wechat.routes import PATH
from connectors.wechat.wording import Wording
from conversation.conversation import Customer, Owner
from handoff.accounts import Account
from handoff.service import DeskService
from yinqiao.accounts import ensure_demo_accounts, open_accounts
from yinqiao.log_file import LogFile
from yinqiao.processes import Process, answers, processes_of
from yinqiao.settings import Settings
from yinqiao.setup import model_path
from yinqiao.supervisor import DidNotStart, Supervisor
from yinqiao.wiring import desk_service, open_core

_SCENE = Path(__file__).with_suffix(".yml")
_STEP_SECONDS = 60.0


class Step(BaseModel):
    """One deed, and how many messages the phone must show before the next."""

    model_config = ConfigDict(extra="forbid")

    does: Literal["follow", "say", "click", "show", "claim", "reply", "close"]
    words: str = ""
    shows: int


class Scene(BaseModel):
    """The deeds in order."""

    model_config = ConfigDict(extra="forbid")

    review: date
    steps: list[Step]

    @classmethod
    def load(cls, path: Path = _SCENE) -> Scene:
        """Read and validate the file; raises pydantic's ValidationError."""
        return cls.model_validate(yaml.safe_load(path.read_text("utf-8")))


def demo_wechat(console: Console) -> None:
    """Start everything and a fake WeChat, play the scene, stop everything."""
    port = _free_port()
    fake = f"http://127.0.0.1:{port}"
    _pretend(fake)
    settings = Settings()
    ensure_demo_accounts(settings)
    groups = processes_of(settings, model_path(settings))
    groups[-1].append(_fake(settings, port))
    played = Played(console, settings, fake)

    def report(name: str, state: str) -> None:
        console.print(f"[dim]{name:8} {state}[/dim]")

    log = LogFile(settings.log_path, settings.log_rotation)
    try:
        asyncio.run(Supervisor(groups, log, report).run(played.start))
    except* DidNotStart as failed:
        names = ", ".join(str(error) for error in failed.exceptions)
        console.print(f"[red]{names} did not start; its words are in {log.path}[/red]")
        raise typer.Exit(1) from None
    if not played.done:
        raise typer.Exit(1)


@dataclass(slots=True)
class Played:
    """One performance; `done` when it came to its end."""

    console: Console
    settings: Settings
    fake: str
    done: bool = False
    _seen: int = 0
    _open_id: str = field(default_factory=lambda: f"demo-{secrets.token_hex(4)}")
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; whatever happens, the supervisor is asked to stop at the end."""
        self._task = asyncio.create_task(self._play())
        self._task.add_done_callback(lambda _: signal.raise_signal(signal.SIGTERM))

    async def _play(self) -> None:
        account = await asyncio.to_thread(open_accounts(self.settings).get, "agent1")
        async with (
            open_core(self.settings) as core,
            httpx.AsyncClient(base_url=self.fake, trust_env=False, timeout=30) as phone,
        ):
            desk = desk_service(core)
            try:
                for step in Scene.load().steps:
                    async with asyncio.timeout(_STEP_SECONDS):
                        await self._do(step, phone, desk, account)
                        await self._look(phone, step.shows)
            except TimeoutError:
                self.console.print("[red]the phone did not show what it should[/red]")
                return
        self.done = True

    async def _do(
        self, step: Step, phone: httpx.AsyncClient, desk: DeskService, account: Account
    ) -> None:
        match step.does:
            case "claim" | "reply" | "close":
                await self._serve(step, desk, account)
            case "follow":
                self._print("客户", "（关注公众号）")
                await phone.post(f"/phones/{self._open_id}/follow")
            case deed:
                sent = Wording.load().placeholder(step.words) if deed == "show" else step.words
                self._print("客户", sent)
                body = {{"say": "text", "click": "label", "show": "kind"}[deed]: step.words}
                answer = await phone.post(f"/phones/{self._open_id}/{deed}", json=body)
                answer.raise_for_status()

    async def _serve(self, step: Step, desk: DeskService, account: Account) -> None:
        """Do what an agent does at the desk."""
        customer = Customer(CHANNEL, self._open_id)
        conversation = await desk.conversations.current(customer)
        assert conversation  # noqa: S101 - the customer has written
        match step.does:
            case "claim":
                while conversation.owner is not Owner.AGENT:
                    conversation = await desk.claim(account, conversation.id)
            case "reply":
                await desk.send(account, conversation.id, step.words)
            case _:
                await desk.close(account, conversation.id)

    async def _look(self, phone: httpx.AsyncClient, count: int) -> None:
        """Print what the phone shows anew, until there are `count` messages."""
        wanted = self._seen + count
        while self._seen < wanted:
            path = f"/phones/{self._open_id}/screen"
            entries: list[dict[str, Any]] = (
                await phone.get(path, params={"after": self._seen})
            ).json()
            for entry in entries:
                self._print("微信", entry["text"])
                for item in entry["menu"]:
                    self._print("", f"› {item['content']}")
            self._seen += len(entries)

    def _print(self, who: str, words: str) -> None:
        colour = "green" if who == "客户" else "cyan"
        self.console.print(f"[bold {colour}]{who:2}[/] {escape(words)}")


def _pretend(fake: str) -> None:
    """Put the settings of an invented account into the environment of all processes."""
    key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    values = {
        "APP_ID": f"wx{secrets.token_hex(8)}",
        "SECRET": secrets.token_hex(16),
        "TOKEN": secrets.token_hex(8),
        "AES_KEY": key,
        "API": fake,
    }
    os.environ.update({f"YINQIAO_WECHAT_{name}": value for name, value in values.items()})


def _fake(settings: Settings, port: int) -> Process:
    names = ("APP_ID", "SECRET", "TOKEN", "AES_KEY")
    environment = {
        **os.environ,
        **{f"FAKE_WECHAT_{name}": os.environ[f"YINQIAO_WECHAT_{name}"] for name in names},
        "FAKE_WECHAT_PORT": str(port),
        "FAKE_WECHAT_CALLBACK": f"{settings.gateway_url}{PATH}",
    }
    command = (sys.executable, "-m", "connectors.wechat.fake")
    return Process("wechat", command, answers(f"http://127.0.0.1:{port}/readyz"), environment)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
