"""Sentences to vectors by the embedder, which is a deployment of the application `search`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from anyio.to_thread import run_sync
from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from lib.cache import Cache
from lib.errors import Unavailable
from lib.settings import settings

logger = logging.getLogger("mealprep.vectors")

Encode = Callable[[str, str], Awaitable[list[float]]]
"""A sentence and the name of a model to the sentence's vector."""


class EmbedderClient:
    """Asks the embedder, for no longer than it may take.

    Args:
        handle: of the embedder; None finds it among the running applications when it is first asked.
    """

    def __init__(self, handle: DeploymentHandle | None = None) -> None:
        self._handle = handle

    async def encode(self, sentence: str, model: str) -> list[float]:
        """The sentence's vector by that model.

        Raises:
            Unavailable: no embedder answers in time.
        """
        try:
            async with asyncio.timeout(settings().embedding_timeout_s):
                if self._handle is None:
                    self._handle = serve.get_deployment_handle("Embedder", app_name="search")
                vector: list[float] = await self._handle.encode.remote(sentence, model)
                return vector
        except (RayError, RayServeException, TimeoutError) as error:
            logger.warning("The embedder doesn't answer", extra={"error": repr(error)})
            raise Unavailable("The embedding model is not answering.", 2) from None


async def vector(cache: Cache, encode: Encode, sentence: str, model: str) -> list[float]:
    """The sentence's vector by that model, from the cache where it was asked before.

    Raises:
        Unavailable: it is new, and no embedder answers in time.
    """
    key = f"embedding:{model}:{sentence}"
    known: list[float] | None = await run_sync(cache.get, key)
    if known is None:
        known = await encode(sentence, model)
        await run_sync(cache.set, key, known)
    return known
