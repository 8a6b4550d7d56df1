"""Which recipes people look at and choose: by appeal, taste, season and fashion."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from lib.demo.chance import Chance, Flags, Floats, Ints
from lib.demo.cultures import CULTURES
from lib.demo.menu import Menu
from lib.demo.people import People, level

_AT_ONCE = 4096
_CURIOUS = 0.05
"""How much somebody looks at what they can't eat, beside what they can."""
_SAVED = 2.5
_LATELY, _A_WHILE_AGO = 0.1, 0.45
_FASHION = (2.5, 5.0, 4.0, 2.5, 1.6)
_IN_FASHION = 1 / 140
_SEASON_OF_MONTH = (3, 3, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3)
# By how far the season is from the recipe's: this one, the one before or after, the opposite.
_BY_DISTANCE = (2.1, 0.9, 0.35, 0.9)
_WARMING, _COOLING = (0.9, 0.45, 1.3, 1.8), (1.1, 1.7, 0.9, 0.7)


class Tastes:
    """What everybody likes, and what of it in a week.

    Args:
        chance: of the world.
        people: all of them.
        menu: all recipes.
    """

    def __init__(self, chance: Chance, people: People, menu: Menu) -> None:
        self._chance, self._people, self._menu = chance, people, menu
        recipes = np.arange(len(menu.ids))
        rank = np.argsort(np.argsort(chance.uniform("appeal", recipes)))
        appeal = 1 / (rank + 10.0) ** 0.8
        self.weights: NDArray[np.float32] = np.zeros((len(people.number), len(recipes)), np.float32)
        for start in range(0, len(people.number), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            own = np.exp(0.8 * chance.normal("taste", people.number[some, None], recipes[None, :]))
            self.weights[some] = appeal * own * self._liked(some) * self._ability(some)

    def of_week(self, who: Ints, monday: int) -> Floats:
        """The weight of each recipe for some people in a week."""
        now = self._fashion(monday) * self._weather(monday)
        south = np.array([one.south for one in CULTURES])[self._people.culture[who]]
        found: Floats = self.weights[who] * now[south.astype(np.int64)]
        return found

    def looked_at(self, weights: Floats, who: Ints) -> Floats:
        """Weights for looking: what doesn't suit somebody is seldom looked at."""
        return np.where(self._people.suits[who], weights, _CURIOUS * weights)

    def chosen(self, weights: Floats, who: Ints, saved: Flags, weeks: Ints) -> Floats:
        """Weights for cooking: what suits somebody, rather what they have saved, and not every week.

        Args:
            weeks: since each recipe was planned last.
        """
        rested = np.select([weeks <= 2, weeks <= 5], [_LATELY, _A_WHILE_AGO], 1.0)
        return np.where(self._people.suits[who], weights * rested * (1 + _SAVED * saved), 0.0)

    def _liked(self, some: slice) -> Floats:
        known = np.concatenate(
            [self._people.cuisines[some], np.zeros((len(self._people.number[some]), 1), np.bool_)],
            axis=1,
        )
        return np.where(known[:, self._menu.cuisine], 3.0, 0.8)

    def _ability(self, some: slice) -> Floats:
        return np.concatenate(
            [level(self._people)[some], np.ones((len(self._people.number[some]), 1))], axis=1
        )[:, self._menu.level]

    def _fashion(self, monday: int) -> Floats:
        found = np.ones(len(self._menu.ids))
        for age, factor in enumerate(_FASHION):
            began = (
                self._chance.uniform("fashion", np.arange(len(found)), monday - 7 * age) < _IN_FASHION
            )
            found *= np.where(began, factor, 1.0)
        return found

    def _weather(self, monday: int) -> Floats:
        """A row for the northern half of the earth, one for the southern."""
        season = _SEASON_OF_MONTH[date.fromordinal(monday + 3).month - 1]
        rows = []
        for now in (season, (season + 2) % 4):
            distance = (self._menu.season - now) % 4
            factor = np.where(self._menu.season >= 0, np.array(_BY_DISTANCE)[distance], 1.0)
            factor = factor * np.where(self._menu.warming, _WARMING[now], 1.0)
            rows.append(factor * np.where(self._menu.cooling, _COOLING[now], 1.0))
        return np.stack(rows)


class Picker:
    """Picks recipes by weights, a row of them for each person."""

    def __init__(self, weights: Floats) -> None:
        sums = np.cumsum(weights, axis=1)
        total = sums[:, -1:]
        self._possible: Flags = total[:, 0] > 0
        shares = np.divide(sums, total, out=np.ones_like(sums), where=total > 0)
        shares[:, -1] = 1.0
        self._width = weights.shape[1]
        self._edges = (shares + np.arange(len(weights))[:, None]).ravel()

    def pick(self, row: Ints, drawn: Floats) -> Ints:
        """A recipe for each row that is named; -1 where there is none."""
        place = np.searchsorted(self._edges, row + drawn, side="right") - row * self._width
        return np.where(self._possible[row], np.minimum(place, self._width - 1), -1)
