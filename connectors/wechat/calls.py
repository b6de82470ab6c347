"""Calls of WeChat's API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import orjson

from connectors.wechat.errors import TokenRefused, Unreachable, api_error
from conversation.files import Stored

if TYPE_CHECKING:
    from connectors.wechat.access_token import AccessTokens

_JSON = {"Content-Type": "application/json; charset=utf-8"}
_UPLOAD, _DOWNLOAD = "/cgi-bin/media/upload", "/cgi-bin/media/get"


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls with the account's token; all raise `ApiError` or `StoreUnavailable`."""

    client: httpx.AsyncClient
    tokens: AccessTokens

    async def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to `body`."""
        return object_of(await self._asked(lambda token: _post(self.client, path, token, body)))

    async def upload(self, kind: str, name: str, stored: Stored) -> str:
        """Let WeChat keep a file for three days; returns its media_id."""
        parts = {"media": (name, stored.content, stored.type)}

        async def once(token: str) -> httpx.Response:
            params = {"access_token": token, "type": kind}
            return await self.client.post(_UPLOAD, params=params, files=parts)

        return str(object_of(await self._asked(once)).get("media_id", ""))

    async def download(self, media_id: str) -> bytes:
        """Return what a customer has sent."""

        async def once(token: str) -> httpx.Response:
            params = {"access_token": token, "media_id": media_id}
            return await self.client.get(_DOWNLOAD, params=params)

        return (await self._asked(once)).content

    async def _asked(self, once: Callable[[str], Awaitable[httpx.Response]]) -> httpx.Response:
        """Return the answer; a refused token is renewed once."""
        token = await self.tokens.get()
        try:
            return await answered(once(token))
        except TokenRefused:
            return await answered(once(await self.tokens.get(refused=token)))


async def _post(
    client: httpx.AsyncClient, path: str, token: str, body: dict[str, Any]
) -> httpx.Response:
    """Post JSON. Characters are written as they are: WeChat shows escapes to the customer."""
    params = {"access_token": token} if token else {}
    return await client.post(path, params=params, content=orjson.dumps(body), headers=_JSON)


async def get(client: httpx.AsyncClient, path: str, **params: str) -> dict[str, Any]:
    """Return the answer to a question without a token."""
    return object_of(await answered(client.get(path, params=params)))


async def post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to `body` without a token."""
    return object_of(await answered(_post(client, path, "", body)))


async def answered(asking: Awaitable[httpx.Response]) -> httpx.Response:
    """Return a good answer; raises `ApiError`, which never carries the address with the token."""
    try:
        response = await asking
    except httpx.HTTPError:
        raise Unreachable from None
    if not response.is_success:
        raise Unreachable
    # A refusal is an object, whatever was asked for and whatever its media type says.
    if response.content.startswith(b"{") and (number := object_of(response).get("errcode")):
        raise api_error(int(number))
    return response


def object_of(response: httpx.Response) -> dict[str, Any]:
    """Return the answer's object; raises `Unreachable` for anything else."""
    try:
        answer = orjson.loads(response.content)
    except ValueError:
        raise Unreachable from None
    if not isinstance(answer, dict):
        raise Unreachable
    return answer
