"""Drawing that goes wrong, for processes apart."""

import os
import time

from reportlab.platypus.doctemplate import LayoutError

from lib.reports.document import Rendered


def well(data, paper):
    """Draws what it is given."""
    return Rendered(f"{data} on {paper}".encode(), 1, {})


def forever(_data, _paper):
    """Doesn't end."""
    while True:
        time.sleep(0.1)


def crashing(_data, _paper):
    """Takes its process with it."""
    os._exit(3)


def once(data, _paper):
    """Takes its process with it the first time."""
    try:
        os.mkdir(data)  # noqa: PTH102
    except FileExistsError:
        return Rendered(b"at last", 1, {})
    os._exit(3)


def greedy(_data, _paper):
    """Wants all memory there is."""
    return Rendered(bytes(8 * 2**30), 1, {})


def waiting(data, _paper):
    """Ends when the file is there."""
    while not os.path.exists(data):  # noqa: PTH110
        time.sleep(0.02)
    return Rendered(b"done", 1, {})


def misshapen(_data, _paper):
    """Fits no page."""
    raise LayoutError("Flowable too large")


class Swelling:
    """Takes all memory there is when it is received."""

    def __reduce__(self):
        return bytes, (8 * 2**30,)
