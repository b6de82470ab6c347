"""One place where anything that goes wrong becomes an answer with code, sentence and fields."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from connectors.errors import ConnectorError, Sentences
from connectors.web.wire import ErrorBody, ErrorOut
from conversation.errors import (
    BadFile,
    Busy,
    ConversationError,
    Unavailable,
    UnknownConversation,
)

_LOG = logging.getLogger(__name__)
_RETRY_SECONDS = 2
_SENTENCES = Sentences.load()


def error_of(error: Exception) -> tuple[int, ErrorBody]:
    """Return the HTTP status and body of an error that a channel may answer."""
    match error:
        case ConnectorError():
            fields = [error.field] if error.field else []
            body = _body(error.code, fields, **error.values)
            return error.status, body.model_copy(update={"retry_after": error.retry_after})
        case Unavailable():
            return 503, _later("unavailable")
        case Busy():
            return 429, _later(error.code)
        case UnknownConversation() | BadFile():
            return (422 if isinstance(error, BadFile) else 404), _body(error.code)
        case ConversationError():
            return 409, _body("refused")
        case _:
            _LOG.error("unexpected error", exc_info=error)
            return 503, _later("unavailable")


def _later(code: str) -> ErrorBody:
    return _body(code).model_copy(update={"retry_after": _RETRY_SECONDS})


def _body(code: str, fields: Sequence[str] = (), **values: object) -> ErrorBody:
    return ErrorBody(code=code, message=_SENTENCES.of(code, **values), fields=list(fields))


def invalid(errors: Sequence[object]) -> ErrorBody:
    """Return the body for a request that does not have the required shape."""
    fields = [_field(error) for error in errors if isinstance(error, dict)]
    return _body("invalid_request", fields)


def _field(error: dict[str, object]) -> str:
    place = error.get("loc", ())
    parts = place if isinstance(place, tuple | list) else ()
    return ".".join(str(part) for part in parts if part != "body")


def _answer(status: int, body: ErrorBody) -> JSONResponse:
    headers = {"Retry-After": str(body.retry_after)} if body.retry_after else {}
    return JSONResponse(ErrorOut(error=body).model_dump(exclude_none=True), status, headers)


async def _on_error(_: Request, error: Exception) -> JSONResponse:
    return _answer(*error_of(error))


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
    return _answer(422, invalid(error.errors()))


async def _on_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    return _answer(error.status_code, _body(f"http_{error.status_code}"))


def install(app: FastAPI) -> None:
    """Make `app` answer every error in one shape."""
    app.add_exception_handler(ConnectorError, _on_error)
    app.add_exception_handler(ConversationError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_error)
