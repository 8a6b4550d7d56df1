"""Arranges a meal plan for paper: the week in a table, and each recipe for as many as will eat it."""

import datetime
from collections.abc import Mapping, Sequence

from lib.nutrition.nutrients import Nutrients
from lib.nutrition.plans import MEALS, Gap, Meal, PlanAnswer, Target, Targets
from lib.recipes import defrosting
from lib.recipes.models import Recipe
from lib.reports.measures import Units
from lib.reports.plan_loading import LoadedPlan
from lib.reports.recipe_loading import picture_of
from lib.reports.recipe_sheets import arranged, cut_title
from lib.reports.sheets import Aim, PlannedDay, PlannedMeal, PlanReport

_COOLED_DAYS = 3
"""Leftovers keep in the refrigerator for three to four days: USDA, FoodKeeper."""
_SHOWN = (
    ("energyKcal", "energy_kcal", "Energy", "kcal"),
    ("proteinG", "protein_g", "Protein", "g"),
    ("carbohydrateG", "carbohydrate_g", "Carbs", "g"),
    ("fatG", "fat_g", "Fat", "g"),
)


def plan_report(loaded: LoadedPlan, units: Units, as_of: datetime.datetime) -> PlanReport:
    """The plan in those units."""
    answer = loaded.answer
    kinds = {meal.meal_type for day in answer.days for meal in day.meals}
    gaps = {(gap.date, gap.nutrient): gap for gap in answer.gaps or []}
    return PlanReport(
        title=cut_title(loaded.plan.name) or "Meal plan",
        dates=_span(list(loaded.plan.days)),
        as_of=as_of,
        columns=[*(kind for kind in MEALS if kind in kinds), *sorted(kinds.difference(MEALS))],
        days=[
            PlannedDay(
                weekday=f"{day.date:%A}",
                date=short(day.date),
                meals=_meals(day.meals, loaded.recipes),
                totals=_totals(day.total, day.date, gaps) if day.meals else [],
            )
            for day in answer.days
        ],
        average=_totals(answer.average, None, gaps) if kinds else [],
        aims=_aims(answer),
        doubts=_doubts(loaded),
        recipes=[
            arranged(
                loaded.recipes[recipe_id],
                loaded.cooked.get(recipe_id),
                units,
                key=f"recipe-{recipe_id}",
                servings=_servings(loaded.recipes[recipe_id], [meal for _, meal in eaten]),
                planned=_planned(loaded.recipes[recipe_id], eaten),
                picture=picture_of(loaded.recipes[recipe_id]),
            )
            for recipe_id, eaten in _eaten(answer).items()
            if recipe_id in loaded.recipes
        ],
    )


def short(date: datetime.date) -> str:
    """As "2 Dec"."""
    return f"{date.day} {date:%b}"


def long(date: datetime.date) -> str:
    """As "Wednesday, 2 December"."""
    return f"{date:%A}, {date.day} {date:%B}"


def _span(days: Sequence[datetime.date]) -> str:
    first, last = days[0], days[-1]
    if first == last:
        return f"{long(first)} {first.year}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%B}{year} to {last.day} {last:%B} {last.year}"


def _meals(meals: Sequence[Meal], recipes: Mapping[str, Recipe]) -> dict[str, list[PlannedMeal]]:
    found: dict[str, list[PlannedMeal]] = {}
    for meal in meals:
        energy = meal.nutrients.energy_kcal
        said = [f"{meal.servings:g} {'serving' if meal.servings == 1 else 'servings'}"]
        said += [f"{energy:,.0f} kcal"] if energy is not None else []
        key = f"recipe-{meal.recipe.id}" if meal.recipe.id in recipes else ""
        planned = PlannedMeal(title=cut_title(meal.recipe.title), said=", ".join(said), key=key)
        found.setdefault(meal.meal_type, []).append(planned)
    return found


def _totals(
    total: Nutrients, date: datetime.date | None, gaps: Mapping[tuple[datetime.date | None, str], Gap]
) -> list[str]:
    said = []
    for wire, field, name, unit in _SHOWN:
        value: float | None = getattr(total, field)
        gap = gaps.get((date, wire))
        missed = f"{gap.kind} {gap.target:,.0f} {unit}" if gap else ""
        amount = "not known" if value is None else f"{value:,.0f} {unit}"
        if unit == "kcal":
            said += [amount, *([f"Energy {missed}"] if missed else [])]
        else:
            said.append(f"{name} {amount}{f' ({missed})' if missed else ''}")
    return said


def _aims(answer: PlanAnswer) -> list[Aim]:
    aims = []
    for field, target in answer.targets or ():
        if target is None:
            continue
        wire = str(Targets.model_fields[field].alias)
        unit = field.rpartition("_")[2].replace("ug", "µg")
        value = getattr(answer.average, field)
        eaten = sum(1 for day in answer.days if day.meals)
        missed = sum(1 for gap in answer.gaps or [] if gap.nutrient == wire and gap.date is not None)
        aims.append(
            Aim(
                name=field.rpartition("_")[0].replace("_", " ").capitalize(),
                target=f"{_bounds(target)} {unit}",
                average="not known" if value is None else f"{value:,.0f} {unit}",
                missed=f"{missed} of {eaten}",
            )
        )
    return aims


def _bounds(target: float | Target) -> str:
    if not isinstance(target, Target):
        return f"about {target:,.0f}"
    if target.min is None:
        return f"at most {target.max:,.0f}"
    return (
        f"at least {target.min:,.0f}"
        if target.max is None
        else f"{target.min:,.0f} to {target.max:,.0f}"
    )


def _doubts(loaded: LoadedPlan) -> list[str]:
    unsaid = [
        f"{cut_title(recipe.title)} doesn’t say how many it serves: in the figures a planned serving is"
        " the whole recipe; its page has the amounts of one recipe for each meal."
        for recipe in loaded.recipes.values()
        if not recipe.servings
    ]
    return unsaid + [
        f"{cut_title(cooked.title)}: {cooked.found.coverage:.0%} of its ingredients are counted."
        for cooked in loaded.cooked.values()
        if cooked.found.coverage < 1
    ]


def _eaten(answer: PlanAnswer) -> dict[str, list[tuple[datetime.date, Meal]]]:
    found: dict[str, list[tuple[datetime.date, Meal]]] = {}
    for day in answer.days:
        for meal in day.meals:
            found.setdefault(meal.recipe.id, []).append((day.date, meal))
    return found


def _servings(recipe: Recipe, meals: Sequence[Meal]) -> float:
    """How many are to be made. One that doesn't say how many it serves is made once for each meal."""
    return sum(meal.servings for meal in meals) if recipe.servings else float(len(meals))


def _planned(recipe: Recipe, eaten: Sequence[tuple[datetime.date, Meal]]) -> list[str]:
    """When it is eaten; what has to be done the evening before; how long it keeps."""
    first = eaten[0][0]
    freezes, defrosts = bool(recipe.freezer_prep), recipe.defrost_instructions
    lines = []
    for date, meal in eaten:
        said = f"{long(date)}, {meal.meal_type}: {meal.servings:g} servings.".replace(
            " 1 servings", " 1 serving"
        )
        late = (date - first).days > _COOLED_DAYS
        if freezes and late:
            said += f" Cooked on {first:%A}, freeze this part."
        if freezes:
            said += _before(date, defrosts, "It" if late else "")
        lines.append(said)
    if freezes and recipe.storage_time and (until := _later(first, recipe.storage_time)):
        keeps = f"it keeps until {until.day} {until:%B} {until.year}"
        lines.append(f"Frozen on {short(first)}, {keeps}.")
    return lines


def _before(date: datetime.date, defrosts: Sequence[str], it: str) -> str:
    if defrosting.as_it_is(defrosts):
        return " From the freezer, it is cooked as it is."
    if not defrosting.overnight(defrosts):
        return ""
    eve = _later(date, -1)
    when = f"on {eve:%A} evening, {short(eve)}" if eve else "the evening before"
    return (
        f" Move it to the refrigerator {when}."
        if it
        else f" If frozen, move it to the refrigerator {when}."
    )


def _later(date: datetime.date, days: int) -> datetime.date | None:
    """So many days later; None where no calendar has that day."""
    try:
        return date + datetime.timedelta(days=days)
    except OverflowError:
        return None
