"""What a decoding process is asked and answers, as JSON with pictures behind it."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from lib.errors import Invalid
from lib.images import headers, pipeline
from lib.images.limits import Limits
from lib.images.models import Info, Order, Report
from lib.wire import Wire


class Render(Wire):
    """Make pictures of one."""

    kind: Literal["render"] = "render"
    order: Order
    limits: Limits


class Look(Wire):
    """Say what the header says; `position`: where it was taken, too."""

    kind: Literal["look"] = "look"
    position: bool


class Done(Wire):
    """What came of it; the pictures of a report follow."""

    report: Report | None = None
    info: Info | None = None
    refused: str = ""
    retires: bool = False


Task = Annotated[Render | Look, Field(discriminator="kind")]
TASK: TypeAdapter[Task] = TypeAdapter(Task)


def perform(task: Task, data: bytes) -> tuple[Done, list[bytes]]:
    """Do it; what is wrong with the picture is an answer, too."""
    try:
        if isinstance(task, Render):
            report, pictures = pipeline.render(data, task.order, task.limits)
            return Done(report=report), pictures
        image = headers.open_image(data)
        return Done(info=headers.info(data, image, position=task.position)), []
    except Invalid as problem:
        return Done(refused=problem.detail), []
    except MemoryError:
        return Done(refused="The image takes more memory than is allowed."), []
