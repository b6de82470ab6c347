"""An API's description at /docs, as a plain page: the usual one loads scripts from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>{style}</head>
<body><main class="docs"><h1>{title}</h1>
<p>Machine-readable: <a href="/openapi.json">/openapi.json</a></p>
<table><thead><tr><th>Method</th><th>Path</th><th>What it is</th><th>Answers</th></tr></thead>
<tbody>{rows}</tbody></table></main></body></html>"""
_ROW = "<tr><td><code>{}</code></td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>"


def docs_router(stylesheet: str = "") -> APIRouter:
    """Return GET /docs, which describes every route of the app it is part of that has a schema."""
    router = APIRouter()
    style = f'<link rel="stylesheet" href="{stylesheet}">' if stylesheet else ""

    @router.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        schema = request.app.openapi()
        rows = "".join(
            _row(method, path, operation)
            for path, operations in schema["paths"].items()
            for method, operation in operations.items()
        )
        title = escape(schema["info"]["title"])
        return HTMLResponse(_PAGE.format(title=title, style=style, rows=rows))

    return router


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    answers = ", ".join(operation.get("responses", ()))
    cells = (method.upper(), path, operation.get("summary", ""), answers)
    return _ROW.format(*(escape(cell) for cell in cells))
