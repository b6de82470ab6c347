"""Conversations of several messages: what follows up, changes the topic, denies, grows angry."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from conversation.turn import Route
from yinqiao.asking import Outcome as Said
from yinqiao.evaluation.cases import HELD_OUT
from yinqiao.evaluation.figures import CONSULTATION, Share
from yinqiao.evaluation.running import Asks

DIALOGUES = HELD_OUT / "dialogues"


class Expected(BaseModel):
    """Where the last message has to lead."""

    model_config = ConfigDict(frozen=True)

    route: Route
    topic: str
    title_keywords: tuple[str, ...]
    """One of them stands in the title of an article that is shown or offered; none: any will do."""
    measures: str
    """The ability that the conversation tries."""


class Dialogue(BaseModel):
    """What a customer says, message by message, and what is right at the end."""

    model_config = ConfigDict(frozen=True)

    turns: tuple[str, ...] = Field(min_length=1)
    expect: Expected


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a conversation led: its last route, and the titles that its last reply showed.

    Once a person owns it the bot is not asked any more; its route is then the one that led there.
    """

    case: Dialogue
    route: Route
    titles: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the last message was led the right way, and to the right article."""
        expected = self.case.expect
        if {self.route, expected.route} <= CONSULTATION:
            words = expected.title_keywords
            return not words or any(word in title for word in words for title in self.titles)
        return self.route == expected.route


def load_dialogues(path: Path = DIALOGUES) -> list[Dialogue]:
    """Return the dialogues of every JSON-lines file in a folder.

    Raises:
        ValueError: a line is no dialogue; pydantic's message says why.
    """
    files = sorted(path.glob("*.jsonl"))
    lines = (line for file in files for line in file.read_text("utf-8").splitlines())
    return [Dialogue.model_validate_json(line) for line in lines]


async def endings_of(asker: Asks, cases: Sequence[Dialogue]) -> AsyncIterator[Ending]:
    """Hold each dialogue in a conversation of its own and yield where it led.

    Raises:
        GatewayUnreachable, Refused: as asking does.
    """
    for case in cases:
        said = [outcome async for outcome in asker.each(case.turns, one_conversation=True)]
        yield Ending(case, _route(said), tuple(said[-1].titles))


def by_ability(endings: Sequence[Ending]) -> dict[str, Share]:
    """Return the share of right endings for each ability that is tried, in order of its name."""
    abilities = sorted({ending.case.expect.measures for ending in endings})
    return {
        ability: share_of([e for e in endings if e.case.expect.measures == ability])
        for ability in abilities
    }


def share_of(endings: Sequence[Ending]) -> Share:
    """Return the share of right endings."""
    return Share(sum(ending.right for ending in endings), len(endings))


def _route(said: Sequence[Said]) -> Route:
    routes = [turn["route"] for outcome in said if (turn := outcome.turn) and turn.get("route")]
    return Route(routes[-1])
