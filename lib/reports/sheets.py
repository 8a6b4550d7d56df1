"""What is drawn: words and numbers in their order, arranged by others, with nothing left to look up."""

import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from lib.nutrition.facts import Facts


class _Sheet(BaseModel):
    model_config = ConfigDict(frozen=True)


class Ingredient(_Sheet):
    """A line of the list."""

    amount: str
    rest: str


class Section(_Sheet):
    """Steps under a heading."""

    title: str
    steps: list[str]
    numbered: bool = False


class Illustration(_Sheet):
    """What a drawn picture of a recipe follows from."""

    title: str
    cuisine: str = ""
    season: str = ""
    meal_type: str = ""
    category: str = ""
    ingredients: list[str] = []


class RecipeSheet(_Sheet):
    """A recipe for paper.

    Args:
        key: names its place in the document.
        kind: breakfast, lunch, dinner, snack, or nothing.
        summary: a sentence or two.
        meta: how many it serves, how long it takes, and the like, in short.
        planned: when it is eaten, and what must be done for that before.
        ingredients: in order of use.
        sections: how it is made.
        keeping: how it is kept.
        labels: diets and allergens, a sentence each.
        facts: per serving; None where too little is known.
        picture: a file.
        illustration: what is drawn where there is no picture.
    """

    key: str
    title: str
    kind: str = ""
    summary: str = ""
    meta: list[str] = []
    planned: list[str] = []
    ingredients: list[Ingredient] = []
    sections: list[Section] = []
    keeping: list[Section] = []
    labels: list[str] = []
    facts: Facts | None = None
    picture: Path | None = None
    illustration: Illustration | None = None


class PlannedMeal(_Sheet):
    """A meal in the table. `key` leads to its recipe; empty where that isn't printed."""

    title: str
    said: str
    key: str


class PlannedDay(_Sheet):
    """A row of the table: `meals` by column, `totals` from energy to fat."""

    weekday: str
    date: str
    meals: dict[str, list[PlannedMeal]]
    totals: list[str]


class Aim(_Sheet):
    """A target and how the days meet it."""

    name: str
    target: str
    average: str
    missed: str


class PlanReport(_Sheet):
    """A meal plan for paper.

    Args:
        dates: from when until when.
        columns: the kinds of meals that there are, in the order of a day.
        average: of the days with meals, from energy to fat.
        doubts: what the figures don't count.
        recipes: in the order of their first day.
    """

    title: str
    dates: str
    as_of: datetime.datetime
    columns: list[str]
    days: list[PlannedDay]
    average: list[str]
    aims: list[Aim]
    doubts: list[str]
    recipes: list[RecipeSheet]


class Reference(_Sheet):
    """A recipe under an ingredient."""

    title: str
    key: str


class IndexEntry(_Sheet):
    """An ingredient and the recipes with it, by title."""

    name: str
    recipes: list[Reference]


class Chapter(_Sheet):
    """Recipes of one kind, by title."""

    key: str
    kind: str
    title: str
    recipes: list[RecipeSheet]


class Book(_Sheet):
    """A recipe book for paper."""

    title: str
    owner: str
    as_of: datetime.datetime
    chapters: list[Chapter]
    index: list[IndexEntry]

    @property
    def size(self) -> int:
        """How many recipes it has."""
        return sum(len(chapter.recipes) for chapter in self.chapters)
