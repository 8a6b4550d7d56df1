"""Recipes for a request: a model's, mended with what was found wrong, else the composer's.

Nothing leaves that wasn't examined. A draft that fails goes back to the model with the findings, twice
at most; then the composer takes its place.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lib.ai import composer, copies, parsing, prompts, written
from lib.ai.adapting import Adapted
from lib.ai.choosing import nearest
from lib.ai.models import Certificate, RecipeRequest, RefusedDraft, Source, Usage
from lib.ai.money import BudgetSpent, Spender
from lib.ai.needs import Needs, understand
from lib.ai.provider import Completion, Door, Prompt
from lib.ai.trying import ProviderFailed
from lib.ai.verification import Examination, examine
from lib.recipes.draft import RecipeDraft

logger = logging.getLogger("mealprep.ai")

_REPAIRS = 2
_TOKENS_PER_RECIPE = 2600
_EXAMPLES = 3
_MOST_COMPOSED = 60
"""Recipes of the book that are tried before the composer gives up."""

Progress = Callable[[str, int], None]
"""Told what is being done (writing, checking, mending, composing), and characters or recipes so far."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A recipe that may leave."""

    draft: RecipeDraft
    seen: Examination
    certificate: Certificate
    source: Source


@dataclass(slots=True)
class Writer:
    """Writes the recipes of one request.

    Args:
        request: what is asked for.
        spender: on whose behalf.
        door: to the models; None leaves everything to the composer.
        progress: is told how far it is.
    """

    request: RecipeRequest
    spender: Spender
    door: Door | None = None
    progress: Progress | None = None
    usage: Usage = field(default_factory=Usage)
    notes: list[str] = field(default_factory=list)
    _done: list[RecipeDraft] = field(default_factory=list)
    _refused: list[RefusedDraft] = field(default_factory=list)

    def recipes(self) -> Iterator[Finished]:
        """The recipes, each as soon as it may leave; no two alike.

        Raises:
            Invalid: nothing can meet the request; says which of its limits conflict.
            BudgetSpent: a model is asked for, and its budget is spent.
        """
        needs = understand(self.request)
        left = self.request.count
        if self.door is not None:
            for finished in self._by_model(self.door, needs):
                yield finished
                left -= 1
                if left == 0:
                    return
        yield from self._by_composer(needs, left)

    def _by_composer(self, needs: Needs, count: int) -> Iterator[Finished]:
        self._tell("composing", 0)
        found = 0
        for tried, adapted in enumerate(composer.compose(needs)):
            if found == count or tried >= _MOST_COMPOSED:
                break
            finished = self._composed(adapted, needs)
            if finished is not None:
                found += 1
                self._done.append(adapted.draft)
                yield finished
        if not self._done:
            raise composer.refuse(needs)
        if found < count:
            self.notes.append(
                f"The recipe book has {len(self._done)} for this request that are unlike each other."
            )

    def _composed(self, adapted: Adapted, needs: Needs) -> Finished | None:
        if copies.is_copy(adapted.draft, self._done):
            return None
        seen, certificate = examine(adapted.draft, needs)
        if not certificate.passed:
            logger.info(
                "not composed", extra={"title": adapted.draft.title, "findings": certificate.findings}
            )
            return None
        return composed(adapted, seen, certificate, self._take_refused())

    def _by_model(self, door: Door, needs: Needs) -> Iterator[Finished]:
        """What the model writes and what passes; less than asked for where it fails."""
        try:
            first = self._ask(door, self._prompt(needs))
        except ProviderFailed as error:
            self.notes.append(f"No model has answered ({'; '.join(error.reasons)}); the composer did.")
            return
        raw = parsing.recipes_in(first.text)[: self.request.count] if not first.refused else []
        if not raw:
            why = "The model refused." if first.refused else "The answer holds no recipe."
            self._refused.append(RefusedDraft(model=first.model, findings=[why]))
        for each in raw:
            finished = self._mended(door, needs, each, first)
            if finished is not None:
                self._done.append(finished.draft)
                yield finished

    def _mended(
        self, door: Door, needs: Needs, raw: dict[str, object], by: Completion
    ) -> Finished | None:
        """The recipe as soon as it passes; None when mending it has not helped."""
        for repair in range(_REPAIRS + 1):
            self._tell("checking", len(self._done))
            draft, found = self._judged(needs, raw, by)
            if not isinstance(found, list):
                seen, certificate = found
                source = Source(provider=by.provider, model=by.model, refused=self._take_refused())
                return Finished(draft, seen, certificate, source) if draft else None
            self._refused.append(RefusedDraft(model=by.model, findings=found[:10]))
            if repair == _REPAIRS:
                return None
            self._tell("mending", repair + 1)
            try:
                by = self._ask(door, self._repair(needs, raw, found))
            except (ProviderFailed, BudgetSpent) as error:
                logger.warning("A draft couldn't be mended", extra={"error": str(error)})
                return None
            again = parsing.recipes_in(by.text)
            if by.refused or not again:
                return None
            raw = again[0]
        return None

    def _judged(
        self, needs: Needs, raw: dict[str, object], by: Completion
    ) -> tuple[RecipeDraft | None, list[str] | tuple[Examination, Certificate]]:
        """The draft with its proof, or with what is wrong with it."""
        draft = written.draft(raw)
        if isinstance(draft, str):
            cut = " The answer was cut off." if by.cut else ""
            return None, [f"{draft}{cut}"]
        season = needs.season
        draft = draft.model_copy(update={"season": season, "source": f"{by.provider}/{by.model}"})
        if twin := copies.is_copy(draft, self._done):
            return draft, [f"It repeats {twin.title!r}, which is among the answers; write another dish."]
        seen, certificate = examine(draft, needs)
        if not certificate.passed:
            return draft, certificate.findings
        return draft, (seen, certificate)

    def _ask(self, door: Door, prompt: Prompt) -> Completion:
        self._tell("writing", 0)
        told = self.progress
        on_text = (lambda length: told("writing", length)) if told else None
        answer = door.complete(prompt, self.spender, on_text)
        self.usage.input_tokens += answer.input_tokens or 0
        self.usage.output_tokens += answer.output_tokens or 0
        self.usage.cost_usd = round(self.usage.cost_usd + answer.cost_usd, 8)
        return answer

    def _prompt(self, needs: Needs) -> Prompt:
        count = self.request.count
        user = prompts.rendered(
            "recipe_user",
            count=str(count),
            servings=str(self.request.servings),
            request=self._said(needs),
            examples=prompts.as_data(_examples(needs)),
        )
        form = written.schema(written.WrittenRecipes)
        limit = 600 + count * _TOKENS_PER_RECIPE
        return Prompt(prompts.rendered("recipe_system"), user, "recipes", form, limit)

    def _repair(self, needs: Needs, raw: dict[str, object], found: list[str]) -> Prompt:
        user = prompts.rendered(
            "repair_user",
            request=self._said(needs),
            recipe=prompts.as_data(json.loads(json.dumps(raw, default=str))),
            findings=prompts.findings(found),
        )
        form = written.schema(written.WrittenRecipes)
        return Prompt(prompts.rendered("recipe_system"), user, "recipes", form, 600 + _TOKENS_PER_RECIPE)

    def _said(self, needs: Needs) -> str:
        """The request as the model reads it, with what its words were understood to demand."""
        said = self.request.model_dump(mode="json", exclude_none=True, exclude={"save", "count"})
        said |= {"dietaryRestrictions": needs.diets, "avoidAllergens": needs.avoid}
        if needs.without:
            said["without"] = needs.without
        return prompts.as_data({key: value for key, value in said.items() if value})

    def _take_refused(self) -> list[RefusedDraft]:
        taken, self._refused = self._refused, []
        return taken

    def _tell(self, stage: str, number: int) -> None:
        if self.progress:
            self.progress(stage, number)


def composed(
    adapted: Adapted, seen: Examination, certificate: Certificate, refused: Sequence[RefusedDraft] = ()
) -> Finished:
    """An adapted recipe that has passed, with what it is made from."""
    source = Source(
        provider=composer.NAME,
        model=composer.MODEL,
        based_on=[adapted.based_on],
        changes=adapted.changes,
        refused=list(refused),
    )
    return Finished(adapted.draft, seen, certificate, source)


def _examples(needs: Needs) -> list[str]:
    """Titles and summaries of the nearest recipes of the book."""
    near = []
    for entry, _ in nearest(needs):
        near.append(f"{entry.draft.title}: {entry.draft.summary}")
        if len(near) == _EXAMPLES:
            break
    return near
