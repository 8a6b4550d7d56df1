"""Fetches a URL on a caller's behalf, from the public internet and nowhere else."""

import io
import re
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from lib.addresses import Address, is_public, resolve
from lib.errors import Invalid, Unavailable
from lib.settings import settings

MOST_REDIRECTS = 5

LONGEST_URL = 8192
"""Encoded characters; such a request fits the socket's buffer, so that sending it never waits."""

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
"""No "%": it would bring zone ids, and bytes that the resolver may read otherwise than we do."""

_REDIRECTS = (301, 302, 303, 307, 308)
_NOWHERE = (404, 410)


@dataclass(frozen=True)
class Fetched:
    """What a URL answered with.

    Args:
        content: the body, unpacked.
        media_type: in lower case, without parameters.
        url: where it was found, after redirects.
    """

    content: bytes
    media_type: str
    url: str


def fetch(url: str, *, most_bytes: int, timeout_s: float, accept: str = "*/*") -> Fetched:
    """Get a URL of a public host, following redirects, each of them checked as the first.

    Args:
        most_bytes: longest body that is taken, counted unpacked.
        timeout_s: longest time for everything together, redirects included.
        accept: the media types that are asked for.

    Raises:
        Invalid: the URL, where it leads or what it answers can't be used.
        Unavailable: the host or its name's servers don't answer, or not in time.
    """
    deadline = _Deadline(timeout_s)
    location, before = url, None
    for redirects in range(MOST_REDIRECTS + 1):
        try:
            target = _target(location, before)
            answer = _get(target, accept, most_bytes, deadline)
        except Invalid as error:
            if redirects:
                raise Invalid(f"After a redirect: {error.detail}") from error
            raise
        if isinstance(answer, Fetched):
            return answer
        location, before = answer, target
    raise Invalid(f"The URL redirects more than {MOST_REDIRECTS} times.")


class _Deadline:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Seconds, more than 0; raises TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left if at_most is None else min(left, at_most)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline, however often something arrives."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _PinnedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were checked, never to a name, which might resolve otherwise by now."""

    def __init__(self, addresses: list[Address], deadline: _Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for index, address in enumerate(self._addresses):
            # A share of the time for each, so that one that is silent leaves some for the next.
            patience = self._deadline.left(timeout) / (len(self._addresses) - index)
            try:
                stream = self._backend.connect_tcp(
                    str(address), port, patience, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


@lru_cache
def _tls() -> ssl.SSLContext:
    # The system's authorities too, so that `SSL_CERT_FILE` can name those of a private network.
    return httpcore.default_ssl_context()


def _target(location: str, before: httpx.URL | None) -> httpx.URL:
    """A URL, or a redirect's location, once everything but its addresses is checked."""
    try:
        url = before.join(location) if before else httpx.URL(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise Invalid("The URL can't be read.") from error
    if len(str(url)) > LONGEST_URL:
        raise Invalid(f"The URL is longer than {LONGEST_URL} characters.")
    if url.scheme not in _PORTS:
        raise Invalid("The URL must start with http:// or https://.")
    if before and before.scheme == "https" and url.scheme == "http":
        raise Invalid("The URL leads from https to http.")
    if url.userinfo:
        raise Invalid("The URL must not hold a user name or password.")
    if not _HOST.fullmatch(url.raw_host.decode("ascii")):
        raise Invalid("The URL names no host that can be asked.")
    return url


def _checked_addresses(url: httpx.URL, deadline: _Deadline) -> list[Address]:
    """The host's addresses, all of which may be reached at the URL's port."""
    allowed = settings().fetch_allow
    addresses = resolve(url.raw_host.decode("ascii"), deadline.left())
    outside = [each for each in addresses if not any(each in network for network in allowed)]
    # One that isn't public condemns all: honest names don't mix them, and which one a connection
    # takes would otherwise be chance.
    if not all(map(is_public, outside)):
        raise Invalid("The URL leads to an address that isn't public.")
    # Stores in a network that the operator has allowed listen where they like.
    if outside and url.port not in (None, *_PORTS.values()):
        raise Invalid("The URL's port must be 80 or 443.")
    return addresses


def _get(url: httpx.URL, accept: str, most_bytes: int, deadline: _Deadline) -> Fetched | str:
    """What the URL answers with, or the location that it redirects to."""
    host = url.netloc.decode("ascii")
    try:
        return _exchange(url, accept, most_bytes, deadline)
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise Unavailable(f"{host} took longer than {deadline.seconds:g} seconds.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        if isinstance(error.__cause__, ssl.SSLCertVerificationError):
            raise Invalid(f"The certificate of {host} isn't valid.") from error
        raise Unavailable(f"{host} can't be reached, or broke off its answer.") from error


def _exchange(url: httpx.URL, accept: str, most_bytes: int, deadline: _Deadline) -> Fetched | str:
    # httpcore rather than httpx's client, which takes no network backend but through private attributes.
    # The name stays in the URL, hence in SNI, in the check of the certificate and in Host. httpcore
    # knows no proxies, cookies, .netrc or redirects either.
    backend = _PinnedBackend(_checked_addresses(url, deadline), deadline)
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    headers: dict[bytes | str, bytes | str] = {
        "Host": url.netloc.decode("ascii"),  # httpcore's own lacks the brackets of IPv6
        "User-Agent": "MealPrep360",
        "Accept": accept,
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    with (
        httpcore.HTTPConnection(target.origin, _tls(), network_backend=backend) as connection,
        connection.stream("GET", target, headers=headers) as response,
    ):
        said = httpx.Headers(response.headers)
        if response.status in _REDIRECTS and "Location" in said:
            return said["Location"]
        _check_status(response.status)
        if int(said.get("Content-Length", 0)) > most_bytes:
            raise _too_large(most_bytes)
        content = _unpacked(response.iter_stream(), said.get("Content-Encoding", ""), most_bytes)
        media_type = said.get("Content-Type", "application/octet-stream")
        return Fetched(content, media_type.partition(";")[0].strip().lower(), str(url))


def _check_status(status: int) -> None:
    if status in _NOWHERE:
        raise Invalid(f"There is nothing at the URL: it answers {status}.")
    if not httpx.codes.is_success(status):
        raise Invalid(f"The URL answers {status}.")


def _unpacked(body: Iterable[bytes], encoding: str, most_bytes: int) -> bytes:
    match encoding.strip().lower():
        case "" | "identity":
            pieces = body
        case "gzip" | "x-gzip":
            pieces = _gunzipped(body, most_bytes)
        case _:
            raise Invalid("The URL's answer has an encoding that wasn't asked for.")
    content = io.BytesIO()
    for piece in pieces:
        content.write(piece)
        if content.tell() > most_bytes:
            raise _too_large(most_bytes)
    return content.getvalue()


def _gunzipped(body: Iterable[bytes], most_bytes: int) -> Iterator[bytes]:
    # httpx would unpack whatever has arrived at once, and gzip within gzip: a few kilobytes could fill
    # the memory. A piece that reaches the limit here ends the answer, so its rest isn't needed.
    gunzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for chunk in body:
            yield gunzip.decompress(chunk, most_bytes + 1)
            if gunzip.unused_data:  # it would be collected without limit
                raise Invalid("The URL's answer goes on after its gzip has ended.")
    except zlib.error as error:
        raise Invalid("The URL's answer isn't the gzip that it says it is.") from error
    if not gunzip.eof:
        raise Invalid("The URL's answer is gzip that ends early.")


def _too_large(most_bytes: int) -> Invalid:
    return Invalid(f"The URL's answer is larger than {most_bytes} bytes.")
