"""wechatpy's client at the fake WeChat: the fake behaves as somebody else's program expects."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from connectors.wechat.fake.account import Account
from connectors.wechat.fake.app import create_fake
from connectors.wechat.quota import Deed
from tests.integration.connectors.gateway import served
from tests.integration.connectors.wechat.world import APP, SECRET


async def test_the_fake_takes_and_refuses_wechatpys_messages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    account = Account(APP, SECRET)
    async with served(create_fake(account, None)) as url:  # type: ignore[arg-type]
        token = account.token({"appid": APP, "secret": SECRET})["access_token"]
        client = WeChatClient(APP, SECRET, access_token=token, timeout=60, auto_retry=False)

        async def send(text: str) -> int:
            wish: dict[str, Any] = {"touser": "anna", "msgtype": "text", "text": {"content": text}}
            path = f"{url}/cgi-bin/message/custom/send"
            try:
                await asyncio.to_thread(client.post, path, data=wish)
            except WeChatClientException as error:
                return int(error.errcode)
            return 0

        assert await send("您好") == 40003, "nobody has written"
        account.deed("anna", Deed.MESSAGE)
        assert await send("字" * 683) == 45002
        assert [await send("您好") for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
        account.phones["anna"].follows = False
        assert await send("您好") == 45015
        account.tokens.revoke()
        assert await send("您好") == 40001
    assert [entry["text"] for entry in account.phones["anna"].screen] == ["您好"] * 5
