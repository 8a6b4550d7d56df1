"""The words in memory are held where PostgreSQL says they are."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from cachetools import LRUCache
from pyroaring import BitMap
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.exc import OperationalError

from lib import db
from lib.search import embedding, postings
from lib.search.candidates import one_by_one
from lib.search.catalogue import Catalogue, as_array
from lib.search.filters import Filters
from lib.search.fulltext import FullText
from lib.search.index import refresh
from lib.search.postings import STEPS, TITLE, WEIGHTS
from lib.search.terms import Vocabulary, terms
from lib.tables import recipe_index, recipes
from tests.lib.test_catalogue import insert

ODD = ["", "the", "of", "it's", "a:b", "back\\slash", "100", "half and half", "'", "qwxyz", "qwxyz soup"]
PHRASES = """
    soy sauce|sour cream|olive oil|black pepper|cream of tartar|brown rice|coconut milk|sweet potato
    |tomato paste|lemon juice|oil olive|pepper black|rice brown|baking powder|red wine vinegar
""".replace("\n", "").split("|")


@pytest.fixture(scope="module")
def said(shared_book):
    """Words, pairs and triples of words that follow each other in the book's texts."""
    with db.transaction() as session:
        rows = session.execute(select(recipes.c.title, recipes.c.description, recipes.c.instructions))
        texts = [each for row in rows for each in (row[0], row[1] or "", *(row[2] or []))]
    chance = random.Random(3)
    found = []
    for length in (1, 2, 3):
        for each in chance.sample(texts, 60):
            words = each.replace("-", " ").split()
            start = chance.randrange(max(1, len(words)))
            found.append(" ".join(words[start : start + length]).strip('.,:;!?()"').lower())
    return [*dict.fromkeys([*found, *(each.strip() for each in PHRASES), *ODD])]


def by_sql(way, shown="is_public and not removed"):
    """The recipes that hold it, by the highest place at which PostgreSQL finds all of it."""
    at_least = f"select number from compute.recipe_index where {shown} and "
    whole = (
        at_least + "ts_filter(words, cast(:weights as \"char\"[])) @@ phraseto_tsquery('english', :way)"
    )
    found, higher = [], set()
    with db.transaction() as session:
        for place in range(TITLE, STEPS, -1):
            asked = {"way": way, "weights": list(WEIGHTS[place - 1 :].lower())}
            held = set(session.scalars(text(whole), asked))
            found.append(held - higher)
            higher |= held
        steps = at_least + "steps @@ plainto_tsquery('english', :way)"
        return [set(session.scalars(text(steps), {"way": way})), *reversed(found)]


def test_words_and_phrases_are_held_where_postgresql_finds_them(catalogue, said):
    with db.transaction() as session:
        catalogue.postings.read(session, said)
    several = 0
    for way in said:
        places = [set(place) for place in catalogue.postings.places(way)]
        expected = by_sql(way)
        assert places[1:] == expected[1:], way
        if len(way.split()) == 1:
            assert places[STEPS] == expected[STEPS], way
        several += len(way.split()) > 1 and any(places)
    assert several > 60


def test_a_phrase_is_no_bag_of_words(catalogue):
    with db.transaction() as session:
        catalogue.postings.read(session, ["black pepper", "pepper black", "black", "pepper"])
    held = {way: catalogue.postings.places(way) for way in ("black pepper", "pepper black")}
    assert any(held["black pepper"][3:])
    assert not any(held["pepper black"][3:])


def test_a_phrase_is_looked_for_once_and_then_in_what_has_changed(sessions, model):
    def read(catalogue, way):
        with sessions.begin() as session:
            catalogue.update(session)
            catalogue.postings.read(session, [way])
        return [len(place) for place in catalogue.postings.places(way)[1:]]

    def index():
        refresh(sessions, model.encode, embedding.model_name())

    looked, engine = [], sessions.kw["bind"]

    @event.listens_for(engine, "after_cursor_execute")
    def seen(_connection, _cursor, statement, parameters, *_):
        if "place_1" in str(parameters) and "numbers" in str(parameters):
            looked.append(len(parameters["numbers"]))

    pie = insert(sessions, "Sour Cream Pie", ["sour cream"])
    insert(sessions, "Cream of Sour Cherries", ["cream"])
    index()
    held = Catalogue()
    assert read(held, "sour cream") == [0, 0, 0, 1]
    assert read(held, "sour cream") == [0, 0, 0, 1]
    assert looked == [2]

    dip = insert(sessions, "Dip", ["sour cream"])
    insert(sessions, "Soup", ["leek"])
    index()
    assert read(held, "sour cream") == [0, 0, 1, 1]
    assert looked == [2, 1]

    with sessions.begin() as session:
        session.execute(update(recipes).where(recipes.c.id == pie).values(title="Cream Pie"))
        session.execute(update(recipes).where(recipes.c.id == dip).values(is_public=False))
    index()
    assert read(held, "sour cream") == [0, 0, 1, 0] == read(Catalogue(), "sour cream")
    with sessions.begin() as session:
        session.execute(delete(recipes).where(recipes.c.id == pie))
    index()
    assert read(held, "sour cream") == [0, 0, 0, 0] == read(Catalogue(), "sour cream")
    assert held.postings.titles_with("pie") == Catalogue().postings.titles_with("pie")


@pytest.mark.parametrize(
    "request_",
    [
        "chicken soup",
        "roasted vegetables",
        "raw salad",
        "quick dessert",
        "lentils with sour cream",
        "qwxyz",
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_the_best_are_the_best_of_those_that_pass(catalogue, request_, seed):
    everything = catalogue.matching(Filters())
    chance = random.Random(seed)
    passing = BitMap(chance.sample([*everything], 120))
    with db.transaction() as session:
        asked = terms(session, request_, Vocabulary(), catalogue.postings)
    held = FullText(catalogue, asked, [1.0] * len(asked), passing)
    numbers = as_array(passing)
    scores = dict(zip(numbers.tolist(), held.score(numbers, held.held(numbers)).tolist(), strict=True))
    assert all(0 <= score <= 1 for score in scores.values())
    for limit in (1, 7, 500):
        best = set(held.best(limit).tolist())
        assert best <= set(passing)
        left_out = [scores[n] for n in held.best(500).tolist() if n not in best]
        assert not left_out or min(scores[n] for n in best) >= max(left_out)
    assert held.most <= 1
    assert (held.levels(numbers) <= TITLE).all()


def test_what_is_heated_is_not_raw_and_what_takes_long_is_not_quick(catalogue):
    everything = catalogue.matching(Filters())
    numbers = as_array(everything)
    with db.transaction() as session:
        raw, quick = terms(session, "raw, quick", Vocabulary(), catalogue.postings)
        heat = (
            "steps @@ to_tsquery('english', 'bake | oven | heat | cook | boil | simmer | fry | grill')"
        )
        heated = set(session.scalars(text(f"select number from compute.recipe_index where {heat}")))
        rows = session.execute(select(recipe_index.c.number, recipe_index.c.total_minutes)).all()
    held = FullText(catalogue, [raw], [1.0], everything)
    cold = {n for n, level in zip(numbers.tolist(), held.levels(numbers)[0], strict=True) if level}
    assert cold
    assert not cold & heated
    held = FullText(catalogue, [quick], [1.0], everything)
    share = dict(zip(numbers.tolist(), held.held(numbers).tolist(), strict=True))
    minutes = {number: m for number, m in rows if m is not None and number in share}
    assert {share[n] for n, m in minutes.items() if m <= 20} == {1.0}
    assert {share[n] for n, m in minutes.items() if m >= 75} == {0.0}


@pytest.mark.parametrize(
    ("passing", "recipes", "exactly"),
    [
        *[(0, 0, True), (5000, 5000, True), (5001, 6000, False)],
        *[(6300, 25_000, True), (6400, 25_000, False)],
        *[(19_900, 250_000, True), (20_100, 250_000, False)],
    ],
)
def test_few_are_compared_one_by_one(passing, recipes, exactly):
    assert one_by_one(passing, recipes) is exactly


def test_what_is_asked_for_is_not_forgotten_meanwhile(catalogue, monkeypatch):
    known = catalogue.postings
    monkeypatch.setattr(known, "_lexemes", LRUCache(3))
    with db.transaction() as session:
        known.read(session, ["leek", "lentil", "rice"])
        known.read(session, ["leek", "turnip", "lentil"])
    assert all(any(known.places(way)[1:]) for way in ("leek", "lentil"))


def test_a_phrase_that_could_not_be_read_is_read_again(sessions, model, monkeypatch):
    insert(sessions, "Sour Cream Pie", ["sour cream"])
    refresh(sessions, model.encode, embedding.model_name())
    held = Catalogue()

    def fail(*_given):
        raise OperationalError("", {}, Exception())

    with sessions.begin() as session:
        held.update(session)
        with monkeypatch.context() as patched:
            patched.setattr(postings, "_looked_for", fail)
            for _ in range(2):
                with pytest.raises(OperationalError):
                    held.postings.read(session, ["sour cream"])
        held.postings.read(session, ["sour cream"])
    assert len(held.postings.places("sour cream")[TITLE]) == 1


def test_what_changes_while_a_phrase_is_read_is_read_again(sessions, model, monkeypatch):
    pie = insert(sessions, "Sour Cream Pie", ["sour cream"])
    refresh(sessions, model.encode, embedding.model_name())
    held, look = Catalogue(), postings._looked_for

    def look_while_it_changes(session, way, among):
        found = look(session, way, among)
        monkeypatch.setattr(postings, "_looked_for", look)
        with sessions.begin() as other:
            other.execute(update(recipes).where(recipes.c.id == pie).values(title="Pie"))
        refresh(sessions, model.encode, embedding.model_name())
        with sessions.begin() as other:
            held.update(other)
        return found

    with sessions.begin() as session:
        held.update(session)
        monkeypatch.setattr(postings, "_looked_for", look_while_it_changes)
        held.postings.read(session, ["sour cream"])
        held.postings.read(session, ["sour cream"])
    assert [len(place) for place in held.postings.places("sour cream")[1:]] == [0, 0, 1, 0]


def test_requests_that_want_one_phrase_at_once_read_it_once(sessions, model, monkeypatch):
    insert(sessions, "Sour Cream Pie", ["sour cream"])
    refresh(sessions, model.encode, embedding.model_name())
    held, look, looked = Catalogue(), postings._looked_for, []
    with sessions.begin() as session:
        held.update(session)

    def slowly(session, way, among):
        looked.append(len(among))
        time.sleep(0.2)
        assert held.postings.places("pie")  # who wants something else doesn't wait
        return look(session, way, among)

    monkeypatch.setattr(postings, "_looked_for", slowly)

    def read(_number):
        with sessions.begin() as session:
            held.postings.read(session, ["sour cream"])
        return len(held.postings.places("sour cream")[TITLE])

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(read, range(4))] == [1, 1, 1, 1]
    assert sum(looked) == 1
