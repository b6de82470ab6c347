"""What we ask of an Official Account: customer-service messages and the typing sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.wechat.calls import Caller
from connectors.wechat.rendering import Part
from conversation.files import Stored

_SEND = "/cgi-bin/message/custom/send"
_TYPING = "/cgi-bin/message/custom/typing"


@dataclass(frozen=True, slots=True)
class WeChatApi:
    """`Account` over the calls of an Official Account or a mini-program."""

    caller: Caller
    menus: bool = True
    """Mini-programs have none: options are lines of text, which customers type."""

    async def send(self, customer_id: str, part: Part, name: str) -> None:  # noqa: ARG002 - no key
        """See `Account.send`; WeChat knows no name of a message."""
        await self.caller.call(_SEND, {"touser": customer_id, **self._content(part)})

    async def send_file(self, customer_id: str, name: str, shown: str, stored: Stored) -> None:  # noqa: ARG002 - WeChat asks for no name
        """See `Account.send_file`; there are only pictures."""
        media_id = await self.caller.upload("image", shown, stored)
        said = {"msgtype": "image", "image": {"media_id": media_id}}
        await self.caller.call(_SEND, {"touser": customer_id, **said})

    async def heard(self, customer_id: str) -> None:
        """An Official Account has no sessions."""

    async def working(self, customer_id: str) -> None:
        """Show the typing sign."""
        await self.caller.call(_TYPING, {"touser": customer_id, "command": "Typing"})

    async def ended(self, customer_id: str) -> None:
        """An Official Account has no sessions."""

    def _content(self, part: Part) -> dict[str, Any]:
        if not (part.items and self.menus):
            lines = [part.text, *(f"· {item.label}" for item in part.items)]
            return {"msgtype": "text", "text": {"content": "\n".join(lines)}}
        items = [{"id": item.id, "content": item.label} for item in part.items]
        menu = {"head_content": part.text, "list": items, "tail_content": ""}
        return {"msgtype": "msgmenu", "msgmenu": menu}
