"""A job that writes down when it does what, and can be slow, deaf to being stopped, or have children."""

import time

import ray
from sqlalchemy import text

from jobs.command_line import run_as_command
from lib import db
from lib.ledger.items import Items
from lib.wire import Wire


class Args(Wire):
    """How many steps of which length; deaf: without asking whether to go on."""

    steps: int = 3
    seconds: float = 0.0
    deaf: bool = False
    child: bool = False


class Result(Wire):
    """How many steps were done by the attempt that ended the job."""

    steps: int


@ray.remote(num_cpus=0)
def child(seconds: float) -> None:
    """A task of the job's own."""
    time.sleep(seconds)


def run(args: Args, items: Items) -> Result:
    """Do the steps that are left, and note each in the table `public.steps`."""
    job_id = items.job_id
    if args.child:
        ray.init(ignore_reinit_error=True)
        ray.get(child.remote(600))
    if args.deaf:
        time.sleep(600)
    done = 0
    for item in items.each([f"step {n}" for n in range(args.steps)], commit_each=True):
        time.sleep(args.seconds)
        _note(job_id, item.key)
        done += 1
    return Result(steps=done)


def _note(job_id: str, what: str) -> None:
    with db.background_sessions().begin() as session:
        session.execute(text("create table if not exists public.steps (job text, what text)"))
        session.execute(
            text("insert into public.steps values (:job, :what)"), {"job": job_id, "what": what}
        )


if __name__ == "__main__":
    run_as_command("steps")
