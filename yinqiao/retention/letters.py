"""What the dead letters hold of a customer: which message of theirs could not be handled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.rights.holder import Tally
from compliance.rights.terms import Keep, Kind
from conversation.conversation import split_id
from conversation.dead_letters import DeadLetters, Letter


@dataclass(frozen=True, slots=True)
class LettersHolder:
    """Dead letters; no law asks for them."""

    letters: DeadLetters
    name: str = "dead_letters"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """See `Holder.export`."""
        return [
            {"at": one.at.isoformat(), "conversation": one.conversation_id, "why": one.why}
            for one in await self._of(customer_key)
        ]

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """See `Holder.erase`."""
        return await self._remove(await self._of(customer_key), keep, dry_run=False)

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """See `Holder.expire`."""
        before = keep.term_began(Kind.DEAD_LETTERS)
        due = [one for one in await self.letters.all() if one.at < before]
        return await self._remove(due, keep, dry_run=dry_run)

    async def _of(self, customer_key: str) -> list[Letter]:
        letters = await self.letters.all()
        return [one for one in letters if split_id(one.conversation_id)[0] == customer_key]

    async def _remove(self, letters: Sequence[Letter], keep: Keep, *, dry_run: bool) -> Tally:
        going = [one.id for one in letters if not keep.held(one.conversation_id)]
        if not dry_run:
            await self.letters.remove(going)
        return Tally(self.name, deleted=len(going), held=len(letters) - len(going))
