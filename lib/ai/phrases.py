"""How articles speak in each tone. What they say comes from the book; here is only how it is put."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.ai.models import Tone


@dataclass(frozen=True, slots=True)
class Voice:
    """Sentences with places for facts, in one tone. Where there are several, articles take turns."""

    titles: tuple[str, ...]
    openings: tuple[str, ...]
    promise: str
    times: tuple[str, ...]
    uncooked: str
    link: str
    keeps: tuple[str, ...]
    figures: tuple[str, ...]
    keyword: tuple[str, ...]
    shopping: str
    order: str
    table: str
    closing: str


_FRIENDLY = Voice(
    titles=("{topic}: {count} Recipes That Keep", "{topic}, Cooked Once and Eaten All Week"),
    openings=(
        "Some weeks there is an hour for cooking on Sunday and not much after that. This is a plan "
        "for such a "
        "week: {topic_lower}, from {count} recipes that we cook and freeze ourselves.",
        "You don't need a free day to have good food in the freezer. {topic} can start with a "
        "single pot, and "
        "these {count} recipes are where we would begin.",
    ),
    promise="For each you'll find how long it takes, how long it keeps, and what a serving comes "
    "to, so you can pick "
    "the two or three that suit your week.",
    times=(
        "Give yourself {minutes} from the first cut to the table; {prep} of that is preparation.",
        "It takes {minutes} in all, {prep} of which you spend at the board.",
        "Plan on {minutes}, with {prep} of chopping and measuring at the start.",
    ),
    uncooked="It takes {minutes}, and nothing has to be cooked.",
    link="The recipe, step by step:",
    keeps=(
        "It keeps for {days} in the freezer.",
        "Packed well, it is still good after {days} in the freezer.",
        "You have {days} to eat it from the freezer, so there is no hurry.",
    ),
    figures=(
        "A serving has {kcal} kcal and {protein} g of protein.",
        "That comes to {kcal} kcal a serving, with {protein} g of protein.",
        "It makes {servings} servings of {kcal} kcal and {protein} g of protein each.",
    ),
    keyword=(
        'If you came here for "{keyword}", start with this one.',
        'For "{keyword}", this is the one we would pick.',
    ),
    shopping="Before you go shopping, it helps to know what these dishes share: {shared}. Buy "
    "those once, in the larger pack.",
    order="If you cook them on one day, begin with {slow}, which needs {slow_minutes} and little "
    "attention, and make "
    "{quick} while it is on the heat; that one is done in {quick_minutes}.",
    table="How long each of them keeps, at a glance:",
    closing="Label each box with the dish and the date, put the oldest in front, and next week's "
    "dinners are a "
    "matter of remembering to move one to the refrigerator the night before.",
)
_PLAIN = Voice(
    titles=("{topic}: {count} Recipes Compared", "{topic}: A Practical Guide"),
    openings=(
        "This article covers {topic_lower}. It presents {count} recipes from our recipe book with "
        "their "
        "times, storage and nutrition, so that they can be compared.",
        "Two things decide about {topic_lower}: how much work a dish takes, and how well it keeps. "
        "The {count} recipes "
        "below were chosen with both in mind.",
    ),
    promise="All times include preparation. Nutrition is computed from USDA data for the "
    "ingredients as listed.",
    times=(
        "Total time is {minutes}, including {prep} of preparation.",
        "Preparation takes {prep}; the whole recipe takes {minutes}.",
    ),
    uncooked="It takes {minutes} and requires no cooking.",
    link="The full recipe:",
    keeps=("Storage life in the freezer is {days}.", "It may be kept frozen for {days}."),
    figures=(
        "One serving provides {kcal} kcal and {protein} g of protein.",
        "Per serving, the recipe yields {kcal} kcal and {protein} g of protein; it makes "
        "{servings} servings.",
    ),
    keyword=(
        'For "{keyword}", it is the most relevant of these recipes.',
        'Readers looking for "{keyword}" should consider it first.',
    ),
    shopping="The recipes have several ingredients in common, which reduces the cost of shopping: "
    "{shared}.",
    order="When all are prepared on one day, {slow} should be started first, since it takes "
    "{slow_minutes}; {quick} can "
    "follow while it cooks and takes {quick_minutes}.",
    table="Storage life by recipe:",
    closing="Containers should be labeled with content and date, and the oldest used first. "
    "Where a recipe asks for thawing, a night in the refrigerator is the safest way.",
)
_PLAYFUL = Voice(
    titles=(
        "{topic}: {count} Ways to Thank Yourself Later",
        "{topic}, or How to Make Your Freezer Popular",
    ),
    openings=(
        "Somewhere behind the ice cubes there is room for a better week. Here: {topic_lower} in "
        "{count} recipes, "
        "all of them for people who were promised dinner ten minutes ago.",
        "Nobody has ever opened a freezer and complained that there was too much dinner in it. So: "
        "{topic_lower}, "
        "{count} times over.",
    ),
    promise="Times, freezer life and figures are with each, because a good plan beats a good excuse.",
    times=(
        "The clock says {minutes}, of which {prep} go to you and your knife.",
        "All in, {minutes}; the busy part is over after {prep}.",
    ),
    uncooked="It takes {minutes}, and the stove has the day off.",
    link="All secrets revealed here:",
    keeps=("The freezer will guard it for {days}.", "It waits for you for {days}, and doesn't sulk."),
    figures=(
        "A serving: {kcal} kcal, {protein} g of protein, no leftovers.",
        "By the numbers, {kcal} kcal and {protein} g of protein on each of {servings} plates.",
    ),
    keyword=(
        'Here for "{keyword}"? You have found your dish.',
        'Yes, this counts as "{keyword}", and how.',
    ),
    shopping="One list, several dinners: {shared} turn up again and again, so buy the big bag.",
    order="To cook them all at once, put {slow} on first, since it mutters along for "
    "{slow_minutes}. {quick} is "
    "finished in {quick_minutes}, before you have run out of podcast.",
    table="Who keeps how long:",
    closing="Write the name on the box. You will not recognize it in a month; nobody ever does.",
)

VOICES: Mapping[Tone, Voice] = {
    "friendly": _FRIENDLY,
    "casual": _FRIENDLY,
    "enthusiastic": _FRIENDLY,
    "playful": _PLAYFUL,
    "professional": _PLAIN,
    "formal": _PLAIN,
    "informative": _PLAIN,
}


def duration(minutes: int) -> str:
    """Minutes as one speaks of them: "2 hours and 15 minutes"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} minutes"
    said = f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{said} and {rest} minutes" if rest else said
