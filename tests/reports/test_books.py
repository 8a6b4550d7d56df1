"""Recipe books on paper."""

import datetime
import re

import pytest
from sqlalchemy import insert, select

from lib import db
from lib.errors import NotFound
from lib.recipes.store import BOOK_AUTHOR
from lib.reports import book, book_loading, book_pages
from lib.reports.book_loading import LoadedBook
from lib.reports.book_orders import BookOrder
from lib.reports.recipe_loading import Reader
from lib.tables import recipes, users
from tests.reports.reading import sound
from tests.reports.recipes import cooked, whole_recipe

AS_OF = datetime.datetime(2026, 11, 30, 8, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def ids(shared_book):
    with db.transaction() as session:
        return session.scalars(select(recipes.c.id).order_by(recipes.c.title).limit(14)).all()


def bound(reader=Reader(), **order):
    with db.transaction() as session:
        loaded = book_loading.load(session, BookOrder(**order), reader)
        return book.book(loaded, "metric", AS_OF)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_book(ids, paper):
    data = bound(recipe_ids=ids, title="Two <dozen> & more")
    made = book_pages.draw(data, paper)
    read = sound(made.content)
    assert data.size == 14
    assert "Two <dozen> & more" in read.pages[0]
    assert "14 recipes · November 2026" in read.pages[0]
    titles = [sheet.title for chapter in data.chapters for sheet in chapter.recipes]
    chapters = [chapter.title for chapter in data.chapters]
    assert sorted(read.outline) == sorted(["Contents", *chapters, *titles, "Index"])
    contents = " ".join(read.pages[1].split())
    for chapter in data.chapters:
        for sheet in chapter.recipes:
            page = made.places[sheet.key]
            assert sheet.title in " ".join(read.pages[page - 1].split())
            assert f"{sheet.title} {page}" in contents
    assert made.pages == len(read.pages)


@pytest.mark.parametrize("title", ["soup " * 800, "s" * 4000])
def test_a_title_longer_than_a_page_is_cut(title):
    recipe = whole_recipe([(100, "g", "leek")], title=title)
    loaded = LoadedBook("Ours", title, {"r1": recipe}, {"r1": cooked(recipe)})
    data = book.book(loaded, "metric", AS_OF)
    assert data.chapters[0].recipes[0].title == data.index[0].recipes[0].title == data.owner
    assert data.owner.startswith(title[:100])
    assert data.owner.endswith("…")
    assert len(sound(book_pages.draw(data, "a4").content).pages) < 12


def test_the_index_leads_to_the_recipes(ids):
    data = bound(recipe_ids=ids)
    made = book_pages.draw(data, "a4")
    read = sound(made.content)
    pages = " ".join(" ".join(read.pages[made.places["index"] - 1 :]).split())
    for entry in data.index:
        assert entry.name in pages
    titles = {sheet.key: sheet.title for chapter in data.chapters for sheet in chapter.recipes}
    with_it = {entry.name: {each.key for each in entry.recipes} for entry in data.index}
    assert all(titles[key] for keys in with_it.values() for key in keys)
    assert not {"Water", "Salt", "Black pepper"} & with_it.keys()
    numbers = set(map(int, re.findall(r"\b\d{1,2}\b", pages)))
    assert numbers >= {made.places[key] for keys in with_it.values() for key in keys}


def test_a_users_book(ids):
    with db.transaction() as session:
        session.execute(
            insert(users).values(id="ann", clerk_id="ann", email="ann@example.com", name="Ann")
        )
        mine = {"id": "own", "user_id": "ann", "title": "My secret", "is_public": False}
        session.execute(insert(recipes).values(mine))
    data = bound(Reader("ann"), user_id="ann")
    assert data.title == "Ann’s recipes"
    assert [chapter.title for chapter in data.chapters] == ["More recipes"]
    read = sound(book_pages.draw(data, "a4").content)
    assert "My secret" in read.pages[1]
    assert "This recipe has no steps." in read.text
    with pytest.raises(NotFound, match="no user"):
        bound(Reader("ben"), user_id="ann")
    with pytest.raises(NotFound, match="own"):
        bound(Reader("ben"), recipe_ids=["own"])
    assert bound(Reader(private=True), recipe_ids=["own"]).size == 1


def test_nothing_there(ids):
    with pytest.raises(NotFound, match="never-7"):
        bound(recipe_ids=[ids[0], "never-7"])
    with pytest.raises(NotFound, match="no user"):
        bound(user_id="never")
    with db.transaction() as session:
        session.execute(insert(users).values(id="new", clerk_id="new", email="new@example.com"))
    with pytest.raises(NotFound, match="neither"):
        bound(user_id="new")


def test_an_author_has_what_is_theirs(ids):
    with db.transaction() as session:
        assert book_loading.count(session, BookOrder(user_id=BOOK_AUTHOR["id"]), Reader()) >= 200


def test_the_same_bytes_for_the_same_day(ids):
    data = bound(recipe_ids=ids[:3])
    assert book_pages.draw(data, "letter").content == book_pages.draw(data, "letter").content


@pytest.mark.parametrize(
    ("text", "key"),
    [("The Éclair", "eclair"), ("A “Pie”", "pie"), ("Ángel", "angel"), ("Theory", "theory")],
)
def test_order_of_words(text, key):
    assert book.collated(text) == key


@pytest.mark.parametrize("order", [{}, {"user_id": "a", "recipe_ids": ["b"]}, {"recipe_ids": []},
                                   {"recipe_ids": ["a"], "title": "  "}])  # fmt: skip
def test_orders_that_cannot_be(order):
    with pytest.raises(ValueError, match="validation error"):
        BookOrder.model_validate(order)
