"""One application as `yinqiao serve` runs it, which also writes down its route table.

`python -m tests.security.serve NAME FILE`
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from unittest.mock import patch

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount, WebSocketRoute

from yinqiao import serving
from yinqiao.settings import Settings

Make = Callable[[AsyncExitStack], Awaitable[FastAPI]]


def routes_of(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield method and path of every route; * stands for what a mounted application takes."""
    for context in iter_route_contexts(routes):
        route = context.original_route
        path = prefix + (context.path or "")
        if isinstance(route, Mount) and route.routes:
            yield from routes_of(route.routes, path)
        elif isinstance(route, Mount):
            # Static files, or the socket of the staff's pages.
            yield ("WS" if path.endswith("_ws") else "GET"), f"{path}/*"
        elif isinstance(route, WebSocketRoute):
            yield "WS", path
        else:
            methods = set(getattr(route, "methods", None) or ()) - {"HEAD"}
            yield from ((method, path) for method in sorted(methods))


def note(file: Path, app: FastAPI) -> None:
    """Write the route table of an application to a file."""
    file.write_text(json.dumps(list(routes_of(app.routes))), "utf-8")


def main() -> None:
    """Serve until SIGTERM."""
    name, file = sys.argv[1:]
    serve = vars(serving)["_serve"]

    def noting(make: Make, host: str, port: int, trusted: Sequence[str] = ()) -> None:
        async def made(stack: AsyncExitStack) -> FastAPI:
            app = await make(stack)
            await asyncio.to_thread(note, Path(file), app)
            return app

        serve(made, host, port, trusted)

    with patch.object(serving, "_serve", noting):
        serving.SERVERS[name](Settings())


if __name__ == "__main__":
    main()
