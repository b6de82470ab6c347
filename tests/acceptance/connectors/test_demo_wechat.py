"""`yinqiao demo wechat`: the whole system, a WeChat of our own, one conversation to its end."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from conversation.utterances import Utterances
from tests.conftest import ROOT, free_port
from yinqiao.cli.demo_wechat import Scene


def test_a_conversation_with_notice_handoff_and_agent_is_shown(tmp_path: Path) -> None:
    for part in ("models", "knowledge_base"):
        (tmp_path / part).symlink_to(ROOT / "var" / part)
    source, target = ROOT / "var" / "records.db", tmp_path / "records.db"
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    names = ("valkey", "gateway", "desk", "rasa", "actions")
    environment = {
        **os.environ,
        "YINQIAO_VAR": str(tmp_path),
        "COLUMNS": "1000",
        **{f"YINQIAO_{name.upper()}_PORT": str(free_port()) for name in names},
    }
    done = subprocess.run(
        [sys.executable, "-m", "yinqiao", "demo", "wechat"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    words = Utterances.load()
    replies = [step.words for step in Scene.load().steps if step.does == "reply"]
    places = [
        done.stdout.find(text)
        for text in (
            words.text("greeting"),
            "【风险提示】",
            words.text("unreadable"),
            words.text("agent_joined", name="坐席一号"),
            *replies,
            words.text("agent_closed"),
        )
    ]
    assert -1 not in places
    assert places == sorted(places)
