"""What we ask of WeChat: customer-service messages and the typing sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from connectors.wechat.access_token import AccessTokens, answer_of
from connectors.wechat.errors import TokenRefused, api_error
from connectors.wechat.rendering import Part

_SEND = "/cgi-bin/message/custom/send"
_TYPING = "/cgi-bin/message/custom/typing"


@dataclass(frozen=True, slots=True)
class WeChatApi:
    """One account's calls; all raise `ApiError` or `StoreUnavailable`."""

    client: httpx.AsyncClient
    tokens: AccessTokens

    async def send(self, open_id: str, part: Part) -> None:
        """Send one customer-service message: a text, or a menu when it has items."""
        await self._call(_SEND, {"touser": open_id, **_content(part)})

    async def typing(self, open_id: str) -> None:
        """Show the customer that an answer is being written."""
        await self._call(_TYPING, {"touser": open_id, "command": "Typing"})

    async def _call(self, path: str, body: dict[str, Any]) -> None:
        """Call with the token; a refused one is renewed once."""
        token = await self.tokens.get()
        try:
            await self._once(path, body, token)
        except TokenRefused:
            await self._once(path, body, await self.tokens.get(refused=token))

    async def _once(self, path: str, body: dict[str, Any], token: str) -> None:
        answer = await answer_of(self.client, path, body, token)
        if number := int(answer.get("errcode", 0)):
            raise api_error(number)


def _content(part: Part) -> dict[str, Any]:
    if not part.items:
        return {"msgtype": "text", "text": {"content": part.text}}
    items = [{"id": item.id, "content": item.label} for item in part.items]
    menu = {"head_content": part.text, "list": items, "tail_content": ""}
    return {"msgtype": "msgmenu", "msgmenu": menu}
