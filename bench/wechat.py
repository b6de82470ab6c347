"""How long WeChat waits for `success` while Rasa takes every question and answers none.

The gateway runs in a process of its own and handles turns; where Rasa should be, somebody listens
and is silent. Pushes come at a steady pace, each from a customer of its own, signed and encrypted
as WeChat does it.
"""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time
from statistics import median

import httpx

from bench.figure import Figure
from bench.valkey import free_port, running_valkey
from connectors.wechat.cipher import MessageCipher
from connectors.wechat.fake.pushing import Envelope
from connectors.wechat.routes import PATH

_PUSHES = 2000
_A_SECOND = 20
_APP, _TOKEN = "wxbench", "bench-token"


def measure() -> list[Figure]:
    """Start a gateway beside a mute Rasa and push; about two minutes."""
    key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    with running_valkey() as url, tempfile.TemporaryDirectory(prefix="yinqiao-bench-") as folder:
        ports = {"GATEWAY": free_port(), "RASA": free_port()}
        environment = {
            **os.environ,
            "YINQIAO_VAR": folder,
            "YINQIAO_REDIS_URL": url,
            "YINQIAO_WECHAT_APP_ID": _APP,
            "YINQIAO_WECHAT_SECRET": "bench",
            "YINQIAO_WECHAT_TOKEN": _TOKEN,
            "YINQIAO_WECHAT_AES_KEY": key,
            "YINQIAO_WECHAT_API": "http://127.0.0.1:9",
            **{f"YINQIAO_{name}_PORT": str(port) for name, port in ports.items()},
        }
        command = [sys.executable, "-m", "yinqiao", "serve", "gateway"]
        gateway = subprocess.Popen(command, env=environment)
        try:
            envelope = Envelope(_TOKEN, MessageCipher(_APP, key))
            address = f"http://127.0.0.1:{ports['GATEWAY']}"
            return asyncio.run(_measure(address, ports["RASA"], envelope))
        finally:
            gateway.terminate()
            gateway.wait()


async def _measure(address: str, rasa: int, envelope: Envelope) -> list[Figure]:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other side gives up
        writer.close()

    async with await asyncio.start_server(mute, "127.0.0.1", rasa):
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(base_url=address, trust_env=False, limits=limits) as client:
            await _answers(client)
            begin = time.perf_counter()
            pushes = [_push(client, envelope, n, begin + n / _A_SECOND) for n in range(_PUSHES)]
            seconds = sorted(await asyncio.gather(*pushes))
    name = f"WeChat's push acknowledged while Rasa hangs, {_A_SECOND}/s"
    worst = seconds[int(len(seconds) * 0.999)]
    return [
        Figure(f"{name}, median", f"{median(seconds) * 1000:.1f} ms", ""),
        Figure(f"{name}, p99.9 of {_PUSHES}", f"{worst * 1000:.1f} ms", "≤ 1 s"),
    ]


async def _answers(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(120):
        while True:
            try:
                if (await client.get("/readyz")).is_success:
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.1)


async def _push(client: httpx.AsyncClient, envelope: Envelope, number: int, at: float) -> float:
    """Push at `at`; returns the seconds until it was acknowledged."""
    await asyncio.sleep(max(at - time.perf_counter(), 0))
    now = int(time.time())
    fields = {
        "ToUserName": "gh_bench",
        "FromUserName": f"bench-{number}",
        "CreateTime": str(now),
        "MsgType": "text",
        "MsgId": str(10**9 + number),
        "Content": "转账限额是多少",
    }
    query, body = envelope.seal(fields, now)
    start = time.perf_counter()
    answer = await client.post(PATH, params=query, content=body, timeout=60)
    if answer.text != "success":
        raise RuntimeError(answer.text)
    return time.perf_counter() - start
