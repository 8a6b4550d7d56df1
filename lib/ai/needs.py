"""What a request demands: limits that hold, foods that must be in, words that tell the dish."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lib.ai.models import RecipeRequest
from lib.errors import Invalid
from lib.nutrition import labels
from lib.nutrition.foods import Food, find, foods, key, places, words
from lib.nutrition.labels import Allergen, AllergenStatus, Diet, DietStatus
from lib.nutrition.lines import parse
from lib.nutrition.matching import match_name, suggestions
from lib.recipes.draft import MealType, Season
from lib.search import constraints
from lib.search.by_ingredients import met_by
from lib.search.embedding import common_words
from lib.search.kinds import by_key as kind_by_key
from lib.search.kinds import kinds, synonyms
from lib.search.terms import STOP

Loc = tuple[str | int, ...]

_DISHWORDS = STOP | frozenset(
    "recipe dish homemade easy style quick simple best classic with and the of in a".split()
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A food that a recipe must use: any of `foods`; `best` is taken where it has to be added."""

    name: str
    best: Food
    foods: frozenset[str]


@dataclass(frozen=True, slots=True)
class Needs:
    """A request as understood."""

    diets: tuple[Diet, ...] = ()
    avoid: tuple[Allergen, ...] = ()
    without: tuple[str, ...] = ()
    must: tuple[Wanted, ...] = ()
    named: tuple[Wanted, ...] = ()
    dish: tuple[str, ...] = ()
    cuisine: str | None = None
    season: Season | None = None
    meal_type: MealType | None = None
    minutes: int | None = None
    servings: int = 4
    loc: dict[str, Loc] = field(default_factory=dict)

    def forbids(self, known: labels.Evidence) -> list[str]:
        """The diets and allergens asked for that this isn't proven to meet, but for those by amount."""
        fits, clear = _statuses(known)
        return [
            *(d for d in self.diets if d not in labels.BY_CARBOHYDRATE and fits[d] != "yes"),
            *(a for a in self.avoid if clear[a] != "clear"),
        ]

    def allows(self, food: Food) -> bool:
        """Whether the food itself may be used."""
        known = labels.Evidence(food.classes, food.may, known=food.classed)
        return not self.forbids(known) and not any(_is(food, name) for name in self.without)


@lru_cache(20_000)
def _statuses(known: labels.Evidence) -> tuple[dict[Diet, DietStatus], dict[Allergen, AllergenStatus]]:
    return labels.diets(known), labels.allergens(known)


def understand(request: RecipeRequest) -> Needs:
    """What a request demands.

    Raises:
        Invalid: it names what is no food, or demands what excludes each other.
    """
    read = constraints.read(request.recipe_name or "", lambda word: word in common_words())
    minutes = [m for m in (request.max_total_minutes, read.filters.max_total_minutes) if m is not None]
    needs = Needs(
        diets=tuple(dict.fromkeys([*request.dietary_restrictions, *read.filters.diets])),
        avoid=tuple(dict.fromkeys([*request.avoid_allergens, *read.filters.exclude_allergens])),
        without=tuple(read.filters.exclude_ingredients),
        cuisine=request.cuisine.strip().lower() if request.cuisine else None,
        season=request.season,
        meal_type=request.meal_type,
        minutes=min(minutes, default=None),
        servings=request.servings,
    )
    must = [
        _wanted(name, ("body", "ingredients", place), needs)
        for place, name in enumerate(request.ingredients)
    ]
    dish = [word for word in words(read.text) if word not in _DISHWORDS] if request.recipe_name else []
    return replace(needs, must=tuple(_once(must)), named=tuple(_named(read.text)), dish=tuple(dish))


def understand_words(text: str) -> Needs:
    """What words alone demand: diets, allergens, time."""
    return understand(RecipeRequest(recipe_name=text[:200]))


def _once(wanted: Sequence[Wanted]) -> list[Wanted]:
    return list({each.name: each for each in wanted}.values())


def _wanted(said: str, loc: Loc, needs: Needs) -> Wanted:
    line = parse(said)
    found = next((m for m in (match_name(line.phrase), match_name(line.name)) if m and m.exact), None)
    kind = kind_by_key().get(key(line.phrase)) or kind_by_key().get(key(line.name))
    if found is None and kind is None:
        near = suggestions(line.name)
        told = f" Did you mean {', '.join(near)}?" if near else ""
        raise Invalid(
            f"No food is known as {said[:60]!r}.{told}", [(loc, "names no food that is known")]
        )
    members = dict(_members(kind.name)) if kind else {}
    if found:
        members[found.food.name] = found.food
    allowed = {name: food for name, food in members.items() if needs.allows(food)}
    if not allowed:
        _refuse(said, found.food if found else next(iter(members.values()), None), loc, needs)
    best = found.food if found and found.food.name in allowed else _plainest(allowed, said)
    return Wanted(line.name or said, best, frozenset(allowed))


_MADE = frozenset({"prepared", "soup", "snack", "sweet", "bakery"})


@lru_cache(500)
def _members(kind: str) -> dict[str, Food]:
    """The foods that do for a kind; chickpea pasta doesn't for chickpeas."""
    met = met_by(kind)
    said = set(words(kind))
    general = find(kind)
    return {
        name: food
        for name, food in foods().items()
        if _plain(food)
        and (
            name in met
            or name in kinds()[kind].foods
            or (
                general
                and (general.role, general.category) == (food.role, food.category)
                and said <= set(words(name))
            )
        )
    }


def _plain(food: Food) -> bool:
    return food.category not in _MADE and food.role not in (
        "prepared dish",
        "soup",
        "snack",
        "baked good",
    )


def _plainest(allowed: dict[str, Food], said: str) -> Food:
    """The member of a kind that its name alone would mean: the one whose name says least beside it."""
    return min(
        allowed.values(), key=lambda food: (len(set(words(food.name)) - set(words(said))), food.name)
    )


def _refuse(said: str, food: Food | None, loc: Loc, needs: Needs) -> None:
    known = labels.Evidence(food.classes, food.may, known=True) if food else None
    why = needs.forbids(known) if known else []
    against = " and ".join(reason.replace("_", " ") for reason in why) or "what the name excludes"
    fields: list[tuple[Loc, str]] = [(loc, f"can't be used: {against}")]
    if any(reason in needs.diets for reason in why):
        fields.append((("body", "dietaryRestrictions"), f"excludes {said}"))
    if any(reason in needs.avoid for reason in why):
        fields.append((("body", "avoidAllergens"), f"excludes {said}"))
    raise Invalid(f"{said!r} must be used, but conflicts with: {against}.", fields)


def _named(text: str) -> list[Wanted]:
    """The foods that a dish's name speaks of; what its diet forbids is replaced, not refused."""
    found = []
    said = words(text)
    for food in [food for word in said for food, _, _ in places([word])]:
        kind = kind_by_key().get(key(food.name))
        if set(words(food.name)) - set(said):  # "vegetable" means no food of its own
            continue
        if not _plain(food) or food.role in ("sauce", "spice", "condiment", "bread", "wrap"):
            continue
        members = {*(_members(kind.name) if kind else ()), food.name}
        found.append(Wanted(food.name, food, frozenset(members)))
    return found


def _is(food: Food, name: str) -> bool:
    kind, meant = kind_by_key().get(key(name)), find(name)
    return (kind is not None and kind.holds(food)) or (meant is not None and meant.name == food.name)


def ways(word: str) -> tuple[str, ...]:
    """Other words for one of a dish's name."""
    return tuple(each for other in synonyms().get(word, ()) for each in words(other))
