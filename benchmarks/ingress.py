"""What the way in costs: GET /health through Serve with HAProxy, with Serve's own proxy, and uvicorn.

    python -m benchmarks.ingress

Starts each on ports of its own, one after the other, on an otherwise idle machine.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.load import Measured, get, measure
from lib.settings import ROOT

PORT = 28000
SECONDS = 8.0
CONNECTIONS = (1, 16)


@contextmanager
def serve(haproxy: bool, **more: str) -> Iterator[dict[str, str]]:
    """The whole stack, with or without HAProxy; gives its environment, to which more may be added."""
    with tempfile.TemporaryDirectory(prefix="mealprep-bench-", dir="/tmp") as home:
        Path(home).chmod(0o755)
        environment = os.environ | {
            "MEALPREP_HOME": home,
            "DATABASE_URL": "",
            "MEALPREP_HTTP_PORT": str(PORT),
            "MEALPREP_DASHBOARD_PORT": "28265",
            "MEALPREP_PORT_BASE": "29000",
            "MEALPREP_HAPROXY": str(haproxy).lower(),
            **more,
        }
        mealprep = Path(sys.executable).with_name("mealprep")
        try:
            subprocess.run([mealprep, "up"], env=environment, check=True, stdout=subprocess.DEVNULL)
            yield environment
        finally:
            subprocess.run([mealprep, "reset", "--yes"], env=environment, stdout=subprocess.DEVNULL)


@contextmanager
def uvicorn() -> Iterator[None]:
    """The same app under plain uvicorn: one process, no Ray."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "deployments.home:api"]
    options = ["--port", str(PORT), "--no-access-log", "--log-level", "error"]
    server = subprocess.Popen([*command, *options], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx.get(f"http://127.0.0.1:{PORT}/health", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait()


def run() -> dict[str, dict[int, Measured]]:
    """Every way in at every number of connections."""
    ways = {
        "Serve, HAProxy": lambda: serve(haproxy=True),
        "Serve, own proxy": lambda: serve(haproxy=False),
        "plain uvicorn": uvicorn,
    }
    results: dict[str, dict[int, Measured]] = {}
    for name, start in ways.items():
        with start():
            time.sleep(5)
            measure(PORT, get("/health"), 4, 2)
            results[name] = {n: measure(PORT, get("/health"), n, SECONDS) for n in CONNECTIONS}
    return results


def main() -> None:
    """Run and print."""
    results = run()
    print(f"{'':18}{'connections':>12}{'req/s':>9}{'p50 ms':>9}{'p95 ms':>9}")
    for name, found in results.items():
        for connections, m in found.items():
            print(f"{name:18}{connections:12}{m.rate:9.0f}{m.p50_ms:9.2f}{m.p95_ms:9.2f}")
    for connections in CONNECTIONS:
        haproxy = results["Serve, HAProxy"][connections].rate
        own = results["Serve, own proxy"][connections].rate
        plain = results["plain uvicorn"][connections].rate
        print(
            f"{connections} connections: HAProxy is {haproxy / own:.1f} times Serve's own proxy "
            f"and {haproxy / plain:.2f} times plain uvicorn"
        )


if __name__ == "__main__":
    main()
