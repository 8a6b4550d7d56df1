"""How requests with demands are read and met: "we ran out of eggs", "nothing with beans", "for a vegan".

    python -m benchmarks.constraint_requests RECIPES.jsonl [--keep FOLDER]

Both halves of the requests in `tests/data` were written by somebody who had not seen the reader; the
second half was read once before the reader was changed again. Prints the share of exclusions that are
read, false readings of ordinary requests, violations among the ten best, judged on the recipes' own
words and labels, and the share of ten places that are filled.
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import scratch
from benchmarks.search_quality import holds, load
from lib import db
from lib.nutrition.foods import key
from lib.recipes import store
from lib.search import constraints, embedding
from lib.search.embedding import common_words
from lib.search.filters import Filters, meaning
from lib.search.semantic import Searcher
from lib.settings import ROOT

DATA = ROOT / "tests" / "data"
TOP = 10


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file of requests."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def exclusions_read(row: dict[str, str], found: Filters) -> tuple[int, int]:
    """How many of the exclusions were read, and how many there are."""
    names = {term for name in found.exclude_ingredients for term in meaning(name).terms}
    groups = {"dairy", "shellfish", "seafood"}
    allergens = row["exclude_allergens"].split()
    ingredients = [key(name) for name in row["exclude_ingredients"].split("|") if name]
    read = sum(allergen in found.exclude_allergens for allergen in allergens)
    read += sum(
        not names.isdisjoint(meaning(name).terms) or (name in groups and bool(found.exclude_allergens))
        for name in ingredients
    )
    return read, len(allergens) + len(ingredients)


def violates(row: dict[str, str], recipe: dict[str, Any], whole: Any) -> bool:
    """Whether a recipe has what the request excludes, by its lines and its labels."""
    words = [name for name in row["exclude_ingredients"].split("|") if name]
    # Vinegar is made of wine and is none.
    lines = [line.lower().replace("wine vinegar", "vinegar") for line in recipe["ingredients"]]
    if any(holds({"ingredients": lines}, word) for word in words):
        return True
    if any(whole.allergen_info[a] != "clear" for a in row["exclude_allergens"].split()):
        return True
    return any(whole.dietary_info[diet] != "yes" for diet in row["diets"].split())


def main() -> None:
    """Read, ask, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("recipes", type=Path)
    parser.add_argument("--keep", help="folder to keep the database in")
    arguments = parser.parse_args()
    known = common_words()
    ordinary = [row["query"] for row in rows("ordinary_requests")]
    false = [q for q in ordinary if constraints.read(q, lambda word: word in known).found]
    print(f"ordinary requests read as demands: {len(false)} of {len(ordinary)} {false}")
    with scratch.database(arguments.keep):
        recipes = load(arguments.recipes)
        for name in ("constraint_requests", "constraint_requests_frozen"):
            report(name, recipes)


def report(name: str, recipes: dict[str, dict[str, Any]]) -> None:
    """Print the figures of one file of requests."""
    searcher, model = Searcher(), embedding.Embedder(2)
    read = there = filled = violations = places = 0
    for row in rows(name):
        request = searcher.read(row["query"])
        done, all_ = exclusions_read(row, request.filters)
        read, there = read + done, there + all_
        if row["max_minutes"] or row["min_servings"] or row["nutrients"] or not all_ + len(row["diets"]):
            continue  # these recipes tell no times, servings or nutrients
        with db.transaction() as session:
            vector = model.encode([request.sentence])[0]
            answer = searcher.search(session, request, vector, embedding.model_name(), Filters(), TOP, 0)
            found = [hit.recipe.id for hit in answer.results]
            bad = [r for r in found if violates(row, recipes[r], store.get(session, r))]
        places, filled = places + TOP, filled + len(found) - len(bad)
        violations += len(bad)
        for recipe in bad:
            print(f"  {row['query']!r}: {recipes[recipe]['title']}")
    print(f"{name}: exclusions read {read} of {there} ({read / there:.1%})")
    print(f"  violations among the ten best {violations}, places filled {filled / max(places, 1):.1%}")


if __name__ == "__main__":
    main()
