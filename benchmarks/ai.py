"""A hundred varied requests for recipes, answered without any model: valid, proven, varied, and fast.

    python -m benchmarks.ai            # against a running stack (`make up`)
    python -m benchmarks.ai --inside   # in this process, on a scratch database
    python -m benchmarks.ai --show 10  # and prints so many answers to read

Prints how many were answered and how many refused with a reason, whether every answer keeps to the
document's schema, bears a certificate without findings and meets what was asked by the nutrition
service's own rules, how near the nearest two recipes of one answer are, and milliseconds.
"""

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import jsonschema
from fastapi.testclient import TestClient

from benchmarks import scratch
from deployments import ai, openapi
from lib import db, keys
from lib.ai import composer, recipes
from lib.ai.copies import similarity
from lib.ai.models import GeneratedRecipe
from lib.nutrition import labels
from lib.settings import settings

_CUISINES = (
    "italian", "mexican", "indian", "thai", "french", "chinese", "japanese", "greek", "moroccan",
    "lebanese",
    "korean", "spanish", "mediterranean", "american", "british", "turkish", "vietnamese", "asian",
)  # fmt: skip
_MEALS = ("breakfast", "lunch", "dinner", "snack")
_SEASONS = ("spring", "summer", "autumn", "winter")
_MUST = (
    ["chickpeas"], ["spinach"], ["chicken"], ["lentils", "carrot"], ["broccoli"], ["mushrooms"],
    ["salmon"],
    ["sweet potato"], ["tofu"], ["rice", "black beans"], ["zucchini", "feta"], ["kale"], ["eggplant"],
    ["ground beef"], ["shrimp"], ["oats", "banana"], ["cauliflower"], ["peas", "mint"], ["pork"],
    ["tomatoes"],
)  # fmt: skip
_NAMES = (
    "chicken tikka masala", "vegan lasagna", "lentil soup", "beef stew", "mushroom risotto",
    "gluten-free pancakes",
    "vegetable curry", "banana bread", "shakshuka", "shepherd's pie without dairy",
    "black bean burgers", "chili",
    "energy balls without nuts", "dumplings", "overnight oats",
)  # fmt: skip
_IMPOSSIBLE: tuple[dict[str, Any], ...] = (
    {"ingredients": ["butter"], "dietaryRestrictions": ["vegan"]},
    {"ingredients": ["peanut butter"], "avoidAllergens": ["peanut"]},
    {"cuisine": "atlantean"},
    {"ingredients": ["plutonium"]},
    {"recipeName": "zorblax flumph"},
    {"maxTotalMinutes": 1},
    {"cuisine": "ethiopian", "mealType": "breakfast", "dietaryRestrictions": ["keto"]},
    {"ingredients": ["chicken"], "dietaryRestrictions": ["vegetarian"]},
)


def requests() -> list[dict[str, Any]]:
    """A hundred, always the same: each diet, allergen, cuisine, season, and what can't be done."""
    found: list[dict[str, Any]] = [{"dietaryRestrictions": [diet]} for diet in labels.DIETS]
    found += [{"avoidAllergens": [allergen], "count": 2} for allergen in labels.ALLERGENS]
    found += [{"cuisine": cuisine, "count": 1 + place % 3} for place, cuisine in enumerate(_CUISINES)]
    found += [
        {"season": season, "mealType": meal} for season, meal in zip(_SEASONS, _MEALS, strict=True)
    ]
    found += [{"ingredients": must, "servings": 2 + place % 7} for place, must in enumerate(_MUST)]
    found += [{"recipeName": name} for name in _NAMES]
    found += _IMPOSSIBLE
    diets = itertools.cycle(labels.DIETS)
    while len(found) < 100:
        place = len(found)
        found.append(
            {
                "dietaryRestrictions": [next(diets)],
                "avoidAllergens": [labels.ALLERGENS[place % 9]],
                "mealType": _MEALS[place % 4],
                "servings": 1 + place % 8,
                "count": 1 + place % 5,
                "maxTotalMinutes": (45, 90, 240)[place % 3],
            }
        )
    return found[:100]


@contextmanager
def inside() -> Iterator[Any]:
    """A client of the app in this process."""
    with scratch.database():
        with db.transaction() as session:
            key = keys.issue(session, "bench", "read")
        composer.warm_up()
        app = ai.api()
        app.dependency_overrides[ai.service] = lambda: _HERE
        with TestClient(app) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            yield client


async def _run(work: Any, *args: Any) -> Any:
    return work(*args)


_HERE = SimpleNamespace(door=None, run=_run)


@contextmanager
def outside() -> Iterator[Any]:
    """A client of the running stack."""
    key = (settings().home / "api-key").read_text().strip()
    with httpx.Client(
        base_url=settings().url, headers={"Authorization": f"Bearer {key}"}, timeout=60
    ) as client:
        yield client


def broken(asked: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """What an answer doesn't keep of what was asked, worked out anew."""
    for each in found["recipes"]:
        known = labels.evidence((line["name"], line.get("notes")) for line in each["ingredients"])
        each_g = each["nutrition"]
        diets = labels.diets(known, each_g.get("carbohydrateG"), each_g.get("fiberG"))
        allergens = labels.allergens(known)
        yield from (d for d in asked.get("dietaryRestrictions", []) if diets[d] != "yes")
        yield from (a for a in asked.get("avoidAllergens", []) if allergens[a] != "clear")
        if each["servings"] != asked.get("servings", 4):
            yield "servings"
        if not all(check["passed"] for check in each["certificate"]["checks"]):
            yield "certificate"
        if each["totalMinutes"] > asked.get("maxTotalMinutes", 10_000):
            yield "minutes"


def main() -> None:
    """Ask them all and print what came."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inside", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    document = openapi.merged()
    schema = {"$ref": "#/components/schemas/NewRecipesAnswer", "components": document["components"]}
    validator = jsonschema.Draft202012Validator(schema)
    answered, refused, times, bad, near, short = [], [], [], [], [0.0], 0
    with inside() if options.inside else outside() as client:
        client.post("/ai/recipes", json={})  # the first request reads what is read but once
        for asked in requests():
            started = time.perf_counter()
            response = client.post("/ai/recipes", json=asked)
            times.append((time.perf_counter() - started) * 1000)
            if response.status_code == 422:
                refused.append((asked, response.json()["detail"]))
                continue
            found = response.json()
            bad += [(asked, error.message[:100]) for error in validator.iter_errors(found)]
            bad += [(asked, what) for what in broken(asked, found)]
            short += len(found["recipes"]) < asked.get("count", 1)
            near += _near(found["recipes"])
            answered.append((asked, found))
    print(
        f"answered {len(answered)}, refused with a reason {len(refused)}, fewer than asked for {short}"
    )
    print(f"not valid or not as asked: {len(bad)}", *bad[:10], sep="\n  ")
    print(f"nearest two recipes of one answer share {max(near):.0%} of their foods")
    p95 = statistics.quantiles(times, n=20)[18]
    print(f"p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, longest {max(times):.0f} ms")
    for asked, why in refused:
        print("  refused", json.dumps(asked), "->", why[:200])
    for asked, found in answered[:: max(1, len(answered) // max(1, options.show))][: options.show]:
        print(json.dumps(asked), json.dumps(found["recipes"][0], indent=1, ensure_ascii=False))


def _near(found: list[dict[str, Any]]) -> list[float]:
    drafts = [recipes.stored(GeneratedRecipe.model_validate(each)) for each in found]
    return [similarity(one, other) for one, other in itertools.combinations(drafts, 2)]


if __name__ == "__main__":
    main()
