"""What staff see of a page that does not exist or could not be made: words, nothing internal.

NiceGUI's own page shows the error's text, which for a database is its statement and values.
"""

from __future__ import annotations

import logging
from html import escape

from nicegui import App
from starlette.requests import Request
from starlette.responses import HTMLResponse

from handoff.desk.theme import STYLESHEET
from handoff.labels import Labels

_LOG = logging.getLogger(__name__)
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{words}</title>
<link rel="stylesheet" href="{style}"></head>
<body><main class="login"><div class="login-card">
<p role="alert">{words}</p><a class="btn primary" href="/">{back}</a>
</div></main></body></html>"""


def plain_failures(pages: App, labels: Labels) -> None:
    """Make `pages` answer what goes wrong in plain words; the log has the rest."""

    def answer(status: int, code: str) -> HTMLResponse:
        words, back = (escape(labels.of("errors", each)) for each in (code, "back"))
        return HTMLResponse(_PAGE.format(words=words, back=back, style=STYLESHEET), status)

    async def missing(_: Request, __: Exception) -> HTMLResponse:
        return answer(404, "no_page")

    async def failed(request: Request, error: Exception) -> HTMLResponse:
        _LOG.error("a page failed", exc_info=error, extra={"path": request.url.path})
        return answer(500, "page_failed")

    pages.add_exception_handler(404, missing)
    pages.add_exception_handler(Exception, failed)
