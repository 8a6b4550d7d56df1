"""A decoding process: `python -m lib.images.worker FD MEMORY_MB PARENT`, see `lib.images.workers`.

What a hostile picture can do here is to crash or to hang: the process has no secrets, little memory, and
somebody who ends it when it takes too long.
"""

import cv2
import psutil

from lib.children import serve
from lib.images.tasks import TASK, perform

_OWN_MB = 768
"""Virtual memory that the libraries and thread stacks take before any picture."""
_RETIRES_AT = 512 * 2**20
"""Bytes of resident memory at which a fresh process takes over, so that peaks aren't kept."""


def main() -> None:
    """Do one task after the other until nobody asks any more."""
    connection = serve(_OWN_MB)
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


if __name__ == "__main__":
    main()
