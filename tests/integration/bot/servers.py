"""The servers around Rasa, which a test may stop and start."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn

from bot.actions.app import create_app
from bot.actions.memory_answers import MemoryAnswers
from bot.actions.ports import Article, Decision, Question
from bot.errors import AnswersUnavailable
from yinqiao.valkey import valkey_command

BROKEN = "信用卡附属卡的年费怎么收"
"""A plain question, whose search fails."""
ARTICLES = [
    Article(
        "card-loss",
        "怎么挂失银行卡",
        "第一步，打开手机银行。\n\n第二步，选择挂失。",
        "示例银行",
        "r1",
        frozenset({"credit_card"}),
    ),
    Article("card-cost", "挂失收费吗", "收费以公示为准，客服热线 {{hotline}}。"),
    Article("card-cancel", "怎么注销银行卡", "请到网点注销。"),
]


class Answers(MemoryAnswers):
    """The double, which is down when it is asked the broken question."""

    async def decide(self, question: Question) -> Decision:
        """Answer, or fail."""
        if question.text == BROKEN:
            raise AnswersUnavailable
        return await super().decide(question)


def wait_until(ready: Callable[[], bool], what: str, alive: Callable[[], bool]) -> None:
    """Poll until `ready`; fail when the server ends or takes two minutes."""
    deadline = time.monotonic() + 120
    while not ready():
        assert alive(), f"{what} ended"
        assert time.monotonic() < deadline, f"{what} did not start"
        time.sleep(0.05)


@dataclass
class ActionServer:
    """The action application under uvicorn, in a thread; it can be stopped and started."""

    port: int
    _server: uvicorn.Server = field(init=False)
    _thread: threading.Thread = field(init=False)

    def start(self) -> None:
        """Serve until `stop`."""
        answers = Answers(
            ARTICLES,
            {
                "怎么挂失银行卡": ["card-loss"],
                "怎么挂失银行卡 那要收费吗": ["card-cost"],
                "卡的事情": ["card-loss", "card-cancel"],
            },
        )
        config = uvicorn.Config(create_app(answers), port=self.port, log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started, "the action server", self._thread.is_alive)

    def stop(self) -> None:
        """Stop serving and wait for the end."""
        self._server.should_exit = True
        self._thread.join()


@dataclass
class ValkeyServer:
    """A Valkey of Rasa's own, which a test may stop."""

    port: int
    folder: Path
    _process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        """Return the server's URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Serve until `stop`."""
        self._process = subprocess.Popen(
            valkey_command(self.folder, self.port), stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if b"Ready to accept connections" in line:
                return
        pytest.fail("Valkey did not start")

    def stop(self) -> None:
        """Stop serving and wait for the end."""
        self._process.terminate()
        self._process.communicate()
