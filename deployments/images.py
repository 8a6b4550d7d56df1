"""`/images`: images made smaller, resized, converted, described and served."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request, UploadFile
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import FileResponse, Response

from deployments import problems, uploads
from deployments.problems import Problem
from deployments.uploads import MOST_FILES, body_schema, upload
from deployments.web import (
    WRITE,
    Db,
    Replica,
    Who,
    accepted_job,
    application,
    create_app,
    needs,
    replica,
)
from jobs import image_batch, registry
from lib.errors import MealPrepError
from lib.images import answers, making, sources
from lib.images.answers import VARIANTS, Optimized, Resized
from lib.images.choosing import accepted
from lib.images.formats import MEDIA_TYPES, TARGETS, Target
from lib.images.making import Made
from lib.images.models import Info, Order, Quality, Size
from lib.images.store import media_type, store
from lib.images.workers import Workers
from lib.keys import Caller
from lib.ledger import jobs
from lib.ledger.jobs import Job
from lib.settings import settings
from lib.wire import Text, Wire

routes = APIRouter(prefix="/images", tags=["Images"])
_MAY_READ = [Depends(needs("read"))]
_FOREVER = "public, max-age=31536000, immutable"
_MOST_SIZES = 20
# By name: to import the shapes of all jobs would make every replica import all that jobs do.
_A_JOB: dict[str, Any] = {
    "description": "A job that does it",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ImageBatchJob"}}},
}


def service() -> "Images":
    """What belongs to this replica; tests put their own here."""
    found: Images = replica()
    return found


Service = Annotated["Images", Depends(service)]
Format = Annotated[
    Target | Literal["auto"],
    Query(description="`auto`: what suits the image, of the formats that `Accept` names"),
]
AnyQuality = Annotated[
    Quality, Query(description="1 to 100; `auto`: the lowest at which no difference is seen")
]
Inline = Annotated[bool, Query(description="Send the images in base64 instead of their URLs")]
Accept = Annotated[str, Header(include_in_schema=False)]


class Sizes(Wire):
    """What to make of an image."""

    sizes: Annotated[list[Size], Field(min_length=1, max_length=_MOST_SIZES)]
    format: Target | Literal["auto"] = "auto"
    quality: Quality = "auto"


class BatchItem(Wire):
    """What became of one file of a batch."""

    index: int
    name: Annotated[str, Field(description="As the form has it")]
    status: Literal["ok", "failed"]


class BatchOk(Optimized, BatchItem):
    """A file that was optimized."""

    status: Literal["ok"] = "ok"


class BatchFailed(BatchItem):
    """A file that wasn't, and why."""

    status: Literal["failed"] = "failed"
    problem: Problem


class Batch(Wire):
    """What became of each file, in the order they came in."""

    results: list[Annotated[BatchOk | BatchFailed, Field(discriminator="status")]]
    processed: int
    failed: int


@routes.post(
    "/optimize",
    dependencies=WRITE,
    response_model_exclude_none=True,
    openapi_extra=body_schema(),
)
async def optimize_image(
    request: Request,
    here: Service,
    format: Format = "auto",  # noqa: A002
    quality: AnyQuality = "auto",
    inline: Inline = False,
    accept: Accept = "",
) -> Optimized:
    """An image in three sizes for the web, upright, and never larger than it was.

    Metadata goes, but for the statement that a model or program has made it, if that is there.
    """
    came = await upload(request)
    order = _variants(format, quality, accept)
    return await run_sync(here.optimize, came.content, order, inline)


@routes.post(
    "/batch-optimize",
    dependencies=WRITE,
    response_model=Batch,
    response_model_exclude_none=True,
    responses={202: _A_JOB},
)
def optimize_images(
    request: Request,
    files: list[UploadFile],
    here: Service,
    db: Db,
    who: Who,
    format: Format = "auto",  # noqa: A002
    quality: AnyQuality = "auto",
    later: Annotated[bool, Query(alias="async", description="Answer with a job at once")] = False,
    accept: Accept = "",
) -> Batch | Response:
    """Several images; what can't be used says why, and doesn't hold up the others.

    More than a hundred are done by a job `image-batch`, whose items have the answers.
    """
    if later or len(files) > MOST_FILES:
        return accepted_job(_job(db, who, files, format, quality))
    order = _variants(format, quality, accept)

    def one(file: UploadFile) -> Optimized | MealPrepError:
        try:
            return here.optimize(uploads.read(file), order, False)
        except MealPrepError as error:
            return error

    # As many files are in memory as can be worked on; the others wait on the disk.
    with ThreadPoolExecutor(here.workers.many) as threads:
        done = list(threads.map(one, files))
    return _batch(files, done, request.url.path)


def _batch(files: list[UploadFile], done: list[Optimized | MealPrepError], path: str) -> Batch:
    results: list[BatchOk | BatchFailed] = []
    for place, (file, found) in enumerate(zip(files, done, strict=True)):
        item = {"index": place, "name": (file.filename or "").encode(errors="replace").decode()}
        if isinstance(found, MealPrepError):
            results.append(BatchFailed(**item, problem=problems.of(found, path)))
        else:
            results.append(BatchOk(**item, **dict(found)))
    failed = sum(result.status == "failed" for result in results)
    return Batch(results=results, processed=len(results) - failed, failed=failed)


def _job(
    db: Session,
    who: Caller,
    files: list[UploadFile],
    form: Target | Literal["auto"],
    quality: Quality,
) -> Job:
    """A job for files that are kept until it has done them."""
    folder, prefix = uuid.uuid4().hex, ""
    for place, file in enumerate(files):
        prefix = store().stage(folder, uploads.staged_name(place, file), file.file)
    args = image_batch.Args(prefix=prefix, format=form, quality=quality)
    kind = registry.kind("image-batch")
    return jobs.get(db, jobs.enqueue(db, kind, args.model_dump(mode="json"), user_id=who.user_id))


@routes.post(
    "/resize",
    dependencies=WRITE,
    response_model_exclude_none=True,
    openapi_extra=body_schema(Sizes),
)
async def resize_image(
    request: Request, here: Service, inline: Inline = False, accept: Accept = ""
) -> Resized:
    """An image in sizes of one's own: fitted into a box, cut to it, or with its rest filled up."""
    came = await upload(request, tuple(Sizes.model_fields))
    asked = uploads.validated(Sizes, came.said)
    order = Order(sizes=asked.sizes, format=asked.format, quality=asked.quality, accept=accepted(accept))
    return await run_sync(here.resize, came.content, order, inline)


@routes.post(
    "/convert",
    dependencies=WRITE,
    response_model_exclude_none=True,
    response_model=Resized,
    responses={
        200: {
            "description": "The image; JSON if inline",
            "content": {MEDIA_TYPES[name]: {} for name in TARGETS},
        }
    },
    openapi_extra=body_schema(),
)
async def convert_image(
    request: Request,
    here: Service,
    format: Format,  # noqa: A002
    quality: AnyQuality = "auto",
    inline: Inline = False,
    accept: Accept = "",
) -> Resized | Response:
    """An image in another format, as large as it is; an animation stays one if the format moves."""
    came = await upload(request)
    order = Order(format=format, quality=quality, accept=accepted(accept))
    if inline:
        return await run_sync(here.resize, came.content, order, True)
    made = await run_sync(here.make, came.content, order)
    return await run_sync(_file, made.names[0], "")


@routes.get("/info", dependencies=_MAY_READ)
async def get_info(
    url: Annotated[Text, Query(min_length=1)],
    here: Service,
    gps: Annotated[bool, Query(description="Tell where it was taken, too")] = False,
) -> Info:
    """What the header of the image at a public URL says."""
    content = await run_sync(sources.fetched, url)
    return await run_sync(here.info, content, gps)


@routes.post("/info", dependencies=_MAY_READ, openapi_extra=body_schema())
async def post_info(
    request: Request,
    here: Service,
    gps: Annotated[bool, Query(description="Tell where it was taken, too")] = False,
) -> Info:
    """What an image's header says."""
    came = await upload(request)
    return await run_sync(here.info, came.content, gps)


@routes.get(
    "/files/{name}",
    dependencies=_MAY_READ,
    response_class=Response,
    responses={200: {"content": {"image/*": {}}}, 206: {"description": "A range"}, 304: {}},
)
def get_file(
    name: Annotated[Text, Path(examples=["{sha256}.webp"])],
    if_none_match: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """An image that was made. Its name is its content's, so it never changes; ranges are served."""
    return _file(name, if_none_match)


def _file(name: str, known: str) -> Response:
    path = store().path(name)
    etag = f'"{name.partition(".")[0]}"'
    headers = {"ETag": etag, "Cache-Control": _FOREVER, "X-Content-Type-Options": "nosniff"}
    if known.strip() == "*" or etag in known:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=media_type(name))


def _variants(form: Target | Literal["auto"], quality: Quality, accept: str) -> Order:
    return Order(sizes=VARIANTS, format=form, quality=quality, accept=accepted(accept), placeholder=True)


def api() -> FastAPI:
    """The app, also without Serve."""
    return create_app(routes, max_body_bytes=settings().image_batch_bytes)


class Images(Replica):
    """A replica of this service, with decoding processes of its own."""

    def __init__(self) -> None:
        self.workers = Workers()
        self.workers.start()

    def make(self, content: bytes, order: Order) -> Made:
        """What is ordered of an image; see `making.make`."""
        return making.make(self.workers, store(), content, order)

    def optimize(self, content: bytes, order: Order, inline: bool) -> Optimized:
        """An order of `VARIANTS`, answered."""
        return answers.optimized(self.make(content, order), store(), inline=inline)

    def resize(self, content: bytes, order: Order, inline: bool) -> Resized:
        """Any other order, answered."""
        return answers.resized(self.make(content, order), store(), inline=inline)

    def info(self, content: bytes, position: bool) -> Info:
        """What an image's header says."""
        return self.workers.info(content, position=position)

    def __del__(self) -> None:
        self.workers.close()


app = application(api, Images)
