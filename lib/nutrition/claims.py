"""What a dish may be called for its nutrients, whatever a serving of it is: "low fat", "high fiber".

The criteria are those of law, so that the words mean the same everywhere: for whole dishes the FDA's
for meals, 21 CFR 101.60 to 101.62, and where it has none the EU's, Regulation (EC) 1924/2006, Annex.
"""

from typing import Literal

from lib.nutrition.calculation import Sum
from lib.nutrition.nutrients import PLACE

Claim = Literal[
    "low_calorie",
    "low_fat",
    "low_saturated_fat",
    "low_cholesterol",
    "low_sodium",
    "low_sugar",
    "high_protein",
    "high_fiber",
]

_KCAL_PER_G_FAT = 9
_KCAL_PER_G_PROTEIN = 4
_LEAST_KCAL = 1.0


def claims(found: Sum) -> list[Claim]:
    """The claims that hold for a dish of these ingredients, in their raw weight.

    A nutrient whose sum isn't known proves nothing.
    """
    grams = sum(item.grams for item in found.counted)
    energy = float(found.total[PLACE["energy_kcal"]])
    if not grams > 0 or not energy >= _LEAST_KCAL:
        return []
    in_100g = {name: float(found.total[place]) * 100 / grams for name, place in PLACE.items()}
    kcal = in_100g["energy_kcal"]
    fat_share = in_100g["fat_g"] * _KCAL_PER_G_FAT / kcal
    saturated = in_100g["saturated_fat_g"]
    # Comparisons with NaN are false: what isn't known doesn't hold.
    holds: dict[Claim, bool] = {
        "low_calorie": kcal <= 120,  # 101.60(b)(3)
        "low_fat": in_100g["fat_g"] <= 3 and fat_share <= 0.3,  # 101.62(b)(3)
        "low_saturated_fat": saturated <= 1 and saturated * _KCAL_PER_G_FAT / kcal < 0.1,  # (c)(3)
        "low_cholesterol": in_100g["cholesterol_mg"] <= 20 and saturated <= 2,  # (d)(3)
        "low_sodium": in_100g["sodium_mg"] <= 140,  # 101.61(b)(5)
        "low_sugar": in_100g["sugars_g"] <= 5,  # EU, solids
        "high_protein": in_100g["protein_g"] * _KCAL_PER_G_PROTEIN / kcal >= 0.2,  # EU
        "high_fiber": in_100g["fiber_g"] * 100 / kcal >= 3,  # EU, by energy
    }
    return [claim for claim, held in holds.items() if held]
