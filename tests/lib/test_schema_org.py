"""Recipes in schema.org's JSON-LD, as web pages carry them."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.recipes.schema_org import read_json_ld

DEEP = pytest.param("[" * 100_000, id="deep")
LONG_NUMBER = pytest.param("9" * 5000, id="5000 digits")


def soup(**changes):
    """A recipe node; a change to ... leaves the member out."""
    node = {"@type": "Recipe", "name": "Soup", "recipeIngredient": ["2 carrots", "1 l water"], **changes}
    return {key: value for key, value in node.items() if value is not ...}


def read(document):
    return read_json_ld("page", json.dumps(document))


def draft(**changes):
    (found,) = read(soup(**changes))
    assert found.draft, found.problem
    return found.draft


def problem(**changes):
    (found,) = read(soup(**changes))
    assert found.draft is None
    return found.problem


@pytest.mark.parametrize(
    "document",
    [
        soup(),
        [soup()],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, soup()]},
        {"@type": "WebPage", "mainEntity": soup()},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": soup()}]},
        [[{"@graph": [{"@type": "WebPage", "mainEntity": {"@graph": [soup()]}}]}]],
        soup(**{"@type": ["NewsArticle", "Recipe"]}),
        soup(**{"@type": "https://schema.org/Recipe"}),
        soup(**{"@type": ["http://schema.org/Recipe"]}),
    ],
)
def test_a_recipe_is_found_wherever_pages_put_it(document):
    assert [item.draft.title for item in read(document)] == ["Soup"]


@pytest.mark.parametrize(
    "document", [{}, [], None, 7, "Recipe", {"@type": "RecipeCollection"}, {"Recipe": soup()}]
)
def test_a_document_without_a_recipe_says_so(document):
    (found,) = read(document)
    assert (found.draft, found.problem) == (None, "no schema.org Recipe in it")


@pytest.mark.parametrize(
    "text", ["", "title: Soup", '{"@type": "Recipe"', DEEP, LONG_NUMBER, "\x00", "\ud800"]
)
def test_what_is_not_json_says_so(text):
    (found,) = read_json_ld("page", text)
    assert found.draft is None
    assert found.problem.startswith("not JSON: ")


@pytest.mark.parametrize(
    "key", ["@graph", "@id", "@type", "name", "recipeYield", "recipeInstructions", "image"]
)
@pytest.mark.parametrize("depth", [19, 21, 500, 980])
def test_deep_nesting_does_no_harm(key, depth):
    nested = f'{"[" * depth}"x"{"]" * depth}'
    rest = json.dumps(soup(**{key: ...}))[1:]
    assert len(read_json_ld("page", f'{{"{key}": {nested}, {rest}')) == 1


def test_a_recipe_is_read_whole():
    found = draft(
        description="Warms &amp; fills.",
        recipeCuisine="Ukrainian",
        recipeCategory=["Dinner", "Soup"],
        recipeYield="4 servings",
        prepTime="PT15M",
        cookTime="PT1H30M",
        keywords="one-pot, winter , one-pot",
        image=["https://example.org/soup.jpg"],
        url="https://example.org/soup",
        recipeInstructions="Chop.\nBoil.",
    )
    assert found.model_dump(exclude_defaults=True, exclude={"ingredients"}) == {
        "title": "Soup",
        "description": "Warms & fills.",
        "cuisine": "ukrainian",
        "category": "soup",
        "meal_type": "dinner",
        "servings": 4,
        "prep_minutes": 15,
        "cook_minutes": 90,
        "cooking_instructions": ["Chop.", "Boil."],
        "tags": ["one-pot", "winter"],
        "image_url": "https://example.org/soup.jpg",
        "source": "https://example.org/soup",
    }
    assert [(e.amount, e.unit, e.name) for e in found.ingredients] == [
        (2, None, "carrots"),
        (1, "l", "water"),
    ]


STEP = {"@type": "HowToStep", "text": "Boil."}


@pytest.mark.parametrize(
    ("instructions", "steps"),
    [
        ("Chop.\n\n Boil. ", ["Chop.", "Boil."]),
        (["Chop.", "Boil."], ["Chop.", "Boil."]),
        ([{"@type": "HowToStep", "text": "<p>Chop&nbsp;it.</p>"}, STEP], ["Chop it.", "Boil."]),
        ([{"@type": "HowToStep", "name": "Chop."}], ["Chop."]),
        (
            [{"@type": "HowToSection", "name": "Base", "itemListElement": ["Chop.", STEP]}],
            ["Chop.", "Boil."],
        ),
        (
            {
                "@type": "ItemList",
                "itemListElement": [{"@type": "HowToSection", "itemListElement": STEP}],
            },
            ["Boil."],
        ),
        ([None, 7, True, {}, [STEP], ""], []),
        (None, []),
    ],
)
def test_instructions_of_every_form_become_steps(instructions, steps):
    assert draft(recipeInstructions=instructions).cooking_instructions == steps


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [
        ("PT1H30M", 90),
        ("P0DT45M", 45),
        ("P1DT2H", 1560),
        ("PT1.5H", 90),
        ("PT90M", 90),
        ("P0Y0M0DT0H35M0.000S", 35),
        (" pt5m ", 5),
        ("PT0M", 0),
        ("PT", None),
        ("P", None),
        ("", None),
        ("30 minutes", None),
        ("PT-5M", None),
        ("PT½H", None),
        pytest.param("PT" + "9" * 400 + "H", None, id="400 digits"),
        (30, None),
        (["PT5M"], None),
        ({"@value": "PT5M"}, None),
        (None, None),
    ],
)
def test_durations(duration, minutes):
    assert draft(cookTime=duration).cook_minutes == minutes


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"totalTime": "PT50M"}, (0, 50)),
        ({"totalTime": "PT50M", "prepTime": "PT20M"}, (20, 30)),
        ({"totalTime": "PT50M", "cookTime": "PT20M"}, (30, 20)),
        ({"totalTime": "PT10M", "prepTime": "PT20M"}, (20, 0)),
        ({"totalTime": "PT50M", "prepTime": "PT1M", "cookTime": "PT2M"}, (1, 2)),
        ({"prepTime": "PT1M"}, (1, None)),
    ],
)
def test_a_total_fills_in_the_time_that_is_missing(times, expected):
    found = draft(**times)
    assert (found.prep_minutes, found.cook_minutes) == expected


@pytest.mark.parametrize(
    ("written", "servings"),
    [
        ("4 servings", 4),
        (["4", "4 servings"], 4),
        (["one loaf", "12 slices"], 12),
        (6, 6),
        (4.0, 4),
        ("4-6 servings", 4),
        ({"@type": "QuantitativeValue", "value": 8}, 8),
        ("serves 100000", None),
        ("0", None),
        pytest.param("0001" + "0" * 5000, None, id="5000 digits"),
        ("a crowd", None),
        (True, None),
        ([[4]], None),
    ],
)
def test_yields(written, servings):
    assert draft(recipeYield=written).servings == servings


URL = "https://example.org/soup.jpg"


@pytest.mark.parametrize(
    ("image", "url"),
    [
        (URL, URL),
        ([URL, "https://example.org/2.jpg"], URL),
        ({"@type": "ImageObject", "url": URL, "width": 800}, URL),
        ([{"@type": "ImageObject", "url": URL}], URL),
        ("/soup.jpg", None),
        ("javascript:alert(1)", None),
        ({"url": [URL]}, None),
        (7, None),
        ([], None),
    ],
)
def test_images(image, url):
    assert draft(image=image).image_url == url


def test_entities_are_decoded_and_tags_removed():
    found = draft(
        name="Mac &amp; <b>Cheese</b>",
        description="&lt;p&gt;Less than 5 < 6,&nbsp;caf&eacute;<br/>&#x1F372;&lt;/p&gt;<!-- ad -->",
        recipeIngredient=["1&frac12; <b>cups</b> cr&egrave;me fra&icirc;che"],
    )
    assert (found.title, found.description) == ("Mac & Cheese", "Less than 5 < 6, café 🍲")
    assert found.ingredients[0].model_dump(exclude_none=True) == {
        "name": "crème fraîche",
        "amount": 1.5,
        "unit": "cup",
    }


@pytest.mark.parametrize(
    "scrap", ["<", "<a", "<!--", "&", "&#", "(", "()", "1", "1 ", "1/", "1,", "P", ",", "\n"]
)
def test_hostile_text_does_not_hang(scrap):
    text = scrap * 200_000
    started = time.monotonic()
    read(soup(description=text, recipeIngredient=[text, f"1 {text}"], cookTime=text, recipeYield=text))
    assert time.monotonic() - started < 20


def test_a_second_line_of_an_ingredient_becomes_a_note_of_the_first():
    lines = ["1 cup milk, cold", "2 carrots", "2 tbsp Milk", "100 ml milk"]
    first, second = draft(recipeIngredient=lines).ingredients
    assert (first.amount, first.unit, first.name) == (1, "cup", "milk")
    assert first.notes == "cold; plus 2 tbsp Milk; plus 100 ml milk"
    assert second.name == "carrots"


def test_blank_lines_are_no_ingredients():
    found = draft(recipeIngredient=[" ", "2 carrots", None, "&nbsp;", "<br>"])
    assert [entry.name for entry in found.ingredients] == ["carrots"]


@pytest.mark.parametrize(
    "line", [{"@type": "PropertyValue", "name": "milk"}, ["milk"], 7, "mi\x00lk", "\ud800"]
)
def test_an_ingredient_that_cannot_be_read_is_not_left_out_in_silence(line):
    assert problem(recipeIngredient=["2 carrots", line]).startswith("ingredients.1")


def test_terms_are_read_from_objects_and_nothing_from_other_things():
    terms = [{"@type": "DefinedTerm", "name": "Vegan"}, "soups, quick", None, True, 7, {"a": 1}, ["x"]]
    found = draft(keywords=terms, recipeCuisine=terms, recipeCategory=terms)
    assert found.tags == ["Vegan", "soups", "quick"]
    assert (found.cuisine, found.category) == ("vegan", "vegan")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ...}, "title"),
        ({"name": " "}, "title"),
        ({"name": ["Soup"]}, "title"),
        ({"name": "So\x00up"}, "title"),
        ({"name": "\ud800"}, "title"),
        ({"recipeIngredient": ...}, "ingredients"),
        ({"recipeIngredient": []}, "ingredients"),
        ({"recipeIngredient": ["1 egg"] + [f"{n} x{n}" for n in range(1, 101)]}, "ingredients"),
        ({"description": "a\x00b"}, "description"),
        ({"recipeInstructions": ["Chop.", "Bo\x00il."]}, "cooking_instructions.1"),
        ({"recipeInstructions": ["Stir."] * 61}, "cooking_instructions"),
        ({"keywords": "a, b\x00"}, "tags.1"),
        ({"image": "https://x/\x00"}, "image_url"),
        ({"cookTime": "P30D"}, "cook_minutes"),
    ],
)
def test_a_problem_names_its_field_and_the_other_recipes_are_loaded(changes, field):
    first, bad, last = read([soup(), soup(**changes), soup(name="Tart")])
    assert bad.draft is None
    assert bad.name == "page[1]"
    assert bad.problem.startswith(f"{field}: ")
    assert [item.draft.title for item in (first, last)] == ["Soup", "Tart"]


def test_the_same_recipe_has_the_same_id_each_time():
    ids = [
        read(soup(**changes))[0].id
        for changes in (
            {},
            {"name": "Tart"},
            {"@id": "https://example.org/1"},
            {"@id": "https://example.org/2"},
            {"url": "https://example.org/3"},
        )
    ]
    assert len(set(ids)) == len(ids)
    assert read(soup(**{"@id": "https://example.org/1"}, name="Renamed"))[0].id == ids[2]


@pytest.mark.parametrize("local", ["#recipe", "_:b0", "recipe", "", 7, {"a": 1}, "\ud800"])
def test_an_id_that_many_pages_use_alike_does_not_mix_up_their_recipes(local):
    one, other = read([soup(**{"@id": local}), soup(**{"@id": local}, name="Tart")])
    assert one.id != other.id
    assert one.id == read(soup())[0].id


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("PT5M")
KEYS = st.sampled_from(
    "@type @id @graph item itemListElement name text url value description image keywords prepTime "
    "cookTime totalTime recipeYield recipeCategory recipeCuisine recipeIngredient "
    "recipeInstructions".split()
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)


@settings(deadline=None, max_examples=300)
@given(ANY_JSON, st.dictionaries(KEYS.filter(lambda key: key != "@type"), ANY_JSON, max_size=6))
def test_no_json_at_all_breaks_the_reader(anything, members):
    for document in (anything, {**members, "@type": "Recipe"}, [soup(**members)]):
        for item in read(document):
            assert bool(item.problem) != bool(item.draft and item.id)


@settings(deadline=None)
@given(st.text())
def test_no_text_at_all_breaks_the_reader(text):
    assert [item.draft for item in read_json_ld("page", text)] == [None]
