"""Which things are drawn for which words of a recipe."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lib.ai.cards import pantry, pigments, produce, vessels
from lib.ai.cards.canvas import Color, Pen


@dataclass(frozen=True, slots=True)
class Motif:
    """A thing that can be drawn.

    Args:
        name: how a text speaks of it.
        draw: draws it with a pen.
        color: the one that it has most of.
    """

    name: str
    draw: Callable[[Pen], None]
    color: Color


def _of(name: str, draw: Callable[[Pen], None], color: Color, words: str) -> tuple[Motif, str]:
    return Motif(name, draw, color), words


_THINGS = (
    _of("tomatoes", produce.tomato, pigments.RED, "tomato|tomatoes|marinara|salsa|passata"),
    _of("lemon slices", produce.lemon, pigments.YELLOW, "lemon|lemons|citrus"),
    _of("lime slices", produce.lime, pigments.LIME, "lime|limes"),
    _of("orange slices", produce.orange, pigments.ORANGE, "orange|oranges|clementine|mandarin|grapefruit"),
    _of("chilies", produce.chili, pigments.RED, "chili|chile|chilies|chiles|jalapeno|jalapeño|harissa|"
        "cayenne|gochujang|kimchi|sriracha|arrabbiata|piri|chipotle|sambal"),
    _of("sweet peppers", produce.pepper, pigments.RED, "bell pepper|bell peppers|red pepper|red peppers|"
        "green pepper|green peppers|sweet pepper|sweet peppers|stuffed peppers|peppers|capsicum|paprikash"),
    _of("carrots", produce.carrot, pigments.ORANGE, "carrot|carrots|parsnip|parsnips"),
    _of("onions", produce.onion, pigments.PLUM, "onion|onions|shallot|shallots"),
    _of("garlic", produce.garlic, pigments.CREAM, "garlic"),
    _of("mushrooms", produce.mushroom, pigments.TAN, "mushroom|mushrooms|porcini|shiitake|chanterelle"),
    _of("sprigs of herbs", produce.sprig, pigments.LEAF, "thyme|rosemary|dill|parsley|cilantro|coriander|"
        "tarragon|oregano|herb|herbs|chimichurri|zaatar|sage|chives"),
    _of("green leaves", produce.green_leaf, pigments.LEAF, "basil|spinach|mint|bay leaf|kale|chard|pesto|"
        "greens|collard|lettuce|arugula|saag|callaloo|sorrel"),
    _of("an avocado", produce.avocado, pigments.LIME, "avocado|avocados|guacamole"),
    _of("an eggplant", produce.eggplant, pigments.AUBERGINE, "eggplant|eggplants|aubergine|moussaka|"
        "ratatouille|baba ganoush|caponata"),
    _of("corn", produce.corn, pigments.YELLOW, "corn|sweetcorn|maize|polenta|cornbread|hominy|pozole|"
        "succotash"),
    _of("potatoes", produce.potato, pigments.SAND, "potato|potatoes|gnocchi|rosti|colcannon|latkes"),
    _of("sweet potatoes", produce.sweet_potato, pigments.ORANGE, "sweet potato|sweet potatoes|yam|yams"),
    _of("broccoli", produce.broccoli, pigments.LEAF, "broccoli|broccolini"),
    _of("cauliflower", produce.cauliflower, pigments.CREAM, "cauliflower|gobi"),
    _of("a pumpkin", produce.pumpkin, pigments.ORANGE, "pumpkin|squash|butternut|kabocha"),
    _of("apples", produce.apple, pigments.CRIMSON, "apple|apples|cider"),
    _of("pears", produce.pear, pigments.LIME, "pear|pears|quince"),
    _of("bananas", produce.banana, pigments.YELLOW, "banana|bananas|plantain|plantains"),
    _of("strawberries", produce.strawberry, pigments.CRIMSON, "strawberry|strawberries|raspberry|"
        "raspberries"),
    _of("blueberries", produce.berries, (66, 84, 140), "blueberry|blueberries|berry|berries|blackberry|"
        "blackberries|bilberry"),
    _of("cherries", produce.cherries, pigments.CRIMSON, "cherry|cherries|cranberry|cranberries"),
    _of("peaches", produce.peach, pigments.ORANGE, "peach|peaches|apricot|apricots|nectarine|mango|mangoes|"
        "plum|plums"),
    _of("a pineapple", produce.pineapple, pigments.YELLOW, "pineapple"),
    _of("half a coconut", produce.coconut, pigments.BARK, "coconut|coconut milk"),
    _of("olives", produce.olives, pigments.LEAF, "olive|olives|puttanesca|tapenade"),
    _of("beets", produce.beet, pigments.PLUM, "beet|beets|beetroot|borscht"),
    _of("cucumber slices", produce.cucumber, pigments.LEAF, "cucumber|cucumbers|tzatziki|pickles|gherkin"),
    _of("zucchini", produce.zucchini, pigments.FOREST, "zucchini|courgette|courgettes"),
    _of("green onions", produce.stalks, pigments.LEAF, "scallion|scallions|green onion|green onions|"
        "spring onion|leek|leeks|celery|fennel|lemongrass"),
    _of("asparagus", produce.asparagus, pigments.LEAF, "asparagus|green beans|okra"),
    _of("a cabbage", produce.cabbage, pigments.LEAF, "cabbage|bok choy|sauerkraut|brussels sprouts|slaw|"
        "coleslaw|artichoke"),
    _of("radishes", produce.radish, pigments.CRIMSON, "radish|radishes|turnip|daikon"),
    _of("ginger", produce.ginger, pigments.SAND, "ginger|turmeric|galangal"),
    _of("grapes", produce.grapes, pigments.PLUM, "grape|grapes|raisins|wine|dates|figs|prunes"),
    _of("eggs", pantry.egg, pigments.WHITE, "egg|eggs|frittata|omelet|omelette|quiche|shakshuka|tortilla "
        "española|strata"),
    _of("a fish", pantry.fish, pigments.STEEL, "fish|cod|tuna|trout|sardine|sardines|anchovy|haddock|"
        "halibut|tilapia|mackerel|herring|pollock|snapper|sea bass"),
    _of("a salmon", pantry.salmon, pigments.SALMON, "salmon"),
    _of("shrimp", pantry.shrimp, pigments.SALMON, "shrimp|shrimps|prawn|prawns|crab|lobster|seafood|"
        "crayfish|crawfish|mussels|clams"),
    _of("a chicken leg", pantry.drumstick, pigments.TAN, "chicken|turkey|duck|hen|drumsticks|wings"),
    _of("a cut of meat", pantry.meat, pigments.CRIMSON, "beef|pork|lamb|veal|steak|ham|bacon|goat|brisket|"
        "ribs|venison|goulash|stroganoff|bolognese|ragu|chuck|bulgogi|carnitas|barbacoa|birria"),
    _of("sausages", pantry.sausage, (170, 78, 54), "sausage|sausages|chorizo|kielbasa|bratwurst|andouille"),
    _of("ears of wheat", pantry.wheat, pigments.YELLOW, "oat|oats|granola|barley|bulgur|wheat|farro|"
        "couscous|millet|quinoa|buckwheat|rye|muesli|tabbouleh|teff|freekeh|semolina"),
    _of("red beans", pantry.beans, pigments.CRIMSON, "kidney bean|kidney beans|bean|beans|red beans|"
        "pinto beans|rajma|feijoada|chili con carne"),
    _of("black beans", pantry.black_beans, (66, 52, 62), "black bean|black beans"),
    _of("white beans", pantry.white_beans, pigments.CREAM, "white bean|white beans|cannellini|butter beans|"
        "navy beans|black-eyed peas|cassoulet"),
    _of("chickpeas", pantry.chickpeas, pigments.SAND, "chickpea|chickpeas|falafel|hummus|chana|garbanzo"),
    _of("lentils", pantry.lentils, pigments.ORANGE, "lentil|lentils|dal|dhal|daal|mujadara|misir"),
    _of("a pod of peas", pantry.peas, pigments.LEAF, "pea|peas|edamame|snow peas|split peas|mangetout"),
    _of("almonds", pantry.nuts, pigments.TAN, "almond|almonds|walnut|walnuts|pecan|pecans|cashew|cashews|"
        "hazelnut|hazelnuts|pistachio|pistachios|nuts|pine nuts"),
    _of("a peanut", pantry.peanut, pigments.SAND, "peanut|peanuts|peanut butter|satay|groundnut"),
    _of("chocolate", pantry.chocolate, pigments.BARK, "chocolate|cocoa|cacao|brownie|brownies|mole"),
    _of("cheese", pantry.cheese, pigments.YELLOW, "cheese|parmesan|cheddar|mozzarella|feta|paneer|ricotta|"
        "gruyere|mac and cheese|fondue|halloumi|pecorino|gouda"),
    _of("a bottle of milk", pantry.milk, pigments.WHITE, "milk|cream|yogurt|buttermilk|kefir"),
    _of("a jar of honey", pantry.honey, pigments.ORANGE, "honey|maple|syrup|jam"),
    _of("tofu", pantry.tofu, pigments.WHITE, "tofu|tempeh"),
    _of("bread", pantry.loaf, pigments.TAN, "bread|loaf|focaccia|naan|pita|buns|rolls|muffin|muffins|"
        "scone|scones|flatbread|toast|biscuits|empanadas|pierogi dough|sourdough|khachapuri"),
    _of("pasta", pantry.pasta, pigments.BUTTER, "pasta|spaghetti|lasagna|macaroni|penne|fettuccine|ziti|"
        "linguine|orzo|rigatoni|tagliatelle|cannelloni|ravioli|spaetzle|noodle|noodles|lo mein|pad thai"),
    _of("grains of rice", pantry.rice, pigments.WHITE, "rice|risotto|biryani|pilaf|jambalaya|paella|congee|"
        "kheer|jollof|plov|pulao|nasi"),
    _of("star anise", pantry.anise, pigments.BARK, "anise|five-spice|clove|cloves|garam masala|cardamom|"
        "nutmeg|spiced"),
    _of("cinnamon", pantry.cinnamon, pigments.TAN, "cinnamon|chai"),
    _of("a bottle of oil", pantry.oil, pigments.LIME, "olive oil"),
)  # fmt: skip

# What sounds like one of them and isn't.
_NOTHING = (
    "black pepper|white pepper|peppercorn|peppercorns|stock|broth|soy sauce|fish sauce|oyster sauce|"
    "sesame oil|vegetable oil|chicken stock|chicken broth|beef stock|beef broth|vegetable broth|"
    "vegetable stock|fish stock|baking powder|chili powder|garlic powder|onion powder|butter|"
    "cream of tartar|corn starch|cornstarch|bean sprouts|coconut oil|lemon juice"
)
_STAPLES = frozenset({
    "onions", "garlic", "a bottle of oil", "a bottle of milk", "eggs", "cheese", "ginger", "a jar of honey",
    "sprigs of herbs", "star anise", "grapes", "bread", "grains of rice", "cinnamon",
})  # fmt: skip

_VESSELS = (
    _of("a bowl of soup", vessels.soup, vessels.WARE, "soup|soups|chowder|bisque|borscht|gazpacho|broth|pho|"
        "minestrone|ramen|avgolemono|harira|chorba|pozole"),
    _of("a bowl of curry with rice", vessels.curry, vessels.WARE, "curry|dal|dhal|masala|korma|tikka|"
        "vindaloo|rendang|makhani|biryani"),
    _of("a pot with its lid", vessels.pot, pigments.RED, "stew|braise|braised|slow-cooker|tagine|goulash|"
        "cassoulet|ragu|chili|casserole stew|bourguignon|gumbo|feijoada|adobo|pot roast|sauce|ragù"),
    _of("a baking dish", vessels.dish, vessels.WARE, "casserole|bake|sheet-pan|lasagna|gratin|enchiladas|"
        "moussaka|shepherd's pie|cobbler|crumble|strata|ziti|pastitsio"),
    _of("a bowl of salad", vessels.greens, vessels.WARE, "salad|slaw|tabbouleh|fattoush"),
    _of("a bowl of grains", vessels.grains, vessels.WARE, "grains|bowl|bowls|pilaf|risotto|congee|porridge|"
        "jollof|plov|paella|jambalaya"),
    _of("a bowl of noodles", vessels.noodles, vessels.WARE, "pasta|noodles|noodle|lo mein|pad thai|soba|udon"),
    _of("a wok", vessels.wok, pigments.NIGHT, "stir-fry|stir fry|fried rice|bulgogi"),
    _of("an egg in a pan", vessels.pan, pigments.NIGHT, "eggs|omelet|omelette|frittata|shakshuka|hash"),
    _of("a layered jar", vessels.jar, pigments.STEEL, "breakfast jar|overnight oats|parfait|pudding|chia"),
    _of("a stack of pancakes", vessels.pancakes, pigments.TAN, "pancakes|pancake|waffles|crepes|blini"),
    _of("a filled wrap", vessels.wrap, pigments.YELLOW, "wrap|wraps|taco|tacos|burrito|burritos|quesadilla|"
        "fajitas"),
    _of("dumplings", vessels.dumplings, pigments.CREAM, "dumplings|dumpling|pierogi|gyoza|momo|momos|"
        "wontons|potstickers|empanadas|samosas|buns"),
    _of("browned patties", vessels.patties, pigments.TAN, "patties|burger|burgers|meatballs|kofta|falafel|"
        "fritters|cutlets|fishcakes|kebabs|croquettes"),
    _of("energy bites", vessels.bites, pigments.BARK, "energy bites|bites|bars|truffles|cookies"),
    _of("a pie", vessels.pie, pigments.TAN, "pie|tart|dessert|galette|cake|quiche"),
    _of("a bowl of dip", vessels.dip, pigments.BUTTER, "dip|hummus|baba ganoush|guacamole|spread"),
    _of("a loaf of bread", pantry.loaf, pigments.TAN, "bread|dough|loaf|focaccia|naan|rolls"),
)  # fmt: skip

_BY_SEASON = {
    "spring": "asparagus peas radish greens",
    "summer": "tomato basil lemon corn",
    "autumn": "pumpkin apple mushroom sage",
    "winter": "orange carrot cinnamon cabbage",
}
_USUAL = "tomato basil lemon onion carrot mushroom avocado chili pumpkin herbs garlic olives"


def _by_word(things: Sequence[tuple[Motif, str]]) -> dict[str, Motif]:
    return {word: motif for motif, words in things for word in words.split("|")}


_THING = _by_word(_THINGS)
_VESSEL = _by_word(_VESSELS)


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b")


_ANY_THING = _pattern([*_THING, *_NOTHING.split("|")])
_ANY_VESSEL = _pattern([*_VESSEL])


def things(title: str, ingredients: Sequence[str], season: str, number: int) -> list[Motif]:
    """What to draw, the most telling first: what the title names, then ingredients, then what is usual.

    Args:
        number: chooses where nothing else does.
    """
    named = _found(title)
    listed = _found(" ; ".join(ingredients))
    order = [*named, *sorted(listed, key=lambda motif: motif.name in _STAPLES)]
    usual = [_THING[word] for word in (_BY_SEASON.get(season) or _USUAL).split()]
    start = number % len(usual)
    return list(dict.fromkeys([*order, *(usual[start:] + usual[:start] if len(order) < 2 else [])]))


def vessel(title: str, category: str) -> Motif | None:
    """What the dish is served in, as far as title or category tell."""
    for text in (title, category):
        for match in reversed(_ANY_VESSEL.findall(text.lower())):
            return _VESSEL[match]
    return None


def _found(text: str) -> list[Motif]:
    matches = _ANY_THING.findall(text.lower())
    return list(dict.fromkeys(_THING[match] for match in matches if match in _THING))
