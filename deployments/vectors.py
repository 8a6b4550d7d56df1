"""Sentences to vectors, in the replica that asks for them."""

import logging
import threading
from collections.abc import Callable

from lib.cache import Cache
from lib.errors import Unavailable
from lib.search.embedding import Embedder, ModelUnusable, model_name, prepare

logger = logging.getLogger("mealprep.vectors")

Encode = Callable[[str, str], list[float]]
"""A sentence and the name of a model to the sentence's vector."""


class Encoder:
    """The configured model, and the one before it as long as its vectors are still compared.

    The configured one is converted here, unless this machine has it; it is loaded, in 0.3 s and 110 MB,
    when it is first asked for. Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._models: dict[str, Embedder] = {}
        try:
            prepare()
        except (ModelUnusable, OSError) as error:
            logger.warning("The model can't be used", extra={"error": str(error)})

    def encode(self, sentence: str, model: str) -> list[float]:
        """The sentence's vector of 384 numbers by the model of that name.

        Raises:
            Unavailable: the model can't be used on this machine.
        """
        vector: list[float] = self._model(model).encode([sentence])[0].tolist()
        return vector

    def _model(self, name: str) -> Embedder:
        with self._lock:
            if name not in self._models:
                try:
                    loaded = Embedder(name=name)
                except (ModelUnusable, OSError) as error:
                    logger.warning("The model can't be used", extra={"error": str(error)})
                    raise Unavailable("The embedding model is not answering.", 2) from None
                kept = {known: m for known, m in self._models.items() if known == model_name()}
                self._models = kept | {name: loaded}
            return self._models[name]


def vector(cache: Cache, encode: Encode, sentence: str, model: str) -> list[float]:
    """The sentence's vector by that model, from the cache where it was asked before.

    Raises:
        Unavailable: it is new, and the model can't be used.
    """
    key = f"embedding:{model}:{sentence}"
    known: list[float] | None = cache.get(key)
    if known is None:
        known = encode(sentence, model)
        cache.set(key, known)
    return known
