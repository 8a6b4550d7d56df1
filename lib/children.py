"""Processes apart that do one thing for us: started without our secrets, and gone when we are."""

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection

from lib.settings import ROOT


class Child:
    """A process that runs `python -m MODULE FD MEMORY_MB PARENT` and is spoken with over a socket.

    Args:
        module: calls `serve` first.
        memory_mb: what it may allocate, as `serve` takes it.
        environment: further variables; of ours it sees none but the usual ones.
    """

    def __init__(
        self, module: str, memory_mb: int, environment: Mapping[str, str] | None = None
    ) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603
                [
                    sys.executable,
                    "-m",
                    module,
                    *map(str, (theirs.fileno(), memory_mb, os.getpid())),
                ],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env={k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "HOME")}
                | dict(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self.connection = Connection(ours.detach())

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def end(self) -> None:
        """Kill it, if it still is there."""
        self.connection.close()
        self._process.kill()
        self._process.wait()


def serve(own_mb: int) -> Connection:
    """Called first in such a process: its limits, and the connection to who has started it.

    Args:
        own_mb: virtual memory that libraries and stacks take before any work.
    """
    connection, memory_mb = Connection(int(sys.argv[1])), int(sys.argv[2])
    threading.Thread(target=_end_with, args=(int(sys.argv[3]),), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = (memory_mb + own_mb) * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    return connection


def _end_with(parent: int) -> None:
    """A process that hangs must not outlive those who would end it."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
