"""Typefaces that come with wheels: which of them has a character, and a weight of it as a file.

Noto Sans and what it lacks in other scripts, Noto Emoji and Noto Sans Symbols come with `manimgx-fonts`,
Noto Sans for Chinese, Japanese and Korean with `justmytype-intl-cjk`, Source Serif with
`fontpkg-source-serif-4`, all under the SIL Open Font License; DejaVu Sans with matplotlib.

They are variable fonts. Many programs, ReportLab and matplotlib among them, know only their default, so
other weights are made once and kept in `cache/fonts` of MEALPREP_HOME. Making a weight of a Chinese
typeface takes 26 s for its 30,000 characters and 0.5 s for 300, so of these only what is wanted is made.
"""

import hashlib
import io
import re
import secrets
import tempfile
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Literal

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from lib.settings import settings

Family = Literal["sans", "serif"]
Weight = Literal["regular", "bold", "italic"]

MISSING = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that no typeface has."""

# Tables of shaping and of other directions; without them a weight is made in a quarter of the time.
_UNUSED = "GSUB GPOS GDEF STAT BASE VORG vmtx vhea VVAR HVAR MVAR DSIG".split()
_WEIGHTS = {"regular": 400, "bold": 700}


@dataclass(frozen=True)
class Face:
    """A typeface.

    Args:
        name: its PostScript name, without the weight.
        package, file: where it is.
        default: the weight that the file has as it is; 0 for none of ours.
        weights: those that can be had.
        large: whether only wanted characters are made.
    """

    name: str
    package: str
    file: str
    default: int = 400
    weights: tuple[Weight, ...] = ("regular", "bold")
    large: bool = False

    @property
    def source(self) -> Path:
        """The file as it came."""
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError(f"The package {self.package} is not installed.")
        return Path(spec.submodule_search_locations[0]) / self.file


def _noto(script: str = "") -> Face:
    return Face(f"NotoSans{script}", "manimgx_fonts", f"NotoSans{script}[wght].ttf")


def _cjk(country: str) -> Face:
    file = f"fonts/ofl/notosans{country.lower()}/NotoSans{country}[wght].ttf"
    return Face(f"NotoSans{country}", "justmytype_intl_cjk", file, default=0, large=True)


SANS = _noto()
SANS_ITALIC = Face("NotoSansItalic", "manimgx_fonts", "NotoSans-Italic[wght].ttf", weights=("italic",))
SERIF = Face("SourceSerif", "fontpkg_source_serif_4", "files/SourceSerif4[opsz,wght].ttf")
DEJAVU = Face("DejaVuSans", "matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf", weights=("regular",))
EMOJI = Face("NotoEmoji", "manimgx_fonts", "NotoEmoji[wght].ttf")
_SCRIPTS = tuple(
    map(
        _noto,
        "Hebrew Arabic Devanagari Thai Bengali Tamil Telugu Gujarati Gurmukhi Kannada Malayalam Sinhala "
        "Oriya Georgian Armenian Ethiopic Khmer Lao Myanmar".split(),
    )
)
_SIMPLIFIED, _TRADITIONAL, _JAPANESE, _KOREAN = map(_cjk, ("SC", "TC", "JP", "KR"))

_NO_BREAK = "\N{NO-BREAK SPACE}"
_EMOJI = 0x1F000
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0000, 0xE0200))
# Hangul's letters, ideographs with all that belongs to them, Hangul, full-width forms.
_EAST_ASIAN = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003347f]"
)


def runs(text: str, family: Family = "sans", weight: Weight = "regular") -> list[tuple[Face, str]]:
    """The text in parts, each with the typeface that has all of its characters.

    Characters that show nothing are left out; what no typeface has is shown as `MISSING`.
    """
    first = face_of(family, weight)
    if _plain(first).issuperset(text):
        return [(first, text)] if text else []
    clean = shown(text)
    order = _east_asian_order(clean)
    found = [_found(char, first, order) for char in clean]
    return [
        (face, "".join(char for _, char in group))
        for face, group in groupby(found, key=lambda pair: pair[0])
    ]


_BASMALA = (
    "\u0628\u0633\u0645 \u0627\u0644\u0644\u0647 "
    "\u0627\u0644\u0631\u062d\u0645\u0646 \u0627\u0644\u0631\u062d\u064a\u0645"
)
_PHRASES = {0xFDFD: _BASMALA}
"""What a character that is a whole phrase says; FreeType can't draw it large."""


def shown(text: str) -> str:
    """The text composed, without control characters, joiners, selectors and skin tones.

    A character that is a whole phrase is written out.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text.translate(_PHRASES))
    return "".join(_spaced(char) for char in composed if not _is_silent(char))


def is_east_asian(text: str) -> bool:
    """Whether any of it is Chinese, Japanese or Korean: only then a large typeface is needed."""
    return _EAST_ASIAN.search(text) is not None


def data(face: Face, weight: Weight, characters: Collection[str] = ()) -> bytes:
    """A typeface's weight as a TrueType file without variations; the same bytes for the same arguments.

    Args:
        characters: those it must have; only looked at for large typefaces.
    """
    if face.large:
        return _large(face, weight, frozenset(characters))
    return path(face, weight).read_bytes()


def path(face: Face, weight: Weight) -> Path:
    """The same as a file, of a typeface that isn't large.

    Two processes at once may both make it; the files are equal, and each takes its place in one step.
    """
    if face.large:
        raise ValueError(f"{face.name} is made for the characters wanted; take its data.")
    weight = weight if weight in face.weights else face.weights[0]
    if face.default == _WEIGHTS.get(weight, 400):
        return face.source
    return _made(face, weight)


@lru_cache
def _made(face: Face, weight: Weight) -> Path:
    digest = hashlib.sha256(face.source.read_bytes()).hexdigest()[:12]
    name = f"{face.name}-{weight}-{digest}.ttf"
    kept = settings().home / "cache" / "fonts" / name
    if kept.is_file():
        return kept
    content = _instance(face, weight, None)
    try:
        return _written(kept, content)
    except OSError:  # a read-only home: for this process only
        return _written(Path(_scratch().name) / name, content)


@lru_cache
def _scratch() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="mealprep-fonts-")


def _written(target: Path, content: bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


@lru_cache(16)
def _large(face: Face, weight: Weight, characters: frozenset[str]) -> bytes:
    return _instance(face, weight, characters)


def _instance(face: Face, weight: Weight, characters: frozenset[str] | None) -> bytes:
    font = TTFont(face.source, lazy=True, recalcTimestamp=False)
    for table in _UNUSED:
        if table in font:
            del font[table]
    if characters is not None:
        options = Options(notdef_outline=True, hinting=False, layout_features=[])
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[*map(ord, characters), ord(" ")])
        subsetter.subset(font)
    axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
    instancer.instantiateVariableFont(font, axes | {"wght": _WEIGHTS[weight]}, inplace=True)
    for record in font["name"].names:
        if record.nameID == 6:
            record.string = _postscript_name(face, weight, characters)
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def _postscript_name(face: Face, weight: Weight, characters: frozenset[str] | None) -> str:
    # Programs take fonts of one name for one font.
    if characters is None:
        return f"{face.name}-{weight.title()}"
    digest = hashlib.sha256("".join(sorted(characters)).encode()).hexdigest()[:8]
    return f"{face.name}-{weight.title()}-{digest}"


def face_of(family: Family, weight: Weight) -> Face:
    """The typeface that has most of a text of that family and weight."""
    if family == "serif":
        return SERIF
    return SANS_ITALIC if weight == "italic" else SANS


@lru_cache
def _covered(face: Face) -> frozenset[int]:
    with TTFont(face.source, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache
def _plain(face: Face) -> frozenset[str]:
    """The face's characters that are shown as they are, whatever stands beside them."""
    characters = map(chr, _covered(face))
    return frozenset(
        char for char in characters if not (_is_silent(char) or unicodedata.category(char)[0] in "MZC")
    ) | {" ", _NO_BREAK}


def _spaced(char: str) -> str:
    return " " if char.isspace() and char != _NO_BREAK else char


def _found(char: str, first: Face, east_asian: tuple[Face, ...]) -> tuple[Face, str]:
    for face in _candidates(char, first, east_asian):
        if ord(char) in _covered(face):
            return face, char
    return SANS, MISSING


def _candidates(char: str, first: Face, east_asian: tuple[Face, ...]) -> Iterator[Face]:
    yield first
    yield SANS
    if is_east_asian(char):
        yield from east_asian
    elif ord(char) >= _EMOJI:
        yield EMOJI
    else:
        yield from _SCRIPTS
    yield DEJAVU
    yield EMOJI
    yield _noto("Symbols")


def _east_asian_order(text: str) -> tuple[Face, ...]:
    """By language, since one code point looks different in each: kana is Japanese, Hangul Korean."""
    names = {unicodedata.name(char, "").partition(" ")[0] for char in text if is_east_asian(char)}
    if names & {"HIRAGANA", "KATAKANA"}:
        return _JAPANESE, _SIMPLIFIED, _TRADITIONAL, _KOREAN
    if "HANGUL" in names:
        return _KOREAN, _TRADITIONAL, _SIMPLIFIED, _JAPANESE
    if any(_is_traditional(char) for char in text):
        return _TRADITIONAL, _SIMPLIFIED, _JAPANESE, _KOREAN
    return _SIMPLIFIED, _TRADITIONAL, _JAPANESE, _KOREAN


@lru_cache(4096)
def _is_traditional(char: str) -> bool:
    """Whether Taiwan's standard has the character and mainland China's hasn't."""
    return (
        is_east_asian(char)
        and char.encode("gb2312", "ignore") == b""
        and char.encode("big5", "ignore") != b""
    )


@lru_cache(65536)
def _is_silent(char: str) -> bool:
    code = ord(char)
    if code in _SKIN_TONES or any(code in block for block in _SELECTORS):
        return True
    category = unicodedata.category(char)
    return category in ("Cf", "Cs") or (category == "Cc" and not char.isspace())
