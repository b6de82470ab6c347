"""Quality of the understanding on sentences that no training has seen, and clean data.

`nlu_data/held_out/routing_2.jsonl` only measures; settings were chosen by cross-validation on the
training data. The thresholds lie a little under what was measured.
"""

from __future__ import annotations

import json
import subprocess
import uuid
from typing import Any

import httpx
import pytest

from bot.rasa_process import ROOT, RasaSettings, rasa_environment, validate_command
from bot.training import DATA

HELD_OUT = ROOT / "nlu_data" / "held_out" / "routing_2.jsonl"
ROUTES = {
    "complaint": "complaint",
    "complaint_followup": "complaint",
    "transaction": "transaction",
    "fraud": "fraud",
    "human_request": "human",
    "elderly_help": "human",
    "out_of_scope": "refuse",
    # The knowledge base is asked first here too; then the customer is asked what is meant.
    "unclear": "answer",
    # The knowledge base is asked; it refuses what it does not know.
    "nlu_fallback": "answer",
}


def route_of(intent: str) -> str:
    if intent.startswith(("ask_", "guide_")):
        return "answer"
    return ROUTES.get(intent, "chitchat")


@pytest.fixture(scope="module")
def rows(rasa_url: str) -> list[tuple[str, str, str, str]]:
    """Return (true intent, true route, intent, route) of each held-out sentence."""
    measured = []
    with httpx.Client(base_url=rasa_url, timeout=60) as client:
        for line in HELD_OUT.read_text("utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            body = {"sender": uuid.uuid4().hex, "message": row["text"], "message_id": "1-0"}
            answer = client.post("/webhooks/yinqiao/webhook", json=body).json()
            intent = answer["parse"]["intent"]["name"]
            measured.append((row["intent"], row["route"], intent, route_of(intent)))
    return measured


def test_intents_and_routes(rows: list[tuple[str, str, str, str]]) -> None:
    assert sum(intent == true for true, _, intent, _ in rows) / len(rows) >= 0.85
    assert sum(route == true for _, true, _, route in rows) / len(rows) >= 0.93


@pytest.mark.parametrize("kind", ["complaint", "transaction", "fraud", "human"])
def test_escalations_are_found_and_not_invented(
    rows: list[tuple[str, str, str, str]], kind: str
) -> None:
    found = [true == kind for _, true, _, route in rows if route == kind]
    wanted = [route == kind for _, true, _, route in rows if true == kind]
    assert sum(wanted) / len(wanted) >= 0.88
    assert sum(found) / len(found) >= 0.88


def test_domain_and_data_are_clean() -> None:
    settings = RasaSettings()
    done = subprocess.run(
        validate_command(settings, DATA),
        cwd=ROOT,
        env=rasa_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
