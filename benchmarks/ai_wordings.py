"""How often a request in other words is given an answer that was made for something else.

    python -m benchmarks.ai_wordings

The pairs in `tests/data/dish_wordings*.csv` were written by people who had not seen the rule; the limit
was chosen on the first file and read off once on the second. Prints, for each cosine, how many pairs are
let through, how many of those ask for the same dish (precision) and how many of the same are found
(recall): by vectors alone, and as shipped, where demands must be identical and nothing may be denied.
"""

import csv

import numpy as np

from lib.ai.alike import sentence, wording
from lib.ai.models import RecipeRequest
from lib.search.embedding import Embedder
from lib.settings import ROOT, settings

FILES = ("dish_wordings", "dish_wordings_frozen")
LIMITS = (0.80, 0.85, 0.90, 0.93, 0.95, 0.97)


def pairs(name: str) -> list[tuple[RecipeRequest, RecipeRequest, bool]]:
    """Two requests, and whether one recipe does for both."""
    with (ROOT / "tests" / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            (
                RecipeRequest(recipe_name=row["first"]),
                RecipeRequest(recipe_name=row["second"]),
                row["same"] == "1",
            )
            for row in csv.DictReader(file)
        ]


def nearness(first: RecipeRequest, second: RecipeRequest, embedder: Embedder, guarded: bool) -> float:
    """Cosine of the words' vectors; 0 where a guarded request would not be compared."""
    said = [(each.recipe_name or "").lower() for each in (first, second)]
    vectors = [np.asarray(embedder.encode([text])[0]) for text in said]
    if guarded:
        found = [wording(*each) for each in zip((first, second), vectors, strict=True)]
        if not all(found) or found[0].demands != found[1].demands:  # type: ignore[union-attr]
            return 0.0
    return float(vectors[0] @ vectors[1] / np.linalg.norm(vectors[0]) / np.linalg.norm(vectors[1]))


def main() -> None:
    """Print the table of each file."""
    embedder = Embedder(1)
    print(f"shipped: cosine at least {settings().ai_nearness}")
    for name in FILES:
        read = pairs(name)
        alike = sum(same for *_, same in read)
        denied = sum(sentence(a) is None or sentence(b) is None for a, b, _ in read)
        print(f"{name}: {len(read)} pairs, {alike} the same, {denied} with something denied")
        for guarded in (False, True):
            found = [(nearness(a, b, embedder, guarded), same) for a, b, same in read]
            for limit in LIMITS:
                through = [same for near, same in found if near >= limit]
                right = sum(through)
                share = f"{right / len(through):.3f}" if through else "-"
                kind = "shipped" if guarded else "vectors"
                print(f"  {kind} {limit:.2f}: {len(through):3} let through, precision {share}, ", end="")
                print(f"recall {right / alike:.2f}")


if __name__ == "__main__":
    main()
