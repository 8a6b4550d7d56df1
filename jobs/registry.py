"""Every job and the whole schedule, on one screen."""

from functools import lru_cache
from importlib import import_module
from typing import Any

from lib.analytics import rollup
from lib.errors import NotFound
from lib.ledger.kinds import Kind, Kinds
from lib.ledger.schedules import Schedule
from lib.mail.server import may_be_regular
from lib.search import backlog
from lib.settings import settings

_SHIPPED = (
    #    name                 module                     weight    MB    timeout_s  attempts  at once
    Kind("analytics-rollup",  "jobs.analytics_rollup",   "task",   500,  3600,      5,        1),
    Kind("cleanup",           "jobs.cleanup",            "task",   200,  1800,      5,        1),
    Kind("email-digest",      "jobs.email_digest",       "task",   400,  6*3600,    20,       1),
    Kind("image-batch",       "jobs.image_batch",        "driver", 600,  6*3600,    5,        2),
    Kind("index-recipes",     "jobs.index_recipes",      "driver", 900,  3600,      5,        1),
    Kind("missing-images",    "jobs.missing_images",     "task",   500,  2*3600,    5,        1),
    Kind("recipe-batch",      "jobs.recipe_batch",       "task",   400,  3600,      3,        1),
    Kind("report",            "jobs.report",             "task",   900,  1800,      3,        1),
    Kind("train-recommender", "jobs.train_recommender",  "driver", 900,  3600,      3,        1),
)  # fmt: skip


@lru_cache
def kinds() -> Kinds:
    """Every job by name: the shipped ones, and those of the modules in `MEALPREP_JOB_MODULES`."""
    added = [import_module(name).KINDS for name in settings().job_modules.split(",") if name]
    return {kind.name: kind for kind in (*_SHIPPED, *(kind for some in added for kind in some))}


def schedules() -> list[Schedule]:
    """Every schedule. Times are those of the place's clock."""
    by = kinds()
    return [
        Schedule(
            "analytics-rollup",
            by["analytics-rollup"],
            "*/10 * * * *",
            catch_up="one",
            wanted=rollup.is_wanted,
        ),
        Schedule(
            "analytics-rollup-busy",
            by["analytics-rollup"],
            "* * * * *",
            catch_up="skip",
            wanted=rollup.is_urgent,
        ),
        Schedule("cleanup", by["cleanup"], "0 3 * * 0", jitter_s=60),
        Schedule("missing-images", by["missing-images"], "0 4 * * *", jitter_s=60),
        Schedule(
            "email-digest",
            by["email-digest"],
            "0 15 * * 6",
            catch_up="one",
            wanted=may_be_regular,
        ),
        Schedule("recipe-batch", by["recipe-batch"], "0 2 * * *", args={"count": 5}, jitter_s=60),
        Schedule("train-recommender", by["train-recommender"], "0 1 * * *", jitter_s=60),
        Schedule(
            "index-recipes",
            by["index-recipes"],
            "* * * * *",
            catch_up="skip",
            wanted=backlog.is_long,  # fewer are the indexer's
        ),
    ]


def kind(name: str) -> Kind:
    """The kind of that name.

    Raises:
        NotFound: there is none.
    """
    if name not in kinds():
        raise NotFound(f"There is no job {name!r}.", sorted(kinds()))
    return kinds()[name]


def module(kind: Kind) -> Any:
    """The module with the job's `Args`, `Result` and `run`; imported when it is needed."""
    return import_module(kind.module)
