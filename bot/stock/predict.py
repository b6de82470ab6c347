"""`python -m bot.stock.predict MODEL`: texts in, JSON of intent, confidence and action out.

Runs in the stock environment: texts come one a line on standard input, and each is taken as the
first message of a conversation.
"""

from __future__ import annotations

import asyncio
import json
import sys
from uuid import uuid4

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage


async def predict(model: str) -> None:
    """Print what the model makes of each line."""
    processor = Agent.load(model).processor
    for line in sys.stdin:
        message = UserMessage(line.rstrip("\n"), sender_id=uuid4().hex)
        tracker = await processor.log_message(message, should_save_tracker=False)
        action, _ = processor.predict_next_with_tracker_if_should(tracker)
        intent = tracker.latest_message.intent
        row = {
            "intent": intent["name"],
            "confidence": float(intent["confidence"]),
            "action": action.name(),
        }
        print(json.dumps(row), flush=True)  # noqa: T201 - the output


if __name__ == "__main__":
    asyncio.run(predict(sys.argv[1]))
