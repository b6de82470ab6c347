"""What `yinqiao doctor` says of a live store that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yinqiao.live_store import is_cluster

if TYPE_CHECKING:
    from redis import Redis

    from yinqiao.settings import Settings


def advice_on(client: Redis, settings: Settings) -> str:
    """Return what to do about the store that `client`, which decodes, asks; "" when it is well."""
    asked: Any = client
    clustered = asked.info("cluster").get("cluster_enabled") == 1
    if clustered != is_cluster(settings.store_url):
        scheme = "redis+cluster://" if clustered else "redis://"
        what = "is a node of a cluster" if clustered else "is a server of its own"
        return f"{what}; begin YINQIAO_REDIS_URL with {scheme}"
    if clustered and (state := asked.cluster("INFO")["cluster_state"]) != "ok":
        return f"the cluster is `{state}`; ask `CLUSTER NODES` which of them is missing"
    if (least := _replicas(asked, clustered=clustered)) < settings.replicas:
        return (
            f"{least} replicas where {settings.replicas} must have what is acknowledged: nothing "
            "will be; start replicas or lower YINQIAO_REDIS_REPLICAS"
        )
    return ""


def _replicas(asked: Any, *, clustered: bool) -> int:
    """Return how many replicas are in touch, with the master that has the fewest."""
    if not clustered:
        return int(asked.info("replication")["connected_slaves"])
    nodes = asked.cluster("NODES").values()
    well = [node for node in nodes if "fail" not in node["flags"]]
    masters = {node["node_id"] for node in well if "master" in node["flags"] and node["slots"]}
    followed = [node["master_id"] for node in well]
    return min((followed.count(master) for master in masters), default=0)
