"""Changes that are acknowledged only when replicas have them too (`WAIT`)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redis.exceptions import NoScriptError

from conversation.errors import StoreUnavailable
from conversation.redis_cluster import Command, together

if TYPE_CHECKING:
    from redis.asyncio import Redis

_PATIENCE_MS = 1000
_KEPT = 60


@dataclass(frozen=True, slots=True)
class Cover:
    """Runs commands on one connection, and waits there until `replicas` replicas have the result.

    Without replicas nothing is waited for: what a server acknowledged is then as safe as its own
    file. With them a change whose server dies at once is on the one that takes its place.
    """

    client: Redis
    replicas: int = 0

    async def run(self, key: str, *commands: Command) -> list[Any]:
        """Return the answers to commands about the slot of `key`; raises the first one's error.

        Raises `StoreUnavailable` when too few replicas answer in time. The change is made then,
        and may be lost: whoever asked has to ask again, and every step of ours can be repeated.
        """
        if not self.replicas:
            return await together(self.client, key, *commands)
        # A step that finds itself done writes nothing; then the key beside it is what is waited
        # for, and everything before it. `WAIT` covers what its own connection wrote.
        note = ("SET", _beside(key), "1", "EX", _KEPT)
        wait = ("WAIT", self.replicas, _PATIENCE_MS)
        *answers, _, covered = await together(self.client, key, *commands, note, wait)
        if covered < self.replicas:
            raise StoreUnavailable
        return answers


def _beside(key: str) -> str:
    """Return a key in the same slot, which its hash tag decides."""
    return f"{key.partition('}')[0]}}}:cover"


class Script:
    """One Lua script."""

    def __init__(self, cover: Cover, source: str) -> None:
        """Run `source` under `cover`; nothing is sent yet."""
        self._cover = cover
        self._source = source
        self._digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], args: Sequence[Any]) -> Any:
        """Run it where its keys lie."""
        rest = (len(keys), *keys, *args)
        try:
            [answer] = await self._cover.run(keys[0], ("EVALSHA", self._digest, *rest))
        except NoScriptError:
            # A server that has just started, or that took another's place. This tells it, too.
            [answer] = await self._cover.run(keys[0], ("EVAL", self._source, *rest))
        return answer


def scripts_of(
    folder: Path, names: Iterable[str], cover: Callable[[str], Cover]
) -> dict[str, Script]:
    """Return the scripts of a folder behind their prelude, each under its own cover."""
    prelude = (folder / "prelude.lua").read_text("utf-8")
    return {
        name: Script(cover(name), prelude + (folder / f"{name}.lua").read_text("utf-8"))
        for name in names
    }
