"""The nutrients we tell: names on the wire, USDA's columns, daily values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic.json_schema import SkipJsonSchema

from lib.wire import Wire

Amounts = npt.NDArray[np.float64]
"""One number per nutrient, in the order of `NUTRIENTS`; NaN where nobody measured it."""


@dataclass(frozen=True, slots=True)
class Nutrient:
    """A nutrient.

    `name` is its field, with the unit at the end; `column` what the food table calls it; `fdc_id` and
    `fdc_number` how FoodData Central's files and answers name it;
    `daily_value` is the adults' one, None where FDA sets none.
    """

    name: str
    column: str
    fdc_id: int
    fdc_number: int
    daily_value: float | None
    decimals: int


# Daily values: 21 CFR 101.9(c)(8)(iv) and (9), adults and children from 4 years. Ids and numbers:
# FoodData Central's nutrient table; FNDDS's files use the numbers where the others use the ids.
NUTRIENTS = (
    Nutrient("energy_kcal", "energy_kcal", 1008, 208, None, 1),
    Nutrient("protein_g", "protein_g", 1003, 203, 50, 2),
    Nutrient("fat_g", "fat_g", 1004, 204, 78, 2),
    Nutrient("saturated_fat_g", "saturated_fat_g", 1258, 606, 20, 2),
    Nutrient("monounsaturated_fat_g", "monounsaturated_fat_g", 1292, 645, None, 2),
    Nutrient("polyunsaturated_fat_g", "polyunsaturated_fat_g", 1293, 646, None, 2),
    Nutrient("trans_fat_g", "trans_fat_g", 1257, 605, None, 2),
    Nutrient("carbohydrate_g", "carbohydrate_g", 1005, 205, 275, 2),
    Nutrient("fiber_g", "fiber_g", 1079, 291, 28, 2),
    Nutrient("sugars_g", "sugars_g", 2000, 269, None, 2),
    Nutrient("sodium_mg", "sodium_mg", 1093, 307, 2300, 1),
    Nutrient("cholesterol_mg", "cholesterol_mg", 1253, 601, 300, 1),
    Nutrient("calcium_mg", "calcium_mg", 1087, 301, 1300, 1),
    Nutrient("iron_mg", "iron_mg", 1089, 303, 18, 2),
    Nutrient("magnesium_mg", "magnesium_mg", 1090, 304, 420, 1),
    Nutrient("phosphorus_mg", "phosphorus_mg", 1091, 305, 1250, 1),
    Nutrient("potassium_mg", "potassium_mg", 1092, 306, 4700, 1),
    Nutrient("zinc_mg", "zinc_mg", 1095, 309, 11, 2),
    Nutrient("copper_mg", "copper_mg", 1098, 312, 0.9, 3),
    Nutrient("manganese_mg", "manganese_mg", 1101, 315, 2.3, 3),
    Nutrient("selenium_ug", "selenium_ug", 1103, 317, 55, 1),
    Nutrient("vitamin_a_ug", "vitamin_a_rae_ug", 1106, 320, 900, 1),
    Nutrient("vitamin_c_mg", "vitamin_c_mg", 1162, 401, 90, 1),
    Nutrient("vitamin_d_ug", "vitamin_d_ug", 1114, 328, 20, 2),
    Nutrient("vitamin_e_mg", "vitamin_e_mg", 1109, 323, 15, 2),
    Nutrient("vitamin_k_ug", "vitamin_k_ug", 1185, 430, 120, 1),
    Nutrient("thiamin_mg", "thiamin_mg", 1165, 404, 1.2, 3),
    Nutrient("riboflavin_mg", "riboflavin_mg", 1166, 405, 1.3, 3),
    Nutrient("niacin_mg", "niacin_mg", 1167, 406, 16, 2),
    Nutrient("vitamin_b6_mg", "vitamin_b6_mg", 1175, 415, 1.7, 3),
    Nutrient("folate_ug", "folate_dfe_ug", 1190, 435, 400, 1),
    Nutrient("vitamin_b12_ug", "vitamin_b12_ug", 1178, 418, 2.4, 2),
    Nutrient("choline_mg", "choline_mg", 1180, 421, 550, 1),
    Nutrient("water_g", "water_g", 1051, 255, None, 1),
    Nutrient("caffeine_mg", "caffeine_mg", 1057, 262, None, 1),
    Nutrient("alcohol_g", "alcohol_g", 1018, 221, None, 2),
)
PLACE = {nutrient.name: place for place, nutrient in enumerate(NUTRIENTS)}
DAILY_VALUES: Amounts = np.array([nutrient.daily_value or np.nan for nutrient in NUTRIENTS])
_DECIMALS = tuple(nutrient.decimals for nutrient in NUTRIENTS)
_NAMES = tuple(nutrient.name for nutrient in NUTRIENTS)

Maybe = float | SkipJsonSchema[None]


class Nutrients(Wire):
    """Amounts of nutrients; one that nobody measured is absent, not 0."""

    energy_kcal: Maybe = None
    protein_g: Maybe = None
    fat_g: Maybe = None
    saturated_fat_g: Maybe = None
    monounsaturated_fat_g: Maybe = None
    polyunsaturated_fat_g: Maybe = None
    trans_fat_g: Maybe = None
    carbohydrate_g: Maybe = None
    fiber_g: Maybe = None
    sugars_g: Maybe = None
    sodium_mg: Maybe = None
    cholesterol_mg: Maybe = None
    calcium_mg: Maybe = None
    iron_mg: Maybe = None
    magnesium_mg: Maybe = None
    phosphorus_mg: Maybe = None
    potassium_mg: Maybe = None
    zinc_mg: Maybe = None
    copper_mg: Maybe = None
    manganese_mg: Maybe = None
    selenium_ug: Maybe = None
    vitamin_a_ug: Maybe = None
    vitamin_c_mg: Maybe = None
    vitamin_d_ug: Maybe = None
    vitamin_e_mg: Maybe = None
    vitamin_k_ug: Maybe = None
    thiamin_mg: Maybe = None
    riboflavin_mg: Maybe = None
    niacin_mg: Maybe = None
    vitamin_b6_mg: Maybe = None
    folate_ug: Maybe = None
    vitamin_b12_ug: Maybe = None
    choline_mg: Maybe = None
    water_g: Maybe = None
    caffeine_mg: Maybe = None
    alcohol_g: Maybe = None


def wire(amounts: Amounts) -> Nutrients:
    """The amounts as callers see them, rounded to what the figures bear."""
    measured: Any = as_dict(amounts)
    return Nutrients.model_construct(**measured)


def as_dict(amounts: Amounts) -> dict[str, float]:
    """The measured amounts by name, rounded."""
    return {
        name: round(value, decimals) + 0.0
        for name, value, decimals in zip(_NAMES, amounts.tolist(), _DECIMALS, strict=True)
        if value == value
    }


def from_mapping(values: Mapping[str, float]) -> Amounts:
    """Amounts in order from amounts by name; what is missing is NaN."""
    return np.array([values.get(name, np.nan) for name in _NAMES])
