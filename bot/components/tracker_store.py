"""Trackers on a Redis-protocol server, at a cost that does not grow with the conversation."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import redis
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rasa.core.brokers.broker import EventBroker
    from rasa.shared.core.domain import Domain

_RANKING = 5


class RedisTrackerStore(TrackerStore):  # type: ignore[misc]
    """One key a conversation: the last `max_events` events and every slot.

    Rasa's own Redis store reads, merges and rewrites the whole history at each save and looks
    up the class of every event anew; its latency grows with each turn. This one reads once,
    writes once and caches the classes. Concurrent writers are kept out by the conversation's
    lease (upstream) and Rasa's lock store.

    `host` is a URL (`redis://`, `rediss://`, `unix://`); `record_exp` a time to live in seconds.
    With `cluster` the URL may name any node. Raises redis' errors when the server is down.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - Rasa passes the endpoint's settings by name
        self,
        domain: Domain,
        host: str,
        event_broker: EventBroker | None = None,
        record_exp: float | str = 7 * 86_400,
        max_events: int | str = 100,
        cluster: bool | str = False,  # noqa: FBT001, FBT002 - set by name in endpoints.yml
        timeout: float | str = 3.0,
    ) -> None:
        """Prepare a client; it connects with the first conversation."""
        super().__init__(domain, event_broker)
        self._ttl = int(float(record_exp))
        self._max_events = int(max_events)
        self._client = _client(host, str(cluster).lower() == "true", float(timeout))

    async def create_tracker(
        self,
        sender_id: str,
        append_action_listen: bool = True,  # noqa: FBT001, FBT002 - the parent's signature
    ) -> DialogueStateTracker:
        """Return a new tracker; unlike the parent's it is written with its first turn only."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the tracker's recent events and renew the time to live."""
        await self.stream_events(tracker)
        kept = recent(list(tracker.events), self._max_events)
        record = json.dumps([_as_dict(event) for event in kept], ensure_ascii=False)
        self._client.set(key_of(tracker.sender_id), record, ex=self._ttl)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Read a tracker; None when there is none."""
        record = self._client.get(key_of(sender_id))
        if record is None:
            return None
        tracker = self.init_tracker(sender_id)
        for parameters in json.loads(record):
            tracker.update(_event(parameters))
        return tracker

    async def keys(self) -> Iterable[str]:
        """Return the senders of all stored trackers."""
        pattern = key_of("*")
        head, tail = pattern.split("*")
        found = self._client.scan_iter(match=pattern, count=1000)
        return [key[len(head) : -len(tail)] for key in found]


def key_of(sender_id: str) -> str:
    """Return the key; the braces make the sender the hash tag on a cluster."""
    return f"yq:{{{sender_id}}}:tracker"


def recent(events: Sequence[Event], limit: int) -> list[Event]:
    """Return at most about `limit` events from a turn's start, led by all earlier slot values.

    Replaying the result gives the same slots and the same recent turns as replaying all.
    """
    if len(events) <= limit:
        return list(events)
    start = next(
        (i for i in range(len(events) - limit, len(events)) if _starts_turn(events, i)),
        len(events) - limit,
    )
    slots = {event.key: event for event in islice(events, start) if isinstance(event, SlotSet)}
    return [*slots.values(), *events[start:]]


def _starts_turn(events: Sequence[Event], index: int) -> bool:
    event = events[index]
    return (
        isinstance(event, ActionExecuted)
        and event.action_name == ACTION_LISTEN_NAME
        and index + 1 < len(events)
        and isinstance(events[index + 1], UserUttered)
    )


def _as_dict(event: Event) -> dict[str, Any]:
    data: dict[str, Any] = event.as_dict()
    if isinstance(event, UserUttered):
        # Token offsets are for training, the tail of the ranking for nobody.
        parse = {k: v for k, v in data["parse_data"].items() if k != "text_tokens"}
        if "intent_ranking" in parse:
            parse["intent_ranking"] = parse["intent_ranking"][:_RANKING]
        data["parse_data"] = parse
    return data


_CLASSES: dict[str, type[Event]] = {}


def _event(parameters: dict[str, Any]) -> Event:
    """Read one event.

    Rasa's `Event.from_parameters` walks the class tree for each event; that walk was most of
    the time of a long conversation's turn. The reader itself is the class's own.
    """
    if not _CLASSES:
        _CLASSES.update({cls.type_name: cls for cls in reversed(all_subclasses(Event))})
    return _CLASSES[parameters["event"]]._from_parameters(parameters)  # noqa: SLF001 - see above


def _client(url: str, cluster: bool, timeout: float) -> Any:  # noqa: FBT001 - internal
    retry = Retry(ExponentialBackoff(cap=0.2, base=0.02), retries=2)
    options = {
        "decode_responses": True,
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
    }
    if cluster:
        return redis.RedisCluster.from_url(url, **options)
    return redis.Redis.from_url(
        url,
        retry=retry,
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
        **options,
    )
