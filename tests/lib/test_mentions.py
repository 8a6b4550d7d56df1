"""No rule of reading lines, names and notes hides a food: what one may hide is never clear."""

import pytest

from lib.nutrition import labels
from lib.nutrition.lines import parse
from lib.recipes import amounts


def _told(text):
    """What is known of a dish of rice and this: as a line, as a line stored, as a note."""
    stored = amounts.parse(text)
    return {
        "line": labels.evidence_of([parse("1 cup rice"), parse(text)]),
        "stored": labels.evidence([("rice", None), (stored.name, stored.notes)]),
        "name": labels.evidence([("rice", None), (text, None)]),
        "note": labels.evidence([("rice", text)]),
    }


def _hidden(text, marks):
    """The ways of saying it in which an allergen is clear or a diet proven that it may break."""
    return [
        f"{how}: {mark}"
        for how, known in _told(text).items()
        for mark in marks.split()
        if labels.allergens(known).get(mark) == "clear" or labels.diets(known).get(mark) == "yes"
    ]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("1 cup regular or soy milk", "milk vegan dairy_free"),
        ("1 cup regular or soy or almond milk", "milk vegan"),
        ("regular, soy, or almond milk", "milk vegan"),
        ("whole or coconut milk", "milk vegan"),
        ("whole or unsweetened coconut milk", "milk vegan"),
        ("clarified or vegan butter", "milk vegan"),
        ("regular and/or soy milk", "milk vegan"),
        ("warm, plain or soy milk", "milk vegan"),
        ("3 large or vegan eggs", "egg vegan"),
        ("3 good or vegan eggs", "egg vegan"),
        ("2 large/vegan sausages", "vegetarian"),
        ("1 cup regular or soymilk", "milk vegan"),
        ("plain/soy yogurt", "milk vegan"),
        ("strawberry or soy yogurt", "milk vegan"),
        ("vanilla or coconut ice cream", "milk vegan"),
        ("plain, vanilla, or soy yogurt", "milk vegan"),
        ("mixed with plain or soy yogurt", "milk vegan"),
        ("1/2 cup regular or vegan butter, melted", "milk vegan"),
        ("salted or vegan butter", "milk vegan"),
        ("regular or peanut butter", "milk vegan"),
        ("regular or vegan cream cheese", "milk vegan"),
        ("heavy or coconut cream", "milk vegan"),
        ("regular or vegan mayo", "egg vegan"),
        ("large or vegan eggs", "egg vegan"),
        ("2 cups regular or gluten-free flour", "wheat gluten gluten_free"),
        ("regular or gluten-free pasta", "wheat gluten_free"),
        ("fresh or chickpea pasta", "wheat gluten_free"),
        ("thin or rice noodles", "gluten_free"),
        ("regular or gluten-free soy sauce", "wheat gluten_free"),
        ("rolled or gluten-free oats", "gluten"),
        ("red, white, or malt vinegar", "gluten gluten_free"),
        ("boneless or vegan chicken", "vegetarian vegan"),
        ("regular or jackfruit pulled pork", "vegetarian vegan"),
        ("jumbo or vegan shrimp", "shellfish vegetarian"),
        ("regular or vegan fish sauce", "fish vegan"),
        ("regular or vegan worcestershire sauce", "fish vegan"),
        ("homemade or vegetable broth", "vegan vegetarian"),
    ],
)
def test_a_choice_of_adjectives_hides_no_food(text, marks):
    assert _hidden(text, marks) == []


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("vinegar, preferably malt", "gluten gluten_free"),
        ("beans, such as lupin", "lupin"),
        ("sugar, preferably lactose", "milk vegan"),
        ("food coloring, such as carmine", "vegan"),
        ("tomato sauce, preferably puttanesca", "fish vegan vegetarian"),
        ("seaweed, preferably bonito", "fish vegan vegetarian"),
        ("vegan cheese, preferably Sargento", "milk vegan"),
        ("milk alternative such as a2", "milk vegan"),
        ("onions, such as crispy", "wheat gluten_free"),
        ("jam (such as zabaglione)", "egg vegan"),
        ("rice, with store-bought satay from Asian markets", "peanut"),
        ("flour (sold as lupin at health food stores)", "lupin"),
        ("olives (sold stuffed with romesco in delis)", "tree_nut"),
        ("rice flour (available with lupin online)", "lupin"),
        ("kale, available with hocks at butchers", "vegan vegetarian"),
        ("found in krill paste at Asian markets", "shellfish vegetarian"),
        ("potatoes, fried in fat cap", "vegan"),
        ("potatoes, cooked in the excess fat", "vegan"),
        ("rice, mixed with crusts removed", "wheat gluten_free"),
        ("greens, cooked with smoked backs", "vegan vegetarian"),
        ("rice with lobes of uni", "fish shellfish vegan"),
        ("salad, with straws", "wheat"),
        ("carrots, roasted with roots", "celery"),
        ("rice, wrapped in casings", "vegan vegetarian"),
        ("rice beaten with one white", "egg vegan"),
        ("flour beaten with 2 whites", "egg vegan"),
        ("rice plus additional seeds", "sesame"),
        ("kale, with seeds", "sesame"),
        ("peas and small shells", "wheat gluten_free"),
        ("hummus and wedges", "wheat gluten_free"),
        ("jam plus slices", "wheat"),
        ("rice, tossed with roasting juices", "vegan vegetarian"),
        ("rice, cooked in juices", "vegan"),
        ("rice, with golden fingers", "fish vegetarian"),
        ("lettuce, with crunchy topping", "wheat"),
        ("rice, mixed with muscles", "shellfish"),
        ("rice, not romesco but satay", "peanut"),
        ("rice, not plain but with romesco", "tree_nut"),
        ("rice, never plain always with satay", "peanut"),
        ("tomato sauce, such as vodka", "milk vegan"),
        ("fried onions, such as French's", "wheat gluten_free"),
        ("shallots, such as crisp-fried", "wheat"),
        ("oil, such as grapeseed 🐟", "fish"),
        ("rice, with cleaned tentacles chopped", "mollusc vegan"),
        ("tomato soup with seeds", "sesame"),
        ("rice, with its rind", "milk vegan"),
        ("rice, with their own juices", "vegan"),
        ("vegan chocolate, such as Lindt", "milk vegan"),
        ("almonds, such as Lindt", "milk vegan"),
        ("lentils, such as Barilla", "wheat"),
        ("rice, for serving (such as Lindt)", "milk vegan"),
        ("salt, mixed with pieces, such as Flake", "milk"),
        ("rice, with one recipe page 5", "milk vegan"),
        ("greens, preferably fresh and seeds", "sesame"),
        ("onions, preferably store-bought crisp fried", "wheat"),
        ("rice, not just satay", "peanut"),
        ("rice, cooked not raw and satay", "peanut"),
        ("rice, mixed with not-too-spicy romesco", "tree_nut"),
        ("rice, with seeds on top", "sesame"),
        ("rice, with pan juices reserved", "vegan"),
        ("rice, with a handful of seeds", "sesame"),
        ("rice, with 2 fillets", "fish vegetarian"),
        ("rice, on a thick toasted slice", "wheat"),
        ("For the satay", "peanut"),
        ("Satay:", "peanut"),
    ],
)
def test_what_is_said_of_a_food_hides_no_other(text, marks):
    assert _hidden(text, marks) == []


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("4 fish skewers", "fish vegetarian vegan"),
        ("8 large meat skewers, grilled", "vegetarian vegan"),
        ("1 fish basket", "fish vegetarian"),
        ("1 lb beef and shells", "wheat gluten_free"),
        ("salsa with shells", "wheat"),
        ("hummus and wedges", "wheat gluten_free"),
        ("corn bread with seeds", "sesame"),
        ("salad greens and seeds", "sesame"),
        ("beans with rind", "vegan"),
        ("rice with the reserved juices", "vegan"),
        ("vegetable chunks", "soy"),
    ],
)
def test_a_line_of_tools_or_parts_hides_no_food(text, marks):
    known = [_told(text)[how] for how in ("line", "stored", "name")]
    for mark in marks.split():
        assert all(labels.allergens(each).get(mark) != "clear" for each in known)
        assert all(labels.diets(each).get(mark) != "yes" for each in known)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("pepper", "ribs and seeds removed"),
        ("butternut squash", "halved and seeds scooped out"),
        ("carrot", "peeled and cut into wedges"),
        ("shrimp", "shells left on"),
        ("hazelnuts", "toasted and skins rubbed off"),
        ("potatoes", "cut in thin slices"),
        ("lime", "plus wedges for serving"),
        ("canned tomatoes", "with juices"),
        ("jalapeño", "with seeds, chopped"),
        ("salt", "preferably Diamond Crystal or Morton"),
        ("semisweet chocolate", "such as Lindt or Baker's"),
        ("bananas", "not too ripe"),
        ("onion", "cut through root end"),
    ],
)
def test_what_becomes_of_a_foods_own_parts_is_understood(name, note):
    assert labels.evidence([(name, note)]).known


def test_a_heading_of_something_takes_nothing_from_what_is_known():
    under = ["For the satay:", "1 cup rice", "Tacos:", "2 carrots"]
    assert labels.evidence_of(map(parse, under)).known
    assert labels.evidence([(text, None) for text in ("Satay:", "rice")]).known
    assert not labels.evidence([(text, None) for text in ("Satay:", "Tacos:", "rice")]).known
    assert not labels.evidence_of(map(parse, ["1 cup rice", "Satay:", "Toothpicks"])).known


def test_a_sort_named_without_its_noun_is_that_sort():
    assert labels.evidence([("oil", "such as grapeseed")]).known
    malt = labels.evidence([("vinegar", "such as malt")])
    assert labels.allergens(malt)["gluten"] == "may"
    assert not labels.evidence([("chiles", "such as satay")]).known
