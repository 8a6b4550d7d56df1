"""Posts about what was cooked, and who likes and comments on them."""

from typing import NamedTuple

import numpy as np

from lib.demo.chance import Bits, Chance, Flags, Ints
from lib.demo.people import People
from lib.demo.personas import of_all
from lib.demo.visits import COMMENT, COOK, LIKE, POST, Events, Steps, Visits, joined, steps

_LOOKS = 0.5
_PICTURES = 4
_LIKES, _COMMENTS = 0.4, 0.14

PRAISE = (
    "Made {title} tonight. Not a crumb left.",
    "{title}: third time this month, and I'd do it again.",
    "First try at {title}. Easier than I thought!",
    "{title} for the whole family. The kids asked for more 🎉",
    "Cooked a double batch of {title} for the freezer.",
    "{title} – with a squeeze more lemon than it says.",
    "So cold outside, so good: {title}.",
    "Lunch boxes for the week: {title} 🍱",
    "Could somebody tell me what goes with {title}? I had it with rice.",
    "{title}, exactly as written, and it worked.",
)
REPLIES = (
    "This looks wonderful!",
    "Saved for Sunday.",
    "Does it freeze well?",
    "Mine came out drier, how long did you leave it in?",
    "😍",
    "We had this last week, so good.",
    "What a colour!",
    "I'd add more chili 🌶️",
    "Did you use canned or dried?",
    "On my list now, thank you.",
)


class Posts(NamedTuple):
    """Posts in order of their authors, the same place in each array.

    Args:
        person: number of the author.
        recipe: place in the menu.
        key: tells this post from all others.
        at: milliseconds since 1970.
    """

    person: Ints
    recipe: Ints
    key: Bits
    at: Ints


def shown(chance: Chance, people: People, of: Visits, done: Steps) -> Steps:
    """Which of the cooked dishes are shown to others."""
    cooked = np.flatnonzero(done.type == COOK)
    visit = done.visit[cooked]
    share = of_all(lambda one: one.posts)[people.persona[of.person[visit]]]
    shows = chance.uniform("shows", of.key[visit]) < share
    return steps(visit[shows], 901, POST, done.recipe[cooked][shows])


def posts(chance: Chance, found: Events) -> Posts:
    """The posts among some events."""
    some = found.part(found.type == POST)
    order = np.argsort(some.person, kind="stable")
    some = some.part(order)
    return Posts(some.person, some.recipe, chance.bits("post", some.visit), some.at)


def answered(chance: Chance, people: People, of: Visits, lately: Posts) -> Steps:
    """Likes and comments on lately's posts; their detail is 1 and the post's place.

    A person sees posts of those with lower numbers only: so nothing changes when there are more people.
    """
    there = np.searchsorted(lately.person, of.person)
    visit = np.flatnonzero((there > 0) & (chance.uniform("looks at posts", of.key) < _LOOKS))
    visit, nth = np.repeat(visit, _PICTURES), np.tile(np.arange(_PICTURES), len(visit))
    place = (chance.uniform("post", of.key[visit], nth) * there[visit]).astype(np.int64)
    suits: Flags = (
        people.suits[of.person[visit], lately.recipe[place]] if len(visit) else np.zeros(0, np.bool_)
    )
    drawn = chance.uniform("likes", of.key[visit], nth)
    seen = np.where(suits, drawn, 1.0)
    likes, comments = seen < _LIKES, seen < _COMMENTS
    found = []
    for which, kind, order in ((likes, LIKE, 300), (comments, COMMENT, 310)):
        # Each post once by each person.
        _, first = np.unique(
            of.person[visit[which]] * (len(lately.at) + 1) + place[which], return_index=True
        )
        some = np.flatnonzero(which)[np.sort(first)]
        recipe = lately.recipe[place[some]]
        found.append(steps(visit[some], order + nth[some], kind, recipe, 1 + place[some]))
    return joined(found)
