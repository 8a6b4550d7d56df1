"""Ten camera photos to three sizes: this beside sharp, at the same bytes, in one run.

    npm install --prefix /tmp/sharp sharp@0.35.5
    python -m benchmarks.images /tmp/sharp [--http]

sharp is used as its manual has it: every size from the file, all at once. Both sides take turns, and the
best run of each counts. Our quality is the highest at which the bytes in all are within 3% of sharp's;
similarity (SSIM) is measured against each photo fully decoded and reduced by Pillow's Lanczos filter,
the kernel that sharp uses. `--http` sends the photos to `/images/batch-optimize` of the running stack.
"""

import argparse
import io
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import psutil
from PIL import Image

from benchmarks.photos import photo
from lib.images.answers import SIDES, VARIANTS
from lib.images.formats import Target
from lib.images.models import Order
from lib.images.quality import ssim
from lib.images.workers import Workers
from lib.settings import settings

_PHOTOS = 10
_RUNS = 2
_TURNS = 5
_NEAR = 1.03
_USUAL: dict[Target, int] = {"jpeg": 80, "webp": 80, "avif": 50}
"""sharp's own defaults."""
_SHARP = """
const sharp = require('sharp'), fs = require('fs');
const [folder, format, quality, runs] = process.argv.slice(2);
sharp.cache(false);
(async () => {
  const photos = fs.readdirSync(folder).filter(n => n.endsWith('.jpg')).sort();
  let best = 1e9;
  for (let run = 0; run < +runs; run++) {
    const started = performance.now();
    await Promise.all(photos.flatMap(name => SIDES.map(side =>
      sharp(`${folder}/${name}`).rotate().resize(side, side, {fit: 'inside', withoutEnlargement: true})
        .toFormat(format, {quality: +quality}).toFile(`${folder}/${name}.${side}.${format}`))));
    best = Math.min(best, performance.now() - started);
  }
  console.log(JSON.stringify(best / 1000));
})();
"""

Pictures = list[list[bytes]]
"""For each photo its sizes."""


def peak_memory(processes: Callable[[], list[psutil.Process]], work: Callable[[], object]) -> float:
    """MB that the processes and their children hold at most while the work goes on."""
    most, over = 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.02):
            held = 0
            try:
                for process in processes():
                    held += sum(p.memory_info().rss for p in (process, *process.children(True)))
            except psutil.NoSuchProcess:
                continue
            most = max(most, held / 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    over.set()
    watcher.join()
    return most


def by_sharp(modules: Path, folder: Path, target: Target, quality: int) -> tuple[float, float, Pictures]:
    """Seconds, MB, and what sharp made."""
    script = folder / "sharp.cjs"
    script.write_text(_SHARP.replace("SIDES", json.dumps([*SIDES.values()])))
    runs = 1 if target == "avif" else _RUNS
    process = subprocess.Popen(
        ["node", script, folder, target, str(quality), str(runs)],
        env={"NODE_PATH": str(modules / "node_modules"), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
    )
    memory = peak_memory(lambda: [psutil.Process(process.pid)], process.wait)
    seconds = float(process.stdout.read()) if process.stdout else 0.0
    names = sorted(path.name for path in folder.glob("*.jpg"))
    made = [[(folder / f"{n}.{s}.{target}").read_bytes() for s in SIDES.values()] for n in names]
    return seconds, memory, made


def by_us(
    workers: Workers, photos: list[bytes], target: Target, quality: int
) -> tuple[float, float, Pictures]:
    """Seconds, MB, and what we made."""

    def one(content: bytes) -> list[bytes]:
        with workers.slot() as slot:
            order = Order(sizes=VARIANTS, format=target, quality=quality)
            return workers.render(slot, content, order)[1]

    best, made = float("inf"), []

    def work() -> None:
        nonlocal best, made
        for _ in range(1 if target == "avif" else _RUNS):
            started = time.perf_counter()
            with ThreadPoolExecutor(workers.many) as threads:
                made = list(threads.map(one, photos))
            best = min(best, time.perf_counter() - started)

    memory = peak_memory(lambda: [psutil.Process(pid) for pid in workers.pids()], work)
    return best, memory, made


def size(made: Pictures) -> int:
    """Bytes in all."""
    return sum(len(each) for sizes in made for each in sizes)


def matching(workers: Workers, photos: list[bytes], target: Target, wanted: int) -> int:
    """The highest quality at which our files have no more than 3% more bytes than wanted."""
    low, high = 20, 95
    few = photos[:3] if target == "avif" else photos
    share = wanted * len(few) / len(photos)
    while high - low > 1:
        middle = (low + high) // 2
        if size(by_us(workers, few, target, middle)[2]) <= share * _NEAR:
            low = middle
        else:
            high = middle
    return low


def similarity(photos: list[bytes], made: Pictures) -> float:
    """Mean SSIM over photos and sizes with what Lanczos makes of the whole photo."""
    found = []
    for content, sizes in zip(photos, made, strict=True):
        whole = Image.open(io.BytesIO(content))
        for each in sizes:
            shown = Image.open(io.BytesIO(each)).convert("RGB")
            exact = whole.resize(shown.size, Image.Resampling.LANCZOS)
            found.append(ssim(np.asarray(exact), np.asarray(shown)))
    return float(np.mean(found))


def compare(sharp: Path, folder: Path, workers: Workers, photos: list[bytes], target: Target) -> None:
    """Print both sides' time, memory, bytes and similarity for one format."""
    usual = _USUAL[target]
    theirs = by_sharp(sharp, folder, target, usual)
    quality = matching(workers, photos, target, size(theirs[2]))
    ours = by_us(workers, photos, target, quality)
    for _ in range(0 if target == "avif" else _TURNS):
        theirs = min(theirs, by_sharp(sharp, folder, target, usual), key=lambda each: each[0])
        ours = min(ours, by_us(workers, photos, target, quality), key=lambda each: each[0])
    for who, q, (seconds, memory, made) in (("sharp", usual, theirs), ("ours", quality, ours)):
        like = f"{size(made):9} bytes, SSIM {similarity(photos, made):.4f}"
        print(f"{target:5} {who:5} q{q}: {seconds:6.2f} s, {memory:4.0f} MB, {like}")
    more = 100 * (size(ours[2]) / size(theirs[2]) - 1)
    print(f"{target:5} {theirs[0] / ours[0]:.2f}× sharp's speed at {more:+.1f}% bytes", flush=True)


def by_http(photos: list[bytes], target: Target) -> None:
    """Print how long a batch takes through the running stack; every photo is new to it."""
    key = (settings().home / "api-key").read_text().strip()
    with httpx.Client(
        base_url=settings().url, headers={"Authorization": f"Bearer {key}"}, timeout=300
    ) as client:
        times = []
        for run in range(_RUNS):
            # What follows a JPEG's end changes its hash, not its pixels.
            fresh = [content + f"{time.time()}{run}".encode() for content in photos]
            files = [("files", (f"{n}.jpg", content, "image/jpeg")) for n, content in enumerate(fresh)]
            started = time.perf_counter()
            answer = client.post(
                f"/images/batch-optimize?format={target}&quality={_USUAL[target]}", files=files
            )
            times.append(time.perf_counter() - started)
            assert answer.raise_for_status().json()["failed"] == 0
        print(f"{target}: ten photos by /images/batch-optimize in {min(times):.2f} s (best of {_RUNS})")


def main() -> None:
    """Both sides, one format after the other."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sharp", type=Path, help="folder with node_modules/sharp")
    parser.add_argument("--formats", nargs="+", default=[*_USUAL], choices=[*_USUAL])
    parser.add_argument("--http", action="store_true", help="through the running stack, too")
    given = parser.parse_args()
    photos = [photo(number) for number in range(_PHOTOS)]
    workers = Workers()
    workers.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, content in enumerate(photos):
            (folder / f"{number}.jpg").write_bytes(content)
        for target in given.formats:
            compare(given.sharp, folder, workers, photos, target)
    workers.close()
    if given.http:
        for target in ("jpeg", "webp"):
            by_http(photos, target)


if __name__ == "__main__":
    main()
