"""What callers ask of the AI service, and what they get."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema

from lib.nutrition.labels import Allergen, AllergenStatus, Diet
from lib.recipes.draft import Difficulty, MealType, Season
from lib.recipes.models import RecipeCard, WholeRecipe
from lib.wire import Text, Wire

MOST_SERVINGS = 48
"""Beyond it the times and vessels of a kitchen's recipe mean nothing."""

MOST_RECIPES = 10
_MOST_NAMES = 12


def _spelled(value: object) -> object:
    """Diets and allergens however people spell them: "Gluten-Free" is gluten_free."""
    return value.strip().lower().replace("-", "_").replace(" ", "_") if isinstance(value, str) else value


Name = Annotated[Text, Field(min_length=1, max_length=100, pattern=r"\S")]
DietName = Annotated[Diet, BeforeValidator(_spelled)]
AllergenName = Annotated[Allergen, BeforeValidator(_spelled)]
DietNames = Annotated[list[DietName], Field(max_length=8)]
AllergenNames = Annotated[list[AllergenName], Field(max_length=15)]


class RecipeRequest(Wire):
    """What kind of recipe is wanted. All of it holds for every recipe of the answer."""

    recipe_name: Annotated[
        Text | SkipJsonSchema[None], Field(min_length=1, max_length=200, description="A dish, in words")
    ] = None
    ingredients: Annotated[
        list[Name], Field(max_length=_MOST_NAMES, description="Foods that every recipe must use")
    ] = []
    dietary_restrictions: DietNames = []
    avoid_allergens: AllergenNames = []
    season: Season | SkipJsonSchema[None] = None
    cuisine: Name | SkipJsonSchema[None] = None
    meal_type: MealType | SkipJsonSchema[None] = None
    max_total_minutes: Annotated[int, Field(ge=1, le=10_000)] | SkipJsonSchema[None] = None
    servings: Annotated[int, Field(ge=1, le=MOST_SERVINGS)] = 4
    count: Annotated[int, Field(ge=1, le=MOST_RECIPES)] = 1
    save: Annotated[
        bool, Field(description="Keep the recipes, so that they can be found and planned")
    ] = False


class Check(Wire):
    """One thing that was looked at before the recipe left."""

    name: str
    passed: bool
    findings: list[str] = []


class Certificate(Wire):
    """What is known of a recipe, and what was checked."""

    diets: Annotated[list[Diet], Field(description="Proven from every ingredient")]
    allergens: dict[Allergen, AllergenStatus]
    coverage: Annotated[float, Field(description="Share of the ingredients that are weighed, 0 to 1")]
    checks: list[Check]

    @property
    def findings(self) -> list[str]:
        """All that is wrong."""
        return [finding for check in self.checks for finding in check.findings]

    @property
    def passed(self) -> bool:
        """Whether the recipe may leave."""
        return all(check.passed for check in self.checks)


class BasedOn(Wire):
    """A recipe that something is made from."""

    id: str
    title: str


class Change(Wire):
    """What was changed of a recipe that another one is based on."""

    kind: Literal["swapped", "left out", "added", "scaled"]
    what: str


class RefusedDraft(Wire):
    """A draft that was refused, and why."""

    model: str
    findings: list[str]


class Source(Wire):
    """Who wrote it, from what."""

    provider: Annotated[str, Field(description="`composer`, or the name of a provider in the settings")]
    model: str
    based_on: list[BasedOn] = []
    changes: list[Change] = []
    refused: Annotated[list[RefusedDraft], Field(description="Drafts before this one, and why not")] = []


class Usage(Wire):
    """What an answer cost."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    cached: Annotated[bool, Field(description="Answered from an earlier answer")] = False


class GeneratedRecipe(WholeRecipe):
    """A recipe with the proof of what it claims; `id` is that of the stored one if it was saved."""

    certificate: Certificate
    source: Source


class NewRecipesAnswer(Wire):
    """Recipes, none like another; fewer than asked for where the request leaves no more."""

    recipes: list[GeneratedRecipe]
    usage: Usage = Usage()
    notes: Annotated[list[str], Field(description="Why there are fewer than asked for")] = []


Tone = Literal["friendly", "casual", "professional", "formal", "playful", "enthusiastic", "informative"]
Length = Literal["short", "medium", "long"]


class BlogRequest(Wire):
    """An article that is wanted."""

    topic: Annotated[Text, Field(min_length=1, max_length=200, pattern=r"\S")]
    keywords: Annotated[list[Name], Field(max_length=10)] = []
    tone: Tone = "friendly"
    length: Annotated[
        Length | Annotated[int, Field(ge=150, le=2500)], Field(description="In words, or by and large")
    ] = "medium"


class BlogPost(Wire):
    """An article with links to the recipes that it is about."""

    title: str
    slug: str
    content: Annotated[str, Field(description="Markdown")]
    excerpt: str
    reading_minutes: int
    recipes: list[RecipeCard]
    source: Source
    usage: Usage = Usage()


class SuggestionsRequest(Wire):
    """What somebody feels like."""

    query: Annotated[Text, Field(min_length=1, max_length=500, pattern=r"\S")]
    dietary_restrictions: DietNames = []
    avoid_allergens: AllergenNames = []
    max_results: Annotated[int, Field(ge=1, le=20)] = 5


class Suggestion(Wire):
    """An idea, with the recipe where there is one."""

    title: str
    description: str
    total_minutes: int | SkipJsonSchema[None] = None
    difficulty: Difficulty | SkipJsonSchema[None] = None
    recipe_id: str | SkipJsonSchema[None] = None
    reason: str


class Suggestions(Wire):
    """Ideas, the best first."""

    suggestions: list[Suggestion]
    source: Source
    usage: Usage = Usage()
