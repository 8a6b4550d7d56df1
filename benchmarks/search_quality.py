"""Search quality on labelled queries: full text, vectors, plain fusion, and ours, in one run.

    python -m benchmarks.search_quality RECIPES.jsonl QUERIES.jsonl [--keep FOLDER]

Recipes are lines of `{"id", "title", "ingredients": [...], "instructions": [...]}`. Queries have `set`,
`kind`, `query`, and `relevant` ids, or `include` and `exclude` words that are judged on the ingredient
lines. Everything is loaded through the app's tables into a scratch database.
"""

import argparse
import json
import math
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text

from benchmarks import scratch
from lib import db
from lib.recipes import store
from lib.recipes.schema_org import read_json_ld
from lib.search import embedding, index
from lib.search.filters import Filters
from lib.search.semantic import Searcher

Rank = Callable[[str], list[str]]
TOP = 10
_FUSED = 100
_RRF = 60


def load(path: Path) -> dict[str, dict[str, Any]]:
    """The recipes by id; each in the database, and indexed."""
    recipes = {}
    started = time.perf_counter()
    with path.open(encoding="utf-8") as file:
        for row in file:
            recipe = json.loads(row)
            recipes[recipe["id"]] = recipe
            node = {
                "@type": "Recipe",
                "name": recipe["title"],
                "recipeIngredient": recipe["ingredients"],
                "recipeInstructions": recipe["instructions"],
            }
            [item] = read_json_ld("row", json.dumps(node))
            if item.draft is None:
                print(f"left out: {recipe['id']}: {item.problem}")
                continue
            with db.transaction() as session:
                store.save(session, recipe["id"], item.draft)
    print(f"{len(recipes)} recipes stored in {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    model = embedding.Embedder(embedding.processor_threads())
    done = index.refresh(db.background_sessions(), model.encode, embedding.model_name())
    seconds = time.perf_counter() - started
    print(f"{done.changed} indexed in {seconds:.0f} s, {done.changed / max(seconds, 1e-9):.0f} a second")
    return recipes


class Systems:
    """The four ways to rank."""

    def __init__(self) -> None:
        self._model = embedding.Embedder(2)
        self._searcher = Searcher()

    def all(self) -> dict[str, Rank]:
        """Each by its name."""
        return {
            "full text": lambda query: self._full_text(query)[:TOP],
            "vectors": lambda query: self._vectors(query)[:TOP],
            "fusion": self._fusion,
            "ours": self._ours,
        }

    def _full_text(self, query: str) -> list[str]:
        any_word = "replace(plainto_tsquery('english', :query)::text, '&', '|')::tsquery"
        statement = text(f"""
            select recipe_id from compute.recipe_index where words @@ {any_word}
            order by ts_rank_cd(words, {any_word}, 1) desc, recipe_id limit :most
        """)
        with db.transaction() as session:
            return [*session.scalars(statement, {"query": query, "most": _FUSED})]

    def _vectors(self, query: str) -> list[str]:
        vector = self._model.encode([query])[0]
        statement = text("""
            select recipe_id from compute.recipe_vectors
            order by (embedding <=> cast(cast(:vector as text) as halfvec)) + 0 limit :most
        """)
        with db.transaction() as session:
            asked = {"vector": str(vector.tolist()), "most": _FUSED}
            return [*session.scalars(statement, asked)]

    def _fusion(self, query: str) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for ranked in (self._full_text(query), self._vectors(query)):
            for place, recipe in enumerate(ranked):
                scores[recipe] += 1 / (_RRF + place + 1)
        return sorted(scores, key=lambda recipe: -scores[recipe])[:TOP]

    def _ours(self, query: str) -> list[str]:
        request = self._searcher.read(query)
        vector = self._model.encode([request.sentence])[0]
        with db.transaction() as session:
            answer = self._searcher.search(
                session, request, vector, embedding.model_name(), Filters(), TOP, 0
            )
        return [hit.recipe.id for hit in answer.results]


def ndcg(ranked: list[str], relevant: set[str]) -> float:
    """NDCG@10 with binary gains."""
    gained = sum(1 / math.log2(place + 2) for place, r in enumerate(ranked[:TOP]) if r in relevant)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(TOP, len(relevant))))


def holds(recipe: dict[str, Any], word: str) -> bool:
    """Whether an ingredient line has the word, singular or plural."""
    stem = re.escape(word.rstrip("s"))
    return any(re.search(rf"\b{stem}(?:s|es)?\b", line.lower()) for line in recipe["ingredients"])


def judged(query: dict[str, Any], ranked: list[str], recipes: dict[str, dict[str, Any]]) -> float:
    """The query's measure: hit@1, NDCG@10 or precision@10."""
    if query["set"] == "known_item":
        return float(ranked[:1] == query["relevant"][:1])
    if query["set"] == "epi_attr":
        return ndcg(ranked, set(query["relevant"]))
    right = [
        all(holds(recipes[r], word) for word in query["include"])
        and not any(holds(recipes[r], word) for word in query["exclude"])
        for r in ranked[:TOP]
    ]
    return sum(right) / TOP


def main() -> None:
    """Load, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("recipes", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--keep", help="folder to keep the database in")
    parser.add_argument("--worst", type=int, default=0, help="show so many queries that ours did worst")
    arguments = parser.parse_args()
    with scratch.database(arguments.keep):
        recipes = load(arguments.recipes)
        queries = [json.loads(row) for row in arguments.queries.read_text().splitlines()]
        report(queries, recipes, arguments.worst)


def report(queries: list[dict[str, Any]], recipes: dict[str, dict[str, Any]], worst: int) -> None:
    """Print the measures by kind of query and system."""
    systems = Systems().all()
    scores: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    times = []
    shown = []
    for query in queries:
        for name, rank in systems.items():
            started = time.perf_counter()
            ranked = rank(query["query"])
            if name == "ours":
                times.append((time.perf_counter() - started) * 1000)
            score = judged(query, ranked, recipes)
            scores[_group(query)][name].append(score)
            scores[f"  {query['kind']}"][name].append(score)
            if name == "ours":
                shown.append(
                    (score, query["kind"], query["query"], [recipes[r]["title"] for r in ranked[:5]])
                )
    print(f"{'':42}{'n':>5}" + "".join(f"{name:>11}" for name in systems))
    for group, by_system in sorted(scores.items(), key=lambda each: (each[0].startswith(" "), each[0])):
        count = len(by_system["ours"])
        row = "".join(f"{statistics.mean(by_system[name]):11.3f}" for name in systems)
        print(f"{group:42}{count:5}{row}")
    print(f"ours, in this process: p50 {np.median(times):.1f} ms, p95 {np.percentile(times, 95):.1f} ms")
    for each in sorted(shown, key=lambda entry: entry[0])[:worst]:
        print(*each, sep=" | ")


def _group(query: dict[str, Any]) -> str:
    if query["set"] == "known_item":
        kind = "typos" if query["kind"] == "typo" else "without typos"
        return f"known item, {kind}, hit@1"
    if query["set"] == "epi_attr":
        trusted = set(query["kind"].split("+")) <= {"diet", "ing", "dish", "how"}
        return f"attributes{', trustworthy' if trusted else ', others'}, NDCG@10"
    return f"{query['kind']}, precision@10"


if __name__ == "__main__":
    main()
