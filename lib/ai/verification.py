"""Checks a draft, whoever wrote it: what isn't proven isn't said of it, what fails doesn't leave."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from lib.ai import agreement, plausibility, safety, titles
from lib.ai.choosing import regions
from lib.ai.cookbook import evidence, evidence_of, lines, per_serving, texts
from lib.ai.models import Certificate, Check
from lib.ai.needs import Needs
from lib.ai.wording import Mention, names_of
from lib.nutrition import labels, mentions
from lib.nutrition.calculation import Sum, calculate
from lib.nutrition.foods import Food, words
from lib.nutrition.lines import Line
from lib.nutrition.matching import match_name, suggestions
from lib.nutrition.nutrients import as_dict
from lib.recipes.draft import RecipeDraft

_LEAST_STEPS = 2
_TEXT_MOST = 12_000
# Roles whose foods, named in a step, must stand among the ingredients.
_MUST_BE_LISTED = frozenset(
    "cream milk yogurt soft_cheese melting_cheese hard_cheese ground_meat red_meat poultry "
    "cured_meat sausage "
    "fish shellfish egg plant_protein legume pasta grain_side flour nut nut_butter "
    "starchy_vegetable vegetable "
    "leafy_green mushroom dried_fruit alcohol salty_seasoning spread crunchy_topping wrap".split()
)


@dataclass(eq=False)
class Examination:
    """A draft and what is known of it, worked out once for all checks."""

    draft: RecipeDraft
    needs: Needs

    @cached_property
    def names(self) -> list[str]:
        """Of the ingredients."""
        return [line.name for line in self.draft.ingredients]

    @cached_property
    def lines(self) -> list[Line]:
        """The ingredients as the nutrition service reads them."""
        return lines(self.draft.ingredients)

    @cached_property
    def sum(self) -> Sum:
        """The nutrients of all ingredients."""
        return calculate(self.lines, self.servings)

    @property
    def servings(self) -> int:
        """As the draft says; 1 where it doesn't."""
        return self.draft.servings or 1

    @cached_property
    def each(self) -> dict[str, float]:
        """Known nutrients of a serving."""
        return per_serving(self.sum, self.servings)

    @cached_property
    def foods(self) -> list[Food]:
        """The foods of the ingredients."""
        return [item.match.food for item in self.sum.counted] + [m.food for _, m, _ in self.sum.skipped]

    @cached_property
    def texts(self) -> list[str]:
        """Everything it says in sentences."""
        return texts(self.draft)

    @cached_property
    def steps(self) -> list[str]:
        """What is done, in order."""
        draft = self.draft
        return [*draft.prep_instructions, *draft.cooking_instructions, *draft.serving_instructions]

    @cached_property
    def mentions(self) -> dict[str, list[Mention]]:
        """What each text names."""
        sought = names_of(tuple(self.names))
        return {text: sought.mentions(text) for text in self.texts}

    @cached_property
    def added(self) -> list[tuple[str, Food]]:
        """The foods that only the texts name, each with the text."""
        return [
            (text, food)
            for text, mentions in self.mentions.items()
            for food in agreement.foreign(text, mentions, self.names)
        ]

    @cached_property
    def evidence(self) -> labels.Evidence:
        """What the ingredients prove; what only a text names may be in."""
        known = evidence(self.draft.ingredients)
        told = frozenset[str]().union(*(food.classes for _, food in self.added))
        return replace(known, may=known.may | (told - known.classes))

    @cached_property
    def diets(self) -> dict[labels.Diet, labels.DietStatus]:
        """Each diet, by the rules of the nutrition service."""
        return labels.diets(self.evidence, self.each.get("carbohydrate_g"), self.each.get("fiber_g"))

    @cached_property
    def allergens(self) -> dict[labels.Allergen, labels.AllergenStatus]:
        """Each allergen, by the same rules."""
        return labels.allergens(self.evidence)


def examine(draft: RecipeDraft, needs: Needs) -> tuple[Examination, Certificate]:
    """Everything that is known of a draft, and what was found wrong with it."""
    seen = Examination(draft, needs)
    checks = []
    for name, check in CHECKS.items():
        findings = list(dict.fromkeys(check(seen)))[:8]
        checks.append(Check(name=name, passed=not findings, findings=findings))
    certificate = Certificate(
        diets=labels.fits(seen.diets),
        allergens=seen.allergens,
        coverage=round(seen.sum.coverage, 4),
        checks=checks,
    )
    return seen, certificate


def _shape(seen: Examination) -> Iterator[str]:
    draft = seen.draft
    if len(draft.ingredients) < 2:
        yield "A recipe has at least two ingredients."
    if len(seen.steps) < _LEAST_STEPS:
        yield "There are too few steps to cook by."
    for name in ("summary", "cuisine", "meal_type", "difficulty"):
        if not getattr(draft, name):
            yield f"The field {name} is missing."
    if not draft.serving_instructions:
        yield "Serving instructions are missing."
    if sum(map(len, seen.texts)) > _TEXT_MOST:
        yield "The texts are longer than any recipe's."


def _servings(seen: Examination) -> Iterator[str]:
    if seen.draft.servings != seen.needs.servings:
        yield f"It serves {seen.draft.servings}; asked for were {seen.needs.servings}."


def _only_food(seen: Examination) -> Iterator[str]:
    for line, said in zip(seen.draft.ingredients, seen.lines, strict=True):
        found = match_name(line.name)
        if said.no_food:
            yield f"{line.name!r} is no food."
        elif found is None or not found.exact or not evidence_of(line.name, None).known:
            near = ", ".join(suggestions(line.name))
            told = f" Known are: {near}." if near else ""
            yield f"{line.name!r} is no food that is known; take a plain name.{told}"
        elif line.notes and not mentions.understood(line.notes):
            yield f"The note {line.notes!r} on {line.name} may name foods; say only how it is cut."


def _weighed(seen: Examination) -> Iterator[str]:
    for line, match, reason in seen.sum.skipped:
        if reason == "the unit isn't known":
            yield f"{line.text!r}: the unit isn't known; take g, ml, tsp, tbsp, cup, piece or clove."
        elif match.food.role not in ("salt", "spice", "water", "fresh herb"):
            yield f"{line.text!r} has no amount."
    for line in seen.sum.unmatched:
        yield f"{line.text!r} can't be weighed."


def _diets(seen: Examination) -> Iterator[str]:
    for diet in seen.needs.diets:
        if (status := seen.diets[diet]) != "yes":
            culprits = _culprits(seen, labels.Evidence, diet=diet)
            told = "not" if status == "no" else "not proven to be"
            yield f"It must be {diet.replace('_', ' ')}; it is {told}{culprits}."


def _allergens(seen: Examination) -> Iterator[str]:
    for allergen in seen.needs.avoid:
        if (status := seen.allergens[allergen]) != "clear":
            told = {
                "contains": "contains",
                "may": "may contain",
                "unknown": "isn't known to be free of",
            }[status]
            culprits = _culprits(seen, labels.Evidence, allergen=allergen)
            yield f"It {told} {allergen.replace('_', ' ')}{culprits}."


def _culprits(
    seen: Examination,
    of: Callable[[frozenset[str], frozenset[str], bool], labels.Evidence],
    diet: labels.Diet | None = None,
    allergen: labels.Allergen | None = None,
) -> str:
    """Which ingredients, or foods in the texts, are the reason."""
    names = []
    for line in seen.draft.ingredients:
        known = evidence([line])
        if (diet and labels.diets(known)[diet] == "no") or (
            allergen and labels.allergens(known)[allergen] != "clear"
        ):
            names.append(line.name)
    for _, food in seen.added:
        known = of(food.classes, food.may, True)
        if (diet and labels.diets(known)[diet] == "no") or (
            allergen and labels.allergens(known)[allergen] == "contains"
        ):
            names.append(f"{food.name} (in the text)")
    return f", because of {', '.join(dict.fromkeys(names))}" if names else ""


def _wanted(seen: Examination) -> Iterator[str]:
    have = {food.name for food in seen.foods}
    for wanted in seen.needs.must:
        if not have & wanted.foods:
            yield f"It must use {wanted.name}."
    for name in seen.needs.without:
        holding = [
            food.name for food in seen.foods if not replace(seen.needs, diets=(), avoid=()).allows(food)
        ]
        if holding:
            yield f"It must be without {name}: {', '.join(holding)}."


def _as_asked(seen: Examination) -> Iterator[str]:
    draft, needs = seen.draft, seen.needs
    minutes = (draft.prep_minutes or 0) + (draft.cook_minutes or 0)
    if needs.minutes is not None and minutes > needs.minutes:
        yield f"It takes {minutes} minutes; at most {needs.minutes} were asked for."
    if needs.meal_type and draft.meal_type != needs.meal_type:
        yield f"The meal must be {needs.meal_type}."
    if needs.season and draft.season != needs.season:
        yield f"The season must be {needs.season}."
    if needs.cuisine and (draft.cuisine or "").lower() not in regions(needs.cuisine):
        yield f"The cuisine must be {needs.cuisine}."


def _agreement(seen: Examination) -> Iterator[str]:
    for text, food in seen.added:
        if text in seen.steps and food.role.replace(" ", "_") in _MUST_BE_LISTED:
            yield f"A step uses {food.name}, which is not among the ingredients: {text[:80]!r}."
    spoken = [each for text in [*seen.steps, seen.draft.title] for each in seen.mentions[text]]
    silent = agreement.unspoken(spoken, seen.names)
    told = [name for name in silent if name != "water" and not _is_seasoning(seen, name)]
    if len(told) > max(2, len(seen.names) // 6):
        yield f"No step uses {', '.join(told[:6])}."


def _is_seasoning(seen: Examination, name: str) -> bool:
    return any(food.role in ("salt", "spice", "cooking fat") and set(words(food.name)) & set(words(name))
               for food in seen.foods)  # fmt: skip


CHECKS: dict[str, Callable[[Examination], Iterator[str]]] = {
    "shape": _shape,
    "servings": _servings,
    "only food": _only_food,
    "weighed": _weighed,
    "amounts": lambda seen: plausibility.amounts(seen.sum, seen.servings),
    "nutrition": lambda seen: plausibility.nutrition(as_dict(seen.sum.total / seen.servings)),
    "diets": _diets,
    "allergens": _allergens,
    "ingredients asked for": _wanted,
    "time, meal, season and cuisine": _as_asked,
    "temperatures": lambda seen: plausibility.heat(seen.draft, seen.foods),
    "times": lambda seen: plausibility.times(seen.draft),
    "title": lambda seen: iter(titles.problems(seen.draft.title)),
    "steps and ingredients agree": _agreement,
    "nothing poisonous": lambda seen: safety.poisons([*seen.texts, *_said(seen)]),
    "hygiene": lambda seen: chain(
        safety.hygiene(seen.texts), plausibility.uncooked(seen.draft, seen.foods)
    ),
    "plain text": lambda seen: safety.plain([*seen.texts, *_said(seen), *seen.draft.tags]),
}
"""Every check, in the order in which findings are told."""


def _said(seen: Examination) -> list[str]:
    return [f"{line.name}, {line.notes or ''}" for line in seen.draft.ingredients]
