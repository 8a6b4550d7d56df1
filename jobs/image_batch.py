"""Optimizes many images: of a list of URLs, of a folder or bucket prefix, or of recipes.

A few are done in this process. Many are spread over the cluster with Ray Data: each actor reads, decodes
and stores its own, so that only keys and answers travel and memory stays bounded. Killed at any point,
the next attempt does what is left; what was made is found by its hash.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Annotated, Any, Literal, Self

import ray
from pydantic import Field, JsonValue, model_validator

from jobs.command_line import run_as_command
from lib.errors import MealPrepError, RetryLater
from lib.images import answers, making, sources
from lib.images.answers import VARIANTS, Optimized
from lib.images.formats import Target
from lib.images.models import Order, Quality
from lib.images.sources import Source
from lib.images.store import store
from lib.images.workers import Workers
from lib.ledger.items import Items
from lib.wire import Text, Wire

MOST = 100_000
_BATCH = 16
_BLOCK = 64
_CPUS = 0.25


class Args(Wire):
    """Which images, and what to make of them; one of urls, prefix and recipeIds."""

    urls: Annotated[list[Text], Field(max_length=MOST, description="Public URLs")] = []
    prefix: Annotated[
        Text, Field(max_length=2000, description="Folder or bucket prefix, as `s3://bucket/photos`")
    ] = ""
    recipe_ids: Annotated[list[Text], Field(max_length=MOST, description="Recipes with an image")] = []
    format: Target | Literal["auto"] = "auto"
    quality: Quality = "auto"
    spread_from: Annotated[
        int, Field(ge=1, description="So many are spread over the cluster; fewer are done here")
    ] = 500

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(map(bool, (self.urls, self.prefix, self.recipe_ids))) != 1:
            raise ValueError("give one of urls, prefix and recipeIds")
        return self


class Result(Wire):
    """What was done by the last attempt, in images and bytes; each item has its own answer."""

    optimized: int
    failed: int
    bytes_before: int
    bytes_after: int


Answers = dict[str, JsonValue]
"""What became of some images: by key the answer, or a text that says why there is none."""


class Optimizing:
    """Optimizes images by key; an actor of the pipeline, or of this process.

    Args:
        args: as JSON, which travels.
        many: decoding processes.
    """

    def __init__(self, args: dict[str, Any], many: int = 1) -> None:
        given = Args.model_validate(args)
        self._source = source(given)
        self._order = Order(sizes=VARIANTS, format=given.format, quality=given.quality, placeholder=True)
        self._workers = Workers(many)

    def one(self, key: str) -> Optimized | str:
        """An image's answer, or why there is none.

        Raises:
            RetryLater: nothing can be stored at the moment.
        """
        try:
            content = self._source.read(key)
        except MealPrepError as error:
            return error.detail
        try:
            made = making.make(self._workers, store(), content, self._order)
        except RetryLater:
            raise
        except MealPrepError as error:
            return error.detail
        return answers.optimized(made, store(), inline=False)

    def many(self, keys: Sequence[str]) -> list[Optimized | str]:
        """As `one`, as many at once as there are decoding processes."""
        with ThreadPoolExecutor(self._workers.many) as threads:
            return list(threads.map(self.one, keys))

    def answers(self, keys: Sequence[str]) -> Answers:
        """What becomes of them, as JSON."""
        return {
            key: found if isinstance(found, str) else found.model_dump(mode="json", exclude_none=True)
            for key, found in zip(keys, self.many(keys), strict=True)
        }

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """The keys of a batch with their answers as text."""
        found = self.answers([str(key) for key in batch["key"]])
        return {"key": batch["key"], "answer": [json.dumps(each) for each in found.values()]}

    def __del__(self) -> None:
        self._workers.close()


def source(args: Args) -> Source:
    """Where the images are.

    Raises:
        Forbidden: the prefix may not be read.
    """
    if args.urls:
        return sources.Urls(args.urls)
    return sources.Files(args.prefix) if args.prefix else sources.RecipeImages(args.recipe_ids)


def run(args: Args, items: Items) -> Result:
    """Optimize what is left."""
    left = items.left(source(args).all_keys())
    result = Result(optimized=0, failed=0, bytes_before=0, bytes_after=0)
    # A pipeline costs seconds before it starts.
    done = _spread(args, left) if len(left) >= args.spread_from else _here(args, left)
    for some in done:
        _write_down(items, some, result)
    return result


def _here(args: Args, left: list[str]) -> Iterator[Answers]:
    optimizing = Optimizing(args.model_dump(mode="json"), many=0)
    rest = iter(left)
    while keys := list(islice(rest, _BATCH)):
        yield optimizing.answers(keys)


def _spread(args: Args, left: list[str]) -> Iterator[Answers]:
    ray.init(ignore_reinit_error=True)
    most = max(1, int(ray.cluster_resources().get("CPU", 1)))
    rows = ray.data.from_items(
        [{"key": key} for key in left], override_num_blocks=max(2 * most, len(left) // _BLOCK)
    )
    told = rows.map_batches(
        Optimizing,
        fn_constructor_args=(args.model_dump(mode="json"),),
        batch_size=_BATCH,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most),
        num_cpus=_CPUS,
    )
    for batch in told.iter_batches(batch_size=_BATCH, batch_format="numpy"):
        pairs = zip(batch["key"], batch["answer"], strict=True)
        yield {str(key): json.loads(str(answer)) for key, answer in pairs}


def _write_down(items: Items, some: Answers, result: Result) -> None:
    made = {key: answer for key, answer in some.items() if isinstance(answer, dict)}
    items.failed({key: str(answer) for key, answer in some.items() if key not in made})
    items.done(made)
    result.optimized += len(made)
    result.failed += len(some) - len(made)
    for answer in made.values():
        found = Optimized.model_validate(answer)
        result.bytes_before += found.original.bytes
        result.bytes_after += found.variants.main.bytes


if __name__ == "__main__":
    run_as_command("image-batch")
