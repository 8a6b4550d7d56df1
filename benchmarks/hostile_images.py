"""Every odd file and 10,000 mutations of valid ones, sent to the running stack: what it answers.

    python -m benchmarks.hostile_images [MUTATIONS]

There must be no 5xx, what is fine must be taken and what isn't be refused, and the replica's and its
decoding processes' memory must come back to where it was.
"""

import collections
import itertools
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil

from lib.settings import settings
from tests.images.odd_files import FILES, mutations

_THREADS = 4
_CHUNK = 200


def memory() -> dict[str, float]:
    """MB that the images replicas and their decoding processes hold."""
    held: dict[str, float] = collections.defaultdict(float)
    for process in psutil.process_iter(["cmdline", "memory_info"]):
        line = " ".join(process.info["cmdline"] or [])
        if "ServeReplica:images" in line or "lib.images.worker" in line:
            kind = "decoding" if "worker" in line else "replica"
            held[kind] += process.info["memory_info"].rss / 2**20
    return dict(held)


def send(client: httpx.Client, content: bytes) -> tuple[int, str]:
    """Status and, where it was refused, the reason."""
    answer = client.post("/images/optimize?format=webp&quality=60", files={"file": ("x.jpg", content)})
    body = answer.json()
    return answer.status_code, body.get("detail", "")


def many(client: httpx.Client, contents: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    """As `send`, several at once and in order."""
    rest = iter(contents)
    with ThreadPoolExecutor(_THREADS) as threads:
        while chunk := list(itertools.islice(rest, _CHUNK)):
            yield from threads.map(lambda content: send(client, content), chunk)


def main() -> None:
    """Send, count, and say what was wrong."""
    mutated = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    key = (settings().home / "api-key").read_text().strip()
    with httpx.Client(
        base_url=settings().url, headers={"Authorization": f"Bearer {key}"}, timeout=120
    ) as client:
        print("memory before:", memory())
        started = time.monotonic()
        wrong = 0
        for (name, odd), (status, detail) in zip(
            FILES.items(), many(client, (odd.make() for odd in FILES.values())), strict=True
        ):
            fine = {"ok": (200,), "refused": (413, 422), "either": (200, 413, 422)}[odd.expect]
            if status not in fine:
                wrong += 1
                print(f"{name}: {odd.expect}, but {status} {detail}")
        print(f"{len(FILES)} odd files in {time.monotonic() - started:.0f} s, {wrong} answered wrongly")
        print("memory:", memory())
        started = time.monotonic()
        counts = collections.Counter(status for status, _ in many(client, mutations(1, mutated)))
        print(f"{mutated} mutations in {time.monotonic() - started:.0f} s, by status: {dict(counts)}")
        print("memory after:", memory())
        assert all(status in (200, 413, 422) for status in counts), counts


if __name__ == "__main__":
    main()
