"""Which requests may have an answer that was made for other words."""

import pytest

from lib.ai.alike import sentence
from lib.ai.models import RecipeRequest


@pytest.mark.parametrize(
    "words",
    [
        "low sodium chicken soup",
        "high fodmap curry",
        "reduced fat lasagna",
        "extra spicy chili",
        "raw salmon bowl",
        "halal chicken stew",
        "kosher brisket",
        "curry w/out peanuts",
        "curry excluding peanuts",
        "dessert for diabetics",
        "gluten friendly bread",
        "unsweetened oatmeal",
        "nondairy pancakes",
        "meatless chili",
    ],
)
def test_words_that_decide_have_no_answer_of_others(words):
    assert sentence(RecipeRequest(recipe_name=words)) is None


def test_a_plain_dish_may_have_one():
    assert sentence(RecipeRequest(recipe_name="  Chicken Noodle  Soup ")) == "chicken noodle soup"
