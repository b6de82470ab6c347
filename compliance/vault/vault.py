"""Seals masked values and opens them again; what a copy says of itself is sealed with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.fernet import InvalidToken, MultiFernet

from compliance.clock import utc_now
from compliance.redaction import Taken
from compliance.vault.copies import Copies, Copy
from compliance.vault.errors import KeyLost, NothingKept
from compliance.vault.key_file import KeyFile


@dataclass(frozen=True, slots=True)
class Vault:
    """Encrypted copies of what redaction masked. Blocking.

    Raises `VaultUnavailable` when the store or the keys do not answer.
    """

    copies: Copies
    keys: KeyFile
    clock: Callable[[], datetime] = utc_now

    def keep(self, conversation: str, message: str, taken: Sequence[Taken]) -> None:
        """Keep what was taken out of a message; safe to repeat."""
        if taken:
            cipher, at = self.keys.cipher(), self.clock()
            self.copies.keep([_sealed(conversation, message, one, at, cipher) for one in taken])

    def kept(self, conversation: str) -> list[Copy]:
        """Return what is kept of a conversation, sealed."""
        return self.copies.of(conversation)

    def open(self, conversation: str, message: str) -> list[Taken]:
        """Return what was taken out of a message; raises `NothingKept`, `KeyLost`."""
        copies = [one for one in self.copies.of(conversation) if one.message == message]
        if not copies:
            raise NothingKept
        cipher = self.keys.cipher()
        return [_opened(copy, cipher) for copy in copies]

    def renew_key(self) -> int:
        """Seal every copy anew with a new key; returns how many. The oldest keys are dropped.

        Raises `KeyLost`, and drops nothing, when a copy cannot be opened.
        """
        with self.keys.renewing() as cipher:
            copies = self.copies.all()
            self.copies.reseal([_resealed(copy, cipher) for copy in copies])
        return len(copies)


def _sealed(conversation: str, message: str, one: Taken, at: datetime, cipher: MultiFernet) -> Copy:
    # With its place inside, a copy that is moved to another message's row is found out.
    content = json.dumps([conversation, message, one.start, one.end, one.kind, one.value])
    sealed = cipher.encrypt(content.encode()).decode()
    return Copy(conversation, message, one.start, one.kind, at, sealed)


def _opened(copy: Copy, cipher: MultiFernet) -> Taken:
    try:
        content = json.loads(cipher.decrypt(copy.sealed))
    except (InvalidToken, ValueError) as error:
        raise KeyLost from error
    conversation, message, start, end, kind, value = content
    if (conversation, message, start, kind) != (
        *(copy.conversation, copy.message, copy.start, copy.kind),
    ):
        raise KeyLost
    return Taken(kind, start, end, value)


def _resealed(copy: Copy, cipher: MultiFernet) -> Copy:
    try:
        return replace(copy, sealed=cipher.rotate(copy.sealed).decode())
    except InvalidToken as error:
        raise KeyLost from error
