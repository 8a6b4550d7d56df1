"""Lists of lines, made as the product makes them."""

from lib.nutrition.lines import parse
from lib.nutrition.matching import match
from lib.shopping.lists import Wanted, shopping_list
from lib.shopping.models import ListItem, ShoppingList
from lib.shopping.needs import Source


def listed(*lines, pantry=(), units="metric", assume_pantry=False) -> ShoppingList:
    """The list of these lines."""
    sources = [Source([parse(line) for line in lines])]
    return made(sources, pantry=pantry, units=units, assume_pantry=assume_pantry)


def cooked(recipes, *, pantry=(), units="metric", times=1.0) -> ShoppingList:
    """The list of recipes, given as lines by title."""
    sources = [
        Source([parse(line) for line in lines], f"id of {title}", title, times)
        for title, lines in recipes.items()
    ]
    return made(sources, pantry=pantry, units=units)


def made(sources, *, pantry=(), units="metric", assume_pantry=False) -> ShoppingList:
    """The list of sources."""
    wanted = Wanted("A list", sources, [parse(line) for line in pantry], assume_pantry=assume_pantry)
    return shopping_list(wanted, match, units)


def items(data: ShoppingList) -> list[ListItem]:
    """Everything to buy."""
    return [item for section in data.sections for item in section.items]


def texts(data: ShoppingList) -> list[str]:
    """Everything to buy, in words."""
    return [item.text for item in items(data)]


def only(data: ShoppingList) -> ListItem:
    """The one thing to buy."""
    (item,) = items(data)
    return item


def check_balance(data: ShoppingList) -> None:
    """Of every food, bought + pantry = needed + leftover, and nothing is missing."""
    for item in items(data):
        left = item.bought.amount + item.pantry.amount - item.needed.amount
        assert abs(left - item.leftover.amount) < 1e-6 * max(1.0, item.needed.amount), item
        assert item.leftover.amount >= 0, item
        units = {item.bought.unit, item.pantry.unit, item.needed.unit, item.leftover.unit}
        assert len(units) == 1, item
        assert item.grams == (item.bought.amount if units == {"g"} else None), item
    for out in data.left_out:
        if out.needed is not None:
            assert abs(out.pantry.amount - out.needed.amount - out.leftover.amount) < 1e-6, out
            assert out.leftover.amount >= 0, out
