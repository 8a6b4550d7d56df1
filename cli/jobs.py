"""`mealprep jobs`: ask for jobs, look at them, follow, cancel and retry them; the ledger knows all."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.console import console
from cli.problems import Stuck
from cli.ray_head import RayHead
from jobs import registry
from jobs.command_line import args_of
from lib import db
from lib.ledger import jobs, schedules, stats
from lib.ledger.jobs import ENDED, Job, Status
from lib.settings import settings

app = typer.Typer(
    no_args_is_help=True, help="Jobs: submit, list, show, follow, cancel, retry, logs, schedules."
)

JobId = Annotated[str, typer.Argument(help="As `submit` and `list` print it; its beginning is enough.")]

_FOLLOW_EVERY_S = 0.5
_COLOURS = {"succeeded": "green", "failed": "red", "dead": "red", "running": "cyan"}


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def submit(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="One of the names in jobs/registry.py.")],
    wait: Annotated[bool, typer.Option(help="Follow it until it ends.")] = True,
) -> None:
    """Ask for a job; what follows its name are its own flags, for instance --rebuild."""
    kind = registry.kind(name)
    args = args_of(kind, context.args)
    with db.transaction() as session:
        job_id = jobs.enqueue(session, kind, args)
    console.print(f"{name} is {job_id}")
    if wait:
        follow(job_id)


@app.command("list")
def list_jobs(
    status: Annotated[Status | None, typer.Option(help="Only those.")] = None,
    name: Annotated[str, typer.Option(help="Only jobs of this name.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000)] = 30,
) -> None:
    """Every job, newest first, and how many there are in each state."""
    columns = ("id", "job", "status", "items", "attempts", "asked for", "took")
    table = Table(*columns, box=None, pad_edge=False)
    with db.transaction() as session:
        found, counts = jobs.page(session, limit, status=status, name=name), stats.counts(session)
    for job in found.jobs:
        asked = f"{job.created_at.astimezone():%m-%d %H:%M:%S}"
        items, attempts = _items(job), str(job.attempts)
        table.add_row(job.id, job.name, _coloured(job.status), items, attempts, asked, _took(job))
    console.print(table)
    numbers = counts.model_dump(by_alias=False, exclude={"due", "oldest_due_s"})
    console.print(", ".join(f"{count} {name}" for name, count in numbers.items() if count) or "no jobs")


@app.command()
def show(job_id: JobId) -> None:
    """A job, each attempt at it, and its items that failed."""
    with db.transaction() as session:
        job = _find(session, job_id)
        attempts = jobs.attempts(session, job.id)
        failed = jobs.items(session, job.id, 20, status="failed")
    console.print_json(job.model_dump_json(exclude_none=True))
    for attempt in attempts:
        outcome = attempt.outcome or "running"
        told = f"attempt {attempt.number}, {attempt.started_at.astimezone():%m-%d %H:%M:%S}: {outcome}"
        console.print(f"{told}  {escape(attempt.error or '')}")
    for item in failed.items:
        console.print(f"item {escape(item.key)} failed: {escape(item.error or '')}")


@app.command("follow")
def follow(job_id: JobId) -> None:
    """Show how far a job is until it ends; exit code 1 unless it succeeds."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("queued", total=None)
        for job in _until_end(job_id):
            total = job.progress.total or None
            done = job.progress.done + job.progress.failed
            bar.update(task, description=job.status, completed=done, total=total)
    console.print(f"{job.id}: {_coloured(job.status)} {_items(job)} {escape(job.error or '')}".rstrip())
    if job.result is not None:
        console.print_json(data=job.result)
    raise typer.Exit(0 if job.status == "succeeded" else 1)


@app.command()
def cancel(job_id: JobId) -> None:
    """Cancel a job; one that runs ends within seconds."""
    with db.transaction() as session:
        job = jobs.cancel(session, _find(session, job_id).id)
    console.print(f"{job.id}: {'being cancelled' if job.status == 'running' else job.status}")


@app.command()
def retry(job_id: JobId) -> None:
    """Try a failed or dead job again: only the items that are left."""
    with db.transaction() as session:
        job = _find(session, job_id)
        job = jobs.retry(session, registry.kind(job.name), job.id)
    console.print(f"{job.id}: {job.status}")


@app.command()
def logs(job_id: JobId) -> None:
    """What a job wrote: all of its last driver's output while Ray has it, else what the ledger kept."""
    with db.transaction() as session:
        job = _find(session, job_id)
        kept = jobs.log(session, job.id)
    from_ray = _log_of_driver(job.ray_job_id) if job.ray_job_id else None
    print(kept if from_ray is None else from_ray, end="")


@app.command("schedules")
def list_schedules() -> None:
    """What runs by itself, and when next."""
    table = Table("schedule", "cron", "time zone", "next", "last run", box=None, pad_edge=False)
    now = datetime.now(UTC)
    with db.transaction() as session:
        for schedule in registry.schedules():
            found = schedules.info(session, schedule, now)
            upcoming = f"{found.next_tick.astimezone():%m-%d %H:%M}" if found.next_tick else "paused"
            last = _coloured(found.last_status) if found.last_status else ""
            table.add_row(found.name, found.cron, found.timezone, upcoming, last)
    console.print(table)


def _until_end(job_id: str) -> Iterator[Job]:
    while True:
        with db.transaction() as session:
            job = _find(session, job_id)
        yield job
        if job.status in ENDED:
            return
        time.sleep(_FOLLOW_EVERY_S)


def _find(session: Any, beginning: str) -> Job:
    found = jobs.beginning_with(session, beginning)
    if len(found) != 1:
        what = "There is no job" if not found else "There are several jobs"
        raise Stuck(f"{what} {beginning!r}", "`mealprep jobs list` shows those there are")
    return found[0]


def _log_of_driver(ray_job_id: str) -> str | None:
    head = RayHead(settings())
    if not head.answers():
        return None
    os.environ.update(head.client_environment())
    from ray.job_submission import JobSubmissionClient

    try:
        log: str = JobSubmissionClient(settings().dashboard_url).get_job_logs(ray_job_id)
    except RuntimeError:  # it isn't known any more
        return None
    return log


def _items(job: Job) -> str:
    progress = job.progress
    if not progress.total:
        return ""
    failed = f", {progress.failed} failed" if progress.failed else ""
    return f"{progress.done}/{progress.total}{failed}"


def _took(job: Job) -> str:
    if not job.started_at or not job.finished_at:
        return ""
    return f"{(job.finished_at - job.started_at).total_seconds():.1f} s"


def _coloured(status: Status) -> str:
    colour = _COLOURS.get(status)
    return f"[{colour}]{status}[/]" if colour else status
