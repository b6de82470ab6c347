"""What we ask of 微信客服: news, messages, and whose turn it is in a session.

WeCom's session states: 0 new, 1 bot, 2 queue, 3 a member of staff in WeCom, 4 ended. Only in 0
and 1 may a program write, and our agents write through this program. So 1 stands for all three
of our owners that are at work, bot, queue and agent; 4 for closed; 2 and 3 are never asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from connectors.wechat.calls import Caller
from connectors.wechat.errors import Unreachable
from connectors.wechat.kf.ports import Inbox, Page, Visit
from connectors.wechat.rendering import Part
from conversation.files import Stored

MENU_HEAD = 1024
"""Bytes of text above a menu."""
_MENU_ITEMS = 10
_PICTURES, _LARGEST_PICTURE = {"image/png", "image/jpeg"}, 2 * 1024 * 1024
_PAGE = 1000


class State(IntEnum):
    """A session's state at WeCom."""

    NEW = 0
    BOT = 1
    QUEUE = 2
    STAFF = 3
    ENDED = 4


@dataclass(frozen=True, slots=True)
class KfApi:
    """`Account` and `News` over the calls of 微信客服."""

    caller: Caller
    inbox: Inbox

    async def page(self, visit: Visit) -> Page:
        """See `News.page`."""
        wish = {"cursor": visit.cursor, "token": visit.token, "limit": _PAGE}
        answer = await self._call("sync_msg", {**wish, "open_kfid": visit.kf_id, "voice_format": 0})
        match answer:
            case {"next_cursor": str(cursor), "has_more": int(more), "msg_list": list(entries)}:
                return Page(tuple(e for e in entries if isinstance(e, dict)), cursor, bool(more))
            case _:
                raise Unreachable

    async def send(self, customer_id: str, part: Part, name: str) -> None:
        """See `Account.send`; the first words to who enters go out under the welcome code."""
        said = {"msgid": name, **_content(part)}
        if code := await self.inbox.take_welcome(customer_id):
            await self._call("send_msg_on_event", {"code": code, **said})
        else:
            kf_id, _, user = customer_id.partition("/")
            await self._call("send_msg", {"touser": user, "open_kfid": kf_id, **said})

    async def send_file(self, customer_id: str, name: str, shown: str, stored: Stored) -> None:
        """See `Account.send_file`; what WeCom shows as no picture goes as a document."""
        picture = stored.type in _PICTURES and len(stored.content) <= _LARGEST_PICTURE
        kind = "image" if picture else "file"
        media_id = await self.caller.upload(kind, shown, stored)
        kf_id, _, user = customer_id.partition("/")
        said = {"msgid": name, "msgtype": kind, kind: {"media_id": media_id}}
        await self._call("send_msg", {"touser": user, "open_kfid": kf_id, **said})

    async def heard(self, customer_id: str) -> None:
        """Take a new session, so that nobody in WeCom is given it."""
        if await self._state(customer_id) is State.NEW:
            await self._move(customer_id, State.BOT)

    async def working(self, customer_id: str) -> None:
        """微信客服 has no typing sign."""

    async def ended(self, customer_id: str) -> None:
        """End the session, unless there is news, which may be the customer's next words."""
        if customer_id.partition("/")[0] in await self.inbox.waiting():
            return
        if await self._state(customer_id) in {State.NEW, State.BOT}:
            await self._move(customer_id, State.ENDED)

    async def _state(self, customer_id: str) -> State:
        answer = await self._call("service_state/get", _session(customer_id))
        try:
            return State(answer.get("service_state", -1))
        except ValueError:
            raise Unreachable from None

    async def _move(self, customer_id: str, state: State) -> None:
        wish = {**_session(customer_id), "service_state": state.value}
        await self._call("service_state/trans", wish)

    async def _call(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self.caller.call(f"/cgi-bin/kf/{name}", body)


def _session(customer_id: str) -> dict[str, Any]:
    kf_id, _, user = customer_id.partition("/")
    return {"open_kfid": kf_id, "external_userid": user}


def _content(part: Part) -> dict[str, Any]:
    if not part.items:
        return {"msgtype": "text", "text": {"content": part.text}}
    items = [
        {"type": "click", "click": {"id": item.id, "content": item.label}}
        for item in part.items[:_MENU_ITEMS]
    ]
    menu = {"head_content": part.text, "list": items, "tail_content": ""}
    return {"msgtype": "msgmenu", "msgmenu": menu}
