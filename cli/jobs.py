"""`mealprep jobs`: submit, list, watch and stop jobs on the cluster."""

import asyncio
import os
import shlex
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from cli.console import console
from cli.problems import Stuck
from cli.ray_head import RayHead
from jobs.registry import JOBS
from lib.settings import settings

app = typer.Typer(no_args_is_help=True, help="Jobs on the cluster: submit, list, logs, stop.")

JobId = Annotated[str, typer.Argument(help="As `submit` and `list` print it.")]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def submit(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="One of the names in jobs/registry.py.")],
    wait: Annotated[bool, typer.Option(help="Show what it says until it ends.")] = True,
) -> None:
    """Run a job; what follows its name are its own flags, for instance --rebuild."""
    if name not in JOBS:
        raise Stuck(f"There is no job {name!r}", f"take one of {', '.join(sorted(JOBS))}")
    client = _client()
    entrypoint = shlex.join(["python", "-m", JOBS[name], *context.args])
    job_id = client.submit_job(entrypoint=entrypoint, metadata={"job": name})
    console.print(f"{name} runs as {job_id}")
    if wait:
        asyncio.run(_follow(client, job_id))
        status = client.get_job_status(job_id)
        console.print(f"{job_id}: {status.value.lower()}")
        raise typer.Exit(0 if status.value == "SUCCEEDED" else 1)


@app.command("list")
def list_jobs() -> None:
    """Every job that the cluster remembers, newest first."""
    table = Table("id", "job", "status", "started", "took", box=None, pad_edge=False)
    for job in sorted(_client().list_jobs(), key=lambda job: -(job.start_time or 0)):
        if job.submission_id is None:  # a driver that nobody submitted
            continue
        started = datetime.fromtimestamp((job.start_time or 0) / 1000, UTC).astimezone()
        took = f"{(job.end_time - job.start_time) / 1000:.1f} s" if job.end_time else ""
        name = (job.metadata or {}).get("job") or job.entrypoint
        table.add_row(
            job.submission_id, escape(name), job.status.value.lower(), f"{started:%m-%d %H:%M:%S}", took
        )
    console.print(table)


@app.command()
def logs(job_id: JobId) -> None:
    """What a job wrote."""
    client = _client()
    _known(client, job_id)
    print(client.get_job_logs(job_id), end="")


@app.command()
def stop(job_id: JobId) -> None:
    """Stop a job that runs."""
    client = _client()
    _known(client, job_id)
    console.print("stopping" if client.stop_job(job_id) else "it had ended already")


async def _follow(client: Any, job_id: str) -> None:
    async for text in client.tail_job_logs(job_id):
        print(text, end="", flush=True)


def _known(client: Any, job_id: str) -> None:
    if not any(job.submission_id == job_id for job in client.list_jobs()):
        raise Stuck(f"There is no job {job_id!r}", "`mealprep jobs list` shows those there are")


def _client() -> Any:
    head = RayHead(settings())
    if not head.answers():
        raise Stuck("The cluster isn't running", "run `make up`")
    os.environ.update(head.client_environment())
    from ray.job_submission import JobSubmissionClient

    return JobSubmissionClient(settings().dashboard_url)
