"""Rasa's action-server protocol as a FastAPI application."""

from __future__ import annotations

import json
import logging
import time
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot.actions.complaint_talk import ComplaintTalk
from bot.actions.dialogue import Dialogue
from bot.actions.manners import Manners
from bot.actions.memory_complaints import MemoryComplaints
from bot.actions.ports import Answers, Complaints
from bot.actions.sdk import executor
from bot.actions.utterances import Utterances

_LOG = logging.getLogger(__name__)


class _Metrics:
    def __init__(self) -> None:
        # A registry of its own: an application may be made more than once in a process.
        self.registry = CollectorRegistry()
        self.runs = Counter(
            "yinqiao_action_runs",
            "Actions run, by action and HTTP status.",
            ["action", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "yinqiao_action_seconds",
            "Time in an action.",
            ["action"],
            registry=self.registry,
        )


async def _always() -> bool:
    return True


def create_app(
    answers: Answers,
    utterances: Utterances | None = None,
    manners: Manners | None = None,
    *,
    complaints: Complaints | None = None,
    ready: Callable[[], Awaitable[bool]] = _always,
) -> FastAPI:
    """Return the application; `ready` tells whether `answers` can be asked (for /readyz).

    Without `complaints` nothing is told of any.

    An action that fails is answered with the protocol's error shape {"error", "action_name"}
    and a status ≥ 400, and logged; Rasa then drops the action and the channel reports the turn
    as failed.
    """
    dialogue = Dialogue(answers, utterances or Utterances.load(), manners or Manners.load())
    actions = executor(ComplaintTalk(dialogue, complaints or MemoryComplaints()))
    metrics = _Metrics()
    app = FastAPI(title="Yinqiao actions", docs_url=None, redoc_url=None)

    @app.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        """Run one action for Rasa."""
        call = _call(request.headers.get("Content-Encoding", ""), await request.body())
        if call is None:
            return JSONResponse({"error": "not an action call"}, status_code=400)
        name = str(call["next_action"])
        label = name if name in actions.actions else "unknown"
        began = time.perf_counter()
        response = await _run(actions, call, name)
        metrics.seconds.labels(label).observe(time.perf_counter() - began)
        metrics.runs.labels(label, str(response.status_code)).inc()
        return response

    @app.get("/health")
    @app.get("/healthz")
    async def health() -> dict[str, str]:
        """Tell that the process lives."""
        return {"status": "ok"}

    @app.get("/readyz")
    async def readiness() -> JSONResponse:
        """Tell whether the knowledge base can be asked."""
        is_ready = await ready()
        body = {"status": "ok" if is_ready else "not ready"}
        return JSONResponse(body, status_code=200 if is_ready else 503)

    @app.get("/metrics")
    async def prometheus() -> Response:
        """Return the metrics in Prometheus' text format."""
        return PlainTextResponse(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return app


def _call(encoding: str, body: bytes) -> dict[str, Any] | None:
    """Read an action call; Rasa may deflate it."""
    try:
        call = json.loads(zlib.decompress(body) if encoding == "deflate" else body)
    except (ValueError, RecursionError, zlib.error):
        return None
    if not (isinstance(call, dict) and call.get("next_action") and "tracker" in call):
        return None
    # Our actions do not read the domain and Rasa is told not to send it; the executor insists
    # on a key.
    return {"domain": {}, **call}


async def _run(actions: ActionExecutor, call: dict[str, Any], name: str) -> JSONResponse:
    try:
        result = await actions.run(call)
    except ActionNotFoundException as error:
        return _error(404, str(error.message), name)
    except ActionExecutionRejection as error:
        return _error(400, error.message, name)
    except Exception:  # noqa: BLE001 - whatever it was, Rasa gets the protocol's error
        _LOG.exception("action failed", extra={"action": name})
        return _error(500, "the action failed", name)
    return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})


def _error(status: int, message: str, name: str) -> JSONResponse:
    return JSONResponse({"error": message, "action_name": name}, status_code=status)
