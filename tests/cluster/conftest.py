"""A whole stack of its own, beside whatever else runs on the machine: one for all these tests."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from lib.search import embedding
from lib.settings import ROOT, Settings

HTTP_PORT, DASHBOARD_PORT, PORT_BASE = 18000, 18265, 21000


@dataclass
class Running:
    """A stack, driven by the `mealprep` command like a user's."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")} | {
            "MEALPREP_HOME": str(self.home),
            "MEALPREP_HTTP_PORT": str(HTTP_PORT),
            "MEALPREP_DASHBOARD_PORT": str(DASHBOARD_PORT),
            "MEALPREP_PORT_BASE": str(PORT_BASE),
            "MEALPREP_INDEX_POLL_S": "1",
            "MEALPREP_JOB_MODULES": "tests.cluster.jobs",
            "PYTHONPATH": str(ROOT),
        }

    def mealprep(self, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run the command; `extra` are environment variables."""
        return subprocess.run(
            [Path(sys.executable).with_name("mealprep"), *words],
            env=self.environment | extra,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    @property
    def settings(self) -> Settings:
        """The settings that the stack's own processes have."""
        return Settings(
            MEALPREP_HOME=self.home,
            MEALPREP_HTTP_PORT=HTTP_PORT,
            MEALPREP_DASHBOARD_PORT=DASHBOARD_PORT,
            MEALPREP_PORT_BASE=PORT_BASE,
            DATABASE_URL="",
        )

    def client(self) -> httpx.Client:
        """An HTTP client with the stack's first key."""
        key = (self.home / "api-key").read_text().strip()
        return httpx.Client(
            base_url=f"http://127.0.0.1:{HTTP_PORT}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=20,
            trust_env=False,
        )


@pytest.fixture(scope="session")
def stack(model: embedding.Embedder) -> Iterator[Running]:
    """`mealprep up`, and `mealprep down` at the end."""
    with tempfile.TemporaryDirectory(prefix="mealprep-stack-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o755)
        shutil.copytree(embedding.converted(), home / "models" / embedding.model_name())
        running = Running(home)
        started = running.mealprep("up")
        assert started.returncode == 0, started.stdout + started.stderr
        yield running
        running.mealprep("down")
        for left in (running.settings.run_dir, running.settings.postgres_socket_dir):
            shutil.rmtree(left, ignore_errors=True)
