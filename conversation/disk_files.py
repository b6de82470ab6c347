"""`Files` in a folder: `<customer>/<number>/<random name>.<suffix>`, outside of what is served."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import puremagic

from conversation.conversation import conversation_id as id_of
from conversation.conversation import split_id
from conversation.errors import BadFile
from conversation.files import MOST, SUFFIXES, Stored
from conversation.message import FileRef

_TYPES = {suffix: kind for kind, suffix in SUFFIXES.items()}
_KEY = re.compile(r"[0-9a-f]{16}")
_ID = re.compile(rf"[1-9][0-9]{{0,8}}/[0-9a-f]{{32}}\.({'|'.join(_TYPES)})")


@dataclass(frozen=True, slots=True)
class DiskFiles:
    """Every process that takes or shows files sees the same `root`."""

    root: Path
    largest: int = 5 * 1024 * 1024
    """Bytes of the largest file that is taken."""

    async def put(self, conversation_id: str, name: str, content: bytes) -> FileRef:
        """See `Files.put`."""
        return await asyncio.to_thread(self._put, conversation_id, name, content)

    def _put(self, conversation_id: str, name: str, content: bytes) -> FileRef:
        if not 0 < len(content) <= self.largest:
            raise BadFile
        kind = _type_of(content)
        key, number = split_id(conversation_id)
        folder = self.root / key / str(number)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if len(list(folder.iterdir())) >= MOST:
            raise BadFile
        path = folder / f"{secrets.token_hex(16)}.{SUFFIXES[kind]}"
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_bytes(content)
        partial.rename(path)
        return FileRef(f"{number}/{path.name}", name, kind, len(content))

    async def get(self, customer_key: str, file_id: str) -> Stored | None:
        """See `Files.get`."""
        path = self._path(customer_key, file_id)
        if path is None or not path.is_file():
            return None
        content = await asyncio.to_thread(path.read_bytes)
        return Stored(content, _TYPES[path.suffix[1:]])

    async def drop(self, customer_key: str, file_id: str) -> None:
        """See `Files.drop`."""
        if path := self._path(customer_key, file_id):
            path.unlink(missing_ok=True)

    def _path(self, customer_key: str, file_id: str) -> Path | None:
        """Return where a file lies; None for anything that could lead out of the folder."""
        if not _KEY.fullmatch(customer_key) or not _ID.fullmatch(file_id):
            return None
        return self.root / customer_key / file_id

    async def conversations(self, customer_key: str | None = None) -> list[str]:
        """See `Files.conversations`."""
        found = await asyncio.to_thread(lambda: sorted(self.root.glob(f"{customer_key or '*'}/*")))
        return [id_of(path.parent.name, int(path.name)) for path in found]

    async def of(self, conversation_id: str) -> list[str]:
        """See `Files.of`."""
        key, number = split_id(conversation_id)
        return sorted(f"{number}/{path.name}" for path in (self.root / key / str(number)).glob("*"))

    async def forget(self, conversation_id: str) -> int:
        """See `Files.forget`."""
        gone = await self.of(conversation_id)
        key, number = split_id(conversation_id)
        await asyncio.to_thread(shutil.rmtree, self.root / key / str(number), ignore_errors=True)
        return len(gone)


def _type_of(content: bytes) -> str:
    """Return the media type that the content itself shows; raises `BadFile`."""
    try:
        found = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError) as error:
        raise BadFile from error
    if found not in SUFFIXES:
        raise BadFile
    return str(found)
