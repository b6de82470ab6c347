"""Whether the desk lives, whether it can serve, and what it counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from handoff.desk.parts import Parts


def health_routes(parts: Parts, ready: Callable[[], Awaitable[bool]]) -> APIRouter:
    """Return GET /healthz, /readyz and /metrics; none of them needs a login."""
    router = APIRouter(tags=["operation"])

    @router.get("/healthz", summary="The process lives")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get(
        "/readyz", summary="What is behind answers", responses={503: {"description": "It does not"}}
    )
    async def readyz(response: Response) -> dict[str, str]:
        if await ready():
            return {"status": "ok"}
        response.status_code = 503
        return {"status": "unavailable"}

    @router.get("/metrics", summary="Prometheus metrics", response_class=Response)
    async def metrics() -> Response:
        body = await parts.metrics.text(parts.service)
        return Response(body, media_type=CONTENT_TYPE_LATEST)

    return router
