"""The error tree. Lower layers raise these; `deployments.web` turns them into problem+json.

MealPrepError
├── Invalid        the caller sent something that can't be used
├── Unauthenticated  no key, or one that isn't valid
├── Forbidden      a valid key without the scope
├── NotFound       no such thing
├── Conflict       it is in a state in which this can't be done
├── Overloaded     too much at once; retry later
└── Unavailable    something we depend on is down; retry later
"""


class MealPrepError(Exception):
    """Base of all errors whose message may be shown to the caller."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Invalid(MealPrepError):
    """The caller sent something that can't be used.

    Args:
        detail: what is wrong and what to change.
        errors: one `(location, message)` per bad field.
    """

    def __init__(
        self, detail: str, errors: list[tuple[tuple[str | int, ...], str]] | None = None
    ) -> None:
        super().__init__(detail)
        self.errors = errors or []


class Unauthenticated(MealPrepError):
    """No API key, or one that isn't valid."""


class Forbidden(MealPrepError):
    """A valid API key that lacks the scope."""


class NotFound(MealPrepError):
    """No such thing.

    Args:
        suggestions: what may have been meant.
    """

    def __init__(self, detail: str, suggestions: list[str] | None = None) -> None:
        super().__init__(detail)
        self.suggestions = suggestions


class Conflict(MealPrepError):
    """What is asked for doesn't go with how things stand."""


class RetryLater(MealPrepError):
    """Base of the two that pass with time.

    Args:
        retry_after_s: whole seconds after which trying again makes sense.
    """

    def __init__(self, detail: str, retry_after_s: int = 1) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Overloaded(RetryLater):
    """Too much at once."""


class Unavailable(RetryLater):
    """Something we depend on is down."""
