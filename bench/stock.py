"""Rasa alone, as its documentation has it: stock pipeline, REST channel, its Redis trackers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml

from bench.valkey import free_port, running_valkey
from bot.rasa_process import ROOT, RasaSettings, rasa_environment
from bot.training import content_hash
from yinqiao.evaluation.stock import STOCK_CONFIG, STOCK_PYTHON, train_stock

_EPOCHS = 1
"""The time of an answer depends on the shape of the model, not on how long it was trained."""
_STARTS_WITHIN = 180.0


def stock_model() -> Path:
    """Return the stock pipeline's model for the present data, trained when there is none."""
    folder = ROOT / "var" / "cache" / "stock"
    model = folder / f"{content_hash(RasaSettings())[:16]}.tar.gz"
    if not model.exists():
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "config.yml"
        config.write_text(yaml.safe_dump(_quick(), sort_keys=False), "utf-8")
        train_stock(folder, print, config).replace(model)
    return model


def _quick() -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(STOCK_CONFIG.read_text("utf-8"))
    for component in (*config["pipeline"], *config["policies"]):
        if "epochs" in component:
            component["epochs"] = _EPOCHS
    return config


@contextmanager
def running_stock(folder: Path) -> Iterator[str]:
    """Serve it, with `folder` for its files, beside actions that say one sentence at once.

    The actions do nothing, for whatever real ones do would be added to Rasa's own time. Yields
    Rasa's URL.
    """
    port, actions = free_port(), free_port()
    serve = ("-m", "uvicorn", "bench.one_sentence:app", "--log-level", "error")
    with (
        running_valkey() as store,
        _running([sys.executable, *serve, "--port", str(actions)], dict(os.environ)),
        _running(
            _serve_command(folder, port, store, f"http://127.0.0.1:{actions}/webhook"),
            rasa_environment(RasaSettings(python=STOCK_PYTHON)),
        ) as rasa,
    ):
        url = f"http://127.0.0.1:{port}"
        _wait(url, rasa)
        yield url


def _serve_command(folder: Path, port: int, store: str, actions: str) -> list[str]:
    store_port = urlsplit(store).port
    endpoints = {
        "tracker_store": {"type": "redis", "url": "127.0.0.1", "port": store_port},
        "lock_store": {"type": "in_memory"},
        "action_endpoint": {"url": actions},
    }
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), "utf-8")
    (folder / "credentials.yml").write_text("rest:\n", "utf-8")
    return [
        *(str(STOCK_PYTHON), "-m", "rasa", "run", "--model", str(stock_model())),
        *("--endpoints", f"{folder}/endpoints.yml", "--credentials", f"{folder}/credentials.yml"),
        *("--interface", "127.0.0.1", "--port", str(port)),
    ]


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a model is loaded: only then does Rasa's REST channel answer anything."""
    deadline = time.monotonic() + _STARTS_WITHIN
    with httpx.Client(trust_env=False, timeout=60) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                body = {"sender": "first", "message": "您好"}
                if client.post(f"{url}/webhooks/rest/webhook", json=body).json():
                    return
            except (httpx.HTTPError, ValueError):
                time.sleep(0.5)
    message = "stock Rasa did not start"
    raise TimeoutError(message)
