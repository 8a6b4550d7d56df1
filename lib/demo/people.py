"""People: who they are, what they eat, when they come and when they leave."""

from dataclasses import dataclass

import numpy as np

from lib.demo import clock, signups
from lib.demo.chance import Chance, Flags, Floats, Ints
from lib.demo.cultures import CULTURES, ZONES
from lib.demo.menu import MEALS, Menu
from lib.demo.personas import of_all
from lib.nutrition.labels import ALLERGENS, DIETS

DEVICES = {"ios": 0.44, "android": 0.34, "web": 0.22}
SKILLS = {"beginner": 0.34, "intermediate": 0.48, "advanced": 0.18}
_DIETS = {
    "vegetarian": 0.12,
    "vegan": 0.06,
    "pescatarian": 0.05,
    "gluten_free": 0.05,
    "dairy_free": 0.035,
    "keto": 0.02,
    "paleo": 0.01,
    "low_carb": 0.03,
}
_VEGETARIAN_CULTURES = {"indian": 0.36}
_ALLERGENS = {
    "peanut": 0.22,
    "tree_nut": 0.2,
    "milk": 0.18,
    "egg": 0.12,
    "shellfish": 0.12,
    "soy": 0.06,
    "sesame": 0.05,
    "fish": 0.05,
}
_ALLERGIC, _TWICE_ALLERGIC = 0.11, 0.2
_HOUSEHOLDS = (0.22, 0.36, 0.17, 0.18, 0.07)
_LEAST_DINNERS = 5


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """People by number, the same place in each array.

    Args:
        number: 0, 1, 2, …
        persona, culture, zone, device, skill, channel: places in the tables of those names.
        diet: place in `DIETS`, -1 for none.
        allergens: a column for each of `ALLERGENS`.
        cuisines: a column for each of the menu's: whether it is liked.
        household: for how many they cook.
        energy: how much more than others of their persona they do; 1 is usual.
        joined, left: ordinals of the first and the last day, where they live.
        joined_at: millisecond of the first moment.
        suits: a column for each recipe: whether it fits diet and allergens for sure.
    """

    number: Ints
    persona: Ints
    culture: Ints
    zone: Ints
    device: Ints
    skill: Ints
    channel: Ints
    diet: Ints
    allergens: Flags
    cuisines: Flags
    household: Ints
    energy: Floats
    joined: Ints
    left: Ints
    joined_at: Ints
    suits: Flags


def people(chance: Chance, menu: Menu, count: int, anchor: int) -> People:
    """The first so many people of a world.

    Args:
        anchor: ordinal of the day before which all of them join.
    """
    number = np.arange(count)
    persona = chance.among(of_all(lambda one: one.share), "persona", number)
    culture = chance.among([one.share for one in CULTURES], "culture", number)
    zone = _zones(chance, number, culture)
    joined = signups.joined(chance, number, anchor)
    stays = 7 * of_all(lambda one: one.stays)[persona]
    spread = of_all(lambda one: one.spread)[persona]
    days = np.floor(stays * np.exp(spread * chance.normal("stays", number)))
    diet, allergens, suits = _needs(chance, menu, number, culture)
    return People(
        number=number,
        persona=persona,
        culture=culture,
        zone=zone,
        device=chance.among([*DEVICES.values()], "device", number),
        skill=chance.among([*SKILLS.values()], "skill", number),
        channel=signups.channels(chance, number, joined),
        diet=diet,
        allergens=allergens,
        cuisines=_cuisines(chance, menu, number, culture),
        household=1 + chance.among(_HOUSEHOLDS, "household", number),
        energy=np.exp(0.45 * chance.normal("energy", number) - 0.1),
        joined=joined,
        left=joined + np.minimum(days, 36_500).astype(np.int64),
        joined_at=clock.instants(zone, joined, clock.looking(chance, number, joined)),
        suits=suits,
    )


def plans_on_sunday(some: Ints) -> Flags:
    """Whether weeks begin on Sunday in those cultures."""
    return np.array([one.sunday_first for one in CULTURES])[some]


def _zones(chance: Chance, number: Ints, culture: Ints) -> Ints:
    known = {zone: place for place, zone in enumerate(ZONES)}
    drawn = chance.uniform("zone", number)
    zones = np.zeros(len(number), np.int64)
    for place, one in enumerate(CULTURES):
        mine = culture == place
        own = np.array([known[zone] for zone in one.zones])
        zones[mine] = own[(drawn[mine] * len(own)).astype(np.int64)]
    return zones


def _needs(chance: Chance, menu: Menu, number: Ints, culture: Ints) -> tuple[Ints, Flags, Flags]:
    """Diet, allergens and which recipes fit them.

    Who would find hardly any dinner has no allergy; who still wouldn't has no diet.
    """
    wanted = np.array([_DIETS.get(diet, 0.0) for diet in DIETS])
    shares = np.array([1 - wanted.sum(), *wanted])
    diet = chance.among(shares, "diet", number) - 1
    for place, one in enumerate(CULTURES):
        more = max((_VEGETARIAN_CULTURES.get(cuisine, 0.0) for cuisine in one.cuisines[:1]), default=0.0)
        converts = (culture == place) & (diet < 0) & (chance.uniform("vegetarian", number) < more)
        diet[converts] = DIETS.index("vegetarian")
    allergens = _allergens(chance, number)
    dinner = menu.meal == MEALS.index("dinner")
    allergens[(_suits(menu, diet, allergens) & dinner).sum(axis=1) < _LEAST_DINNERS] = False
    diet[(_suits(menu, diet, allergens) & dinner).sum(axis=1) < _LEAST_DINNERS] = -1
    return diet, allergens, _suits(menu, diet, allergens)


def _suits(menu: Menu, diet: Ints, allergens: Flags) -> Flags:
    # The last column is for who has no diet: -1.
    fits = np.concatenate([menu.diets, np.ones((len(menu.ids), 1), np.bool_)], axis=1).T[diet]
    unclear = allergens.astype(np.float32) @ (~menu.clear).astype(np.float32).T
    suits: Flags = fits & (unclear == 0)
    return suits


def _allergens(chance: Chance, number: Ints) -> Flags:
    shares = [_ALLERGENS.get(each, 0.0) for each in ALLERGENS]
    found = np.zeros((len(number), len(ALLERGENS)), np.bool_)
    allergic = chance.uniform("allergic", number)
    for nth, share in enumerate((_ALLERGIC, _ALLERGIC * _TWICE_ALLERGIC)):
        which = chance.among(shares, "allergen", number, np.full(len(number), nth))
        has = allergic < share
        found[has, which[has]] = True
    return found


def _cuisines(chance: Chance, menu: Menu, number: Ints, culture: Ints) -> Flags:
    """Those that are near, often; and a few of the others, the more there are of the more often."""
    count = np.bincount(menu.cuisine[menu.cuisine >= 0], minlength=len(menu.cuisines))
    near = np.array([[cuisine in one.cuisines for cuisine in menu.cuisines] for one in CULTURES])
    often = 0.05 + 0.25 * count / max(count.max(initial=1), 1)
    share = np.where(near[culture], 0.7, often[None, :])
    places = np.arange(len(menu.cuisines))
    return chance.uniform("cuisine", number[:, None], places[None, :]) < share


def level(some: People) -> Floats:
    """How likely somebody takes on each level of difficulty: a row for each person."""
    return np.array([[1.2, 0.7, 0.15], [1.0, 1.0, 0.6], [0.8, 1.2, 1.6]])[some.skill]
