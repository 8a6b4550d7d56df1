"""How jobs look on the wire: each kind with its own arguments and result, told apart by the name."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import AwareDatetime, BaseModel, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from jobs import registry
from lib.ledger.jobs import Ledgered
from lib.ledger.kinds import Kind
from lib.wire import Wire


class Asking(Wire):
    """What every request for a job may say."""

    priority: Annotated[int, Field(ge=-100, le=100, description="Higher is earlier")] = 0
    run_after: Annotated[AwareDatetime | SkipJsonSchema[None], Field(description="Not before then")] = (
        None
    )


_ABSENT: Any = SkipJsonSchema[None]  # type: ignore[misc]  # mypy takes types in annotations only


def _named(kind: Kind, what: str) -> type[BaseModel]:
    """The job's `Args` or `Result` under a name that no other job's has."""
    model: type[BaseModel] = getattr(registry.module(kind), what)
    return create_model(f"{_camel(kind)}{what}", __base__=model, __doc__=model.__doc__)


def _camel(kind: Kind) -> str:
    return "".join(word.capitalize() for word in kind.name.split("-"))


def _request(kind: Kind) -> type[BaseModel]:
    args = _named(kind, "Args")
    optional = not any(field.is_required() for field in args.model_fields.values())
    fields: dict[str, Any] = {
        "name": (Literal[kind.name], ...),
        "args": (args, Field(default_factory=args) if optional else ...),
    }
    doc = f"Asks for a job `{kind.name}`."
    return create_model(f"{_camel(kind)}Request", __base__=Asking, __doc__=doc, **fields)


def _job(kind: Kind) -> type[BaseModel]:
    result: Any = _named(kind, "Result")
    fields: dict[str, Any] = {
        "name": (Literal[kind.name], ...),
        "args": (_named(kind, "Args"), ...),
        "result": (result | _ABSENT, None),
    }
    doc = f"A job `{kind.name}`."
    return create_model(f"{_camel(kind)}Job", __base__=Ledgered, __doc__=doc, **fields)


def _one_of(models: list[type[BaseModel]]) -> Any:
    if len(models) == 1:
        return models[0]
    return Annotated[Union[tuple(models)], Field(discriminator="name")]  # noqa: UP007


if TYPE_CHECKING:
    JobRequest = Any
    AnyJob = Any
    JobList = Any
else:
    JobRequest = _one_of([_request(kind) for kind in registry.kinds().values()])
    AnyJob = _one_of([_job(kind) for kind in registry.kinds().values()])
    JobList = create_model(
        "JobList",
        __base__=Wire,
        __doc__="Jobs, newest first.",
        jobs=(list[AnyJob], ...),
        next_cursor=(str | SkipJsonSchema[None], None),
    )
