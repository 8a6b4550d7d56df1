"""Files that are made for one caller: written while somebody waits, sent, and gone."""

import asyncio
import base64
import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from anyio.to_thread import run_sync
from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from lib.errors import Conflict
from lib.tabular.files import Written

T = TypeVar("T")

_CHUNK = 256 * 1024


class Download(Response):
    """A file as an attachment, with what it takes to see that it came whole; it is closed in any case.

    Args:
        written: what is sent.
        filename: in plain letters.
        headers: further ones.
    """

    def __init__(
        self, written: Written, media_type: str, filename: str, headers: Mapping[str, str]
    ) -> None:
        self._file = written.file
        size, rows, sha256 = written.whole
        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        whole = {
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{filename}"',
            "X-Row-Count": str(rows),
            "X-Content-SHA256": sha256,
            "Repr-Digest": f"sha-256=:{digest}:",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        super().__init__(headers=whole | dict(headers), media_type=media_type)

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            while chunk := await run_sync(self._file.read, _CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._file.close()


async def while_wanted(request: Request, work: Callable[[Callable[[], None]], T]) -> T:
    """Do blocking work in a thread, as long as the caller waits for it.

    Args:
        work: is given a function to call now and then, which raises when the caller has gone.
    """
    gone = threading.Event()

    def check() -> None:
        if gone.is_set():
            raise Conflict("Nobody waits for this any more.")

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    watching = asyncio.create_task(watch())
    try:
        return await run_sync(work, check)
    finally:
        watching.cancel()
        gone.set()  # where the request itself was cancelled, the thread still runs
