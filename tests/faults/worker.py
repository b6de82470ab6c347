"""A turn worker alone in a process: `python -m tests.faults.worker STORE RASA LEASE [warm]`.

The worker, its store and its client of Rasa are the product's; the gate, which takes seconds to
load its models, lets everything pass here, and there is no queue of people.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from redis.asyncio import Redis

from bot.client import RasaBot
from conversation.approved import Seal
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.settle import Settler
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from conversation.worker import TurnWorker
from tests.unit.conversation.doubles import ListQueue, ListRecorder, OpenGate, WordLexicon

_BOT_SECONDS = 300.0
"""Longer than a test waits: nothing is given up by time."""


async def work(store: str, rasa: str, lease: float, *, warm: bool) -> None:
    """Handle turns until killed."""
    client = Redis.from_url(store, decode_responses=True)
    seal, words = Seal(), Utterances.load()
    conversations = RedisConversations(client, seal, Wake(client), lease_seconds=lease)
    turns = RedisTurns(client, f"worker-{os.getpid()}", lease_seconds=lease)
    gate, bot = OpenGate(seal), RasaBot(rasa, _BOT_SECONDS)
    handler = TurnHandler(conversations, turns, bot, gate, WordLexicon(), words)
    settler = Settler(conversations, turns, gate, ListQueue(), ListRecorder(), words)
    if warm:
        await bot.warm()
    await TurnWorker(conversations, turns, handler, settler).run()


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stdout, format="%(message)s")
    _store, _rasa, _lease, *_warm = sys.argv[1:]
    asyncio.run(work(_store, _rasa, float(_lease), warm=bool(_warm)))
