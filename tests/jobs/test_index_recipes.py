"""The job that indexes recipes, as a function and as a command."""

import json
import subprocess
import sys

from jobs import index_recipes, registry
from jobs.index_recipes import Args
from lib import db
from lib.ledger.items import Items
from lib.ledger.leases import LeaseLost
from lib.search import backlog
from lib.settings import ROOT
from tests.ledger import ask, look, run_sql, take

KIND = registry.kinds()["index-recipes"]
NOTHING = {"changed": 0, "embedded": 0, "removed": 0, "failed": 0}


def index(**args):
    job_id = ask(KIND)
    items = Items(db.sessions(), take("driver", kinds=registry.kinds()), lambda: None)
    result = index_recipes.run(Args(**args), items)
    assert items.close() == 0
    run_sql("update compute.jobs set status = 'succeeded'")
    return result, look(job_id).progress.done


def test_a_rebuild_embeds_everything_and_a_second_run_nothing(book_database):
    rebuilt, items = index(rebuild=True)
    assert rebuilt.embedded == rebuilt.changed == items >= 60
    nothing, items = index()
    assert (nothing.model_dump(), items) == (NOTHING, 0)


def test_a_rebuild_that_was_interrupted_goes_on_where_it_was(book_database):
    job_id = ask(KIND)
    lease = take("driver", kinds=registry.kinds())

    def stop_soon():
        raise LeaseLost

    recipes = sorted(run_sql("select id from recipes").scalars())
    items = Items(db.sessions(), lease, stop_soon)
    items.left(recipes)
    items.done(dict.fromkeys(recipes[:50]))
    resumed = Items(db.sessions(), lease, stop_soon)
    run_sql("update compute.recipe_index set row_versions = 0")
    assert index_recipes.run(Args(rebuild=True), resumed).changed == len(recipes) - 50
    assert look(job_id).progress.done == len(recipes)


def test_the_job_is_wanted_when_the_indexer_has_too_much_to_do(book_database, monkeypatch):
    def wanted():
        with db.transaction() as session:
            return backlog.is_long(session)

    monkeypatch.setattr(backlog, "MANY", 5)
    assert not wanted()
    run_sql("insert into recipes (user_id, title) select u.id, n from users u, generate_series(1, 5) n")
    assert wanted()


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
