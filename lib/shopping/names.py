"""What foods are called on a list: "500 g potatoes", but "500 g broccoli"."""

from lib.nutrition.foods import Food
from lib.recipes.amounts import plural

_IN_NUMBERS = frozenset(
    "nut,seed,dried fruit,legume,fruit,vegetable,starchy vegetable,aromatic,mushroom,pickle,wrap,"
    "sausage,baked good,egg,shellfish".split(",")
)
_BY_PIECE = frozenset({"piece", "leaf", "pod", "cube"})
_WHOLE = frozenset(
    """
    anise asparagus beef bok broccoli cabbage cauliflower celeriac celery choy coconut corn crab daikon
    dal edamame escarole fennel flaxseed fruit garlic ginger horseradish jicama kale kimchi kohlrabi
    lemongrass lettuce lobster meat melon nori chorizo okra papaya pineapple puree pumpkin radicchio rice
    rutabaga salad salsify sauerkraut seaweed shrimp slaw spinach squash taro turmeric watercress
    watermelon yuca zest cob rhubarb
    """.split()
)
"""Last words of foods that are never bought in numbers by weight."""

_NUMBERED = frozenset(
    "thigh breast leg drumstick wing fillet chop rib cutlet link patty seed peppercorn berry "
    "leaf".split()
)
"""Last words of foods that are, whatever their role."""

_ROOTS = frozenset({"ginger", "turmeric", "galangal", "horseradish"})
"""Foods of which nobody says that it is one: pieces of them are pieces."""


_UNCOUNTED = frozenset({"cob", "fennel", "choy"})


def many(name: str) -> str:
    """What several of a food are called, or of a unit."""
    return name if name.split(" ")[-1] in _UNCOUNTED else plural(name)


def of_one(name: str) -> str:
    """What one of a food is called: an onion, but a piece of ginger."""
    return "piece" if name.split(" ")[-1] in _ROOTS else name


def in_bulk(food: Food) -> str:
    """The name behind a weight or a package: in the plural where there are many in it."""
    last = food.name.split()[-1]
    by_piece = food.role in ("spice", "stock") and food.unit in _BY_PIECE
    many = food.role in _IN_NUMBERS or last in _NUMBERED or by_piece
    return plural(food.name) if many and last not in _WHOLE else food.name
