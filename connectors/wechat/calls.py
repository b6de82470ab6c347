"""Calls of WeChat's API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import orjson

from connectors.wechat.errors import TokenRefused, Unreachable, api_error

if TYPE_CHECKING:
    from connectors.wechat.access_token import AccessTokens

_JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls with the account's token; all raise `ApiError` or `StoreUnavailable`."""

    client: httpx.AsyncClient
    tokens: AccessTokens

    async def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the answer; a refused token is renewed once."""
        token = await self.tokens.get()
        try:
            return await self._once(path, body, token)
        except TokenRefused:
            return await self._once(path, body, await self.tokens.get(refused=token))

    async def _once(self, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        answer = await answer_of(self.client, path, body, access_token=token)
        if number := int(answer.get("errcode", 0)):
            raise api_error(number)
        return answer


async def answer_of(
    client: httpx.AsyncClient, path: str, body: dict[str, Any] | None, **params: str
) -> dict[str, Any]:
    """Post `body`, or get, and return the answer; raises `Unreachable` for all but an object.

    Characters are written as they are: WeChat shows escapes to the customer. No error carries
    the address, which holds the token.
    """
    try:
        if body is None:
            response = await client.get(path, params=params)
        else:
            response = await client.post(
                path, params=params, content=orjson.dumps(body), headers=_JSON
            )
        answer = orjson.loads(response.content) if response.is_success else None
    except (httpx.HTTPError, ValueError):
        raise Unreachable from None
    if not isinstance(answer, dict):
        raise Unreachable
    return answer
