"""The job that trains the recommender, as a function and as a command."""

import json
import subprocess
import sys

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from jobs import registry, train_recommender
from jobs.train_recommender import Args
from lib import db
from lib.ledger.items import Items
from lib.settings import ROOT
from lib.tables import recommender_models
from tests.ledger import leased
from tests.recommendation_corpus import add_user, fill, plan


def models():
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(recommender_models))


def run(args):
    lease = leased(registry.kinds()["train-recommender"], kinds=registry.kinds())
    return train_recommender.run(args, Items(db.sessions(), lease, lambda: None))


@pytest.fixture
def behaviour(database):
    """Thirty people, twenty-five recipes each."""
    with db.transaction() as session:
        fill(session, 80)
        for user in range(30):
            add_user(session, f"u{user}")
            plan(session, f"u{user}", {f"r{(user * 7 + n) % 80:05d}": n for n in range(25)})


def test_too_little_behaviour_is_said_and_trains_nothing(database):
    result = run(Args())
    assert (result.users, result.items, result.interactions, result.version) == (0, 0, 0, None)
    assert "less than 1000 interactions" in result.message
    assert models() == 0


def test_with_enough_it_trains_and_says_what_it_measured(behaviour):
    first = run(Args(minimum=100))
    assert first.users == 30
    assert 500 < first.interactions <= 750
    assert first.items <= 80
    assert first.version
    assert first.measured["measured_people"] > 0
    assert 0 <= first.measured["ndcg_at_20"] <= 1
    assert models() == 1
    assert run(Args(minimum=100)).version > first.version
    assert models() == 2


def test_the_command_prints_its_result_as_json(behaviour):
    done = subprocess.run(
        [sys.executable, "-m", "jobs.train_recommender", "--minimum", "100"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["message"] == "Trained and in force."
    assert models() == 1


@pytest.mark.parametrize("minimum", [1, 0, -5, None, "many"])
def test_a_minimum_that_means_nothing_is_refused(minimum):
    with pytest.raises(ValidationError):
        Args(minimum=minimum)
