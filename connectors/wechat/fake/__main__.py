"""Serve the fake WeChat on loopback: `python -m connectors.wechat.fake` with FAKE_WECHAT_*."""

from __future__ import annotations

import asyncio

import httpx
import uvicorn
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.wechat.cipher import MessageCipher
from connectors.wechat.fake.account import Account
from connectors.wechat.fake.app import create_fake
from connectors.wechat.fake.pushing import Envelope, Pusher


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FAKE_WECHAT_")

    port: int
    callback: str
    app_id: str
    secret: str
    token: str
    aes_key: str | None = None


async def _serve(settings: _Settings) -> None:
    cipher = MessageCipher(settings.app_id, settings.aes_key) if settings.aes_key else None
    account = Account(settings.app_id, settings.secret)
    async with httpx.AsyncClient(trust_env=False) as client:
        pusher = Pusher(client, settings.callback, Envelope(settings.token, cipher))
        app = create_fake(account, pusher)
        config = uvicorn.Config(
            app, host="127.0.0.1", port=settings.port, log_config=None, access_log=False
        )
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(_serve(_Settings()))
