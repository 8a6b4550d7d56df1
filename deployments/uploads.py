"""Images that callers send: as a form's file, as base64 in JSON, or by their URL."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema
from starlette.datastructures import FormData, UploadFile

from lib.errors import Invalid
from lib.images import sources
from lib.images.limits import check_bytes
from lib.settings import settings
from lib.wire import Text, Wire

MOST_FILES = 100
_JSON_EXTRA_BYTES = 65_536
_MOST_FIELDS = 20
_UNSAFE = re.compile(r"[^\w.-]")
_LONGEST_NAME = 80

M = TypeVar("M", bound=BaseModel)


class ImageBody(Wire):
    """One image: its content in base64 (or as a data URL), or where it can be fetched."""

    image: Annotated[
        str | SkipJsonSchema[None], Field(description="Base64, or a `data:` URL with base64")
    ] = None
    url: Annotated[
        Text | SkipJsonSchema[None], Field(description="http or https, on the public internet")
    ] = None


def body_schema(more: type[Wire] | None = None) -> dict[str, Any]:
    """The body that `upload` reads, for an operation's OpenAPI.

    Args:
        more: fields that come beside the image.
    """
    image = ImageBody.model_json_schema()
    fields = more.model_json_schema() if more else {"properties": {}}
    definitions = fields.pop("$defs", {})
    beside = _inlined(fields["properties"], definitions)
    required = fields.get("required", [])
    form = {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}, **beside},
        "required": ["file", *required],
    }
    body = {"type": "object", "properties": image["properties"] | beside, "required": required}
    content = {"multipart/form-data": {"schema": form}, "application/json": {"schema": body}}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, dict):
        if "$ref" in node:
            return _inlined(definitions[node["$ref"].rpartition("/")[2]], definitions)
        return {name: _inlined(value, definitions) for name, value in node.items()}
    return [_inlined(each, definitions) for each in node] if isinstance(node, list) else node


@dataclass(slots=True)
class Upload:
    """An image as it came, and what else the body said."""

    content: bytes
    said: dict[str, Any] = field(default_factory=dict)


async def upload(request: Request, extra: Sequence[str] = ()) -> Upload:
    """The image of a request's body.

    Args:
        extra: further fields of the body that are returned as they came; in a form they are JSON.

    Raises:
        Invalid: there is none, more than one, or too large a one.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=2, max_fields=_MOST_FIELDS) as form:
            content = await run_sync(read, only_file(form))
            return Upload(content, {name: _field(form, name) for name in extra if name in form})
    if kind == "application/json":
        said = await _json(request)
        found = {name: said.pop(name) for name in extra if name in said}
        return Upload(await run_sync(_content, _source(said)), found)
    raise Invalid("Send the image as multipart/form-data (file), or as JSON with image or url.")


def read(file: UploadFile) -> bytes:
    """The content of a form's file.

    Raises:
        Invalid: it is too large.
    """
    check_bytes(file.size or 0, settings().image_max_bytes)
    file.file.seek(0)
    return file.file.read()


def staged_name(place: int, file: UploadFile) -> str:
    """A file name that keeps the order and, as far as it can be a file's, the name that the form has."""
    given = _UNSAFE.sub("_", file.filename or "")[-_LONGEST_NAME:]
    return f"{place:05}-{given if sources.PICTURE.search(given) else given + '.jpg'}"


def only_file(form: FormData) -> UploadFile:
    """The one file of a form.

    Raises:
        Invalid: there is none, or more.
    """
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    if len(files) != 1:
        raise Invalid(
            f"Send one file; the form has {len(files) or 'none'}.", [(("body", "file"), "one")]
        )
    return files[0]


def _field(form: FormData, name: str) -> Any:
    value = form[name]
    if isinstance(value, UploadFile):
        raise Invalid(f"{name} must be text, not a file.")
    try:
        return json.loads(value)
    except ValueError:
        return value


async def _json(request: Request) -> dict[str, Any]:
    """The body as JSON; it may be as long as an image in base64, which the app's own limit is not."""
    most = settings().image_max_bytes * 4 // 3 + _JSON_EXTRA_BYTES
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Invalid(f"The body has more than {most} bytes.")
    try:
        said = await run_sync(json.loads, bytes(body))
    except (ValueError, RecursionError):
        raise Invalid("The body is no JSON.") from None
    if not isinstance(said, dict):
        raise Invalid("The body must be an object with image or url.")
    return said


def validated(shape: type[M], said: dict[str, Any]) -> M:
    """What a body said, as that shape.

    Raises:
        RequestValidationError: it has bad fields, named as FastAPI names those of the bodies it reads.
    """
    try:
        return shape.model_validate(said)
    except ValidationError as error:
        bad = [each | {"loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(bad) from None


def _source(said: dict[str, Any]) -> ImageBody:
    body = validated(ImageBody, said)
    if (body.image is None) == (body.url is None):
        raise Invalid("Send either image or url.")
    return body


def _content(body: ImageBody) -> bytes:
    if body.url is not None:
        return sources.fetched(body.url)
    written = (body.image or "").strip()
    if written.startswith("data:"):
        head, _, written = written.partition(",")
        if not head.lower().endswith(";base64"):
            raise Invalid("A data URL must be in base64.")
    try:
        content = base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("image is no valid base64.") from None
    check_bytes(len(content), settings().image_max_bytes)
    return content
