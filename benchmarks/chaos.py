"""What a caller sees when a part of the stack is killed: `python -m benchmarks.chaos`.

Starts a stack of its own, sends 20 searches a second, and kills one part at a time with SIGKILL.
"""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.ingress import PORT, serve
from cli import processes
from cli.postgres import EmbeddedPostgres
from lib.settings import Settings

RATE = 20
BEFORE_S, AFTER_S = 3, 30
PATIENCE_S = 20


@dataclass(frozen=True)
class Seen:
    """One request: when it was sent, how long it took, what came back."""

    at: float
    took: float
    outcome: str


class Caller:
    """Sends searches at a steady rate, each from a thread of its own, each a new text."""

    def __init__(self, key: str) -> None:
        self.seen: list[Seen] = []
        self._stop = threading.Event()
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{PORT}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=PATIENCE_S,
            trust_env=False,
        )
        self._pool = ThreadPoolExecutor(RATE * PATIENCE_S)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> list[Seen]:
        """Everything seen, in the order it was sent."""
        self._stop.set()
        self._thread.join()
        self._pool.shutdown()
        self._client.close()
        return sorted(self.seen, key=lambda seen: seen.at)

    def _run(self) -> None:
        number = 0
        started = time.monotonic()
        while not self._stop.wait(max(0.0, started + number / RATE - time.monotonic())):
            number += 1
            self._pool.submit(self._send, number)

    def _send(self, number: int) -> None:
        sent = time.monotonic()
        try:
            answer = self._client.post("/search/semantic", json={"query": f"soup number {number}"})
            problem = answer.headers.get("content-type") == "application/problem+json"
            outcome = "200" if answer.is_success else f"{answer.status_code}{' problem' * problem}"
        except httpx.ConnectError:
            outcome = "connection refused"
        except (httpx.RemoteProtocolError, httpx.ReadError):
            outcome = "connection closed"
        except httpx.TimeoutException:
            outcome = "TIMEOUT"
        self.seen.append(Seen(sent, time.monotonic() - sent, outcome))


def victims(config: Settings) -> dict[str, list[psutil.Process]]:
    """The processes of each part that is to be killed."""
    found = processes.of_stack(config.stack_id, config.run_dir)

    def titled(title: str) -> list[psutil.Process]:
        return [p for p in found if p.cmdline()[:1] == [f"ray::ServeReplica:search:{title}"]]

    postgres = EmbeddedPostgres.of(config)
    return {
        "search replica": titled("Search"),
        "HAProxy": [p for p in found if processes.module(p) == "haproxy"],
        "PostgreSQL": postgres.processes()[:1],
    }


def main() -> None:
    """Kill each part once and print what the caller saw."""
    with serve(haproxy=True) as environment:
        home = Path(environment["MEALPREP_HOME"])
        config = Settings(MEALPREP_HOME=home)
        key = (home / "api-key").read_text().strip()
        for name in victims(config):
            caller = Caller(key)
            time.sleep(BEFORE_S)
            killed_at = time.monotonic()
            for process in victims(config)[name]:
                process.kill()
            time.sleep(AFTER_S)
            report(name, killed_at, caller.stop())


def report(name: str, killed_at: float, seen: list[Seen]) -> None:
    """One part's line: outcomes, longest wait, and when the last failure was sent."""
    after = [one for one in seen if one.at + one.took >= killed_at]
    bad = [one for one in after if one.outcome != "200"]
    slow = [one for one in after if one.took > 1]
    troubled = [max(one.at - killed_at, 0.0) for one in (*bad, *slow)]
    outcomes = ", ".join(
        f"{count} × {kind}" for kind, count in Counter(o.outcome for o in after).items()
    )
    print(
        f"{name:17} {outcomes}; longest {max(one.took for one in after):.1f} s; "
        f"normal after {max(troubled, default=0.0):.1f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
