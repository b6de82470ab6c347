"""The fake WeCom's memory: service accounts, the customers' phones, sessions, news."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.wechat.fake.account import spent
from connectors.wechat.fake.media import MediaStore
from connectors.wechat.fake.tokens import IssuedTokens, refusal
from connectors.wechat.kf.api import MENU_HEAD, State
from connectors.wechat.kf.item import Origin
from connectors.wechat.quota import Deed, Quota, allowance
from connectors.wechat.splitting import MAX_BYTES

_BAD_REQUEST, _BAD_MSGTOKEN, _BAD_CODE = 40058, 95007, 95014
_SPENT, _TOO_LATE, _BAD_STATE, _BAD_MOVE = 95001, 95002, 95018, 95016
_MSGID = re.compile(r"[0-9a-zA-Z_-]{0,32}")
_MOVES = {
    State.NEW: {State.BOT, State.QUEUE, State.STAFF, State.ENDED},
    State.BOT: {State.QUEUE, State.STAFF, State.ENDED},
    State.QUEUE: {State.STAFF, State.ENDED},
    State.STAFF: {State.STAFF, State.ENDED},
    State.ENDED: set[State](),
}
_MENU_ITEMS, _PAGE, _WELCOME_SECONDS = 10, 1000, 20


@dataclass(slots=True)
class Session:
    """One customer in one service account."""

    screen: list[dict[str, Any]] = field(default_factory=list)
    quota: Quota = field(default_factory=Quota)
    state: State = State.ENDED
    wrote: bool = False
    code: str = ""
    code_until: float = 0.0


@dataclass(slots=True)
class KfCorp:
    """An institution as WeCom's servers know it; errors are WeCom's errcodes."""

    corp_id: str
    secret: str = field(repr=False)
    clock: Callable[[], float] = time.time
    sessions: dict[tuple[str, str], Session] = field(default_factory=lambda: defaultdict(Session))
    page: int = _PAGE
    media: MediaStore = field(default_factory=MediaStore)
    calls: int = 0
    asked: list[str] = field(default_factory=list)
    tokens: IssuedTokens = field(init=False)
    ring_token: str = field(default_factory=lambda: secrets.token_hex(16))
    _news: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _event: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Make the place for tokens."""
        self.tokens = IssuedTokens(self.corp_id, self.secret, self.clock)

    # What customers do

    def says(self, kf_id: str, user: str, kind: str = "text", **body: Any) -> str:
        """Note a message; returns its id."""
        session = self.sessions[kf_id, user]
        session.quota = Quota(allowance(Deed.MESSAGE, self.clock()))
        session.wrote = True
        if session.state is State.ENDED:
            session.state = State.NEW
        return self._note(kf_id, user, Origin.CUSTOMER, kind, body)

    def enters(self, kf_id: str, user: str) -> None:
        """Note that a customer opened the chat; who is new may be welcomed."""
        session, body = self.sessions[kf_id, user], {"event_type": "enter_session"}
        if not session.wrote:
            session.code = secrets.token_hex(8)
            session.code_until = self.clock() + _WELCOME_SECONDS
            body["welcome_code"] = session.code
        self.happens(kf_id, user, body)

    def happens(self, kf_id: str, user: str, body: dict[str, Any]) -> None:
        """Note an event."""
        who = {"open_kfid": kf_id, "external_userid": user}
        self._note(kf_id, user, Origin.SYSTEM, "event", {**body, **who})

    def _note(self, kf_id: str, user: str, origin: Origin, kind: str, body: dict[str, Any]) -> str:
        name = secrets.token_hex(12)
        entry = {"msgid": name, "send_time": int(self.clock()), "origin": int(origin)}
        if kind != "event":
            entry |= {"open_kfid": kf_id, "external_userid": user}
        self._news[kf_id].append({**entry, "msgtype": kind, kind: body})
        return name

    async def shown(self, kf_id: str, user: str, count: int) -> list[dict[str, Any]]:
        """Return the screen once it shows `count` entries; waits as long as that takes."""
        while len(self.sessions[kf_id, user].screen) < count:
            await self.called(self.calls + 1)
        return self.sessions[kf_id, user].screen

    async def called(self, count: int) -> None:
        """Wait until there were this many calls."""
        while self.calls < count:
            self._event.clear()
            await self._event.wait()

    # What programs ask

    def answer(self, name: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """Answer one call of `/cgi-bin/kf/`."""
        self.calls += 1
        self.asked.append(name)
        self._event.set()
        if problem := self.tokens.problem(token):
            return refusal(problem)
        calls: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "sync_msg": self._sync,
            "send_msg": self._send,
            "send_msg_on_event": self._send_on_event,
            "service_state/get": lambda b: refusal(0) | {"service_state": self._of(b).state.value},
            "service_state/trans": self._move,
        }
        return calls[name](body)

    def _sync(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("token") not in {self.ring_token, ""}:
            return refusal(_BAD_MSGTOKEN)
        if not 0 < body.get("limit", _PAGE) <= _PAGE:
            return refusal(_BAD_REQUEST)
        news = self._news[body["open_kfid"]]
        start = int(body["cursor"] or 0)
        end = min(start + min(body["limit"], self.page), len(news))
        more = int(end < len(news))
        answer = {"next_cursor": str(end), "has_more": more, "msg_list": news[start:end]}
        return refusal(0) | answer

    def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        session = self.sessions[body["open_kfid"], body["touser"]]
        if session.state not in {State.NEW, State.BOT}:
            return refusal(_BAD_STATE)
        if (content := self._shown(body)) is None:
            return refusal(_BAD_REQUEST)
        if not session.quota.message.left:
            return refusal(_SPENT)
        if session.quota.next(self.clock()) is None:
            return refusal(_TOO_LATE)
        session.quota = spent(session.quota, Deed.MESSAGE)
        session.screen.append(content)
        return refusal(0) | {"msgid": body["msgid"]}

    def _shown(self, body: dict[str, Any]) -> dict[str, Any] | None:
        match body:
            case {"msgtype": "image" | "file" as kind, **more}:
                return self.media.shown(kind, more[kind]["media_id"])
            case _:
                return _content(body)

    def _send_on_event(self, body: dict[str, Any]) -> dict[str, Any]:
        code, now = body["code"], self.clock()
        for session in self.sessions.values():
            if session.code == code and now < session.code_until:
                if (content := _content(body)) is None:
                    return refusal(_BAD_REQUEST)
                session.code = ""
                session.screen.append(content)
                return refusal(0) | {"msgid": body["msgid"]}
        return refusal(_BAD_CODE)

    def _move(self, body: dict[str, Any]) -> dict[str, Any]:
        session, state = self._of(body), State(body["service_state"])
        if state not in _MOVES[session.state]:
            return refusal(_BAD_MOVE)
        session.state = state
        return refusal(0)

    def _of(self, body: dict[str, Any]) -> Session:
        return self.sessions[body["open_kfid"], body["external_userid"]]


def _content(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the phone shows; None for what WeCom would not take."""
    if not _MSGID.fullmatch(body["msgid"]):
        return None
    match body:
        case {"msgtype": "text", "text": {"content": str(text)}} if text:
            return {"text": text, "menu": []} if len(text.encode()) <= MAX_BYTES else None
        case {"msgtype": "msgmenu", "msgmenu": {"head_content": str(text), "list": list(items)}}:
            menu = [item["click"] for item in items if item["type"] == "click"]
            fits = len(text.encode()) <= MENU_HEAD and len(menu) <= _MENU_ITEMS
            return {"text": text, "menu": menu} if fits else None
        case _:
            return None
