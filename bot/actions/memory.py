"""What the bot remembers of a conversation: the slots that its actions own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.actions.ports import Candidate


@dataclass(frozen=True, slots=True)
class Memory:
    """Each field is a slot of the domain with the same name.

    `last_question` is the last question that stood on its own (a follow-up does not replace it),
    `last_topic` its intent, `last_article` the article that answered it. `candidates` are the
    articles that may be meant instead, `asked` the menu that the last reply ended with (an
    utterance's key), `refusals` how many in a row. `anger` counts angry messages, less one for
    each calm one. `alarmed`: a fraud was reported; nothing ever takes that back.
    """

    last_question: str | None = None
    last_topic: str | None = None
    last_article: str | None = None
    candidates: tuple[Candidate, ...] = ()
    asked: str | None = None
    refusals: int = 0
    anger: int = 0
    alarmed: bool = False

    @classmethod
    def of_slots(cls, slots: Mapping[str, Any]) -> Memory:
        """Read the slots; an unset slot is the field's default."""
        known = {f.name: slots[f.name] for f in fields(cls) if slots.get(f.name) is not None}
        if "candidates" in known:
            known["candidates"] = tuple(Candidate(**c) for c in known["candidates"])
        # A slot of any type comes back as a float.
        known |= {name: int(known[name]) for name in ("refusals", "anger") if name in known}
        return cls(**known)

    def cleared(self) -> Memory:
        """Return a memory of nothing but an alarm."""
        return Memory(alarmed=self.alarmed)

    def slots(self) -> dict[str, Any]:
        """Return all slots as plain JSON."""
        return {**asdict(self), "candidates": [asdict(c) for c in self.candidates]}

    def changes(self, before: Memory) -> dict[str, Any]:
        """Return the slots that differ from `before`."""
        old = before.slots()
        return {name: value for name, value in self.slots().items() if old[name] != value}
