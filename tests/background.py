"""Running coroutines beside a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

_CANCEL_AGAIN = 2.0


@asynccontextmanager
async def background(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run coroutines beside the body; redis-py may lose a cancellation, so it is repeated.

    Sooner than the product does: here no turn is worth finishing.
    """
    tasks = {asyncio.create_task(work) for work in works}
    try:
        yield
    finally:
        while tasks:
            for task in tasks:
                task.cancel()
            _, tasks = await asyncio.wait(tasks, timeout=_CANCEL_AGAIN)
