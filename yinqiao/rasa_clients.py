"""Rasa's own channels on a gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from connectors.plain_text import PlainText
from connectors.rasa.line import RasaClients
from connectors.rasa.rest import RestChannel, create_rest_router
from connectors.rasa.socketio import PATH, open_socketio
from connectors.redis_places import RedisPlaces
from yinqiao.web import web_context
from yinqiao.wiring import Core


@asynccontextmanager
async def open_rasa_clients(core: Core, app: FastAPI) -> AsyncIterator[None]:
    """Let existing clients of Rasa in, by Socket.IO and by REST, while open."""
    settings = core.settings
    clients = RasaClients(web_context(core), RedisPlaces(core.redis), PlainText.load())
    token = settings.rest_token.get_secret_value() if settings.rest_token else None
    app.include_router(create_rest_router(RestChannel(clients, token, settings.rest_seconds)))
    async with open_socketio(clients) as socketio:
        app.mount(PATH, socketio)
        yield
