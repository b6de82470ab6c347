"""Logging in and out. A plain form: it works before any script runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from nicegui import ui
from starlette.responses import RedirectResponse

from handoff.desk.origin import foreign
from handoff.desk.parts import Parts
from handoff.desk.theme import box, dress, text
from handoff.errors import AccountError

_SEE_OTHER = 303


def login_routes(parts: Parts) -> APIRouter:
    """Return POST /login and POST /logout."""
    router = APIRouter(tags=["session"])

    @router.post("/login", status_code=_SEE_OTHER, summary="Log in with a form")
    async def log_in(
        request: Request,
        login: Annotated[str, Form(max_length=64)],
        password: Annotated[str, Form(max_length=256)],
    ) -> RedirectResponse:
        _same_origin(request)
        try:
            await parts.sessions.begin(request, login, password)
        except AccountError as error:
            parts.metrics.logins.labels(error.code).inc()
            return RedirectResponse(f"/login?error={error.code}", _SEE_OTHER)
        parts.metrics.logins.labels("ok").inc()
        return RedirectResponse("/", _SEE_OTHER)

    @router.post("/logout", status_code=_SEE_OTHER, summary="Log out")
    async def log_out(request: Request) -> RedirectResponse:
        _same_origin(request)
        await parts.sessions.end(request)
        return RedirectResponse("/login", _SEE_OTHER)

    return router


def _same_origin(request: Request) -> None:
    """Refuse a form of another site: SameSite does not cover logging in."""
    if foreign(request.headers):
        raise HTTPException(403, "cross-site form")


def login_page(parts: Parts) -> None:
    """Register GET /login."""

    @ui.page("/login")
    def show(error: str = "") -> None:
        dress("登录 · 客服工作台")
        with box("login", "main"), box("login-card", "form", method="post", action="/login"):
            with box("brand"):
                text("客服工作台", tag="h1").style("font: inherit")
            text(parts.settings.bank, "sub", tag="p")
            if error in parts.labels.errors:
                told = parts.labels.of("errors", error)
                text(told, "login-error", role="alert", data_testid="login-error")
            _field("账号", "login", "text", "username", "login-user").props["autofocus"] = True
            _field("密码", "password", "password", "current-password", "login-password")
            text("登录", "btn primary", "button", type="submit", data_testid="login-submit")


def _field(label: str, name: str, kind: str, complete: str, testid: str) -> ui.element:
    with box("field", "label"):
        text(label, "name", tag="span")
        return box(
            "",
            "input",
            name=name,
            type=kind,
            autocomplete=complete,
            required="required",
            maxlength="64" if kind == "text" else "128",
            data_testid=testid,
        )
