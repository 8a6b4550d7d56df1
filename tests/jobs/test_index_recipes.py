"""The job that indexes recipes, as a function and as a command."""

import importlib
import json
import subprocess
import sys

import pytest

from jobs import index_recipes
from jobs.index_recipes import Args
from jobs.registry import JOBS
from lib.settings import ROOT

NOTHING = {"changed": 0, "embedded": 0, "removed": 0, "failed": 0}


@pytest.mark.parametrize("module", JOBS.values())
def test_every_registered_job_has_args_result_and_run(module):
    job = importlib.import_module(module)
    assert issubclass(job.Args, job.BaseModel)
    assert issubclass(job.Result, job.BaseModel)
    assert callable(job.run)


def test_a_rebuild_embeds_everything_and_a_second_run_nothing(book_database):
    rebuilt = index_recipes.run(Args(rebuild=True))
    assert rebuilt.embedded == rebuilt.changed >= 60
    assert index_recipes.run(Args()).model_dump() == NOTHING


def run(*flags, **environment):
    return subprocess.run(
        [sys.executable, "-m", "jobs.index_recipes", *flags],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=None if not environment else {**__import__("os").environ, **environment},
    )


def test_the_command_prints_its_result_as_json(book_database):
    done = run()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == NOTHING


def test_a_bad_flag_and_a_missing_database_are_told(tmp_path):
    wrong = run("--colour", "red")
    assert wrong.returncode == 2
    assert "--colour" in wrong.stderr
    nothing = run(MEALPREP_HOME=str(tmp_path), DATABASE_URL="")
    assert nothing.returncode == 1
    assert "Traceback" not in nothing.stderr
    assert "make up" in nothing.stderr
