"""`yinqiao chat`: a conversation in the terminal, as a customer has it in the browser."""

from __future__ import annotations

import asyncio
import sys
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from connectors.web.tokens import Tokens
from yinqiao.web_client import GatewayUnreachable, WebClient, open_line

_NAMES = {"bot": "智能客服(机器人)", "agent": "人工客服", "system": "系统"}
_COLOURS = {"bot": "cyan", "agent": "green", "system": "yellow"}


@dataclass(slots=True)
class _Talk:
    """What one talk has shown and what it has not got through yet."""

    console: Console
    cursor: str | None = None
    position: int | None = None
    unsent: dict[str, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    owner: str = "bot"
    over: bool = False

    def done(self) -> bool:
        """Whether the input has ended and everything said has been answered or queued."""
        queueing = self.owner == "queue" and self.position is None
        return self.over and not (self.unsent or self.waiting or queueing)

    def take(self, frame: dict[str, Any]) -> None:
        """Show one frame."""
        match frame["type"]:
            case "accepted":
                self.unsent.pop(frame["client_id"], None)
                self.waiting.add(frame["cursor"])
            case "message":
                self._show(frame["message"])
            case "state":
                self._state(frame["state"])
            case "error":
                self.unsent.pop(str(frame.get("client_id")), None)
                self.console.print(f"[red]{escape(frame['error']['message'])}[/red]")

    def _show(self, message: dict[str, Any]) -> None:
        self.cursor = message["cursor"]
        sender = message["sender"]
        if sender == "customer":
            return
        name = message["name"] or _NAMES[sender]
        if message["kind"] == "notice":
            title = message["notice"]["title"]
            self.console.print(Panel(escape(message["text"]), title=f"风险提示 · {title}"))
        else:
            colour = _COLOURS[sender]
            self.console.print(f"[bold {colour}]{name}[/] {escape(message['text'])}")
        for source in message["sources"]:
            self.console.print(f"[dim]来源：{escape(source['source'] or source['title'])}[/dim]")
        for option in message["options"]:
            self.console.print(f"  [dim]›[/dim] {escape(option['label'])}")

    def _state(self, state: dict[str, Any]) -> None:
        if not state["busy"]:
            self.waiting.clear()
        if state["position"] and state["position"] != self.position:
            self.console.print(f"[dim]当前排在第 {state['position']} 位[/dim]")
        self.owner, self.position = state["owner"], state["position"]


async def chat(url: str, tokens: Tokens, console: Console) -> None:
    """Talk until the input ends; a broken line is opened again where it broke off."""
    token = tokens.issue()
    talk = _Talk(console)
    lines = _typed()
    while not talk.done():
        try:
            async with open_line(url, token, talk.cursor) as client, asyncio.TaskGroup() as group:
                saying = group.create_task(_say(client, lines, talk))
                await _hear(client, talk)
                saying.cancel()
        except* GatewayUnreachable:
            console.print("[dim]系统暂时无法连接，正在重试…[/dim]")
            await asyncio.sleep(2)


async def _hear(client: WebClient, talk: _Talk) -> None:
    while not talk.done():
        talk.take(await client.frame())


async def _say(client: WebClient, lines: asyncio.Queue[str | None], talk: _Talk) -> None:
    """Send what the last line did not get through, then what is typed."""
    for client_id, unsent in list(talk.unsent.items()):
        await client.send(unsent, client_id)
    while (text := await lines.get()) is not None:
        client_id = uuid.uuid4().hex
        talk.unsent[client_id] = text
        await client.send(text, client_id)
    talk.over = True
    # The listener may be waiting for a frame that nobody has a reason to send.
    await client.ping()


def _typed() -> asyncio.Queue[str | None]:
    """Read standard input in a thread of its own; None at its end."""
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            if line.strip():
                loop.call_soon_threadsafe(lines.put_nowait, line.strip())
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return lines
