"""What becomes of jobs while all they run on is killed: `python -m benchmarks.chaos_jobs [SECONDS]`.

Starts a stack of its own, asks for 40 jobs of 50 items with an effect each, and kills one process after
another with SIGKILL: drivers, workers, dispatcher, Serve's controller, PostgreSQL, and the head node,
which is then started again by `mealprep up`. At the end it counts.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.ingress import serve
from cli import processes
from cli.postgres import EmbeddedPostgres
from jobs import registry
from lib import db
from lib.errors import MealPrepError
from lib.ledger import jobs
from lib.settings import ROOT, Settings, settings

JOBS, ITEMS, ITEM_S = 40, 50, 0.25
SECONDS = 420.0
PAUSE_S = (1.5, 5.0)
END_S = 900.0
_OURS = "compute.jobs where name like 'chaos%'"


def titled(config: Settings, wanted: Callable[[list[str]], bool]) -> list[psutil.Process]:
    """The stack's processes whose command line is wanted."""
    found = []
    for process in processes.of_stack(config.stack_id, config.run_dir):
        try:
            if wanted(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def victims(config: Settings) -> dict[str, list[psutil.Process]]:
    """What may be killed now: the processes of each part that runs."""

    def beginning(title: str) -> list[psutil.Process]:
        return titled(config, lambda words: words[:1] == [title])

    return {
        "driver": titled(config, lambda words: words[1:3] == ["-m", "benchmarks.chaos_work"]),
        "worker": beginning("ray::Worker.work"),
        "dispatcher": beginning("ray::ServeReplica:jobs:Dispatcher"),
        "Serve controller": beginning("ray::ServeController"),
        "PostgreSQL": EmbeddedPostgres.of(config).processes()[:1],
        "head": titled(
            config, lambda words: bool(words) and words[0].endswith(("/raylet", "/gcs_server"))
        ),
    }


# The head takes most of a minute to come back, so it goes twice only: after so many others.
WEIGHTS = {"driver": 6, "worker": 6, "dispatcher": 3, "Serve controller": 2, "PostgreSQL": 2}
HEAD_AFTER = (10, 25)


def kill(config: Settings, part: str, environment: dict[str, str]) -> bool:
    """Kill one process of that part, of the head all; whether there was one."""
    found = victims(config)[part]
    for process in found if part == "head" else random.sample(found, min(1, len(found))):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            return False
    if part == "head":
        mealprep = Path(sys.executable).with_name("mealprep")
        subprocess.run([mealprep, "up"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return bool(found)


def ask() -> None:
    """The jobs, half of them drivers, in one transaction with the tables of their effects."""
    with db.transaction() as session:
        session.execute(text("create table public.tried (key text)"))
        session.execute(text("create table public.happened (key text)"))
        for number in range(JOBS):
            kind = registry.kind("chaos" if number % 2 else "chaos-warm")
            args = {"number": number, "items": ITEMS, "seconds": ITEM_S}
            jobs.enqueue(session, kind, args)


def query(statement: str) -> list[Any]:
    """All rows; asked again while the database is down."""
    while True:
        try:
            with db.transaction() as session:
                return list(session.execute(text(statement)).all())
        except (SQLAlchemyError, MealPrepError):
            time.sleep(0.5)


def unfinished() -> int:
    """How many jobs have not ended."""
    return int(query(f"select count(*) from {_OURS} and finished_at is null")[0][0])


def rage(config: Settings, environment: dict[str, str], seconds: float) -> Counter[str]:
    """Kill at random for so long, or till all jobs have ended; returns how many of what."""
    killed: Counter[str] = Counter()
    started = time.monotonic()
    while time.monotonic() - started < seconds and unfinished():
        time.sleep(random.uniform(*PAUSE_S))
        part = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if killed.total() in HEAD_AFTER:
            part = "head"
        if kill(config, part, environment):
            killed[part] += 1
            passed = time.monotonic() - started
            print(f"{passed:5.0f} s: killed {part}; {unfinished()} jobs to go", flush=True)
    return killed


def report(killed: Counter[str], took: float) -> bool:
    """Print the counts; whether all is as promised."""
    states = dict(map(tuple, query(f"select status, count(*) from {_OURS} group by 1")))
    happened, distinct = query("select count(*), count(distinct key) from public.happened")[0]
    tried = query("select count(*) from public.tried")[0][0]
    done = query(f"select sum(done), sum(failed), sum(total) from {_OURS}")[0]
    attempts = query(f"""
        select outcome, count(*) from compute.job_attempts
        where job_id in (select id from {_OURS}) group by 1
    """)
    outcomes = dict(map(tuple, attempts))
    gaps = query(f"""
        select count(*) from {_OURS} and attempts <> (
            select count(*) from compute.job_attempts a
            where a.job_id = id and a.outcome is not null and a.finished_at is not null)
    """)[0][0]
    print(f"killed: {', '.join(f'{count} × {part}' for part, count in killed.items())}; {took:.0f} s")
    print(f"jobs: {states}; items done, failed, in all: {tuple(done)}")
    print(f"effects: {happened} for {distinct} items of {JOBS * ITEMS}; begun {tried} times")
    print(f"attempts: {outcomes}; jobs with a gap in their history: {gaps}")
    wanted = JOBS * ITEMS
    well = states == {"succeeded": JOBS} and happened == distinct == wanted and gaps == 0
    print("every effect exactly once, every job ended, no history lost" if well else "NOT AS PROMISED")
    return well


def main() -> None:
    """Ask, kill, wait, count."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    modules = {"MEALPREP_JOB_MODULES": "benchmarks.chaos_work", "PYTHONPATH": str(ROOT)}
    with serve(haproxy=True, **modules) as environment:
        os.environ |= {"MEALPREP_HOME": environment["MEALPREP_HOME"], **modules}
        settings.cache_clear()
        started = time.monotonic()
        ask()
        killed = rage(settings(), environment, seconds)
        while unfinished() and time.monotonic() - started < END_S:
            time.sleep(1)
        well = report(killed, time.monotonic() - started)
    raise SystemExit(0 if well else 1)


if __name__ == "__main__":
    main()
