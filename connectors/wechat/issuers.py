"""Who gives out access tokens: WeChat for an Official Account, WeCom for 微信客服."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from connectors.wechat.calls import get, post
from connectors.wechat.errors import ApiError, TokenRefused, Unreachable


class Issuer(Protocol):
    """Gives out tokens for one `account`. Raises `Unreachable` when it is down or says no."""

    @property
    def account(self) -> str:
        """Whose tokens they are."""

    async def issue(self, *, force: bool) -> tuple[str, int]:
        """Return a token and its lifetime in seconds; `force` asks for another one."""


@dataclass(frozen=True, slots=True)
class StableToken:
    """`stable_token` of an Official Account."""

    client: httpx.AsyncClient
    account: str
    secret: str = field(repr=False)

    async def issue(self, *, force: bool) -> tuple[str, int]:
        """See `Issuer.issue`."""
        wish = {
            "grant_type": "client_credential",
            "appid": self.account,
            "secret": self.secret,
            "force_refresh": force,
        }
        return await _token(post(self.client, "/cgi-bin/stable_token", wish))


@dataclass(frozen=True, slots=True)
class CorpToken:
    """`gettoken` of WeCom, which repeats a token while it is valid; nothing can be forced."""

    client: httpx.AsyncClient
    account: str
    secret: str = field(repr=False)

    async def issue(self, *, force: bool) -> tuple[str, int]:  # noqa: ARG002 - the port's shape
        """See `Issuer.issue`."""
        wish = {"corpid": self.account, "corpsecret": self.secret}
        return await _token(get(self.client, "/cgi-bin/gettoken", **wish))


async def _token(asking: Awaitable[dict[str, Any]]) -> tuple[str, int]:
    """Read the answer; a refusal says nothing about any message, so those wait."""
    try:
        answer = await asking
    except Unreachable:
        raise
    except ApiError as error:
        raise TokenRefused(error.number) from None
    if "access_token" not in answer:
        raise TokenRefused
    return str(answer["access_token"]), int(answer.get("expires_in", 0))
