"""The composer: nearest recipes of the book, adapted so that everything goes on agreeing."""

import pytest

from lib.ai import composer
from lib.ai.cookbook import cookbook, texts
from lib.ai.measures import practical
from lib.ai.models import RecipeRequest
from lib.ai.needs import Needs, understand
from lib.ai.omitting import without
from lib.ai.recipes import recipe
from lib.ai.scaling import scaled, steps
from lib.ai.verification import examine
from lib.ai.wording import Names
from lib.ai.writing import Writer
from lib.errors import Invalid
from lib.nutrition import labels
from lib.recipes.draft import DraftIngredient
from tests.ai.conftest import SPENDER


def recipes(**request):
    return [recipe(each) for each in Writer(RecipeRequest(**request), SPENDER).recipes()]


def refused(**request):
    with pytest.raises(Invalid) as error:
        recipes(**request)
    return error.value


def said(got):
    return " ".join([got.title, got.summary, *got.instructions]).lower()


def test_all_of_the_book_passes_its_own_examination():
    failed = [
        entry.draft.title
        for entry in cookbook()
        if not examine(entry.draft, Needs(servings=entry.draft.servings))[1].passed
    ]
    assert not failed


@pytest.mark.parametrize("diet", labels.DIETS)
def test_every_diet_is_served_and_proven_by_the_labels_own_rules(diet):
    for got in recipes(dietary_restrictions=[diet], count=3):
        known = labels.evidence((line.name, line.notes) for line in got.ingredients)
        each = got.nutrition
        assert labels.diets(known, each.carbohydrate_g, each.fiber_g)[diet] == "yes"
        assert diet in got.certificate.diets


@pytest.mark.parametrize("allergen", labels.ALLERGENS)
def test_every_allergen_is_kept_out_of_ingredients_and_texts(allergen):
    for got in recipes(avoid_allergens=[allergen], count=3):
        known = labels.evidence((line.name, line.notes) for line in got.ingredients)
        assert labels.allergens(known)[allergen] == "clear"
        assert got.certificate.allergens[allergen] == "clear"


def test_a_dish_by_its_name_is_changed_to_meet_the_diet_and_says_so():
    (got,) = recipes(recipe_name="chicken tikka masala", dietary_restrictions=["dairy_free"])
    assert got.title == "Dairy-Free Chicken Tikka Masala"
    names = {line.name for line in got.ingredients}
    assert "soy yogurt" in names
    assert not {"plain yogurt", "heavy cream"} & names
    assert "soy yogurt" in said(got)
    assert "heavy cream" not in said(got)
    assert [each.title for each in got.source.based_on] == ["Chicken Tikka Masala"]
    assert any(change.kind == "swapped" for change in got.source.changes)


def test_words_in_a_dishs_name_are_demands():
    (got,) = recipes(recipe_name="vegan lasagna")
    assert "vegan" in got.diets
    assert "lasagna" in got.title.lower()


def test_flesh_gives_way_with_all_that_is_said_of_it():
    (got,) = recipes(recipe_name="thai green curry", dietary_restrictions=["vegan"])
    assert "tofu" in got.title.lower()
    assert "chicken" not in said(got)
    assert "pink" not in said(got)


def test_foods_that_must_be_in_are_in_the_list_the_steps_and_the_title():
    for got in recipes(ingredients=["broccoli", "tofu"], dietary_restrictions=["vegan"], count=2):
        assert {"broccoli"} <= {line.name for line in got.ingredients}
        assert any("tofu" in line.name for line in got.ingredients)
        assert "broccoli" in said(got)


def test_several_recipes_are_unlike_each_other_and_always_the_same_ones():
    first = recipes(season="winter", meal_type="dinner", count=10)
    assert len({each.title for each in first}) == 10
    assert len({each.category for each in first}) >= 5
    assert [each.id for each in recipes(season="winter", meal_type="dinner", count=10)] == [
        each.id for each in first
    ]


def test_servings_change_amounts_in_the_list_and_in_the_steps():
    (four,) = recipes(recipe_name="beef bourguignon", servings=6)
    (eight,) = recipes(recipe_name="beef bourguignon", servings=12)
    assert eight.servings == 12
    for one, other in zip(four.ingredients, eight.ingredients, strict=True):
        assert one.name == other.name
        assert other.amount == pytest.approx(2 * one.amount, rel=0.1)
    assert eight.calories_per_serving == pytest.approx(four.calories_per_serving, rel=0.05)


@pytest.mark.parametrize(
    ("text", "factor", "scaled_text"),
    [
        ("Heat 2 tbsp of the oil.", 2, "Heat 4 tbsp of the oil."),
        ("Add ½ tsp of the salt.", 0.5, "Add ¼ tsp of the salt."),
        ("Add the remaining 1 1/2 teaspoons of salt.", 2, "Add the remaining 3 teaspoons of salt."),
        ("Pour in 150 ml of the water.", 1.5, "Pour in 225 ml of the water."),
        ("Roll 24 balls of about 45 g each.", 0.5, "Roll 12 balls of about 45 g each."),
        ("Simmer for 20 minutes at 180 °C.", 3, "Simmer for 20 minutes at 180 °C."),
        ("Use a 30 x 20 cm dish and jars of 400 ml.", 2, "Use a 30 x 20 cm dish and jars of 400 ml."),
        ("Add 2 tablespoons of water per portion.", 2, "Add 2 tablespoons of water per portion."),
        ("Cut in 3 cm pieces.", 2, "Cut in 3 cm pieces."),
    ],
)
def test_steps_are_scaled_where_they_name_amounts_and_nowhere_else(text, factor, scaled_text):
    assert steps([text], factor) == [scaled_text]


@pytest.mark.parametrize(
    ("amount", "unit", "name", "found"),
    [
        (0.4, "piece", "egg", 1.0),
        (2.6, "piece", "egg", 3.0),
        (1.3, "piece", "onion", 1.5),
        (333.3, "g", "", 330.0),
        (1.9, "tsp", "", 2.0),
        (0.01, "tsp", "", 0.12),
        (0.66, "can", "", 0.75),
    ],
)
def test_amounts_can_be_measured(amount, unit, name, found):
    assert practical(amount, unit, name) == pytest.approx(found, abs=0.01)


def test_amounts_in_notes_follow():
    line = DraftIngredient(name="salt", amount=1.5, unit="tsp", notes="1 tsp for the marinade")
    (found,) = scaled([line], 2)
    assert (found.amount, found.notes) == (3.0, "2 tsp for the marinade")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Add the onion, honey and salt.", "Add the onion and salt."),
        ("Add the onion and honey.", "Add the onion."),
        ("Add the honey and onion.", "Add the onion."),
        ("Serve with honey.", "Serve."),
        ("Toast the nuts. Drizzle with honey.", "Toast the nuts. Drizzle."),
    ],
)
def test_what_is_left_out_leaves_whole_sentences(text, rest):
    names = Names(["onion", "honey", "salt"])
    mentions = names.mentions(text)
    gone = next(each for each in mentions if each.ingredients == {1})
    assert without(text, gone, mentions) == rest


def test_a_mention_is_told_by_the_longest_name_at_its_place():
    names = Names(["milk", "chicken thigh", "canned white beans"])
    found = names.mentions("Stir the beans and chicken into the coconut milk, not the milk.")
    assert [(each.said, sorted(each.ingredients)) for each in found] == [
        ("beans", [2]),
        ("chicken", [1]),
        ("coconut milk", []),
        ("milk", [0]),
    ]


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"ingredients": ["butter"], "dietary_restrictions": ["vegan"]}, ["butter", "vegan"]),
        ({"ingredients": ["peanut butter"], "avoid_allergens": ["peanut"]}, ["peanut"]),
        ({"ingredients": ["plutonium"]}, ["No food is known", "plutonium"]),
        ({"cuisine": "atlantean"}, ["cuisine", "atlantean"]),
        ({"recipe_name": "zorblax flumph"}, ["recipeName"]),
        ({"recipe_name": "sushi"}, ["recipeName", "sushi"]),
        ({"max_total_minutes": 1}, ["maxTotalMinutes"]),
        ({"cuisine": "ethiopian", "meal_type": "breakfast"}, ["cuisine", "mealType"]),
    ],
)
def test_what_can_not_be_done_names_what_conflicts(request_, told):
    error = refused(**request_)
    assert error.errors
    for word in told:
        assert word in error.detail


def test_no_text_of_an_adapted_recipe_speaks_of_what_was_taken_out():
    needs = understand(RecipeRequest(dietary_restrictions=["dairy_free"]))
    for adapted in list(composer.compose(needs))[:25]:
        _, certificate = examine(adapted.draft, needs)
        if certificate.passed:
            assert "heavy cream" not in " ".join(texts(adapted.draft)).lower()


@pytest.mark.parametrize("servings", [1, 2, 12, 24])
def test_any_number_of_servings_can_be_had(servings):
    needs = understand(RecipeRequest(servings=servings, meal_type="dinner"))
    drafts = [adapted.draft for adapted, _ in zip(composer.compose(needs), range(40), strict=False)]
    passed = [draft for draft in drafts if examine(draft, needs)[1].passed]
    assert len(passed) >= 36
