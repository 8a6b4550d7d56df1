"""What every request passes before a route sees it, as plain ASGI."""

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments import problems
from lib.errors import MealPrepError
from lib.keys import Caller
from lib.logs import request_id

logger = logging.getLogger("mealprep.http")

_ID = re.compile(r"[ -~]{1,200}")

Observe = Callable[[str, str, int, float], None]
"""Called after each request with route template, method, status and seconds."""


class RequestContext:
    """Gives each request an id, a log line and metrics, and turns a fault of ours into a 500.

    Args:
        app: what comes next.
        observe: see there.
        send_id: whether to send the id back; in a replica Serve does.
    """

    def __init__(self, app: ASGIApp, observe: Observe, send_id: bool) -> None:
        self._app = app
        self._observe = observe
        self._send_id = send_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Serve mounts an application under its prefix; our routes are written with whole paths.
        scope["root_path"] = ""
        given = Headers(scope=scope).get("x-request-id", "")
        identifier = given if _ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(identifier)
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if self._send_id or not given:
                    MutableHeaders(scope=message)["X-Request-Id"] = identifier
            await send(message)

        try:
            if given not in ("", identifier):
                detail = "X-Request-Id must be 1 to 200 printable ASCII characters."
                await problems.response(400, detail, scope["path"])(scope, receive, send_with_id)
            else:
                await self._app(scope, receive, send_with_id)
        except Exception:
            logger.exception("Unexpected error", extra={"path": scope["path"]})
            if not status:
                await problems.unexpected(scope["path"])(scope, receive, send_with_id)
        finally:
            self._finish(scope, status, time.perf_counter() - started)
            request_id.reset(token)

    def _finish(self, scope: Scope, status: int, seconds: float) -> None:
        template = getattr(scope.get("route"), "path", "unknown")
        self._observe(template, scope["method"], status, seconds)
        logger.info(
            "request",
            extra={
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "ms": round(seconds * 1000, 2),
            },
        )


class KeyFirst:
    """Refuses a request without a valid key before anything of its body is read.

    Args:
        app: what comes next.
        authenticate: the caller by the `Authorization` header's value; raises when there is none.
        public: paths for everybody; one that ends in "/" stands for all below it.
    """

    def __init__(
        self, app: ASGIApp, authenticate: Callable[[str], Awaitable[Caller]], public: frozenset[str]
    ) -> None:
        self._app = app
        self._authenticate = authenticate
        self._exact = public
        self._below = tuple(path for path in public if path.endswith("/") and path != "/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path in self._exact or path.startswith(self._below):
            await self._app(scope, receive, send)
            return
        try:
            header = Headers(scope=scope).get("authorization", "")
            scope.setdefault("state", {})["caller"] = await self._authenticate(header)
        except (MealPrepError, SQLAlchemyError) as error:
            await problems.expected(error, path)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class InFlightLimit:
    """Answers 429 while the replica already works on as many requests as it may.

    Args:
        app: what comes next.
        limit: requests at once.
        exempt: paths that are answered all the same.
    """

    def __init__(self, app: ASGIApp, limit: int, exempt: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._limit = limit
        self._exempt = exempt
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._exempt:
            await self._app(scope, receive, send)
            return
        if self._in_flight >= self._limit:
            answer = problems.response(
                429,
                "Too many requests at once; try again shortly.",
                scope["path"],
                headers={"Retry-After": "1"},
            )
            await answer(scope, receive, send)
            return
        self._in_flight += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_flight -= 1


class BodyLimit:
    """Refuses a body above the limit, by its declared length or while it streams in.

    Args:
        app: what comes next.
        limit: bytes.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        detail = f"The body is larger than {self._limit} bytes."
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._limit:
            # The rest of the body is never read, so the connection can't be used again.
            answer = problems.response(413, detail, scope["path"], headers={"Connection": "close"})
            await answer(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise HTTPException(413, detail)
            return message

        await self._app(scope, counted, send)
