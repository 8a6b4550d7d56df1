"""Every error as RFC 9457 `application/problem+json`."""

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from lib import db, errors
from lib.logs import request_id
from lib.wire import Wire

logger = logging.getLogger("mealprep.http")

MEDIA_TYPE = "application/problem+json"

_MEMBER = re.compile(r"none|str|int|float|bool|constrained-\w+|[A-Z][A-Za-z]+|.*[\[(<].*", re.DOTALL)
"""A type within a union, as Pydantic names it in the place of an error."""

_STATUS: dict[type[errors.MealPrepError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Overloaded: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class FieldError(Wire):
    """One bad field of a request."""

    loc: list[str | int]
    msg: str


class Problem(Wire):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for")
    request_id: str
    errors: list[FieldError] | SkipJsonSchema[None] = None
    suggestions: list[str] | SkipJsonSchema[None] = Field(None, description="What may be meant")


def response(
    status: int,
    detail: str,
    instance: str,
    *,
    fields: list[FieldError] | None = None,
    suggestions: list[str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as an HTTP answer."""
    problem = _problem(status, detail, instance, fields, suggestions)
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, status, dict(headers or {}), media_type=MEDIA_TYPE)


def of(error: errors.MealPrepError, instance: str) -> Problem:
    """An error as a problem within an answer, for instance of one item of a batch."""
    near = error.suggestions if isinstance(error, errors.NotFound) else None
    return _problem(_status(error), error.detail, instance, _fields(error), near)


def _problem(
    status: int,
    detail: str,
    instance: str,
    fields: list[FieldError] | None,
    suggestions: list[str] | None,
) -> Problem:
    title = HTTPStatus(status).phrase
    return Problem(
        type=f"urn:mealprep360:problem:{title.lower().replace(' ', '-')}",
        title=title,
        status=status,
        detail=detail,
        instance=instance,
        request_id=request_id.get(),
        errors=fields,
        suggestions=suggestions,
    )


def _status(error: errors.MealPrepError) -> HTTPStatus:
    return next(status for kind, status in _STATUS.items() if isinstance(error, kind))


def _fields(error: errors.MealPrepError) -> list[FieldError] | None:
    if isinstance(error, errors.Invalid) and error.errors:
        return [FieldError(loc=list(loc), msg=msg) for loc, msg in error.errors]
    return None


def install(app: FastAPI) -> None:
    """Make the app answer each kind of error as a problem."""
    for kind in (errors.MealPrepError, PoolTimeout, DBAPIError):
        app.exception_handler(kind)(_expected)
    app.exception_handler(RequestValidationError)(_bad_request)
    app.exception_handler(HTTPException)(_http)


def expected(error: Exception, instance: str) -> Response:
    """The answer to an error of ours, or to a database that can't answer now; others are raised."""
    if isinstance(error, PoolTimeout):
        error = errors.Overloaded("Every database connection is busy.", 1)
    elif isinstance(error, DBAPIError):
        if not db.passes(error):
            raise error
        logger.warning("The database failed a request", extra={"error": str(error.orig)})
        error = errors.Unavailable("The database is not answering.", 2)
    if not isinstance(error, errors.MealPrepError):
        raise error
    return _ours(error, instance)


def unexpected(instance: str) -> Response:
    """The answer to a fault of ours; the log has the rest under the same request id."""
    return response(
        500, "Something went wrong on our side; the request id finds it in our log.", instance
    )


def _expected(request: Request, error: Exception) -> Response:
    return expected(error, request.url.path)


def _ours(error: errors.MealPrepError, instance: str) -> Response:
    headers = {}
    if isinstance(error, errors.RetryLater):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    found = of(error, instance)
    return response(
        found.status,
        found.detail,
        instance,
        fields=found.errors,
        suggestions=found.suggestions,
        headers=headers,
    )


def _bad_request(request: Request, error: RequestValidationError) -> Response:
    found = [
        FieldError(loc=_place(bad["loc"]), msg=bad["msg"].removeprefix("Value error, "))
        for bad in error.errors()
        if bad["type"] != "none_required"  # "or leave it out" is no help
    ]
    fields = found[:50]
    where = ", ".join(dict.fromkeys(".".join(map(str, field.loc)) for field in fields[:5]))
    return response(422, f"The request has bad fields: {where}.", request.url.path, fields=fields)


def _place(loc: Sequence[str | int]) -> list[str | int]:
    """Where a field is as callers know it: without the members of unions that Pydantic tried."""
    return [part for part in loc if isinstance(part, int) or not _MEMBER.fullmatch(part)]


def _http(request: Request, error: HTTPException) -> Response:
    details: dict[int, str] = {
        400: "The body is not valid JSON in UTF-8.",
        404: "There is nothing at this path; /docs lists what there is.",
        405: f"This path doesn't take {request.method}.",
    }
    told = error.detail != HTTPStatus(error.status_code).phrase
    ours = error.detail if told and error.status_code != HTTPStatus.BAD_REQUEST else None
    detail = ours or details.get(error.status_code, error.detail)
    return response(error.status_code, detail, request.url.path, headers=error.headers)


def openapi_components() -> dict[str, Any]:
    """JSON schemas of a problem, for an OpenAPI document's components."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**schema.pop("$defs", {}), "Problem": schema}
