"""Sentences after a food has given way to another: they agree, make sense, or aren't served."""

import re

import pytest

from lib.ai import presenting, siding, titles
from lib.ai.adapting import apply
from lib.ai.cookbook import cookbook, texts
from lib.ai.grammar import one_of_many, replaced
from lib.ai.measures import measured
from lib.ai.needs import Needs
from lib.ai.planning import plan
from lib.ai.portions import counts, portioned
from lib.ai.scaling import scaled, steps, storage
from lib.ai.sense import Pair, holds, kept, meatless, put_right
from lib.ai.swapping import cooked_alike, kept_notes
from lib.ai.wording import Names
from lib.nutrition.foods import foods
from lib.recipes.draft import STEPS, DraftIngredient


def said(text, old, new, *others):
    names = Names([old, *others])
    return replaced(text, names.mentions(text), {0: new})


def pair(old, new, place=0):
    return Pair(place, foods()[old], foods()[new])


def adapt(entry, needs):
    """The recipe as the request wants it; None where it can't be made so."""
    found = plan(entry, needs)
    return None if found is None else apply(entry, needs, found)


def instructions(**changed):
    return {name: ["Serve."] for name in STEPS} | changed


@pytest.mark.parametrize(
    ("text", "old", "new", "then"),
    [
        (
            "Brown the tofu for 7 minutes, turning it; set it aside.",
            "firm tofu",
            "canned chickpeas",
            "Brown the chickpeas for 7 minutes, turning them; set them aside.",
        ),
        (
            "The tofu comes out spongier.",
            "firm tofu",
            "canned chickpeas",
            "The chickpeas come out spongier.",
        ),
        (
            "Stir the eggs until they are set and spread them out.",
            "egg",
            "vegan egg",
            "Stir the vegan egg until it is set and spread it out.",
        ),
        ("Put the shrimp in and turn them.", "shrimp", "firm tofu", "Put the tofu in and turn it."),
        ("Beat an egg with salt.", "egg", "vegan egg", "Beat a vegan egg with salt."),
        ("Add the toasted almonds.", "almond", "toasted wheat germ", "Add the toasted wheat germ."),
        # The dish is not the ingredient that has a part of its name.
        (
            "Fry the green curry paste and serve the curry.",
            "green curry paste",
            "vegan green curry paste",
            "Fry the vegan green curry paste and serve the curry.",
        ),
        ("Let the sauce thicken.", "fish sauce", "coconut aminos", "Let the sauce thicken."),
        # What can be a verb is a food only where a noun stands.
        (
            "Lay a wrap out, tuck in the sides and wrap tightly.",
            "flour tortilla",
            "gluten-free corn tortilla",
            "Lay a wrap out, tuck in the sides and wrap tightly.",
        ),
        ("Boil the pasta and drain it.", "spaghetti", "chickpea pasta", "Boil the pasta and drain it."),
        ("Add the soy sauce.", "soy sauce", "gluten-free tamari", "Add the tamari."),
        ("Whisk in the flour.", "all-purpose flour", "gluten-free flour blend", "Whisk in the flour."),
    ],
)
def test_what_follows_a_food_agrees_with_what_stands_in_for_it(text, old, new, then):
    assert said(text, old, new) == then


def test_it_means_the_last_food_that_was_named():
    text = "Stir the tofu into the rice and cover it."
    assert said(text, "firm tofu", "canned chickpeas", "white rice") == (
        "Stir the chickpeas into the rice and cover it."
    )


def test_one_egg_is_spoken_of_as_one():
    assert one_of_many("Beat the eggs until they are pale.", "eggs", "egg") == (
        "Beat the egg until it is pale."
    )
    assert one_of_many("Boil the eggs noodles.", "eggs", "egg") == "Boil the eggs noodles."


CHICKEN = [pair("chicken thigh", "extra-firm tofu")]


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("until the tofu has reached 74 °C (165 °F).", "until the tofu is hot."),
        ("until the center is at 74 °C (165 °F) and steaming.", "until the center is steaming."),
        ("until one reads 74 °C (165 °F) in the middle.", "until one is hot."),
        ("until dark, sticky and 74 °C (165 °F) inside.", "until dark and sticky."),
        ("until no longer pink.", "until lightly browned."),
        ("until no pink is left.", "until lightly browned."),
        ("Roll 20 meatballs.", "Roll 20 balls."),
    ],
)
def test_what_is_said_of_meat_is_said_otherwise_of_what_stands_in(text, then):
    assert put_right(text, CHICKEN, cooking=True, bare=True) == then


def test_heat_that_meat_needs_stays_while_meat_is_left():
    text = "until the chicken reads 74 °C (165 °F) and is no longer pink."
    sauce = [pair("fish sauce", "vegan fish sauce", 1)]
    both = [foods()["chicken thigh"], foods()["fish sauce"]]
    assert not meatless(both, sauce)
    assert put_right(text, sauce, cooking=True, bare=meatless(both, sauce)) == text
    assert meatless(both, CHICKEN)
    bacon = [pair("bacon", "vegan bacon")]
    assert not meatless([foods()["bacon"], foods()["beef chuck"]], bacon)


@pytest.mark.parametrize("diet", ["no fish", "no soy", "gluten_free", "dairy_free"])
def test_no_recipe_with_meat_loses_the_heat_that_makes_it_safe(diet):
    avoid = {"no fish": ("fish",), "no soy": ("soy",)}.get(diet, ())
    for entry in cookbook():
        if not any(food.role in ("poultry", "ground meat") for food in entry.foods):
            continue
        needs = Needs(servings=entry.draft.servings, avoid=avoid, diets=() if avoid else (diet,))
        found = adapt(entry, needs)
        if found is None or not any(
            foods()[line.name].role in ("poultry", "ground meat") for line in found.draft.ingredients
        ):
            continue
        before, after = (
            len(re.findall(r"\b7[014] °C", " ".join(draft.cooking_instructions)))
            for draft in (entry.draft, found.draft)
        )
        assert after == before, entry.draft.title


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("ground lamb", "cooked lentils", "Brown the lentils in two batches."),
        ("firm tofu", "canned chickpeas", "Cut the chickpeas in cubes."),
        ("ground turkey", "cooked lentils", "Mix in the lentils. Roll 30 balls with oiled hands."),
        ("pork shoulder", "jackfruit", "Slice the jackfruit thinly across the grain."),
        ("beef chuck", "seitan", "Add the seitan and simmer for 2 hours."),
        ("egg", "vegan egg", "Boil the vegan egg for 9 minutes and peel it."),
        (
            "all-purpose flour",
            "gluten-free flour blend",
            "Knead the flour for 10 minutes until elastic.",
        ),
        ("sugar", "sugar-free syrup", "Melt the sugar-free syrup to a dark caramel."),
        ("gluten-free corn tortilla", "romaine lettuce", "Warm the romaine lettuce in a dry pan."),
    ],
)
def test_what_can_not_be_done_with_the_new_food_is_not_served(old, new, step):
    pairs = [pair(old, new)]
    bare = meatless([foods()[old]], pairs)
    assert not holds(instructions(cooking_instructions=[step]), Names([new]), pairs, bare=bare)
    plain = instructions(cooking_instructions=[f"Stir in the {new}."])
    assert holds(plain, Names([new]), pairs, bare=bare)


def test_notes_for_raw_meat_leave_the_freezers_instructions():
    notes = ["Freeze flat. Use only tofu that has not been frozen before.", "Thaw raw tofu overnight."]
    assert kept(notes, Names(["extra-firm tofu"]), CHICKEN) == ["Freeze flat."]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("couscous", "quinoa", False),
        ("spring roll wrapper", "rice paper", False),
        ("pasta shells", "gluten-free pasta", False),
        ("lasagna sheets", "gluten-free lasagna sheets", True),
        ("spaghetti", "gluten-free pasta", True),
        ("white rice", "brown rice", True),
    ],
)
def test_only_what_cooks_alike_takes_anothers_place(one, other, alike):
    assert cooked_alike(foods()[one], foods()[other]) is alike


def test_a_note_on_how_it_is_cut_stays_where_it_can_be_cut_so():
    assert kept_notes("cut into 2 cm cubes, to serve", foods()["cooked chickpeas"]) == "to serve"
    assert kept_notes("cut into 2 cm cubes", foods()["firm tofu"]) == "cut into 2 cm cubes"
    assert kept_notes("sliced 4 mm thick across the grain", foods()["firm tofu"]) is None


RICE = [
    DraftIngredient(name="white rice", amount=300, unit="g"),
    DraftIngredient(name="water", amount=500, unit="ml"),
    DraftIngredient(name="firm tofu", amount=400, unit="g"),
]


def cauliflower(*cooking):
    names = Names(["cauliflower rice", "water", "firm tofu"])
    side = pair("white rice", "cauliflower rice")
    return siding.of_cauliflower(instructions(cooking_instructions=list(cooking)), names, side, RICE)


def test_a_side_of_rice_is_cooked_dry_when_it_is_cauliflower_and_its_water_goes():
    found = cauliflower(
        "Simmer the tofu in 100 ml of the water.",
        "Cook the cauliflower rice in 400 ml of the water, covered, for 15 minutes.",
    )
    assert found.water == {1: 100}
    assert "dry, wide skillet" in found.steps["cooking_instructions"][1]
    assert cauliflower("Boil the cauliflower rice with the water for 12 minutes.").water == {1: 0}


def test_rice_that_is_cooked_in_the_dish_does_not_give_way_to_cauliflower():
    assert cauliflower("Simmer the cauliflower rice with the tofu and water for 15 minutes.") is None


@pytest.mark.parametrize(
    ("amount", "unit", "found"),
    [
        (2 / 3, "tbsp", (2.0, "tsp")),
        (4 / 3, "tbsp", (4.0, "tsp")),
        (1.5, "tbsp", (1.5, "tbsp")),
        (3.0, "tbsp", (3.0, "tbsp")),
        (0.25, "tbsp", (0.75, "tsp")),
        (6.5, "tsp", (2.0, "tbsp")),
        (0.6, "kg", (600.0, "g")),
        (0.936, "l", (940.0, "ml")),
        (1.2, "kg", (1.2, "kg")),
        (0.4, "pinch", (1.0, "pinch")),
        (33.3, "g", (35.0, "g")),
    ],
)
def test_amounts_have_units_that_a_kitchen_measures(amount, unit, found):
    assert measured(amount, unit) == found


@pytest.mark.parametrize(
    ("text", "factor", "then"),
    [
        ("Fry in the last tablespoon of oil.", 2 / 3, "Fry in the last 2 tsp of oil."),
        ("Heat 2 tablespoons of oil.", 2 / 3, "Heat 4 teaspoons of oil."),
        ("Add a quarter teaspoon of the salt.", 2, "Add ½ teaspoon of the salt."),
        ("Use a pot of at least 6 litres.", 0.3, "Use a pot of at least 6 litres."),
        ("Measure 1 litre of the water.", 0.25, "Measure 250 ml of the water."),
        ("Press it around 12 flat metal skewers.", 2 / 3, "Press it around 8 flat metal skewers."),
        ("Spoon it into 4 glasses or jars.", 0.25, "Spoon it into 1 glass or jar."),
        ("Serve with two patties each.", 2, "Serve with two patties each."),
    ],
)
def test_spelled_amounts_and_counts_follow_the_servings(text, factor, then):
    assert steps([text], factor) == [then]


@pytest.mark.parametrize(
    ("line", "factor", "then"),
    [
        (("garlic", 4, "clove", "2 sliced, 2 grated"), 0.5, (2, "clove", "1 sliced, 1 grated")),
        (
            ("onion", 2, "piece", "1 in strips, 1 chopped"),
            0.75,
            (1.5, "piece", "½ in strips, 1 chopped"),
        ),
        (("ginger", 60, "g", "40 g sliced, 20 g cut"), 0.5, (30, "g", "20 g sliced, 10 g cut")),
        (("sirloin steak", 900, "g", "in 6 wide slices"), 2 / 3, (600, "g", "in 4 wide slices")),
        (("lamb shoulder", 1, "kg", "in 4 cm pieces"), 0.5, (500, "g", "in 4 cm pieces")),
        (("canned tomatoes", 1, "can", "400 g, chopped"), 2 / 3, (270, "g", "chopped")),
        (("canned chickpeas", 1, "can", "400 g, drained"), 0.75, (0.75, "can", "400 g, drained")),
    ],
)
def test_lines_and_their_notes_follow_the_servings(line, factor, then):
    name, amount, unit, notes = line
    (found,) = scaled([DraftIngredient(name=name, amount=amount, unit=unit, notes=notes)], factor)
    assert (found.amount, found.unit, found.notes) == then


@pytest.mark.parametrize(
    ("text", "was", "now", "then"),
    [
        ("Cut into six with a large spoon.", 6, 4, "Cut into four with a large spoon."),
        ("Cut the dough into six strips.", 6, 4, "Cut the dough into six strips."),
        ("Divide the rice between four bowls.", 4, 2, "Divide the rice between two bowls."),
        ("Spoon into four glasses or jars.", 4, 1, "Spoon into one glass or jar."),
        ("Pack a sixth of the curry per box.", 6, 4, "Pack a quarter of the curry per box."),
        ("Add a quarter of the salt.", 4, 8, "Add a quarter of the salt."),
    ],
)
def test_portions_are_as_many_as_there_are_servings(text, was, now, then):
    assert portioned(text, was, now) == then


def test_tubs_are_as_many_as_are_filled():
    assert storage(["Five 200 ml tubs, each a dip for two."], 0.2) == [
        "One 200 ml tub, each a dip for two."
    ]


def test_sentences_that_count_portions_are_told_from_those_that_tell_time():
    assert counts("One pot fills six bowls.", 6)
    assert counts("A dinner for two.", 2)
    assert not counts("It simmers for 40 minutes.", 6)


@pytest.mark.parametrize(
    ("title", "mended", "then"),
    [
        ("Soy-Ginger Braised Short Ribs", ["soy"], "Soy-Free Ginger Braised Short Ribs"),
        (
            "Spinach and Vegan Ricotta Calzones",
            ["vegetarian"],
            "Vegetarian Spinach and Ricotta Calzones",
        ),
        ("Thai Curry with Meatless Chicken", ["vegetarian"], "Thai Curry with Meatless Chicken"),
        ("Lentil Soup", [], "Lentil Soup"),
    ],
)
def test_titles_say_once_and_truly_what_was_changed(title, mended, then):
    assert titles.marked(title, mended) == then


def test_only_what_is_vegan_as_a_whole_is_called_so():
    assert titles.meatless("Vegan Chicken Momos", vegan=False) == "Meatless Chicken Momos"
    assert titles.meatless("Turkey Meatballs", vegan=True) == "Balls"


_SLIPS = re.compile(
    r"\b(?:the|and|is|are|has|until|a) (?:and|[.,;])|\b(\w{4,}) \1\b|\ba (?:eggs|egg)\b"
    r"|\blentils (?:is|has)\b|\btofu (?:are|have)\b|\bhas reached\.|\b(?:is|are)\.|\s[.,;]|\b1 glasses\b"
)


@pytest.mark.parametrize("diet", ["vegan", "vegetarian", "gluten_free", "dairy_free"])
def test_no_sentence_of_an_adapted_recipe_is_broken(diet):
    for entry in cookbook():
        found = adapt(entry, Needs(servings=4, diets=(diet,)))
        for text in texts(found.draft) if found else ():
            slip = _SLIPS.search(text)
            assert slip is None or slip[0] in " ".join(texts(entry.draft)), (entry.draft.title, text)


def test_a_description_keeps_no_sentence_that_leans_on_one_that_went():
    entry = next(e for e in cookbook() if e.draft.title.startswith("Turkey and Ricotta Meatballs"))
    found = adapt(entry, Needs(servings=4))
    assert "thirty" not in found.draft.description
    assert "They belong" not in found.draft.description


def test_tags_that_hold_no_more_are_dropped():
    entry = next(e for e in cookbook() if "high-protein" in e.draft.tags)
    tags, minutes = entry.draft.tags, entry.draft.cook_minutes
    assert presenting.tags(entry, entry.draft.ingredients, entry.draft.servings, minutes) == tags
    rice = [DraftIngredient(name="white rice", amount=100, unit="g")]
    assert "high-protein" not in presenting.tags(entry, rice, 4, minutes)
    quick = next(e for e in cookbook() if "30 minutes" in e.draft.tags)
    same = quick.draft.ingredients
    assert "30 minutes" not in presenting.tags(quick, same, quick.draft.servings, 45)
