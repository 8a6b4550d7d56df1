"""Pages of the search: complete, in order, true to what was asked, and shown as they should be."""

import csv
import html
import re

import pytest

from lib import db
from lib.nutrition.foods import words
from lib.recipes import store
from lib.recipes.readers import Reader
from lib.search import embedding, index, semantic
from lib.search.filters import Filters, Range
from lib.search.semantic import Searcher
from lib.settings import ROOT
from tests.lib.test_catalogue import insert

EVERY = 200
# What a kind is made of, apart from what `data/kinds.csv` says.
MEMBERS = {
    "alcohol": "wine|beer|rum|sake|mirin|sherry|brandy",
    "bean": "bean|chickpea",
    "cheese": "cheese|parmesan|cheddar|feta|mozzarella|ricotta|pecorino|halloumi|paneer|gruyere",
    "dairy": "cream|yogurt|cheddar|feta|buttermilk|ghee|unsalted butter|whole milk|sour cream|paneer",
    "fish": "fish|salmon|tuna|cod|anchovy|mackerel|sardine",
    "meat": "beef|chicken|pork|lamb|turkey|bacon|sausage|ham|prosciutto|chorizo",
    "nut": "nut|almond|walnut|pecan|cashew|hazelnut|pistachio|peanut",
    "pork": "pork|bacon|ham|prosciutto|pancetta|chorizo",
    "shellfish": "shrimp|prawn|crab|lobster|mussel|clam|squid|oyster sauce",
    "tomato": "tomato|passata",
    "aubergine": "aubergine|eggplant",
    "coriander": "cilantro",
    "shrimp": "shrimp|prawn",
}


@pytest.fixture(scope="module")
def ask(shared_book, model):
    """Searches the book with one searcher, as a replica does."""
    searcher = Searcher()

    def search(query, limit=10, offset=0, **filters):
        request = searcher.read(query)
        vector = model.encode([request.sentence])[0]
        with db.transaction() as session:
            name = searcher.model(session)
            return searcher.search(session, request, vector, name, Filters(**filters), limit, offset)

    return search


@pytest.fixture(scope="module")
def book(ask):
    """All recipes by id, as the store has them."""
    everything = ask("food", EVERY)
    with db.transaction() as session:
        return {
            hit.recipe.id: store.get(session, hit.recipe.id, Reader(private=True))
            for hit in everything.results
        }


def ids(answer):
    return [hit.recipe.id for hit in answer.results]


def names_of(recipe):
    return [words(line.name) for line in recipe.ingredients]


def holds(recipe, name):
    """Whether a line of the recipe names the ingredient, or a member of that kind."""
    names = MEMBERS.get(" ".join(words(name)), name).split("|")
    return any(
        line[start : start + len(said)] == said
        for said in map(words, [name, *names])
        for line in names_of(recipe)
        if name != "alcohol" or "vinegar" not in line
        for start in range(len(line))
    )


def violations(recipe, filters):
    """Which of these filters the recipe doesn't meet, by its labels, times and lines."""
    found = [diet for diet in filters.diets if recipe.dietary_info[diet] != "yes"]
    found += [each for each in filters.exclude_allergens if recipe.allergen_info[each] != "clear"]
    found += [name for name in filters.exclude_ingredients if holds(recipe, name)]
    if filters.max_total_minutes is not None and not (
        recipe.total_minutes is not None and recipe.total_minutes <= filters.max_total_minutes
    ):
        found.append("minutes")
    if filters.min_servings is not None and (recipe.servings or 0) < filters.min_servings:
        found.append("servings")
    for name, bounds in filters.nutrients.items():
        value = getattr(recipe.nutrition, re.sub(r"([A-Z])", r"_\1", name).lower())
        if not (bounds.min or 0) <= value <= (bounds.max or float("inf")):
            found.append(name)
    return found


@pytest.mark.parametrize(
    ("query", "filters", "size"),
    [
        ("dinner", {}, 33),
        ("chicken and rice", {}, 50),
        ("something warm for a winter night", {"max_total_minutes": 60}, 9),
        ("lentils", {"diets": ["vegan"]}, 7),
        ("no pork", {"meal_type": ["dinner"]}, 11),
        ("qwxyz", {"exclude_allergens": ["milk", "egg"]}, 13),
        ("quick and easy", {"nutrients": {"energyKcal": Range(max=350)}}, 17),
        ("vegan soup without onions", {}, 1),
        ("raw salad", {"include_ingredients": ["tomato"]}, 5),
        ("baked", {"exclude_ingredients": ["cheese"]}, 100),
    ],
)
def test_pages_are_disjoint_complete_and_in_order(ask, book, query, filters, size):
    whole = ask(query, EVERY, **filters)
    assert 0 < whole.total == len(whole.results)
    pages = [ask(query, size, start, **filters) for start in range(0, whole.total, size)]
    assert [each for page in pages for each in ids(page)] == ids(whole)
    assert len(set(ids(whole))) == whole.total
    assert {page.total for page in pages} == {whole.total}
    scores = [hit.score for page in pages for hit in page.results]
    assert scores == sorted(scores, reverse=True)
    for hit in whole.results:
        recipe = book[hit.recipe.id]
        assert violations(recipe, whole.interpreted.filters) == [], recipe.title
    left_out = [recipe for each, recipe in book.items() if each not in set(ids(whole))]
    assert len(left_out) == EVERY - whole.total


@pytest.mark.parametrize("offset", [200, 201, 1000, 10_000])
def test_behind_the_last_page_is_an_empty_one_with_the_same_total(ask, offset):
    answer = ask("dinner", 10, offset)
    assert (answer.results, answer.total) == ([], EVERY)


ODD = ["it's", "a:b", "::text", ":vector", "100% rye", "%s %(x)s", "back\\slash", 'a "b"', "🍲", "--"]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_in_filters_are_only_names_however_many_recipes_pass(ask, monkeypatch, name):
    filters = [
        {"cuisine": [name, "Thai", "french"]},
        {"exclude_ingredients": [name]},
        {"include_ingredients": [name]},
    ]
    few = [ask("soup", EVERY, **each) for each in filters]
    monkeypatch.setattr(semantic, "one_by_one", lambda _passing, _recipes: False)
    many = [ask("soup", EVERY, **each) for each in filters]
    assert [set(ids(answer)) for answer in many] == [set(ids(answer)) for answer in few]
    assert {hit.recipe.cuisine for hit in few[0].results} == {"thai", "french"}


@pytest.mark.parametrize(
    "query", ["dinner", "vegan, no nuts, under 60 minutes", "at least 30 g protein"]
)
def test_however_many_recipes_pass_the_same_are_found(ask, monkeypatch, query):
    few = ask(query, EVERY)
    monkeypatch.setattr(semantic, "one_by_one", lambda _passing, _recipes: False)
    many = [ask(query, 40, start) for start in range(0, few.total, 40)]
    found = [each for page in many for each in ids(page)]
    assert len(found) == len(set(found)) == few.total
    assert set(found) == set(ids(few))


def test_nothing_is_a_page_too(ask):
    filters = {"max_total_minutes": 1, "diets": ["keto", "vegan"], "cuisine": ["martian"]}
    answer = ask("soup", 10, **filters)
    assert (answer.results, answer.total) == ([], 0)
    impossible = ask("at least 30 g protein", 10, nutrients={"proteinG": Range(max=20)})
    assert (impossible.results, impossible.total) == ([], 0)


@pytest.mark.parametrize(
    "query",
    [
        "nut-free cookies",
        "pasta without cheese",
        "vegan chili no beans",
        "chicken under 30 minutes",
        "no pork",
        "for 8 people",
        "high protein low carb breakfast",
        "soup, no dairy or shellfish",
        "under 400 calories, no meat",
        "at least 30 g protein",
    ],
)
def test_no_result_at_all_violates_what_was_asked(ask, book, query):
    answer = ask(query, EVERY)
    filters = answer.interpreted.filters
    assert filters != Filters()
    assert 0 < answer.total < EVERY
    for hit in answer.results:
        assert violations(book[hit.recipe.id], filters) == [], hit.recipe.title


def test_what_meets_a_demand_is_not_left_out(ask, book):
    quick = {each for each, recipe in book.items() if (recipe.total_minutes or 999) <= 30}
    assert set(ids(ask("chicken under 30 minutes", EVERY))) == quick
    many = {each for each, recipe in book.items() if (recipe.servings or 0) >= 8}
    assert set(ids(ask("for 8 people", EVERY))) == many
    vegan = {each for each, recipe in book.items() if recipe.dietary_info["vegan"] == "yes"}
    assert set(ids(ask("vegan dinner", EVERY))) == vegan
    free = {each for each, recipe in book.items() if recipe.allergen_info["egg"] == "clear"}
    assert set(ids(ask("egg-free cake", EVERY))) == free


def requests():
    with (ROOT / "tests/data/constraint_requests.csv").open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=row["query"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize("row", requests())
def test_none_of_the_ten_best_violates_what_a_person_asked(ask, book, row):
    asked = Filters(
        diets=row["diets"].split(),
        exclude_allergens=row["exclude_allergens"].split(),
        exclude_ingredients=[name for name in row["exclude_ingredients"].split("|") if name],
        max_total_minutes=int(row["max_minutes"]) if row["max_minutes"] else None,
        min_servings=int(row["min_servings"]) if row["min_servings"] else None,
    )
    for hit in ask(row["query"]).results:
        found = violations(book[hit.recipe.id], asked)
        assert found == [], f"{row['query']}: {hit.recipe.title}"


@pytest.mark.parametrize(
    ("typo", "right", "said", "meant"),
    [
        ("brocolli soup", "broccoli soup", "brocolli", "broccoli"),
        ("red lentels with lemon", "red lentils with lemon", "lentels", "lentil"),
        ("mushrom risotto", "mushroom risotto", "mushrom", "mushroom"),
        ("roasted cauliflour", "roasted cauliflower", "cauliflour", "cauliflower"),
        ("spinich and feta", "spinach and feta", "spinich", "spinach"),
    ],
)
def test_a_typo_finds_what_the_right_word_finds(ask, typo, right, said, meant):
    wrong, correct = ask(typo, 5), ask(right, 5)
    assert wrong.interpreted.corrections == {said: meant}
    assert correct.interpreted.corrections == {}
    assert ids(wrong)[0] in ids(correct)
    assert len(set(ids(wrong)) & set(ids(correct))) >= 3


@pytest.mark.parametrize(
    ("query", "said", "meant"),
    [
        ("chiken curry", "chiken", "chicken"),
        ("potatoe salad", "potatoe", "potato"),
        ("tomatoe soup", "tomatoe", "tomato"),
        ("cinammon rolls", "cinammon", "cinnamon"),
        ("brocolli soup", "brocolli", "broccoli"),
    ],
)
def test_a_correction_is_told(ask, query, said, meant):
    answer = ask(query, 3)
    assert answer.interpreted.corrections == {said: meant}
    assert answer.interpreted.text == query
    assert said in answer.results[0].why.matched


@pytest.mark.parametrize(
    "query",
    [
        "broccoli soup",
        "pear tart",
        "cod with leeks",
        "mole and mint",
        "risotto",
        "lentils",
        "aubergine",
        "zaatar flatbread",
        "the best thing since bread",
        "football party weekend",
        "🍲 99 xx",
        "",
    ],
)
def test_a_word_that_is_right_is_never_corrected(ask, query):
    assert ask(query, 3).interpreted.corrections == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("aubergine", "eggplant"),
        ("garbanzo", "chickpea"),
        ("garbanzo beans", "chickpeas"),
        ("zucchini", "courgette"),
        ("spring onion", "scallion"),
        ("cilantro", "coriander leaves"),
        ("shrimp", "prawns"),
    ],
)
def test_synonyms_match_the_same_recipes(ask, one, other):
    matched = [
        {hit.recipe.id for hit in ask(query, EVERY).results if hit.why.matched} for query in (one, other)
    ]
    assert matched[0] == matched[1] != set()


@pytest.mark.parametrize(("one", "other"), [("aubergine", "eggplant"), ("garbanzo", "chickpea")])
def test_synonyms_have_the_same_five_best(ask, one, other):
    assert set(ids(ask(one, 5))) == set(ids(ask(other, 5)))


@pytest.mark.parametrize(
    "query", ["lentils with spinach", "lemon and garlic", "tofu lime", "cumin", "cheddar cabbage mint"]
)
def test_matched_words_stand_in_the_recipe_and_the_others_do_not_match(ask, book, query):
    for hit in ask(query, 20).results:
        recipe = book[hit.recipe.id]
        lines = [f"{line.name} {line.notes or ''}" for line in recipe.ingredients]
        about = [recipe.title, recipe.summary or "", recipe.description or ""]
        told = set(words(" ".join([*about, *lines, *recipe.tags, *recipe.instructions])))
        assert set(hit.why.matched) <= set(query.split()), recipe.title
        for said in hit.why.matched:
            assert any(word.startswith(words(said)[0][:5]) for word in told), f"{said}: {recipe.title}"
        in_title = set(words(query)) & set(words(recipe.title)) - {"with", "and"}
        assert in_title <= {word for said in hit.why.matched for word in words(said)}, recipe.title
        assert -1 <= hit.why.semantic <= 1
        assert 0 <= hit.why.text <= 1


@pytest.mark.parametrize("query", ["lentils with spinach", "aubergine", "brocolli", "chicken lemon"])
def test_a_snippet_is_a_piece_of_the_recipe_with_the_matched_words_marked(ask, book, query):
    meant = set(words(f"{query} eggplant broccoli"))
    marks = 0
    for hit in ask(query, 30).results:
        recipe, snippet = book[hit.recipe.id], hit.why.snippet
        listed = ", ".join(sorted(line.name for line in recipe.ingredients))
        plain = re.sub("</?mark>", "", snippet)
        assert "<" not in plain
        piece = html.unescape(plain).strip("…")
        texts = [recipe.summary or "", recipe.description or ""]
        in_text = any(piece in text for text in texts)
        assert in_text or all(name.strip() in listed for name in piece.split(",")[1:-1]), snippet
        assert len(piece) <= 221
        for marked in re.findall("<mark>(.*?)</mark>", snippet):
            assert words(html.unescape(marked))[0] in meant, snippet
            marks += 1
        if not hit.why.matched:
            assert "<mark>" not in snippet
    assert marks > 0


def test_markup_in_a_recipe_is_shown_as_text(sessions, model):
    recipe_id = insert(sessions, "<b>Lentil</b> soup & more", ["lentils", "<i>salt</i>"])
    with sessions.begin() as session:
        table = store.recipes
        told = "<script>alert('lentils')</script> Red lentils & \"rice\""
        session.execute(table.update().values(description=told))
    index.refresh(sessions, model.encode, embedding.model_name())
    searcher = Searcher()
    request = searcher.read("lentils <mark>")
    with sessions.begin() as session:
        vector, name = model.encode([request.sentence])[0], searcher.model(session)
        answer = searcher.search(session, request, vector, name, Filters(), 10, 0)
    hit = answer.results[0]
    assert (hit.recipe.id, hit.recipe.title) == (recipe_id, "<b>Lentil</b> soup & more")
    assert hit.why.snippet == (
        "&lt;script&gt;alert(&#x27;<mark>lentils</mark>&#x27;)&lt;/script&gt; "
        "Red <mark>lentils</mark> &amp; &quot;rice&quot;"
    )
    assert "lentils" in hit.why.matched
