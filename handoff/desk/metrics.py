"""What the desk counts, in Prometheus' text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from conversation.errors import Unavailable
from handoff.queue import PRIORITIES
from handoff.service import DeskService


class Metrics:
    """One registry per app, so that two apps in one process do not collide."""

    def __init__(self) -> None:
        """Start at zero."""
        self._registry = CollectorRegistry()
        self.logins = Counter(
            "yinqiao_desk_logins", "Logins by result.", ["result"], registry=self._registry
        )
        self.claims = Counter(
            "yinqiao_desk_claims", "Claimed conversations.", registry=self._registry
        )
        self.sent = Counter("yinqiao_desk_sent", "Messages sent.", registry=self._registry)
        self.blocked = Counter(
            "yinqiao_desk_blocked", "Messages blocked by the gate.", registry=self._registry
        )
        self._waiting = Gauge(
            "yinqiao_queue_waiting",
            "Customers in line by priority.",
            ["priority"],
            registry=self._registry,
        )
        self._held = Gauge(
            "yinqiao_queue_held", "Conversations held by agents.", registry=self._registry
        )
        self._present = Gauge("yinqiao_desk_agents", "Agents at the desk.", registry=self._registry)
        self._up = Gauge("yinqiao_queue_up", "Whether the queue answers.", registry=self._registry)

    async def text(self, service: DeskService) -> bytes:
        """Return the exposition; the gauges are read now."""
        try:
            lengths = await service.queue.lengths()
            for priority in range(1, PRIORITIES + 1):
                self._waiting.labels(priority).set(lengths.get(priority, 0))
            self._held.set(len(await service.all_held()))
            self._present.set(len(await service.queue.present()))
            self._up.set(1)
        except Unavailable:
            self._up.set(0)
        return generate_latest(self._registry)
