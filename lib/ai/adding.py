"""Works a food into a dish that doesn't have it: in place of its like, or added where it goes in."""

from dataclasses import dataclass
from typing import Literal

from lib.ai.cookbook import Entry
from lib.ai.needs import Needs, Wanted
from lib.ai.swapping import Substitution, is_flesh, shares
from lib.ai.wording import short
from lib.nutrition.foods import Food, foods, words
from lib.nutrition.swaps import substitutes
from lib.recipes.amounts import plural
from lib.recipes.draft import DraftIngredient

Way = Literal["simmered", "boiled", "wilted", "scattered", "folded", "topped"]

_WET = frozenset({"soup", "stew", "curry", "braise", "slow-cooker"})
_DRY = frozenset({"stir-fry", "grains", "pasta", "bowl", "salad", "wrap"})
_BAKED = frozenset({"casserole", "sheet-pan", "eggs"})
_SAVORY = _WET | _DRY | _BAKED | {"sauce"}
_SWEET = frozenset({"breakfast jar", "dessert", "pancakes"})

# Foods that cook alike, so that one may take another's place in the same steps.
_ALIKE: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split("|"))
    for names in (
        "broccoli|cauliflower|romanesco|broccolini",
        "green beans|asparagus|snow peas|sugar snap peas",
        "red bell pepper|green bell pepper|yellow bell pepper",
        "spinach|baby spinach",
        "kale|swiss chard|collard greens|mustard greens|beet greens",
        "carrot|parsnip|turnip|rutabaga|celeriac|kohlrabi",
        "potato|yukon gold potato|russet potato|sweet potato|new potato",
        "butternut squash|pumpkin|kabocha squash|acorn squash|sweet potato",
        "canned chickpeas|canned black beans|canned kidney beans|canned white beans|canned "
        "cannellini beans|canned pinto beans|canned lima beans|canned navy beans",
        "green lentils|brown lentils",
        "cod fillet|haddock fillet|white fish fillet|tilapia fillet|halibut fillet|pollock fillet",
        "salmon fillet|trout fillet",
        "chicken thigh|chicken breast|turkey breast",
        "ground beef|ground lamb|ground pork|ground turkey|ground chicken",
        "cremini mushroom|mushroom|shiitake mushroom|oyster mushroom|portobello mushroom|button "
        "mushroom",
        "basmati rice|jasmine rice|long-grain white rice|white rice",
        "almond|walnut|pecan|hazelnut|cashew|pistachio|flaked almonds",
        "blueberry|raspberry|strawberry|blackberry|cherry|mixed berries",
        "apple|pear",
        "peach|nectarine|plum|apricot",
        "parsley|cilantro|basil|dill|mint|chives|chervil|tarragon",
        "spaghetti|linguine|tagliatelle|fettuccine|pasta",
        "penne|rigatoni|macaroni|fusilli|farfalle|pasta",
        "firm tofu|extra-firm tofu|tempeh|seitan|paneer|halloumi",
        "beef chuck|beef stew meat|lamb shoulder|pork shoulder",
        "feta|goat cheese|vegetarian feta",
        "cheddar|gruyere|monterey jack|gouda|emmental|vegetarian cheddar|swiss cheese|fontina",
    )
)
_ALIKE_CLOSENESS = 0.62


@dataclass(frozen=True, slots=True)
class Addition:
    """A food that is added: its line, how it is prepared, and in which way it goes in."""

    line: DraftIngredient
    food: Food
    prep: str
    way: Way
    sentence: str


def instead(
    entry: Entry, wanted: Wanted, needs: Needs, kept: set[int]
) -> tuple[int, Substitution] | None:
    """The ingredient whose place the wanted food may take, the most alike.

    Args:
        kept: places of ingredients that must stay.
    """
    found: list[tuple[float, int, Substitution]] = []
    weights = shares(entry)
    for place, food in enumerate(entry.foods):
        if place in kept:
            continue
        for to in substitutes().get(food.name, []):
            if to.food.name in wanted.foods and to.food.name != food.name and needs.allows(to.food):
                found.append(
                    (to.closeness, place, Substitution(to.food, to.ratio, to.closeness, to.note))
                )
        for group in _ALIKE:
            if food.name not in group or weights[place] <= 0.02:
                continue
            like = [foods()[name] for name in sorted(group & wanted.foods - {food.name})]
            likest = (
                [wanted.best] if wanted.best in like else [each for each in like if needs.allows(each)]
            )
            found += [
                (_ALIKE_CLOSENESS, place, Substitution(each, 1.0, _ALIKE_CLOSENESS))
                for each in likest[:1]
            ]
    near = [each for each in found if each[0] >= 0.45]
    if not near:
        return None
    _, place, best_of_all = max(near, key=lambda each: (each[0], weights[each[1]], -each[1]))
    return place, best_of_all


def addition(entry: Entry, wanted: Wanted) -> Addition | None:
    """How the wanted food is added to the dish; None where it has no place there."""
    food, category = wanted.best, entry.draft.category
    name, servings = short(food.name), entry.draft.servings
    sweet = category in _SWEET or (
        category == "bake" and entry.draft.meal_type in ("breakfast", "snack")
    )
    if food.role in ("fruit", "dried fruit", "nut", "seed", "chocolate"):
        return _topping(food, name, servings) if sweet or category in ("salad", "bowl") else None
    if category not in _SAVORY or sweet:
        return None
    if food.role == "fresh herb":
        return _herb(food, name, servings)
    if food.role in ("melting cheese", "hard cheese", "soft cheese"):
        return _cheese(food, name, servings) if category in _SAVORY - {"curry", "stir-fry"} else None
    if food.role == "leafy green":
        return _greens(food, name, servings, category)
    if food.category == "legume" and food.role == "legume" and _is_cooked(food):
        return _beans(food, name, servings, category)
    if food.role in ("vegetable", "mushroom", "starchy vegetable") and not is_flesh(food):
        return _vegetable(food, name, servings, category)
    return None


def _is_cooked(food: Food) -> bool:
    said = words(food.name)
    return "canned" in said or "cooked" in said or food.name in ("edamame", "frozen peas")


def _line(food: Food, grams: float, notes: str | None) -> DraftIngredient:
    return DraftIngredient(
        name=food.name, amount=float(max(5, round(grams / 5) * 5)), unit="g", notes=notes
    )


def _topping(food: Food, name: str, servings: int) -> Addition:
    grams = {"fruit": 60, "dried fruit": 15, "nut": 12, "seed": 8, "chocolate": 10}[food.role] * servings
    many = many_of(name, food)
    return Addition(
        _line(food, grams, "to serve"),
        food,
        "",
        "topped",
        f"Scatter the {many} over just before serving.",
    )


def _herb(food: Food, name: str, servings: int) -> Addition:
    line = _line(food, 4 * servings, "leaves chopped, to serve")
    return Addition(line, food, f"Pick and chop the {name}.", "scattered", f"Finish with the {name}.")


def _cheese(food: Food, name: str, servings: int) -> Addition:
    line = _line(food, 20 * servings, "grated or crumbled, to serve")
    return Addition(
        line, food, f"Grate or crumble the {name}.", "topped", f"Scatter the {name} over the top."
    )


def _greens(food: Food, name: str, servings: int, category: str) -> Addition | None:
    line = _line(food, 45 * servings, "washed, thick stems removed, chopped")
    prep = f"Wash the {name}, remove any thick stems and chop it coarsely."
    if category in _WET | {"stir-fry", "grains", "sauce"}:
        minutes = 2 if "spinach" in name else 5
        cooked = f"Stir in the {name} and cook for {minutes} minutes more, until it has wilted."
        return Addition(line, food, prep, "wilted", cooked)
    if category in ("salad", "bowl", "wrap") and (
        "spinach" in name or "lettuce" in name or name == "arugula"
    ):
        return Addition(line, food, prep, "folded", f"Serve it on a bed of the {name}.")
    return None


def _beans(food: Food, name: str, servings: int, category: str) -> Addition | None:
    many = many_of(name, food)
    canned = food.name.startswith("canned")
    line = _line(food, 60 * servings, "drained and rinsed" if canned else None)
    prep = f"Drain and rinse the {many}." if canned else ""
    if category in _WET | {"stir-fry", "grains", "sauce"}:
        return Addition(
            line, food, prep, "simmered", f"Add the {many} and heat them through for 5 minutes."
        )
    if category in ("salad", "bowl"):
        return Addition(line, food, prep, "folded", f"Fold the {many} in just before serving.")
    return None


_SOFT = frozenset(
    {"tomato", "cherry tomato", "zucchini", "corn", "frozen corn", "frozen peas", "cucumber", "avocado"}
)


def _vegetable(food: Food, name: str, servings: int, category: str) -> Addition | None:
    many = many_of(name, food)
    raw = food.name in ("cucumber", "avocado", "tomato", "cherry tomato", "radish", "lettuce")
    if raw and category in ("salad", "bowl", "wrap"):
        line = _line(food, 60 * servings, "cut into bite-size pieces")
        return Addition(
            line, food, f"Cut up the {many}.", "folded", f"Serve with the {many} on the side."
        )
    if food.name in ("cucumber", "avocado", "radish", "lettuce") or category not in _WET | {
        "stir-fry",
        "grains",
        "sauce",
    }:
        return None
    frozen = food.name.startswith("frozen")
    cut, told, minutes = _cut(food)
    line = _line(food, 70 * servings, None if frozen else cut)
    prep = "" if frozen else told.format(many)
    if category in _WET | {"sauce"}:
        cooked = f"Add the {many} and cook for {minutes} minutes, until tender."
    else:  # what is done in the pan may not wait for it
        cooked = (
            f"Boil the {many} in another pan of water for {minutes} minutes, until just tender. Drain "
            "well and stir in."
        )
    return Addition(line, food, prep, "simmered" if category in _WET | {"sauce"} else "boiled", cooked)


_FLORETS = frozenset({"broccoli", "cauliflower", "romanesco", "broccolini"})
_LONG = frozenset({"green beans", "asparagus", "snow peas", "sugar snap peas", "okra"})


def _cut(food: Food) -> tuple[str, str, int]:
    """How it is cut, as a note and as a step, and the minutes until it is tender."""
    if food.name in _FLORETS:
        return "cut into small florets", "Cut the {} into small florets.", 6
    if food.name in _LONG:
        return "trimmed and halved", "Trim and halve the {}.", 6
    if food.role == "mushroom":
        return "sliced", "Slice the {}.", 8
    return "cut into 1 cm dice", "Cut the {} into 1 cm dice.", 5 if food.name in _SOFT else 12


def many_of(name: str, food: Food) -> str:
    """The name as one speaks of several, of what is counted."""
    counted = ("fruit", "vegetable", "dried fruit", "starchy vegetable", "aromatic", "egg")
    if food.role in ("nut", "seed", "mushroom") or (food.unit == "piece" and food.role in counted):
        return plural(name)
    return name
