"""The job that draws a report and keeps it."""

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from jobs import registry
from jobs.execution import Execution
from jobs.report import Args
from lib import db
from lib.errors import NotFound
from lib.reports import files
from lib.tables import recipes
from tests.ledger import ask, item_states, look, run_sql, take
from tests.reports.reading import sound

REPORT = registry.kinds()["report"]


@pytest.fixture(scope="module")
def some(shared_book):
    with db.transaction() as session:
        return list(session.scalars(select(recipes.c.id).order_by(recipes.c.title).limit(2)))


def run(user_id=None, **args):
    job_id = ask(REPORT, Args(**args).model_dump(mode="json", exclude_none=True), user_id=user_id)
    lease = take(kinds=registry.kinds())
    assert lease.job_id == job_id
    return job_id, *Execution(REPORT, lease).run()


def test_a_book_is_drawn_and_kept(some):
    job_id, outcome, result = run(
        "ann", kind="recipe-book", recipe_ids=some, title="Ours", paper="letter"
    )
    assert outcome == "succeeded"
    with db.transaction() as session:
        kept = files.get(session, job_id, "ann")
        with pytest.raises(NotFound):
            files.get(session, job_id, "ben")
    assert result == {
        "fileId": job_id,
        "url": f"/reports/files/{job_id}",
        "filename": "recipe-book-ours.pdf",
        "pages": kept.pages,
        "bytes": len(kept.content),
    }
    assert sound(kept.content).title == "Ours"
    assert item_states(job_id) == {"pdf": "done"}
    run_sql("update compute.report_files set created_at = now() - interval '31 days'")
    _, _, counts = clean()
    assert counts["deleted"]["reportFiles"] == 1


def clean():
    kind = registry.kinds()["cleanup"]
    job_id = ask(kind, {})
    return job_id, *Execution(kind, take(kinds=registry.kinds())).run()


def test_what_is_not_there_fails_with_its_reason(some):
    job_id, outcome, _ = run(kind="meal-plan", meal_plan_id="never")
    assert outcome == "failed"
    assert look(job_id).error == "There is no meal plan with this id."


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"kind": "novel"},
        {"kind": "meal-plan"},
        {"kind": "meal-plan", "mealPlanId": "a", "recipeIds": ["b"]},
        {"kind": "recipe-book", "recipeIds": ["b"], "paper": "a0"},
    ],
)
def test_args_that_cannot_be(args):
    with pytest.raises(ValidationError):
        Args.model_validate(args)
