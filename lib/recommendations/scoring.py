"""What a recipe counts for a person, part by part, and the reason to give."""

import datetime
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.recommendations.behaviour import Chosen
from lib.recommendations.candidates import Candidate
from lib.recommendations.models import Array
from lib.recommendations.preferences import Preferences
from lib.recommendations.store import Model
from lib.recommendations.training import mixed, of_best

CONTENT_SHARE = 0.1
"""How much likeness to what was chosen before counts beside what very many people chose; the fewer there
are to go by, the more it counts."""
_HALF_LIFE_DAYS = 45
_IN_SEASON = 0.05
_ALIKE = 0.6
"""Cosine from which one recipe may be named as the reason for another: of two recipes picked by chance
from 6,200, one pair in fourteen comes so near."""
_CHANCE = 0.01
FEW = 10
"""What so many people chose is half as telling as what everybody chose."""
_MONTHLY = datetime.timedelta(days=7)
_SEASONS = ("winter", "winter", *["spring"] * 3, *["summer"] * 3, *["autumn"] * 3, "winter")


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """What is known of somebody; `tastes` are the newest of the history, with their vectors."""

    user_id: str
    today: datetime.date
    wants: Preferences
    history: list[Chosen]
    tastes: list[tuple[Chosen, Array]]

    @property
    def season(self) -> str:
        """The season on the northern half of the earth."""
        return _SEASONS[self.today.month - 1]

    def age(self, chosen: Chosen) -> int:
        """Days since it was chosen; 0 for what is planned."""
        return max(0, (self.today - chosen.last).days)

    def weights(self) -> list[float]:
        """How much each taste counts; what was chosen 45 days ago counts half."""
        return [c.weight * 0.5 ** (self.age(c) / _HALF_LIFE_DAYS) for c, _ in self.tastes]

    def profile(self) -> Array:
        """The direction of what was chosen."""
        return profile(np.stack([vector for _, vector in self.tastes]), self.weights())


def profile(tastes: Array, weights: Sequence[float]) -> Array:
    """The mean direction of vectors."""
    mean = np.average(tastes, axis=0, weights=weights)
    direction: Array = (mean / (np.linalg.norm(mean) or 1)).astype(np.float32)
    return direction


def likeness(vectors: Array, tastes: Array, weights: Sequence[float]) -> tuple[Array, Array]:
    """How near each vector is to the tastes: to the whole and the nearest, 0 to 1; and to each."""
    near: Array = vectors @ tastes.T
    both = near.max(axis=1) + vectors @ profile(tastes, weights)
    return of_best(both - both.min()), near


class Others:
    """What other people chose: everybody, or where a model is given those who chose the same too.

    `trust` says how telling that is, 0 to 1: what three people chose says little.

    Args:
        popular: how many chose a recipe, for when there is no model.
        model: the model in force.
        alike: whether the person has chosen enough to be compared with others.
    """

    def __init__(
        self, person: Person, popular: dict[str, float], model: Model | None, *, alike: bool
    ) -> None:
        self._person = person
        self._model = model
        self._ids = model.recipe_ids if model else [*popular]
        self._place = model.place if model else {key: place for place, key in enumerate(popular)}
        counts = model.popularity if model else np.array([*popular.values()], np.float32)
        # What is popular has this part in the shares, all of them for who can't be compared.
        self._popular = of_best(np.log1p(counts))
        self._shares = self._popular
        most = float(counts.max(initial=0.0))
        self.trust = most / (most + FEW)
        scores = (
            model.scores({c.recipe_id: c.weight for c in person.history}) if alike and model else None
        )
        self.alike = scores is not None
        if model and scores is not None:
            seen = [model.place[c.recipe_id] for c in person.history if c.recipe_id in model.place]
            scores[seen] = 0
            self._shares = mixed(scores, counts, model.weight)
            self._popular = (1 - model.weight) * self._popular
        lately = datetime.datetime.combine(person.today, datetime.time.max, datetime.UTC) - _MONTHLY
        self._of_this_month = model is None or model.trained_at > lately

    def best(self, most: int) -> list[str]:
        """The recipes that count most and that the person hasn't chosen yet."""
        chosen = {c.recipe_id for c in self._person.history}
        enough = min(most + len(chosen), len(self._ids))
        order = np.argpartition(-self._shares, enough - 1)[:enough] if enough else np.zeros(0, np.int64)
        order = order[np.argsort(-self._shares[order], kind="stable")]
        found = [self._ids[place] for place in order if self._shares[place] > 0]
        return [recipe_id for recipe_id in found if recipe_id not in chosen][:most]

    def shares(self, pool: Sequence[Candidate]) -> Array:
        """What each counts, 0 to 1."""
        places = [self._place.get(candidate.recipe_id) for candidate in pool]
        return np.array([0.0 if p is None else self._shares[p] for p in places], np.float32)

    def reason(self, recipe_id: str) -> str:
        """Why the recipe counts."""
        place = self._place[recipe_id]
        by_alike = float(self._shares[place] - self._popular[place])
        if self.alike and self._model and by_alike > self._popular[place]:
            factors = self._model.als.factors
            known = [c for c in self._person.history if c.recipe_id in self._model.place]
            near = [float(factors[self._place[c.recipe_id]] @ factors[place]) for c in known]
            return f"People who chose {known[int(np.argmax(near))].title} also chose this"
        return "Popular this month" if self._of_this_month else "Popular with other people"


class Scores:
    """What each recipe of a pool counts for a person."""

    def __init__(self, person: Person, others: Others, pool: Sequence[Candidate]) -> None:
        self._person, self._others, self._pool = person, others, pool
        trust = others.trust * (1 - CONTENT_SHARE) if person.tastes else others.trust
        self._alike = self._likeness()
        self._chosen = trust * others.shares(pool)
        self._liked = np.array([person.wants.liking(c.cuisine, c.difficulty) for c in pool], np.float32)
        self._season = np.array([self._seasonal(c.season) for c in pool], np.float32)
        chance = np.array([self._by_chance(c.recipe_id) for c in pool], np.float32)
        rest = self._liked + self._season + chance
        self.total: Array = (1 - trust) * self._alike + self._chosen + rest
        self.discovery: Array | None = self._alike - self._chosen + rest if person.tastes else None
        """What counts where likeness alone does, and hardly anybody has chosen it yet."""

    def _likeness(self) -> Array:
        self._near = np.zeros((len(self._pool), 0), np.float32)
        if not self._person.tastes or not self._pool:
            return np.zeros(len(self._pool), np.float32)
        vectors = np.stack([candidate.vector for candidate in self._pool])
        tastes = np.stack([vector for _, vector in self._person.tastes])
        shares, self._near = likeness(vectors, tastes, self._person.weights())
        return shares

    def _seasonal(self, season: str | None) -> float:
        return 0.0 if season is None else _IN_SEASON if season == self._person.season else -_IN_SEASON

    def _by_chance(self, recipe_id: str) -> float:
        """Tells equals apart, differently for each person and day."""
        said = f"{self._person.user_id} {self._person.today} {recipe_id}"
        return _CHANCE * zlib.crc32(said.encode()) / 2**32

    def reason(self, place: int) -> str:
        """What is most telling of it, in words: likeness with its full value, though it counts less."""
        candidate = self._pool[place]
        parts = {"others": float(self._chosen[place]), "season": float(self._season[place])}
        if candidate.cuisine in self._person.wants.cuisines:
            parts["cuisine"] = float(self._liked[place])
        if self._near.size and self._near[place].max() >= _ALIKE:
            parts["content"] = float(self._alike[place])
        part = max(parts, key=lambda name: parts[name])
        if parts[part] <= 0:
            return "For a change"
        if part == "content":
            chosen = self._person.tastes[int(self._near[place].argmax())][0]
            return f"Because you {chosen.verb} {chosen.title}"
        if part == "cuisine":
            return f"{(candidate.cuisine or '').title()}, as you like"
        if part == "season":
            return f"A dish for {self._person.season}"
        return self._others.reason(candidate.recipe_id)
