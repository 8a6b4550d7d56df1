"""What is done to a picture, step by step."""

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from PIL import Image

from lib.errors import Invalid
from lib.images import (
    choosing,
    colour,
    decoding,
    focus,
    headers,
    limits,
    scaling,
    stripping,
    writing,
)
from lib.images.decoding import Frame, Pixels
from lib.images.encoding import ANIMATED
from lib.images.formats import TARGETS, Target
from lib.images.headers import Header
from lib.images.limits import Limits
from lib.images.models import Order, Original, Rendered, Report
from lib.images.orientation import upright
from lib.images.origins import Origin
from lib.images.placeholder import placeholder
from lib.images.scaling import CENTER, Plan, Point
from lib.images.writing import Kept, Wish

Answer = tuple[Rendered, bytes]

_ENCODERS = ThreadPoolExecutor(3, "encode")


@dataclass(slots=True)
class Work:
    """A picture on its way: each step fills in what the next ones need.

    Args:
        data: the file that came.
        frames: upright, as large as the largest size needs, in colors that need no more thought.
        versions: for each size its frames.
        answers: for each size what was made, with its content.
    """

    data: bytes
    order: Order
    limits: Limits
    image: Image.Image
    header: Header
    plans: list[Plan] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    target: Target = "webp"
    graphic: bool = False
    versions: list[list[Frame]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


def render(data: bytes, order: Order, allowed: Limits) -> tuple[Report, list[bytes]]:
    """Make of a picture what was ordered.

    Raises:
        Invalid: it is no picture, damaged, or beyond the limits.
    """
    image = headers.open_image(data)
    work = Work(data, order, allowed, image, headers.read(data, image))
    for step in STEPS:
        step(work)
    width, height = work.header.shown
    report = Report(
        original=Original(width=width, height=height, bytes=len(data), format=work.header.format),
        rendered=[made for made, _ in work.answers],
        placeholder=placeholder(work.frames[0].pixels) if order.placeholder else None,
    )
    return report, [content for _, content in work.answers]


def check_limits(work: Work) -> None:
    """Refuse what would take too much, before anything is decoded."""
    limits.check(work.data, work.header, work.limits)


def plan(work: Work) -> None:
    """How large each size becomes."""
    shown = work.header.shown
    work.plans = [scaling.plan(size, shown) for size in work.order.sizes] or [scaling.whole(shown)]
    frames = work.header.frames if _moves(work) else 1
    pixels = frames * sum(each.box[0] * each.box[1] for each in work.plans)
    if pixels > work.limits.megapixels * 1_000_000:
        many = f"{pixels / 1_000_000:.1f} megapixels"
        raise Invalid(f"These sizes have {many}; {work.limits.megapixels} are allowed.")


def decode(work: Work) -> None:
    """Decode no more pixels than the largest size needs, one frame after the other."""
    largest = max(work.plans, key=lambda each: each.scale)
    across, down = largest.scaled
    stored = (down, across) if work.header.orientation >= 5 else (across, down)
    found = decoding.frames(work.data, work.image, work.header, stored, animated=_moves(work))
    work.frames = [replace(frame, pixels=scaling.shrunk(frame.pixels, stored)) for frame in found]


def orient(work: Work) -> None:
    """Turn it upright."""
    if work.header.orientation != 1:
        work.frames = [
            replace(frame, pixels=upright(frame.pixels, work.header.orientation))
            for frame in work.frames
        ]


def settle_colors(work: Work) -> None:
    """sRGB, or a wide gamut with its profile."""
    settled = [(frame, colour.settled(frame.pixels, frame.icc)) for frame in work.frames]
    work.frames = [replace(frame, pixels=each.pixels, icc=each.profile) for frame, each in settled]


def choose_format(work: Work) -> None:
    """The format that was asked for, or the one that suits the picture."""
    first = work.frames[0].pixels
    work.graphic = work.header.format != "jpeg" and choosing.is_graphic(first)
    work.target = (
        work.order.format
        if work.order.format != "auto"
        else choosing.chosen(
            work.order.accept,
            graphic=work.graphic,
            alpha=choosing.has_alpha(first) or any(_is_padded(each) for each in work.plans),
            moving=len(work.frames) > 1,
            longest=max(max(each.box) for each in work.plans),
        )
    )
    if work.target not in ANIMATED:
        work.frames = work.frames[:1]


def scale(work: Work) -> None:
    """Each size from the next larger one, a light sharpening, and the cut around the focus."""
    point = _focus(work.frames[0].pixels, work.plans)
    made = [_sizes(frame, work.plans, point) for frame in work.frames]
    work.versions = [list(frames) for frames in zip(*made, strict=True)]


def encode(work: Work) -> None:
    """All sizes at once: encoders don't hold the interpreter's lock."""
    done: dict[Hashable, Future[Answer]] = {}
    for each, frames in zip(work.plans, work.versions, strict=True):
        if each.look not in done:
            done[each.look] = _ENCODERS.submit(writing.written, frames, _wish(work, each))
    work.answers = [done[each.look].result() for each in work.plans]


Step = Callable[[Work], None]
STEPS: tuple[Step, ...] = (
    check_limits,
    plan,
    decode,
    orient,
    settle_colors,
    choose_format,
    scale,
    encode,
)


def _moves(work: Work) -> bool:
    """Whether more than the first frame is wanted."""
    wanted = ANIMATED if work.order.format == "auto" else {work.order.format}
    return work.header.frames > 1 and bool(wanted & ANIMATED) and work.header.format != "heic"


def _is_padded(plan: Plan) -> bool:
    return plan.size.fit == "contain" and plan.box != plan.scaled


def _focus(pixels: Pixels, plans: Sequence[Plan]) -> Point:
    wanted = any(p.size.fit == "cover" and p.size.focus == "smart" for p in plans)
    return focus.smart(pixels) if wanted else CENTER


def _sizes(frame: Frame, plans: Sequence[Plan], point: Point) -> list[Frame]:
    made = []
    for each, pixels in zip(plans, scaling.scaled(frame.pixels, plans), strict=True):
        crisp = scaling.sharpened(pixels) if each.scale < 1 else pixels
        where = point if each.size.focus == "smart" else CENTER
        made.append(replace(frame, pixels=scaling.fitted(crisp, each, where)))
    return made


def _wish(work: Work, plan: Plan) -> Wish:
    return Wish(
        target=work.target,
        quality=work.order.quality,
        graphic=work.graphic,
        most=len(work.data),
        kept=_kept(work) if plan.box == work.header.shown else None,
        loops=work.header.loops,
        origin=_origin(work),
    )


def _origin(work: Work) -> Origin | None:
    return work.order.origin or work.header.origin


def _kept(work: Work) -> Kept | None:
    """What came, if it may be given back: upright, in colors and a format that serve."""
    header, order = work.header, work.order
    form = next((name for name in TARGETS if name == header.format), None)
    asked = form in order.accept if order.format == "auto" else form == order.format
    as_meant = header.orientation == 1 and header.mode != "CMYK" and work.frames[0].icc == header.icc
    if _origin(work):  # which the bare file wouldn't say
        return None
    if form is None or not asked or not as_meant or (header.frames > 1) != (len(work.frames) > 1):
        return None
    bare = stripping.stripped(work.data, form)
    return None if bare is None else Kept(form, bare)
