"""Nutrition over HTTP beside the bare computation, which is its floor.

    python -m benchmarks.nutrition

Needs a running stack (`make up`). Prints the ratio of both, recipes a second, and lines parsed a second.
"""

import asyncio
import statistics
import time

import httpx

from lib.nutrition import answers
from lib.nutrition.calculation import calculate
from lib.nutrition.lines import parse
from lib.nutrition.matching import _match_name
from lib.recipes.amounts import line
from lib.recipes.book import book
from lib.settings import settings

_CONNECTIONS = 4
_SECONDS = 10.0
_ROUNDS = 5


def recipes() -> list[tuple[list[str], int]]:
    """The book's recipes as lines and servings, each cut to at most 12 lines."""
    drafts = [item.draft for item in book() if item.draft]
    return [
        (
            [line(each.amount, each.unit, each.name, each.notes) for each in draft.ingredients][:12],
            draft.servings or 1,
        )
        for draft in drafts
    ]


def computed(lines: list[str], servings: int) -> str:
    """The whole answer as the service would send it."""
    parsed = [parse(text) for text in lines]
    answer = answers.calculation(calculate(parsed, servings), parsed, servings)
    return answer.model_dump_json(exclude_none=True)


def bare(book_recipes: list[tuple[list[str], int]]) -> float:
    """Median milliseconds of one recipe without HTTP, with every name matched before."""
    times = []
    for _ in range(_ROUNDS):
        for lines, servings in book_recipes:
            started = time.perf_counter()
            computed(lines, servings)
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[len(book_recipes) :])


def lines_a_second(book_recipes: list[tuple[list[str], int]]) -> float:
    """Lines parsed a second on one core."""
    texts = [text for lines, _ in book_recipes for text in lines]
    started = time.perf_counter()
    for _ in range(_ROUNDS):
        for text in texts:
            parse(text)
    return _ROUNDS * len(texts) / (time.perf_counter() - started)


def cold(book_recipes: list[tuple[list[str], int]]) -> float:
    """Seconds for every recipe of the book, five times over, with nothing matched before."""
    _match_name.cache_clear()
    started = time.perf_counter()
    for lines, servings in book_recipes * _ROUNDS:
        computed(lines, servings)
    return time.perf_counter() - started


async def over_http(
    book_recipes: list[tuple[list[str], int]], connections: int
) -> tuple[float, float, float]:
    """Recipes a second, and the median and 95th percentile in milliseconds."""
    key = (settings().home / "api-key").read_text().strip()
    times: list[float] = []
    end = time.perf_counter() + _SECONDS
    async with httpx.AsyncClient(
        base_url=settings().url, headers={"Authorization": f"Bearer {key}"}, trust_env=False
    ) as client:

        async def caller(start: int) -> None:
            place = start
            while time.perf_counter() < end:
                lines, servings = book_recipes[place % len(book_recipes)]
                place += connections
                begun = time.perf_counter()
                body = {"ingredients": lines, "servings": servings}
                (await client.post("/nutrition/calculate", json=body)).raise_for_status()
                times.append((time.perf_counter() - begun) * 1000)

        begun = time.perf_counter()
        await asyncio.gather(*(caller(start) for start in range(connections)))
        wall = time.perf_counter() - begun
    times.sort()
    return len(times) / wall, times[len(times) // 2], times[int(0.95 * (len(times) - 1))]


def main() -> None:
    """Print the figures."""
    book_recipes = recipes()
    print(f"{len(book_recipes)} recipes of {statistics.mean(len(r[0]) for r in book_recipes):.1f} lines")
    print(f"parser: {lines_a_second(book_recipes):,.0f} lines/s on one core")
    many = len(book_recipes) * _ROUNDS
    print(f"{many} recipes in one process, nothing known before: {cold(book_recipes):.2f} s")
    floor = bare(book_recipes)
    print(f"one recipe without HTTP: {floor:.2f} ms")
    asyncio.run(over_http(book_recipes, 1))  # warm
    for connections in (1, _CONNECTIONS):
        rate, median, late = asyncio.run(over_http(book_recipes, connections))
        print(
            f"HTTP, {connections} connections: {rate:.0f} recipes/s, p50 {median:.1f} ms, "
            f"p95 {late:.1f} ms, {median / floor:.1f} times the computation"
        )


if __name__ == "__main__":
    main()
