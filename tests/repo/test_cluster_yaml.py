"""cluster.yaml passes Ray's own validation, and sets up nodes as `mealprep up` does."""

import pytest
import yaml
from jsonschema import ValidationError
from ray.autoscaler._private.util import fillout_defaults, validate_config

from cli.ray_head import RayHead
from lib.settings import ROOT, Settings


@pytest.fixture(scope="module")
def cluster():
    return yaml.safe_load((ROOT / "cluster.yaml").read_text())


def refusal(config):
    """Why Ray refuses a configuration; None when it doesn't."""
    try:
        validate_config({**fillout_defaults(config), "cluster_synced_files": []})
    except ValidationError as error:
        return error.message
    return None


def test_ray_accepts_it(cluster):
    assert refusal(cluster) is None


def test_ray_would_refuse_a_slip(cluster):
    assert "max_worker" in refusal(cluster | {"max_worker": 3})


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
