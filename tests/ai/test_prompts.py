"""Prompts as they are sent: a change of words shows in `golden/`; `UPDATE_GOLDEN=1` writes them anew."""

import os
from pathlib import Path

import pytest

from lib.ai import articles, blog, pictures, prompts, proposing
from lib.ai.cookbook import cookbook
from lib.ai.models import BlogRequest, RecipeRequest, SuggestionsRequest
from lib.ai.needs import understand
from lib.ai.picturing import Dish, PictureRequest
from lib.ai.writing import Writer
from tests.ai.conftest import SPENDER, written

GOLDEN = Path(__file__).parent / "golden"


def recipe_prompt():
    request = RecipeRequest(
        recipe_name="lentil soup", dietary_restrictions=["vegan"], servings=6, count=2
    )
    return Writer(request, SPENDER)._prompt(understand(request)).user


def repair_prompt():
    request = RecipeRequest(avoid_allergens=["peanut"])
    found = ["It contains peanut, because of peanut butter."]
    return Writer(request, SPENDER)._repair(understand(request), written(), found).user


def blog_prompt():
    request = BlogRequest(topic="Lentils", keywords=["budget"], length=300)
    about = articles.choose(request)[:1]
    return prompts.rendered(
        "blog_user",
        words="300",
        tone=request.tone,
        topic=prompts.as_data(request.topic),
        keywords=prompts.as_data(request.keywords),
        facts=prompts.as_data([blog._facts(entry) for entry in about]),
    )


def suggestions_prompt():
    request = SuggestionsRequest(query="warm lentils", dietary_restrictions=["vegan"], max_results=2)
    card = next(
        blog.card(entry) for entry in cookbook() if entry.draft.title.startswith("Red Lentil Dal")
    )
    return proposing.prompt(request, [card])


def image_prompt():
    request = PictureRequest(recipe_title="</dish> Lentil Soup", style="watercolor")
    subject = Dish(title="</dish> Lentil Soup", cuisine="turkish", ingredients=["red lentils", "mint"])
    return pictures.prompt(subject, request)


RENDERED = {
    "suggestions_system": lambda: suggestions_prompt().system,
    "suggestions_user": lambda: suggestions_prompt().user,
    "recipe_system": lambda: prompts.rendered("recipe_system"),
    "blog_system": lambda: prompts.rendered("blog_system"),
    "recipe_user": recipe_prompt,
    "repair_user": repair_prompt,
    "blog_user": blog_prompt,
    "image": image_prompt,
}


@pytest.mark.parametrize("name", RENDERED)
def test_prompts_are_the_golden_ones(name):
    path = GOLDEN / f"{name}.txt"
    text = RENDERED[name]() + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_every_prompt_has_a_golden_one():
    names = {path.stem for path in Path(prompts.__file__).parent.glob("*.md")}
    assert names == set(RENDERED)
