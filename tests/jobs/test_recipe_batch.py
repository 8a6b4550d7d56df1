"""The job that writes new recipes."""

from sqlalchemy import select

from jobs import registry
from jobs.execution import Execution
from lib import db
from lib.ai import copies
from lib.tables import recipes
from tests.ledger import ask, item_states, take

BATCH = registry.kinds()["recipe-batch"]


def write(**args):
    job_id = ask(BATCH, args)
    lease = take(kinds=registry.kinds())
    assert lease.job_id == job_id
    return job_id, Execution(BATCH, lease).run()


def there():
    with db.transaction() as session:
        return {row.id: row.title for row in session.execute(select(recipes.c.id, recipes.c.title))}


def test_new_recipes_are_kept_and_none_is_like_one_that_was_there(book_database):
    before = there()
    with db.transaction() as session:
        kept = copies.kept(session)
    _, (outcome, result) = write(count=4, dietary_restrictions=["vegan"])
    assert outcome == "succeeded"
    new = {key: title for key, title in there().items() if key not in before}
    assert set(result["recipeIds"]) == set(new)
    assert len(new) == 4
    assert len(set(new.values())) == 4
    with db.transaction() as session:
        added = [each for each in copies.kept(session) if each not in kept]
    for each in added:
        assert max(copies._share(each.foods, other.foods) for other in kept) < 0.9


def test_a_second_batch_writes_others(book_database):
    write(count=2, dietary_restrictions=["vegan"])
    first = there()
    write(count=2, dietary_restrictions=["vegan"])
    assert len(there()) == len(first) + 2
    assert len(set(there().values())) == len(there())


def test_what_can_not_be_written_says_why(book_database):
    job_id, (outcome, _) = write(count=2, cuisine="atlantean")
    assert outcome == "failed"
    assert set(item_states(job_id).values()) == {"failed"}


def test_without_a_diet_the_recipes_are_for_several(book_database):
    _, (outcome, result) = write(count=3)
    assert outcome == "succeeded"
    assert len(result["recipeIds"]) == 3
