"""What becomes of the news: customers' messages as from any channel, events as they ask."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from connectors.wechat.kf.item import Item, Origin
from connectors.wechat.kf.ports import Inbox
from connectors.wechat.ports import Deliveries
from connectors.wechat.quota import RULES, Deed, Rules
from connectors.wechat.receiver import Deeds, Receiver
from conversation.conversation import Customer

_LOG = logging.getLogger(__name__)
CHANNEL = "wechat_kf"
ENTER = "enter_session"
DEEDS = Deeds({ENTER: Deed.CLICK}, Deed.MESSAGE)
KF_RULES: Rules = {**RULES, Deed.CLICK: (1, 20.0)}
"""A welcome: one message within 20 seconds. A click on a menu is a message like others."""
_STAFF_TOOK = {1, 2, 4}  # from the pool, handed on, taken up again


@dataclass(frozen=True, slots=True)
class KfReceiver:
    """Takes entries one by one."""

    receiver: Receiver
    deliveries: Deliveries
    inbox: Inbox

    async def receive(self, item: Item) -> None:
        """Take one entry; safe to repeat. Raises `Busy`, `Unavailable`: it must come again."""
        if item.kind == "event":
            await self._event(item)
        elif item.origin == Origin.CUSTOMER:
            await self.receiver.receive(item.push())
        else:
            _LOG.info("written in WeCom, not here", extra={"customer": _customer(item).key})

    async def _event(self, item: Item) -> None:
        facts = {"customer": _customer(item).key, "event": item.event}
        match item.event, item.body:
            case ("enter_session", {"welcome_code": str(code)}) if code:
                await self.inbox.welcome(item.customer_id, code)
                await self.receiver.receive(item.push())
            case "msg_send_fail", {"fail_type": why}:
                # What was taken with errcode 0 did not arrive: the desk must not believe it did.
                await self.deliveries.failed(_customer(item))
                _LOG.warning("WeChat did not deliver", extra={**facts, "fail_type": why})
            case "session_status_change", {"change_type": change} if change in _STAFF_TOOK:
                _LOG.warning("somebody in WeCom took the session: our messages wait", extra=facts)
            case _:
                _LOG.info("WeChat event is not used", extra=facts)


def _customer(item: Item) -> Customer:
    return Customer(CHANNEL, item.customer_id)
