"""Suggestions as a model words them: it chooses among what was found; every fact stays the data's."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from lib.ai import agreement, parsing, prompts, safety
from lib.ai.models import RefusedDraft, SuggestionsRequest, Usage
from lib.ai.money import Spender
from lib.ai.provider import Completion, Door, Prompt
from lib.ai.trying import ProviderFailed
from lib.ai.wording import Names
from lib.nutrition.labels import Diet
from lib.recipes.models import RecipeCard

logger = logging.getLogger("mealprep.ai")

MOST_IDEAS = 3
_MOST_READ = 40
_LONGEST = 200
_LONGEST_DISH = 80
_TOKENS_EACH, _TOKENS_MORE = 140, 400
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_DIETS = tuple(get_args(Diet))
# What is said of allergens, diets and health is the certificate's business, not a sentence's. A sentence
# is decoration: what could deny anything is refused, also where it is innocent.
_DENIAL = (
    r"no|not|non\w*|nor|neither|never|nothing|nil|zero|minus|sans|without|w/o|\w*free|\w*less"
    r"|cannot|\w+n['’]t|avoid\w*|exclud\w*|skip\w*|omit\w*|lack\w*|absen\w*|devoid|except\w*|remov\w*"
    r"|(?:left|leav\w+|cut\w*|ditch\w*|drop\w*|hold\w*) (?:\w+ ){0,2}?(?:out|the)|ditch\w*"
    r"|replac\w*|substitut\w*|swap\w*|instead|rather than|in place of|stands? in|alternatives?"
)
_HEALTH = (
    r"allerg\w*|(?:hyper)?sensitiv\w*|intoleran\w*|c(?:o?e)liac\w*|safe\w*|suitable|everyone|everybody"
    r"|anyone|anybody|plant ?based|halal|kosher|fodmap|ketogenic|veganism|diabet\w*|pregnan\w*|blood"
    r"|cancer\w*|heart|cholesterol|pressure|diseases?|ill|illness\w*|inflamm\w*|health\w*|heal\w*|cur(?:es?|ing)"
    r"|fights?|fighting|prevent\w*|protect\w*|boost\w*|medic\w*|therap\w*|digesti\w*|gut|cleans\w*|detox\w*"
    r"|immun\w*|weight|slim\w*|superfoods?|low|lower\w*|high|rich in|source of|reduc\w*|good for you"
)
_CLAIM = re.compile(rf"(?<!\w)(?:{_DENIAL}|{_HEALTH})(?!\w)", re.IGNORECASE)


def _texts(*names: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": list(names),
        "additionalProperties": False,
    }


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "suggestions": {"type": "array", "items": _texts("id", "description", "reason")},
        "ideas": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["suggestions", "ideas"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A dish that the model chose; words of its that may not be said are absent."""

    id: str
    description: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model makes of a wish: dishes that were found, and names of others to look up."""

    by: Completion
    chosen: list[Chosen]
    ideas: list[str]


def propose(
    request: SuggestionsRequest,
    cards: Sequence[RecipeCard],
    spender: Spender,
    door: Door,
    usage: Usage,
    refused: list[RefusedDraft],
) -> Proposal | None:
    """The model's choice; None where none of it can be used.

    Args:
        cards: the recipes that were found.
        usage: is added to.
        refused: gets what the model said and may not.

    Raises:
        BudgetSpent: the budget for models is spent.
    """
    try:
        by = door.complete(prompt(request, cards), spender)
    except ProviderFailed as error:
        logger.warning("No model has chosen suggestions", extra={"reasons": error.reasons})
        return None
    usage.input_tokens += by.input_tokens or 0
    usage.output_tokens += by.output_tokens or 0
    usage.cost_usd = round(usage.cost_usd + by.cost_usd, 8)
    said = parsing.json_in(by.text) if not by.refused else None
    if not isinstance(said, Mapping):
        why = "The model refused." if by.refused else "The answer holds no suggestions."
        refused.append(RefusedDraft(model=by.model, findings=[why]))
        return None
    findings: list[str] = []
    chosen = list(_chosen(said, {card.id: card for card in cards}, findings))
    ideas = list(dict.fromkeys(_ideas(said, findings)))[:MOST_IDEAS]
    if findings:
        refused.append(RefusedDraft(model=by.model, findings=findings[:10]))
    return Proposal(by, chosen, ideas) if chosen or ideas else None


def prompt(request: SuggestionsRequest, cards: Sequence[RecipeCard]) -> Prompt:
    """What the model is asked."""
    wish = {
        "query": request.query,
        "dietaryRestrictions": request.dietary_restrictions,
        "avoidAllergens": request.avoid_allergens,
    }
    user = prompts.rendered(
        "suggestions_user",
        count=str(request.max_results),
        wish=prompts.as_data({name: value for name, value in wish.items() if value}),
        dishes=prompts.as_data([_facts(card) for card in cards]),
    )
    system = prompts.rendered("suggestions_system", most_ideas=str(MOST_IDEAS))
    limit = _TOKENS_MORE + _TOKENS_EACH * request.max_results
    return Prompt(system, user, "suggestions", SCHEMA, limit)


def _facts(card: RecipeCard) -> dict[str, object]:
    energy = card.calories_per_serving
    facts: dict[str, object] = {
        "id": card.id,
        "title": card.title,
        "summary": card.summary,
        "cuisine": card.cuisine,
        "mealType": card.meal_type,
        "totalMinutes": card.total_minutes,
        "difficulty": card.difficulty,
        "diets": list(card.diets),
        "kcalPerServing": round(energy) if energy is not None else None,
    }
    return {name: value for name, value in facts.items() if value not in (None, [])}


def _chosen(
    said: Mapping[str, Any], cards: Mapping[str, RecipeCard], findings: list[str]
) -> Iterator[Chosen]:
    taken: set[str] = set()
    for each in _objects(said.get("suggestions")):
        card = cards.get(str(each.get("id")))
        if card is None:
            findings.append("A dish was chosen that wasn't found.")
        elif card.id not in taken:
            taken.add(card.id)
            words = [_sayable(each.get(name), card, findings) for name in ("description", "reason")]
            yield Chosen(card.id, *words)


def _ideas(said: Mapping[str, Any], findings: list[str]) -> Iterator[str]:
    ideas = said.get("ideas")
    for each in ideas[:_MOST_READ] if isinstance(ideas, list) else []:
        dish = " ".join(each.split()) if isinstance(each, str) else ""
        wrong = [*safety.poisons([dish]), *safety.plain([dish])]
        if wrong or not 3 <= len(dish) <= _LONGEST_DISH:
            findings += wrong or ["An idea has no dish's name."]
        else:
            yield dish


def _objects(value: object) -> list[Mapping[str, Any]]:
    each = value[:_MOST_READ] if isinstance(value, list) else []
    return [one for one in each if isinstance(one, Mapping)]


def _sayable(text: object, card: RecipeCard, findings: list[str]) -> str | None:
    """The words if they may be said of the dish; else None, and why."""
    said = " ".join(text.split()) if isinstance(text, str) else ""
    wrong = wording(said, card) if said else ["The words are missing."]
    findings += [f"{card.title}: {finding}" for finding in wrong]
    return None if wrong else said


def wording(said: str, card: RecipeCard) -> list[str]:
    """What a sentence on a dish says that its facts don't."""
    facts = str(_facts(card))
    found = [*safety.poisons([said]), *safety.hygiene([said]), *safety.plain([said])]
    if len(said) > _LONGEST:
        found.append(f"It has more than {_LONGEST} characters.")
    known = set(_NUMBER.findall(facts))
    found += [f"The number {n} is not among the facts." for n in _NUMBER.findall(said) if n not in known]
    lower = re.sub(r"[_-]", " ", said.lower())
    found += [
        f"It is not proven to be {diet.replace('_', ' ')}."
        for diet in _DIETS
        if re.search(rf"\b{diet.replace('_', ' ')}", lower) and diet not in card.diets
    ]
    for diet in _DIETS:
        lower = lower.replace(diet.replace("_", " "), "")
    if claim := _CLAIM.search(lower):
        found.append(f"{claim[0]!r} is a claim that sentences don't make.")
    text = f"{card.title}. {card.summary or ''}"
    own = {word.lower() for word in re.findall(r"\w+", text)}
    foods = agreement.foreign(said, Names(sorted(own)).mentions(said), own, denied=True)
    found += [f"{food.name} is not among the facts." for food in foods]
    return found
