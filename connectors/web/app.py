"""The gateway's web application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.errors import TooLarge
from connectors.web import faults
from connectors.web.context import WebContext
from connectors.web.files import PATH as FILES
from connectors.web.files import create_files
from connectors.web.routes import create_router
from connectors.web.stream import create_stream
from connectors.web.wire import ErrorOut

STATIC = Path(__file__).parent / "static"
_MAX_BODY = 64 * 1024
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
Ready = Callable[[], Awaitable[dict[str, bool]]]


def create_gateway(context: WebContext, ready: Ready, lifespan: Lifespan | None = None) -> FastAPI:
    """Return the application; `ready` tells which of its dependencies answer."""
    app = FastAPI(
        title="Yinqiao gateway", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None
    )
    faults.install(app)
    app.add_middleware(_BodyLimit, file=context.largest_file)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(context.origins),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
        expose_headers=["retry-after"],
    )
    app.middleware("http")(_secure)
    app.include_router(create_router(context))
    app.include_router(create_files(context))
    app.include_router(create_stream(context))
    _add_operations(app, ready)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_api_route("/", _page, include_in_schema=False)
    return app


def _add_operations(app: FastAPI, ready: Ready) -> None:
    @app.get("/healthz", tags=["operations"])
    async def healthz() -> dict[str, str]:
        """Tell that the process lives."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["operations"])
    async def readyz() -> JSONResponse:
        """Tell which dependencies answer; 503 when one does not."""
        parts = await ready()
        return JSONResponse({"parts": parts}, 200 if all(parts.values()) else 503)

    @app.get("/metrics", tags=["operations"])
    async def metrics() -> Response:
        """Return the process's figures for Prometheus."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _page() -> FileResponse:
    return FileResponse(STATIC / "demo" / "index.html")


async def _secure(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    return response


class _BodyLimit:
    """Refuses a body larger than any message, or on its path any file, can be."""

    def __init__(self, app: ASGIApp, file: int) -> None:
        self._app = app
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = b""
        limit = self._file if scope["path"] == FILES else _MAX_BODY
        more = scope["method"] not in {"GET", "HEAD", "OPTIONS"}
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > limit:
                status, error = faults.error_of(TooLarge())
                answer = JSONResponse(ErrorOut(error=error).model_dump(exclude_none=True), status)
                await answer(scope, receive, send)
                return
        await self._app(scope, _replay(body, receive), send)


def _replay(body: bytes, receive: Receive) -> Receive:
    messages = _once(body)

    async def replayed() -> dict[str, object]:
        return await anext(messages, None) or dict(await receive())

    return replayed


async def _once(body: bytes) -> AsyncIterator[dict[str, object]]:
    yield {"type": "http.request", "body": body, "more_body": False}
