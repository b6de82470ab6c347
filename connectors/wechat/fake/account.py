"""The fake WeChat's memory: one account, its followers' phones, tokens, allowances."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.wechat.fake.media import MediaStore
from connectors.wechat.fake.tokens import IssuedTokens, refusal
from connectors.wechat.quota import Deed, Quota, allowance
from connectors.wechat.splitting import MAX_BYTES

_UNKNOWN_USER, _OVERSIZE, _OUT_OF_REACH, _QUOTA = 40003, 45002, 45015, 45047
_TYPING_ALREADY, _BAD_TYPE = 45081, 40004


@dataclass(slots=True)
class Phone:
    """One follower: what the screen shows, and what may still be sent to it."""

    screen: list[dict[str, Any]] = field(default_factory=list)
    quota: Quota = field(default_factory=Quota)
    follows: bool = True
    typing: bool = False


@dataclass(slots=True)
class Account:
    """An Official Account as WeChat's servers know it; errors are WeChat's errcodes."""

    app_id: str
    secret: str = field(repr=False)
    clock: Callable[[], float] = time.time
    phones: dict[str, Phone] = field(default_factory=lambda: defaultdict(Phone))
    calls: int = 0
    mini_program: bool = False
    media: MediaStore = field(default_factory=MediaStore)
    tokens: IssuedTokens = field(init=False)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Make the place for tokens."""
        self.tokens = IssuedTokens(self.app_id, self.secret, self.clock)

    def token(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Answer `stable_token`."""
        who = str(wish.get("appid")), str(wish.get("secret"))
        return self.tokens.give(*who, force=bool(wish.get("force_refresh")))

    async def shown(self, open_id: str, count: int) -> list[dict[str, Any]]:
        """Return the screen once it shows `count` entries; waits as long as that takes."""
        while len(self.phones[open_id].screen) < count:
            await self.called(self.calls + 1)
        return self.phones[open_id].screen

    async def called(self, count: int) -> None:
        """Wait until this many messages were sent or refused."""
        while self.calls < count:
            self._news.clear()
            await self._news.wait()

    def deed(self, open_id: str, deed: Deed) -> None:
        """Note what a follower did."""
        phone, now = self.phones[open_id], self.clock()
        phone.follows = True
        message, click = phone.quota.message, phone.quota.click
        renewed = allowance(deed, now)
        if deed is Deed.CLICK:
            phone.quota = Quota(message, renewed)
        else:
            phone.quota = Quota(renewed, click)

    def hears(self, open_id: str, text: str) -> None:
        """Show what was said in a push's own connection; it counts against nothing."""
        self.calls += 1
        self._news.set()
        self.phones[open_id].screen.append({"text": text, "menu": [], "passive": True})

    def send(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """Answer `message/custom/send`."""
        self.calls += 1
        self._news.set()
        if problem := self._problem(token, body):
            return refusal(problem)
        phone = self.phones[body["touser"]]
        content = self._content(body)
        if content is None or (self.mini_program and content["menu"]):
            return refusal(_BAD_TYPE)
        if len(_weight(content).encode()) > MAX_BYTES:
            return refusal(_OVERSIZE)
        deed = phone.quota.next(self.clock())
        if deed is None:
            return refusal(_QUOTA)
        phone.quota = spent(phone.quota, deed)
        phone.typing = False
        phone.screen.append(content)
        return refusal(0)

    def _content(self, body: dict[str, Any]) -> dict[str, Any] | None:
        match body:
            case {"msgtype": "image", "image": {"media_id": str(media_id)}}:
                return self.media.shown("image", media_id)
            case _:
                return _content(body)

    def type(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """Answer `message/custom/typing`."""
        if problem := self._problem(token, body):
            return refusal(problem)
        phone = self.phones[body["touser"]]
        already = phone.typing and body.get("command") == "Typing"
        phone.typing = body.get("command") == "Typing"
        return refusal(_TYPING_ALREADY if already else 0)

    def _problem(self, token: str, body: dict[str, Any]) -> int:
        if problem := self.tokens.problem(token):
            return problem
        if body.get("touser") not in self.phones:
            return _UNKNOWN_USER
        return 0 if self.phones[body["touser"]].follows else _OUT_OF_REACH


def spent(quota: Quota, deed: Deed) -> Quota:
    """Return what is left after one message."""

    def less(which: Deed) -> Any:
        held = quota.click if which is Deed.CLICK else quota.message
        return type(held)(held.left - 1, held.until) if which is deed else held

    return Quota(less(Deed.MESSAGE), less(Deed.CLICK))


def _content(body: dict[str, Any]) -> dict[str, Any] | None:
    match body:
        case {"msgtype": "text", "text": {"content": str(text)}} if text:
            return {"text": text, "menu": []}
        case {"msgtype": "msgmenu", "msgmenu": {"head_content": str(text), "list": list(items)}}:
            return {"text": text, "menu": items}
        case _:
            return None


def _weight(content: dict[str, Any]) -> str:
    return str(content["text"]) + "".join(f"{i['id']}{i['content']}" for i in content["menu"])
