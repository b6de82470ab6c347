"""Entries of what 微信客服 tells: who wrote, what it was, what it is known by."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.wechat.kf.item import Item, item_of

ENTRY = {
    "msgid": "m1",
    "open_kfid": "wk1",
    "external_userid": "wm1",
    "send_time": 7,
    "origin": 3,
    "msgtype": "text",
    "text": {"content": "你好", "menu_id": "1:2-3/0"},
}


def read(**changes: Any) -> Item | None:
    return item_of({**ENTRY, **changes})


def test_a_message_becomes_what_an_official_account_pushes() -> None:
    item = read()
    assert item
    push = item.push()
    assert (push.open_id, push.at, push.kind) == ("wk1/wm1", 7, "text")
    assert push.fields["Content"] == "你好"
    assert push.fields["bizmsgmenuid"] == "1:2-3/0"


def test_messages_are_known_by_their_id_whatever_it_is_made_of() -> None:
    items = [read(msgid=name) for name in ("m1", "m1", "号 2" * 99)]
    names = [item.push().client_id for item in items if item]
    assert names[0] == names[1] != names[2]
    assert all(name.isascii() and len(name) <= 64 for name in names)


def test_an_event_names_its_customer_itself() -> None:
    event = {"event_type": "enter_session", "open_kfid": "wk2", "external_userid": "wm2"}
    item = read(msgtype="event", event=event)
    assert item
    assert (item.customer_id, item.event) == ("wk2/wm2", "enter_session")


@pytest.mark.parametrize(
    "changes",
    [
        {"external_userid": "a/b"},
        {"open_kfid": ""},
        {"send_time": "soon"},
        {"msgid": 1},
        {"msgtype": "event", "event": "x"},
    ],
)
def test_what_names_no_customer_is_passed_by(changes: dict[str, Any]) -> None:
    assert read(**changes) is None
