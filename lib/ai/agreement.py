"""Whether texts and ingredients speak of one dish: foods that only the texts name, or don't.

Prose has words that are foods only sometimes: one skims fat, rolls dough, fishes out a bay leaf. What is
ambiguous counts where it is named like a thing ("the cream", "2 tbsp butter"), dishes never do.
"""

import re
from collections.abc import Iterable, Sequence

from lib.ai.wording import Mention, forms
from lib.nutrition.foods import Food, words

_RAW = frozenset(
    "cooking_fat spread cream milk yogurt soft_cheese melting_cheese hard_cheese sweetener syrup salt "
    "salty_seasoning stock ground_meat red_meat poultry cured_meat sausage fish shellfish egg "
    "plant_protein "
    "legume pasta grain_side flour nut seed nut_butter starchy_vegetable vegetable leafy_green aromatic "
    "mushroom fruit dried_fruit alcohol thickener leavener spice fresh_herb wrap bread crunchy_topping "
    "tomato_product condiment sauce acid pickle extract chocolate juice jam".split()
)
# Verbs, shapes, vessels, parts, tastes and measures that are also names in the food table.
_NO_FOOD = frozenset(
    "roll wrap chip lay stew skim char fluff toast cup mound dough batter crust cake cookie "
    "cracker muffin "
    "bite raw tart bitter savory rub glaze sprinkle date bone seasoning burger cream_sauce gravy "
    "sauce curry "
    "green juice liquor syrup marinade ice pepper grit fry fries crackling pastry bun bread loaf "
    "dumpling "
    "relish pickle dip spread topping top filling round broth stock tea coffee spice herb "
    "vegetable fruit "
    "berry nut seed meat bean oil fat sugar salt water sandwich taco pizza pie pudding custard "
    "jelly jam "
    "bar snack pop hash chew cure mix mixed rind peel zest heart kernel sprout shell crumb flake powder "
    "paste caramel candy chutney salsa pesto dressing mash puree crisp wafer punch sour squash "
    "sole bass "
    "smelt perch mint_green orange_zest tip link stick ball ring sheet star wing leg breast thigh "
    "drumstick "
    "rib loin round_steak chuck chop fillet steak brisket shoulder seasoned salted mild hot sweet rice "
    "name tortilla bay clove head yolk white smoky salad broiler frie crudite ragu bechamel".split()
)
_AMBIGUOUS = frozenset(
    "sausage fish cream curd butter flour milk cheese egg bread pastry dough custard speck whey".split()
)
_NAMED = re.compile(
    r"(?:\b(?:the|of|some|more|with|your|add|and|or|extra|melted|tbsp|tsp|g|ml|cups?)\s|,\s)$"
)
_DENIED = re.compile(
    r"\b(?:no|without|instead of|rather than|in place of|place of|stands? in for|stood in for"
    r"|free of|than|"
    r"needs? neither|nor|do not add|don't add|unlike|like|taste[sd]? of|as if|not|"
    r"as (?:thick|thin|smooth|soft|coarse|fine) as(?: pouring| single| double| whipped)?|"
    r"(?:consistency|thickness|colou?r|texture|size|shape|feel|smells?) of)\s"
    r"(?:(?:the|any|a|an|added|fresh|or|real|much|of|dried|wheat|white|raw|coarse|thick|thin|loose|soft)\s)*$",
    re.IGNORECASE,
)
_STAPLES = frozenset({"water", "salt"})


def foreign(
    text: str, mentions: Iterable[Mention], ingredients: Iterable[str], *, denied: bool = False
) -> list[Food]:
    """The foods that the text adds to those of the ingredients.

    Args:
        mentions: all that the text names, as `Names` finds them.
        ingredients: their names.
        denied: foods that the text denies ("without peanuts") or compares with count, too.
    """
    own = {word for name in ingredients for form in forms(name) for word in form.split()}
    return [
        mention.food
        for mention in mentions
        if mention.food and not mention.ingredients
        if _is_meant(text, mention, own) and (denied or not _is_denied(text, mention))
    ]


def _is_meant(text: str, mention: Mention, own: set[str]) -> bool:
    food, said = mention.food, words(mention.said)
    if food is None or food.role.replace(" ", "_") not in _RAW or food.role in _STAPLES:
        return False
    if len(said) == 1 and said[0] in _NO_FOOD:
        return False
    before = _before(text, mention)
    if len(said) == 1 and said[0] in _AMBIGUOUS and not _NAMED.search(before.lower()):
        return False
    if said[-1] == "cream" and "coconut" in own:
        return False
    if said[-1] == "sauce" and food.role == "sauce" and set(said[:-1]) <= own | _SAID_OF_FOODS:
        return False  # made in the dish
    # "toasted almonds" of almonds, "lime juice" of a lime: the same food, told otherwise.
    return not set(said) <= own | _SAID_OF_FOODS and not set(words(food.name)) <= own | _SAID_OF_FOODS


def _is_denied(text: str, mention: Mention) -> bool:
    return bool(_DENIED.search(_before(text, mention)))


def _before(text: str, mention: Mention) -> str:
    return text[max(0, mention.start - 40) : mention.start]


_SAID_OF_FOODS = frozenset(
    "toasted roasted fried cooked boiled frozen raw dried fresh juice zest melted grated ground "
    "whole chopped "
    "hard soft sliced leftover hot cold warm red green white black sauteed steamed mashed poached baked "
    "scrambled wedge piece slice canned sweet plain extra fillet clove leaf and head sprig stalk "
    "cube large "
    "baby unsalted salted powder flake seed".split()
)


def unspoken(mentions: Iterable[Mention], names: Sequence[str]) -> list[str]:
    """The ingredients, by their names, that are none of these mentions."""
    spoken = {place for mention in mentions for place in mention.ingredients}
    return [name for place, name in enumerate(names) if place not in spoken]
