"""The job that gives recipes pictures."""

import pytest
from sqlalchemy import func, select

from jobs import missing_images, registry
from jobs.execution import Execution
from lib import db
from lib.ai.cards import lettering
from lib.ai.catalogue import image_choices
from lib.images.store import store
from lib.images.workers import Workers
from lib.ledger.items import Items
from lib.ledger.leases import LeaseLost
from lib.settings import settings
from lib.tables import recipes
from tests.ai.pictures import PHOTO, image_choice
from tests.ai.server import Says, serving
from tests.ledger import ask, item_states, run_sql, take

KIND = registry.kinds()["missing-images"]


class Shared(Workers):
    """Real decoding processes, which one run leaves to the next."""

    def close(self):
        pass


@pytest.fixture(scope="module")
def workers(home):
    found = Shared(1)
    yield found
    Workers.close(found)


@pytest.fixture(autouse=True)
def own_store(database, workers, tmp_path, monkeypatch):
    monkeypatch.setattr(missing_images, "Workers", lambda _: workers)
    monkeypatch.setenv("MEALPREP_IMAGE_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget():
    settings.cache_clear()
    store.cache_clear()
    image_choices.cache_clear()


@pytest.fixture
def some_recipes(database):
    """Four recipes, the oldest of which has a picture, and one an empty address."""
    run_sql("insert into users (id, clerk_id, email, name) values ('u', 'c', 'e', 'n')")
    rows = [("has", "/images/files/x.webp"), ("none", None), ("empty", ""), ("last", None)]
    for number, (recipe_id, url) in enumerate(rows):
        run_sql(
            "insert into recipes (id, user_id, title, image_url, created_at) "
            "values (:id, 'u', :title, :url, now() + :n * interval '1 second')",
            id=recipe_id,
            title=f"Lentil Soup {number}",
            url=url,
            n=number,
        )


def run(**args):
    job_id = ask(KIND, args)
    lease = take(kinds=registry.kinds())
    assert lease.job_id == job_id
    outcome, result = Execution(KIND, lease).run()
    return outcome, result, item_states(job_id)


def urls():
    with db.transaction() as session:
        return dict(session.execute(select(recipes.c.id, recipes.c.image_url)).all())


def results():
    return dict(run_sql("select key, result from compute.job_items").all())


def painted_by(monkeypatch, server):
    monkeypatch.setattr(missing_images, "image_choices", lambda: (image_choice(server),))


def test_recipes_without_a_picture_get_a_card_and_others_keep_theirs(some_recipes):
    outcome, result, states = run()
    assert outcome == "succeeded"
    assert result == {"painted": 0, "drawn": 3, "kept": 0, "failed": 0}
    assert states == {"none": "done", "empty": "done", "last": "done"}
    found = urls()
    assert found["has"] == "/images/files/x.webp"
    for recipe_id in states:
        assert store().has(found[recipe_id].rpartition("/")[2])
        assert results()[recipe_id]["by"] == "card"
    assert run()[1] == {"painted": 0, "drawn": 0, "kept": 0, "failed": 0}


def test_no_title_stops_the_others(some_recipes):
    run_sql("update recipes set title = '﷽' where id = 'none'")
    run_sql("update recipes set title = repeat('x ', 9000) where id = 'empty'")
    outcome, result, _ = run()
    assert (outcome, result["drawn"], result["failed"]) == ("succeeded", 3, 0)


def test_a_title_that_can_not_be_drawn_fails_alone(some_recipes, monkeypatch):
    monkeypatch.setattr(lettering.typefaces, "shown", lambda text: text)
    run_sql("update recipes set title = '﷽' where id = 'none'")
    _, result, states = run()
    assert (result["drawn"], result["failed"]) == (2, 1)
    assert states["none"] == "failed"


def test_the_oldest_come_first_and_no_more_than_asked_for(some_recipes):
    _, result, states = run(limit=2)
    assert result["drawn"] == 2
    assert set(states) == {"none", "empty"}
    assert urls()["last"] is None


def test_a_model_paints_where_there_is_one(some_recipes, monkeypatch):
    with serving(Says(picture=PHOTO)) as server:
        painted_by(monkeypatch, server)
        _, result, _ = run()
        assert (result["painted"], len(server.asked)) == (3, 3)
    assert (
        run_sql("select count(*) from compute.ai_calls where endpoint = 'missing-images'").scalar() == 3
    )


def test_when_the_budget_is_spent_the_rest_get_cards(some_recipes, monkeypatch):
    with serving(Says(picture=PHOTO, usage=False)) as server:
        painted_by(monkeypatch, server)
        worst = image_choice(server).abilities.worst("x" * 1600)
        monkeypatch.setenv("MEALPREP_AI_BUDGET_USD", str(worst * 1.5))
        settings.cache_clear()
        outcome, result, _ = run()
    assert outcome == "succeeded"
    assert (result["painted"], result["drawn"]) == (1, 2)
    assert "leaves no room" in results()["last"]["notes"][0]
    spent = run_sql("select spent_usd, reserved_usd from compute.ai_budgets").one()
    assert 0 < spent.spent_usd <= worst * 1.5
    assert spent.reserved_usd == 0


def test_a_recipe_that_gets_a_picture_meanwhile_keeps_it(some_recipes, monkeypatch):
    made = missing_images._made

    def slow(studio, recipe_id):
        found = made(studio, recipe_id)
        if recipe_id == "empty":
            run_sql("update recipes set image_url = 'https://theirs.example/1.jpg' where id = 'empty'")
        return found

    monkeypatch.setattr(missing_images, "_made", slow)
    _, result, states = run()
    assert (result["drawn"], result["kept"]) == (2, 1)
    assert states["empty"] == "done"
    assert urls()["empty"] == "https://theirs.example/1.jpg"
    assert results()["empty"] == {"kept": True}


def test_a_recipe_that_is_deleted_meanwhile_fails_alone(some_recipes, monkeypatch):
    def deleted(session, request, reader):
        if request.recipe_id == "empty":
            session.execute(recipes.delete().where(recipes.c.id == "empty"))
        return dish(session, request, reader)

    dish = missing_images.pictures.dish
    monkeypatch.setattr(missing_images.pictures, "dish", deleted)
    outcome, result, states = run()
    assert (result["drawn"], result["failed"]) == (2, 1)
    assert states == {"none": "done", "empty": "failed", "last": "done"}
    assert outcome == "failed"


def test_an_attempt_that_is_killed_is_gone_on_with_and_nothing_is_paid_twice(some_recipes, monkeypatch):
    with serving(Says(picture=PHOTO)) as server:
        painted_by(monkeypatch, server)
        job_id = ask(KIND, {"limit": 3})
        lease = take(kinds=registry.kinds())
        given = missing_images._given

        def killed(recipe_id, url):
            if recipe_id == "empty":  # painted and paid, but not yet written down
                raise LeaseLost
            return given(recipe_id, url)

        with monkeypatch.context() as patched:
            patched.setattr(missing_images, "_given", killed)
            with pytest.raises(LeaseLost):
                missing_images.run(
                    missing_images.Args(limit=3), Items(db.sessions(), lease, lambda: None)
                )
        assert item_states(job_id) == {"none": "done"}
        again = Items(db.sessions(), lease, lambda: None)
        result = missing_images.run(missing_images.Args(limit=3), again)
        again.close()
        assert len(server.asked) == 3
    assert (result.painted, result.drawn) == (2, 0)
    assert item_states(job_id) == {"none": "done", "empty": "done", "last": "done"}
    with db.transaction() as session:
        missing = select(func.count()).where(recipes.c.image_url.is_(None))
        assert session.scalar(missing) == 0


def test_a_limit_holds_over_all_attempts(some_recipes):
    job_id = ask(KIND, {"limit": 1})
    lease = take(kinds=registry.kinds())
    for _ in range(2):
        items = Items(db.sessions(), lease, lambda: None)
        missing_images.run(missing_images.Args(limit=1), items)
    assert item_states(job_id) == {"none": "done"}


def test_the_job_runs_every_day_at_four():
    (schedule,) = [each for each in registry.schedules() if each.kind.name == "missing-images"]
    assert (schedule.cron, schedule.jitter_s) == ("0 4 * * *", 60)
