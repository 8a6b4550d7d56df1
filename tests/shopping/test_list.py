"""What is bought for which lines: the cases that cooks complain about elsewhere."""

import pytest

from lib.nutrition.foods import foods
from lib.nutrition.lines import from_parts
from lib.shopping.needs import Source
from tests.shopping.lists import check_balance, cooked, items, listed, made, only, texts


@pytest.mark.parametrize(
    ("lines", "bought", "needed"),
    [
        (["1 onion", "0.5 cup chopped onion"], "2 onions", 190),
        (["2-3 onions"], "3 onions", 330),
        (["2 large onions"], "2 large onions", 300),
        (["300 g onions"], "300 g onions", 300),
        (["1/2 cup chopped onion"], "1 onion", 80),
        (["2 tbsp butter", "1 stick butter"], "1 pack (250 g) butter", 141.2),
        (["1 cup sugar", "300 g sugar"], "1 bag (500 g) sugar", 500),
        (["1 (14 oz) can tomatoes", "400 g canned tomatoes"], "2 cans (400 g each) tomatoes", 800),
        (["1 (28 oz) can tomatoes"], "1 can (800 g) tomatoes", 800),
        (["1 can chickpeas", "1 cup chickpeas"], "2 cans (400 g each) chickpeas", 400),
        (["juice of 1 lemon", "zest of 1 lemon"], "1 lemon", 58),
        (["juice of 1 lemon", "1 lemon"], "2 lemons", 116),
        (["2 tbsp lemon juice", "2 tsp lemon zest"], "1 lemon", 38.7),
        (["1 orange, juiced", "1 tbsp orange zest"], "1 orange", None),
        (["3 eggs", "2 egg yolks", "2 egg whites"], "6 eggs", 250),
        (["3 cloves garlic", "1 tbsp minced garlic"], "1 head garlic", None),
        (["2 tbsp chopped cilantro"], "1 bunch cilantro", None),
        (["4 chicken legs"], "4 chicken legs", None),
        (["4 chicken breasts", "500 g chicken breast"], "1.1 kg chicken breasts", None),
        (["2 cups cooked rice"], "1 bag (500 g) white rice", None),
        (["2 stalks celery"], "1 head celery", 80),
        (["4 slices bacon"], "1 pack (200 g) bacon", 112),
        (["700 ml milk"], "1 carton (1 l) milk", None),
        (["1 tsp ground cumin"], "1 jar (40 g) ground cumin", None),
        (["4 (400 g) cans cannellini beans, drained"], "4 cans (400 g each) cannellini beans", None),
        (["450 g navy beans, soaked overnight"], "1 bag (500 g) navy beans", 450),
        (["2 bunches radishes", "3 radishes"], "3 bunches radishes", None),
        (["600 g greek yogurt"], "1 tub (1 kg) greek yogurt", 600),
        (["500 g acorn squash"], "500 g acorn squash", 500),
    ],
)
def test_metric(lines, bought, needed):
    data = listed(*lines)
    check_balance(data)
    item = only(data)
    assert item.text == bought
    if needed is not None:
        assert item.needed.amount == pytest.approx(needed, rel=0.01)


@pytest.mark.parametrize(
    ("lines", "bought"),
    [
        (["2 tbsp butter", "1 stick butter"], "2 sticks (4 oz each) butter"),
        (["500 g ground beef"], "1¼ lb ground beef"),
        (["1 lb ground beef"], "1 lb ground beef"),
        (["60 g parmesan"], "3 oz parmesan"),
        (["1 (14 oz) can tomatoes", "400 g canned tomatoes"], "2 cans (14.5 oz each) tomatoes"),
        (["1 (15 oz) can chickpeas"], "1 can (15 oz) chickpeas"),
        (["300 ml milk"], "1 carton (16 fl oz) milk"),
        (["2 onions"], "2 onions"),
        (["1 package instant yeast"], "1 packet (0.25 oz) instant yeast"),
    ],
)
def test_us(lines, bought):
    data = listed(*lines, units="us")
    check_balance(data)
    assert only(data).text == bought


def test_no_amount():
    data = listed("salt to taste", "parsley for garnish", "1 bunch parsley", "salt and pepper")
    check_balance(data)
    assert texts(data) == ["1 bunch parsley", "1 jar (50 g) black pepper", "1 pack (500 g) salt"]
    salt = items(data)[-1]
    assert (salt.needed.amount, salt.needed.display) == (0, "to taste")
    assert salt.leftover.amount == 500


def test_a_pinch():
    item = only(listed("a pinch of salt"))
    assert item.needed.display == "a pinch"
    assert 0 < item.needed.amount < 1


def test_water_is_not_bought():
    data = listed("1 cup water", "ice cubes", "500 ml boiling water", "1 onion")
    assert texts(data) == ["1 onion"]
    assert {(out.name, out.reason) for out in data.left_out} == {
        ("water", "comes from the tap"),
        ("ice", "comes from the tap"),
    }


def test_or():
    data = listed("1 tbsp butter or margarine", "1 cup peas or corn")
    assert {item.name: item.notes for item in items(data)} == {
        "butter": ["or margarine"],
        "frozen peas": ["or corn"],
    }


def test_what_nobody_knows():
    data = listed(
        "2 tbsp unicorn powder",
        "1 tsp unicorn powder",
        "3 unicorn powders",
        "unicorn powder",
        "50 g unicorn powder",
    )
    check_balance(data)
    assert sorted(texts(data)) == ["2⅓ tbsp unicorn powder", "3 unicorn powders", "50 g unicorn powder"]
    assert {section.aisle for section in data.sections} == {"Anything else"}
    assert len(data.unmerged) == 3
    assert all("isn't known" in each.reason for each in data.unmerged)


def test_unknown_units():
    source = Source([from_parts("flour", 2, "blorp"), from_parts("flour", 300, "g")], "r", "Bread", 1.5)
    data = made([source])
    check_balance(data)
    assert texts(data) == ["1 bag (500 g) all-purpose flour", "2 blorp flour (× 1.5)"]
    assert [each.reason for each in data.unmerged] == ["the unit isn't known"]


def test_what_is_not_weighed():
    data = listed("1 banana leaf", "2 banana leaves")
    check_balance(data)
    assert texts(data) == ["3 banana leaves"]


def test_what_is_only_like_a_food():
    data = listed("100 g moon cheese", "50 g cheddar", "1 lb baby carrots", "2 carrots", "2 onoins")
    check_balance(data)
    assert sorted(texts(data)) == [
        "100 g moon cheese",
        "2 carrots",
        "2 onions",
        "50 g cheddar",
        "500 g baby carrots",
    ]
    assert [(each.name, each.reason) for each in data.unmerged] == [
        ("100 g moon cheese", "it may be cheddar, but isn't called so")
    ]


def test_optional():
    data = listed("1 avocado, optional", "2 limes", "1 lime (optional)")
    assert {item.name: item.optional for item in items(data)} == {"avocado": True, "lime": False}


def test_things_and_headings():
    data = listed("For the sauce:", "8 wooden skewers", "  ", "1 onion")
    assert [(section.aisle, [i.text for i in section.items]) for section in data.sections] == [
        ("Fruit and vegetables", ["1 onion"]),
        ("Kitchen and household", ["8 wooden skewers"]),
    ]


def test_no_food_for_two():
    lines = ["100 g butter", "50 g unsalted butter", "2 tbsp olive oil", "1 tbsp extra-virgin olive oil"]
    data = listed(*lines, "200 g cheddar", "100 g vegetarian cheddar")
    check_balance(data)
    assert {item.name: item.notes for item in items(data)} == {
        "unsalted butter": ["does for butter, too"],
        "extra-virgin olive oil": ["does for olive oil, too"],
        "vegetarian cheddar": ["does for cheddar, too"],
    }


def test_pantry():
    data = listed(
        "300 g flour", "2 cups milk", "3 eggs", "1 tsp salt", "1 tsp cumin", "2 onions",
        pantry=["1 kg flour", "1 cup milk", "salt", "2 eggs", "diamonds", "water"],
    )  # fmt: skip
    check_balance(data)
    assert texts(data) == ["2 onions", "6 eggs", "1 carton (500 ml) milk", "1 jar (40 g) ground cumin"]
    eggs = items(data)[1]
    assert (eggs.pantry.display, eggs.needed.display, eggs.leftover.display) == (
        "2 eggs",
        "3 eggs",
        "5 eggs",
    )
    home = {out.name: (out.reason, out.leftover.amount) for out in data.left_out}
    assert home == {"all-purpose flour": ("at home", 700), "salt": ("at home", 0)}
    assert data.unused_pantry == ["diamonds", "water"]


def test_pantry_has_what_stands_in():
    data = listed("2 tbsp olive oil", pantry=["extra-virgin olive oil"])
    assert texts(data) == []
    assert [out.name for out in data.left_out] == ["extra-virgin olive oil"]


def test_pantry_of_unknown_things():
    data = listed("3 widgets", "2 gadgets", pantry=["1 widget", "gadgets"])
    check_balance(data)
    assert texts(data) == ["2 widgets"]
    assert [out.name for out in data.left_out] == ["gadgets"]


def test_staples():
    lines = ["2 tbsp olive oil", "1 tsp salt", "1 tsp cumin", "750 g flour", "1 onion"]
    data = listed(*lines, assume_pantry=True)
    check_balance(data)
    assert texts(data) == ["1 onion", "1 bag (1 kg) all-purpose flour"]
    assert {out.reason for out in data.left_out} == {"in most kitchens"}


def test_recipes_of_each_line():
    data = cooked(
        {"Dal": ["2 cloves garlic", "1 lemon, juiced"], "Curry": ["3 cloves garlic", "1 tsp lemon zest"]}
    )
    check_balance(data)
    garlic, lemon = sorted(items(data), key=lambda item: item.name)
    assert [(use.title, use.display, use.grams) for use in garlic.for_recipes] == [
        ("Dal", "2 cloves", 6.0),
        ("Curry", "3 cloves", 9.0),
    ]
    assert garlic.needed.display == "5 cloves"
    assert [use.display for use in lemon.for_recipes] == ["juice of 1 lemon", "1 tsp zest"]
    assert lemon.notes == ["juice and zest of the same lemons"]
    assert sum(use.grams for use in lemon.for_recipes) > lemon.needed.amount == 58


def test_scaled():
    once = cooked(
        {"Dal": ["200 g red lentils", "1 (400 g) can tomatoes", "1 onion", "1 lb 2 oz carrots"]}
    )
    thrice = cooked(
        {"Dal": ["200 g red lentils", "1 (400 g) can tomatoes", "1 onion", "1 lb 2 oz carrots"]}, times=3
    )
    check_balance(thrice)
    for one, three in zip(items(once), items(thrice), strict=True):
        assert three.needed.amount == pytest.approx(3 * one.needed.amount, abs=0.05)
    assert texts(thrice) == [
        "1.6 kg carrots",
        "3 onions",
        "1 bag (1 kg) red lentils",
        "3 cans (400 g each) tomatoes",
    ]


def test_aisles_in_the_order_of_a_walk():
    data = listed(
        "1 onion", "200 g frozen peas", "1 tsp cumin", "500 g ground beef", "1 l milk", "1 loaf bread"
    )
    assert [section.aisle for section in data.sections] == [
        "Fruit and vegetables",
        "Bread and bakery",
        "Meat and poultry",
        "Dairy and eggs",
        "Herbs and spices",
        "Frozen",
    ]


def test_every_food_can_be_bought():
    for name, food in foods().items():
        if food.role != "water" and name != "salt and pepper":
            some = [from_parts(name, 1, food.unit), from_parts(name, None, None)]
            data = made([Source(some)], units="us" if food.fdc_id % 2 else "metric")
            check_balance(data)
            assert items(data), name


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> & co",
        "Ünïcödé ½",
        "豆腐 300 g",
        "قمح",
        "🥕🥕",
        "=cmd|' /C calc'!A0",
        "x" * 900,
        "½ of the moon",
    ],
)
def test_odd_lines(text):
    data = listed(text, "1 onion")
    check_balance(data)
    assert len(items(data)) == 2


@pytest.mark.parametrize(
    ("line", "bought"),
    [
        ("0.004 unicorns", (1, "1 unicorns")),
        ("0.0001 g unicorn powder", (10, "10 g unicorn powder")),
        ("0.0001 ml moon dust", (1, "¼ tsp moon dust")),
        ("0.004 onions", (1, "1 onion")),
        ("0.0001 g acorn squash", (10, "10 g acorn squash")),
    ],
)
@pytest.mark.parametrize("pantry", [[], ["unicorn horns"]])
def test_nobody_buys_none(line, bought, pantry):
    data = listed(line, pantry=pantry)
    check_balance(data)
    item = only(data)
    assert (item.amount, item.text) == bought
    assert not item.needed.display.startswith("0 ")
