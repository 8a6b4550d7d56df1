"""A load generator that costs little of the two cores it shares with what it measures."""

import selectors
import socket
import statistics
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Requests per second, and percentiles of their time in milliseconds."""

    rate: float
    p50_ms: float
    p95_ms: float


class _Connection:
    """One keep-alive connection that sends the same request again and again."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._received = b""

    def send(self) -> None:
        self.sent_at = time.perf_counter()
        self._received = b""
        self.socket.sendall(self._request)

    def receive(self) -> bool:
        """Read what is there; whether the answer is complete."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self._received += chunk
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return False
        if b" 200 " not in head[:15]:
            raise ValueError(self._received[:500].decode(errors="replace"))
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        return len(body) >= length


def get(path: str, key: str = "") -> bytes:
    """A GET request's bytes."""
    auth = f"Authorization: Bearer {key}\r\n" if key else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{auth}\r\n".encode()


def measure(port: int, request: bytes, connections: int, seconds: float) -> Measured:
    """Send the request over so many connections, each waiting for its answer before the next."""
    ready = selectors.DefaultSelector()
    open_ones = [_Connection(port, request) for _ in range(connections)]
    for connection in open_ones:
        ready.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send()
    times: list[float] = []
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        for event, _ in ready.select(timeout=10):
            connection = event.data
            if connection.receive():
                times.append(time.perf_counter() - connection.sent_at)
                connection.send()
    took = time.perf_counter() - started
    for connection in open_ones:
        connection.socket.close()
    ordered = sorted(times)
    return Measured(
        rate=len(times) / took,
        p50_ms=statistics.median(ordered) * 1000,
        p95_ms=ordered[int(len(ordered) * 0.95)] * 1000,
    )
