"""The rows of the supervisor's board: groups, agents, conversations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import events, ui

from conversation.conversation import split_id
from handoff.agents import Agent
from handoff.desk.theme import box, button, text
from handoff.desk.wording import duration, visitor
from handoff.labels import Labels
from handoff.overview import GroupLine
from handoff.queue import Claim, Waiting
from handoff.routing import Routing
from handoff.service_levels import ServiceLevels, Wait

_ON_CHANGE = "(event) => emit(event.target.value)"


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation in people's hands: it waits, or an agent holds it."""

    conversation_id: str
    group: str
    priority: int
    reason: str
    since: datetime
    holder: str = ""
    """The agent's name, the login when the agent is away; empty while it waits."""
    offered: bool = False
    """The holder has yet to accept it: the customer still waits."""

    @classmethod
    def of(cls, one: Waiting | Claim, names: Mapping[str, str]) -> Case:
        """Return what waits or is held as a case; `names` are the agents' by login."""
        facts = (one.conversation_id, one.group, one.priority, one.reason, one.since)
        if isinstance(one, Claim):
            return cls(*facts, names.get(one.agent, one.agent), one.offered)
        return cls(*facts)

    @property
    def served(self) -> bool:
        """Whether an agent serves it."""
        return bool(self.holder) and not self.offered


class GroupRow:
    """One group: how many wait, the oldest wait, breaches, free hands; an alarm for no hand."""

    def __init__(self, line: GroupLine) -> None:
        """Build the row."""
        with box("grid-row group-row", role="listitem", data_testid="group-row") as self.element:
            self.element.props["data-group"] = line.group
            text(line.name, "who")
            self._waiting = text("", data_testid="group-waiting")
            self._oldest = text("", data_testid="group-oldest")
            self._breached = text("", data_testid="group-breached")
            self._free = text("", data_testid="group-free")

    def update(self, line: GroupLine) -> None:
        """Show the numbers of this moment."""
        self._waiting.set_text(f"排队 {line.waiting}")
        self._oldest.set_text(f"最久 {duration(line.oldest)}" if line.waiting else "无等待")
        self._breached.set_text(f"超时 {line.breached}")
        self._breached.classes(replace="breached" if line.breached else "muted")
        self._free.set_text("无人可接待" if line.unmanned else f"空余 {line.free}")
        self._free.classes(replace="breached" if line.unmanned else "")


class AgentRow:
    """One agent at the desk: state, load, and the limit, which can be changed here."""

    def __init__(
        self, agent: Agent, labels: Labels, on_limit: Callable[[str, str], Awaitable[None]]
    ) -> None:
        """Build the row; `on_limit(login, what was written)`."""
        self._labels = labels
        self._login = agent.login
        self._on_limit = on_limit
        with box("grid-row agent-row", role="listitem", data_testid="agent-row") as self.element:
            self.element.props["data-agent"] = agent.login
            text(agent.name, "who")
            self._state = text("", data_testid="agent-state")
            self._load = text("", data_testid="agent-load")
            with box("cells", "label"):
                text("上限", "muted", tag="span")
                self._limit = self._field()

    def _field(self) -> ui.element:
        field = box("limit", "input", type="number", min="0", max="50", data_testid="agent-limit")
        field.on("change", self._changed, js_handler=_ON_CHANGE)
        return field

    async def _changed(self, event: events.GenericEventArguments) -> None:
        await self._on_limit(self._login, str(event.args or ""))

    def update(self, agent: Agent) -> None:
        """Show state and load; what is being written in the field stays."""
        self._state.set_text(self._labels.of("states", agent.state.value))
        self._load.set_text(f"{agent.load} / {agent.load_limit}")
        limit = str(agent.load_limit)
        if self._limit.props.get("value") != limit:
            self._limit.props["value"] = limit
            self._limit.update()


class CaseRow:
    """One conversation: who, why, how long, and a look into it."""

    def __init__(
        self,
        case: Case,
        labels: Labels,
        routing: Routing,
        levels: ServiceLevels,
        on_look: Callable[[str], Awaitable[None]],
    ) -> None:
        """Build the row."""
        self._labels, self._routing, self._levels = labels, routing, levels
        with box("grid-row case-row", role="listitem", data_testid="case-row") as self.element:
            self.element.props["data-conversation"] = case.conversation_id
            self._reason = text("", "who")
            self._holder = text("", data_testid="case-holder")
            self._since = text("", data_testid="case-since")
            look = lambda: on_look(case.conversation_id)  # noqa: E731 - a row's own click
            key = split_id(case.conversation_id)[0]
            label = f"查看{visitor(key, '', labels)}"
            button("查看", look, "small", data_testid="look", aria_label=label)

    def update(self, case: Case) -> None:
        """Show whose it is, and since when the customer asked for a person."""
        labels = self._labels
        priority = labels.of("priorities", case.priority)
        self._reason.set_text(f"{labels.of('reasons', case.reason)} · {priority}")
        holder = f"待 {case.holder} 接入" if case.offered else case.holder
        self._holder.set_text(holder or self._routing.group_name(case.group))
        waited = datetime.now(UTC) - case.since
        wait = Wait.WITHIN if case.served else self._levels.of(case.priority, waited)
        self._since.set_text(f"{'服务' if case.served else '已等'} {duration(waited)}")
        self._since.classes(replace=wait.value)
