"""A decoding process: `python -m lib.images.worker FD MEMORY_MB PARENT`, see `lib.images.workers`.

What a hostile picture can do here is to crash or to hang: the process has no secrets, little memory, and
somebody who ends it when it takes too long.
"""

import os
import resource
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection

import cv2
import psutil

from lib.images.tasks import TASK, perform

_OWN_MB = 768
"""Virtual memory that the libraries and thread stacks take before any picture."""
_RETIRES_AT = 512 * 2**20
"""Bytes of resident memory at which a fresh process takes over, so that peaks aren't kept."""


def main() -> None:
    """Do one task after the other until nobody asks any more."""
    connection, memory_mb = Connection(int(sys.argv[1])), int(sys.argv[2])
    threading.Thread(target=_end_with, args=(int(sys.argv[3]),), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = (memory_mb + _OWN_MB) * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    cv2.setNumThreads(1)  # there is a process for each core
    myself = psutil.Process()
    try:
        while True:
            task, data = TASK.validate_json(connection.recv_bytes()), connection.recv_bytes()
            done, pictures = perform(task, data)
            del data
            done.retires = myself.memory_info().rss > _RETIRES_AT
            connection.send_bytes(done.model_dump_json().encode())
            for picture in pictures:
                connection.send_bytes(picture)
            del pictures
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _end_with(parent: int) -> None:
    """A decoder that hangs must not outlive those who would end it."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main()
