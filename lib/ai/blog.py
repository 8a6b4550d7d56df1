"""Blog posts with links to recipes: by a model from the book's facts, or composed of them."""

import logging
import re
import unicodedata
from collections.abc import Sequence

from lib.ai import articles, composer, earlier, money, parsing, prompts, safety
from lib.ai.articles import Article
from lib.ai.cookbook import Entry, lines, per_serving
from lib.ai.models import BasedOn, BlogPost, BlogRequest, RefusedDraft, Source, Usage
from lib.ai.money import Spender
from lib.ai.provider import Completion, Door, Prompt
from lib.ai.trying import ProviderFailed
from lib.nutrition.calculation import calculate
from lib.recipes.models import RecipeCard

logger = logging.getLogger("mealprep.ai")

_WORDS_PER_MINUTE = 220
_TRIES = 2
_LINK = re.compile(r"\[\[(?P<title>[^\[\]]{1,200})\]\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SCHEMA = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("title", "excerpt", "content")},
    "required": ["title", "excerpt", "content"],
    "additionalProperties": False,
}


def post(request: BlogRequest, spender: Spender, door: Door | None) -> BlogPost:
    """The article that is asked for.

    Raises:
        Invalid: the book has nothing on the topic.
        BudgetSpent: a model is asked for, and its budget is spent.
    """
    known = earlier.blog(request) if door else None
    if known is not None:
        money.note(spender, "cache", known.source.model)
        return known.model_copy(update={"usage": Usage(cached=True)})
    about = articles.choose(request)
    usage, refused = Usage(), list[RefusedDraft]()
    if door is not None:
        written = _written(request, about, spender, door, usage, refused)
        if written is not None:
            article, by = written
            found = _post(article, Source(provider=by.provider, model=by.model, refused=refused), usage)
            earlier.keep(request, found)
            return found
    else:
        money.note(spender, composer.NAME, composer.MODEL)
    source = Source(provider=composer.NAME, model=composer.MODEL, refused=refused)
    return _post(articles.compose(request, about), source, usage)


def _post(article: Article, source: Source, usage: Usage) -> BlogPost:
    based_on = [BasedOn(id=entry.id, title=entry.draft.title) for entry in article.about]
    return BlogPost(
        title=article.title,
        slug=slug(article.title),
        content=article.content,
        excerpt=article.excerpt,
        reading_minutes=max(1, round(len(article.content.split()) / _WORDS_PER_MINUTE)),
        recipes=[card(entry) for entry in article.about],
        source=source.model_copy(update={"based_on": based_on}),
        usage=usage,
    )


def slug(title: str) -> str:
    """The title as part of an address."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-") or "post"


def card(entry: Entry) -> RecipeCard:
    """A recipe of the book in a list."""
    draft = entry.draft
    each = per_serving(calculate(lines(draft.ingredients), draft.servings), draft.servings)
    energy = each.get("energy_kcal")
    return RecipeCard(
        id=entry.id,
        title=draft.title,
        summary=draft.summary,
        cuisine=draft.cuisine,
        meal_type=draft.meal_type,
        season=draft.season,
        difficulty=draft.difficulty,
        total_minutes=entry.minutes,
        servings=draft.servings,
        diets=sorted(entry.diets),
        allergens=[],
        calories_per_serving=round(energy) if energy is not None else None,
    )


def _written(
    request: BlogRequest,
    about: Sequence[Entry],
    spender: Spender,
    door: Door,
    usage: Usage,
    refused: list[RefusedDraft],
) -> tuple[Article, Completion] | None:
    """A model's article that says nothing but what the facts say; None where none has come of it."""
    facts = [_facts(entry) for entry in about]
    user = prompts.rendered(
        "blog_user",
        words=str(articles.length(request)),
        tone=request.tone,
        topic=prompts.as_data(request.topic),
        keywords=prompts.as_data(request.keywords),
        facts=prompts.as_data(facts),
    )
    prompt = Prompt(
        prompts.rendered("blog_system"), user, "article", _SCHEMA, articles.length(request) * 3 + 600
    )
    for _ in range(_TRIES):
        try:
            by = door.complete(prompt, spender)
        except ProviderFailed as error:
            logger.warning("No model has written the article", extra={"reasons": error.reasons})
            return None
        usage.input_tokens += by.input_tokens or 0
        usage.output_tokens += by.output_tokens or 0
        usage.cost_usd = round(usage.cost_usd + by.cost_usd, 8)
        said = parsing.json_in(by.text)
        wrong = _wrong(
            said, about, f"{facts}{request.topic}{request.keywords}{articles.length(request)}"
        )
        if not wrong and not by.refused:
            return _article(said, about), by
        refused.append(RefusedDraft(model=by.model, findings=wrong or ["The model refused."]))
    return None


def _facts(entry: Entry) -> dict[str, object]:
    """What may be said of a recipe."""
    draft = entry.draft
    each = per_serving(calculate(lines(draft.ingredients), draft.servings), draft.servings)
    return {
        "title": draft.title,
        "summary": draft.summary,
        "about": draft.description,
        "prepMinutes": draft.prep_minutes,
        "totalMinutes": entry.minutes,
        "servings": draft.servings,
        "freezerDays": draft.storage_days,
        "kcalPerServing": round(each.get("energy_kcal", 0)),
        "proteinGPerServing": round(each.get("protein_g", 0)),
        "ingredients": [line.name for line in draft.ingredients],
        "freezing": draft.freezer_prep,
        "reheating": draft.defrost_instructions,
        "diets": sorted(entry.diets),
    }


def _wrong(said: object, about: Sequence[Entry], facts: str) -> list[str]:
    """What an article says that it may not."""
    if not isinstance(said, dict) or not all(
        isinstance(said.get(name), str) and said[name].strip()
        for name in ("title", "excerpt", "content")
    ):
        return ["Title, excerpt and content are missing."]
    texts = [said["title"], said["excerpt"], said["content"]]
    plain = [
        _LINK.sub(r"\g<title>", re.sub(r"^#{2,3} |\*\*|\*|^- ", "", text, flags=re.MULTILINE))
        for text in texts
    ]
    found = [*safety.poisons(plain), *safety.hygiene(plain), *safety.plain(plain)]
    titles = {entry.draft.title for entry in about}
    linked = {match["title"] for match in _LINK.finditer(said["content"])}
    found += [f"There is no recipe {title!r} among the facts." for title in sorted(linked - titles)]
    if not linked & titles:
        found.append("No recipe is linked.")
    known = set(_NUMBER.findall(facts)) | {str(n) for n in range(13)}
    found += [
        f"The number {n} is not among the facts."
        for n in sorted(set(_NUMBER.findall(" ".join(plain))) - known)
    ]
    return found


def _article(said: dict[str, str], about: Sequence[Entry]) -> Article:
    by_title = {entry.draft.title: entry for entry in about}
    content = _LINK.sub(
        lambda match: f"[{match['title']}](/recipes/{by_title[match['title']].id})", said["content"]
    )
    linked = [entry for title, entry in by_title.items() if f"[{title}]" in content]
    return Article(
        " ".join(said["title"].split())[:120], said["excerpt"].strip()[:200], content.strip(), linked
    )
