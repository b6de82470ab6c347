"""Whether a request comes from one of our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_SOCKET = "/_nicegui_ws/"


def foreign(headers: Headers) -> bool:
    """Tell whether a browser sent this for a page of another site.

    Browsers tell over HTTPS and on loopback where a request comes from; else the origin
    has to be the host that was asked. What states neither is no browser's page.
    """
    site = headers.get("sec-fetch-site")
    if site:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return bool(origin) and urlsplit(str(origin)).netloc != headers.get("host")


class OwnSockets:
    """ASGI middleware: the pages' socket, WebSocket or polling, is for our own pages only."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or go on."""
        socket = scope["type"] in {"http", "websocket"} and scope["path"].startswith(_SOCKET)
        if not (socket and foreign(Headers(scope=scope))):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Before it is accepted: the server answers 403.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("cross-site socket", 403)(scope, receive, send)
