"""The API's description at /docs, as a plain page: the usual one loads scripts from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from handoff.desk.theme import MOUNT

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="{mount}/desk.css"></head>
<body><main class="docs"><h1>{title}</h1>
<p>Machine-readable: <a href="/openapi.json">/openapi.json</a></p>
<table><thead><tr><th>Method</th><th>Path</th><th>What it is</th><th>Answers</th></tr></thead>
<tbody>{rows}</tbody></table></main></body></html>"""
_ROW = "<tr><td><code>{}</code></td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>"


def add_docs(app: FastAPI) -> None:
    """Serve the description of every route of the app that has one."""

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        schema = app.openapi()
        rows = "".join(
            _row(method, path, operation)
            for path, operations in schema["paths"].items()
            for method, operation in operations.items()
        )
        title = escape(schema["info"]["title"])
        return HTMLResponse(_PAGE.format(title=title, mount=MOUNT, rows=rows))


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    answers = ", ".join(operation.get("responses", ()))
    cells = (method.upper(), path, operation.get("summary", ""), answers)
    return _ROW.format(*(escape(cell) for cell in cells))
