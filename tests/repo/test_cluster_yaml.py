"""cluster.yaml passes Ray's own validation, and sets up nodes as `mealprep up` does."""

import pytest
import yaml
from ray.autoscaler._private.util import fillout_defaults, validate_config

from cli.ray_head import RayHead
from lib.settings import ROOT, Settings


@pytest.fixture(scope="module")
def cluster():
    return yaml.safe_load((ROOT / "cluster.yaml").read_text())


def test_ray_accepts_it(cluster):
    filled = fillout_defaults(cluster)
    validate_config({**filled, "cluster_synced_files": []})


def test_ray_would_refuse_a_slip(cluster):
    filled = fillout_defaults(cluster)
    slip = {**filled, "cluster_synced_files": [], "max_worker": 3}
    with pytest.raises(Exception, match="max_worker"):
        validate_config(slip)


def test_the_pools_are_a_head_and_cpu_and_gpu_workers(cluster):
    limits = {
        name: (kind["min_workers"], kind["max_workers"])
        for name, kind in cluster["available_node_types"].items()
    }
    assert limits == {"head": (0, 0), "cpu": (0, 10), "gpu": (0, 4)}
    assert cluster["max_workers"] == 14


def test_every_node_has_the_environment_that_a_local_one_has(cluster):
    local = RayHead(Settings()).environment()
    shared = {
        name: local[name]
        for name in (
            "RAY_AUTH_MODE",
            "RAY_USAGE_STATS_ENABLED",
            "MALLOC_ARENA_MAX",
            "RAY_SERVE_ENABLE_HA_PROXY",
            "RAY_SERVE_THROUGHPUT_OPTIMIZED",
            "RAY_SERVE_PROXY_HEALTH_CHECK_PERIOD_S",
        )
    }
    for commands in (cluster["head_start_ray_commands"], cluster["worker_start_ray_commands"]):
        for name, value in shared.items():
            assert f"{name}={value}" in commands[-1]
        assert "cli/haproxy.sh" in commands[-1]
