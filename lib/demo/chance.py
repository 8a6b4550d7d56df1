"""Random numbers that depend on nothing but what they are drawn for.

Each is a hash of the seed, a purpose and keys such as a person's number and a day. So what one person
does is the same however many others there are, and however long it is looked at.
"""

import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Bits = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Chance:
    """Draws by purpose and keys; keys broadcast against each other.

    Args:
        seed: another one gives another world.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def bits(self, purpose: str, *keys: ArrayLike) -> Bits:
        """64 random bits for each."""
        said = hashlib.blake2b(f"{self.seed} {purpose}".encode(), digest_size=8).digest()
        state = np.array([int.from_bytes(said, "little")], np.uint64)
        for key in keys:
            state = _mixed(state + (np.atleast_1d(key).astype(np.uint64) + np.uint64(1)) * _GOLDEN)
        return state

    def uniform(self, purpose: str, *keys: ArrayLike) -> Floats:
        """From 0 until before 1."""
        return (self.bits(purpose, *keys) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normal(self, purpose: str, *keys: ArrayLike) -> Floats:
        """Around 0, with a standard deviation of 1."""
        found: Floats = ndtri(np.clip(self.uniform(purpose, *keys), 1e-12, 1 - 1e-12))
        return found

    def exponential(self, purpose: str, *keys: ArrayLike) -> Floats:
        """At least 0, with a mean of 1."""
        found: Floats = -np.log1p(-self.uniform(purpose, *keys))
        return found

    def among(self, shares: ArrayLike, purpose: str, *keys: ArrayLike) -> Ints:
        """A place in `shares`, each as often as its share of all."""
        edges = np.cumsum(np.asarray(shares, np.float64))
        drawn = self.uniform(purpose, *keys) * edges[-1]
        place = np.searchsorted(edges, drawn, side="right").astype(np.int64)
        return np.asarray(np.minimum(place, len(edges) - 1), np.int64)

    def uuids(self, purpose: str, *keys: ArrayLike) -> list[str]:
        """Identifiers, for keys of one dimension."""
        halves = np.stack([self.bits(f"{purpose} {half}", *keys) for half in "ab"], axis=1)
        text = halves.astype(">u8").tobytes().hex()
        return [
            f"{text[at : at + 8]}-{text[at + 8 : at + 12]}-{text[at + 12 : at + 16]}"
            f"-{text[at + 16 : at + 20]}-{text[at + 20 : at + 32]}"
            for at in range(0, len(text), 32)
        ]


def _mixed(state: Bits) -> Bits:
    """Steele, Lea and Flood's SplitMix64 finalizer."""
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))
