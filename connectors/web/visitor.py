"""Who asks: the visitor of a request's bearer token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Header

from connectors.errors import BadToken
from connectors.web.tokens import Tokens, Visitor


def visitor_of(tokens: Tokens) -> Callable[..., Visitor]:
    """Return the dependency that verifies a request's token; it raises `BadToken`."""

    def visitor(authorization: Annotated[str, Header()] = "") -> Visitor:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise BadToken
        return tokens.verify(token)

    return visitor
