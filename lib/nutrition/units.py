"""The kitchen's units: spellings, and what mass and volume units are in grams and millilitres."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pint import UnitRegistry

Kind = Literal["mass", "volume", "count"]

# US customary measures, exact by NIST Handbook 44, appendix C; a US recipe's cup, not the 240 ml of
# food labels. What has no legal size (dash, pinch, drop, glass) has the size cookbooks give it.
_DEFINITIONS = """
gram = [mass]
kilogram = 1000 gram
milligram = 0.001 gram
ounce = 28.349523125 gram
pound = 16 ounce
millilitre = [volume]
centilitre = 10 millilitre
decilitre = 100 millilitre
litre = 1000 millilitre
gallon = 3785.411784 millilitre
quart = gallon / 4
pint = gallon / 8
cup = gallon / 16
fluid_ounce = gallon / 128
tablespoon = gallon / 256
teaspoon = tablespoon / 3
dessertspoon = 2 teaspoon
shot = 1.5 fluid_ounce
glass = 8 fluid_ounce
dash = teaspoon / 8
pinch = teaspoon / 16
drop = 0.05 millilitre
"""

# The name on the wire, and how else it is written. A plural in -s needs no entry.
_SPELLINGS = {
    "gram": "g gram gr gm grm gramme",
    "kilogram": "kg kilogram kilo kgs",
    "milligram": "mg milligram",
    "ounce": "oz ounce ozs onz",
    "pound": "lb pound lbs #",
    "millilitre": "ml millilitre milliliter mls cc",
    "centilitre": "cl centilitre centiliter",
    "decilitre": "dl decilitre deciliter",
    "litre": "l litre liter ltr",
    "gallon": "gallon gal",
    "quart": "quart qt",
    "pint": "pint pt",
    "cup": "cup c cupful",
    "fluid_ounce": "floz",
    "tablespoon": "tbsp tablespoon tbs tbl tb tblsp tbsps tablespoonful T",
    "teaspoon": "tsp teaspoon tsps teaspoonful t",
    "dessertspoon": "dessertspoon dsp",
    "shot": "shot jigger",
    "glass": "glass glasses",
    "dash": "dash dashes splash splashes",
    "pinch": "pinch pinches",
    "drop": "drop",
}
_COUNTS = """
bag ball bar block bottle bowl box|boxes branch|branches breast bulb bunch|bunches can|tin|cans|tins
carton chunk clove container cube cutlet dollop dozen drizzle drumstick ear envelope|sachet|env
fillet|filet floret|flowerets|floweret handful head jar joint kernel knob leaf|leaves leg link
loaf|loaves nugget package|pkg|pack|pckg|packages|pkgs|packs packet patty|patties piece pod pot
pouch|pouches punnet rack rasher rib roll round scoop segment sheet slab slice|slices spear
sprig|sprigs square stalk stem stick strand strip thigh tub tube wedge wing
"""
_WIRE = {
    "gram": "g",
    "kilogram": "kg",
    "milligram": "mg",
    "ounce": "oz",
    "pound": "lb",
    "millilitre": "ml",
    "centilitre": "cl",
    "decilitre": "dl",
    "litre": "l",
    "fluid_ounce": "fl oz",
    "tablespoon": "tbsp",
    "teaspoon": "tsp",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a recipe.

    `size` is grams for mass, millilitres for volume, and 1 for what is counted.
    """

    name: str
    kind: Kind
    size: float


@lru_cache
def registry() -> "UnitRegistry[float]":
    """Pint's registry of the kitchen's units of mass and volume."""
    kitchen: UnitRegistry[float] = UnitRegistry(None)
    kitchen.load_definitions(_DEFINITIONS.strip().splitlines())
    return kitchen


@lru_cache
def units() -> dict[str, Unit]:
    """Every unit by each of its spellings; "T" and "t" are the only ones where case matters."""
    kitchen = registry()
    known: dict[str, Unit] = {}
    for name, spellings in _SPELLINGS.items():
        quantity = kitchen.Quantity(1, name)
        mass = quantity.check("[mass]")
        unit = Unit(
            name=_WIRE.get(name, name),
            kind="mass" if mass else "volume",
            size=float(quantity.to("gram" if mass else "millilitre").magnitude),
        )
        for spelling in spellings.split():
            known |= {spelling: unit, f"{spelling}s": unit}
    for spellings in _COUNTS.split():
        first, *others = spellings.split("|")
        unit = Unit(first, "count", 1.0)
        plurals = [f"{spelling}s" for spelling in (first, *others)]
        known |= dict.fromkeys((*plurals, *others, first), unit)
    known["fl oz"] = known["floz"]
    return known


@lru_cache(4096)
def find_unit(word: str) -> Unit | None:
    """The unit of that spelling, with or without a full stop; None when it is none."""
    bare = word.rstrip(".")
    if bare in ("T", "t"):
        return units()[bare]
    return units().get(bare.lower())
