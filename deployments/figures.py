"""What Ray knows of the services and the nodes, in numbers."""

import logging
import math
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import NamedTuple

import httpx
import ray
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from ray import serve

from lib.analytics.answers import ClusterFigures, ServiceFigures

logger = logging.getLogger("mealprep.analytics")

_REMEMBER_S = 5.0
_TIMEOUT_S = 3.0
_REQUESTS = "ray_mealprep_http_requests_total"
_BUCKETS = "ray_mealprep_http_request_ms_bucket"
_MEMORY, _MEMORY_USED = "ray_node_mem_total", "ray_node_mem_used"
_WANTED = (_REQUESTS, _BUCKETS, _MEMORY, _MEMORY_USED)
# Routes that operators and probes ask all the time say nothing about a service.
_NOT_COUNTED = frozenset({"/health", "/ready"})


class Looked(NamedTuple):
    """What was found, and when."""

    services: list[ServiceFigures]
    cluster: ClusterFigures
    at: datetime


class Figures:
    """Looks at the cluster every few seconds at most, whoever asks: a node's metrics are a megabyte."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: Looked | None = None
        self._until = 0.0

    def look(self) -> Looked:
        """The newest figures; a few seconds old where others asked just before."""
        with self._lock:
            if self._known is None or monotonic() > self._until:
                self._known = _look()
                self._until = monotonic() + _REMEMBER_S
            return self._known


def _look() -> Looked:
    nodes = [node for node in ray.nodes() if node["Alive"]]
    samples = [sample for node in nodes for sample in _samples(node)]
    return Looked(list(services(samples, _replicas())), _cluster(nodes, samples), datetime.now(UTC))


def _samples(node: dict[str, object]) -> list[Sample]:
    """Of a node's metrics, those we want; none from a node that doesn't answer."""
    url = f"http://{node['NodeManagerAddress']}:{node['MetricsExportPort']}/metrics"
    try:
        found = httpx.get(url, timeout=_TIMEOUT_S, trust_env=False)
    except httpx.HTTPError as error:
        logger.warning("No metrics of a node", extra={"url": url, "error": type(error).__name__})
        return []
    lines = (line for line in found.text.splitlines() if line.startswith(_WANTED))
    families = text_string_to_metric_families("\n".join(lines) + "\n")
    return [sample for family in families for sample in family.samples]


def _replicas() -> dict[str, int]:
    """Replicas that run, by application."""
    return {
        name: sum(
            deployment.replica_states.get("RUNNING", 0)
            for deployment in application.deployments.values()
        )
        for name, application in serve.status().applications.items()
    }


def services(samples: Iterable[Sample], replicas: dict[str, int]) -> Iterator[ServiceFigures]:
    """Each service's figures.

    Args:
        samples: of requests by status, and of their time in buckets.
        replicas: that run, by service.
    """
    requests: dict[str, float] = defaultdict(float)
    failed: dict[str, float] = defaultdict(float)
    buckets: dict[str, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for sample in samples:
        name = sample.labels.get("application", "")
        if sample.labels.get("path") in _NOT_COUNTED:
            continue
        if sample.name == _REQUESTS:
            requests[name] += sample.value
            failed[name] += sample.value if sample.labels["status"] >= "500" else 0
        elif sample.name == _BUCKETS:
            buckets[name][float(sample.labels["le"])] += sample.value
    for name, running in sorted(replicas.items()):
        count = requests[name]
        yield ServiceFigures(
            name=name,
            requests=int(count),
            error_rate=round(failed[name] / count, 4) if count else 0.0,
            p50_ms=quantile(buckets[name], 0.5),
            p95_ms=quantile(buckets[name], 0.95),
            replicas=running,
        )


def quantile(buckets: dict[float, float], share: float) -> float | None:
    """A quantile by a histogram's cumulative counts, evenly within a bucket, as Prometheus does it.

    Args:
        buckets: by upper bound, infinity included, how many are no larger.
    """
    bounds = sorted(buckets)
    if not bounds or not buckets[bounds[-1]]:
        return None
    rank = share * buckets[bounds[-1]]
    lower, below = 0.0, 0.0
    for bound in bounds:
        if buckets[bound] >= rank:
            if math.isinf(bound):
                return lower
            inside = buckets[bound] - below
            return round(lower + (bound - lower) * (rank - below) / inside, 2) if inside else bound
        lower, below = bound, buckets[bound]
    return lower


def _cluster(nodes: list[dict[str, object]], samples: Iterable[Sample]) -> ClusterFigures:
    have, free = ray.cluster_resources(), ray.available_resources()

    def memory(name: str) -> int:
        return int(sum(sample.value for sample in samples if sample.name == name))

    return ClusterFigures(
        nodes=len(nodes),
        cpus=have.get("CPU", 0),
        cpus_used=round(have.get("CPU", 0) - free.get("CPU", 0), 2),
        gpus=have.get("GPU", 0),
        gpus_used=round(have.get("GPU", 0) - free.get("GPU", 0), 2),
        memory_bytes=memory(_MEMORY),
        memory_used_bytes=memory(_MEMORY_USED),
        object_store_bytes=int(have.get("object_store_memory", 0)),
    )
