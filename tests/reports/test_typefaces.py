"""Every character in a typeface that has it."""

import io
from concurrent.futures import ProcessPoolExecutor

import pytest
from fontTools.ttLib import TTFont

from lib import typefaces
from lib.settings import settings
from lib.typefaces import MISSING, SANS, SERIF

SCRIPTS = {
    "Latin": "Crème brûlée, ĳs, Łódź, Đồng",
    "fractions": "½ ⅓ ⅔ ¼ ¾ ⅛ ⅕",
    "boxes": "☐ ☑ ☒ ✓ • … – — “ ”",
    "Greek": "Μουσακάς",
    "Cyrillic": "Борщ и вареники",
    "Simplified Chinese": "红烧肉,麻婆豆腐。",
    "Traditional Chinese": "紅燒肉、臺灣滷肉飯",
    "Japanese": "とんかつカレー、卵焼き",
    "Korean": "김치찌개 비빔밥",
    "emoji": "🍕🥑🌶🍳🧄",
    "Hebrew": "שקשוקה",
    "Arabic": "شكشوكة",
    "Thai": "ต้มยำกุ้ง",
    "Devanagari": "पनीर टिक्का",
    "Armenian": "Խորոված",
    "Georgian": "ხაჭაპური",
    "Tamil": "இட்லி",
    "symbols": "→ ≥ ≤ ± × ° ℃ € ₹ ₿",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("family", ["sans", "serif"])
@pytest.mark.parametrize("weight", ["regular", "bold", "italic"])
def test_every_script_has_a_typeface(text, family, weight):
    parts = typefaces.runs(text, family, weight)
    assert "".join(part for _, part in parts) == typefaces.shown(text)
    assert MISSING not in "".join(part for _, part in parts)
    for face, part in parts:
        with TTFont(face.source, lazy=True) as font:
            assert set(map(ord, part)) <= font.getBestCmap().keys()


@pytest.mark.parametrize("script", ["Simplified Chinese", "emoji", "Thai", "Hebrew"])
@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_what_is_made_has_the_characters_and_no_variations(script, weight):
    text = SCRIPTS[script]
    for face, part in typefaces.runs(text):
        with TTFont(io.BytesIO(typefaces.data(face, weight, text))) as font:
            assert set(map(ord, part)) <= font.getBestCmap().keys()
            assert "glyf" in font


def test_languages_have_their_own_shapes_of_the_same_characters():
    faces = {
        script: {face.name for face, _ in typefaces.runs(SCRIPTS[script]) if face.large}
        for script in ("Simplified Chinese", "Traditional Chinese", "Japanese", "Korean")
    }
    assert faces == {
        "Simplified Chinese": {"NotoSansSC"},
        "Traditional Chinese": {"NotoSansTC"},
        "Japanese": {"NotoSansJP"},
        "Korean": {"NotoSansKR"},
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("e\u0301clair", "éclair"),
        ("a\x00b\x07c", "abc"),
        ("one\ttwo\nthree", "one two three"),
        ("👩🏽‍🍳", "👩🍳"),
        ("☑\ufe0f", "☑"),
        ("180\u00a0°C", "180\u00a0°C"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eevil", "evil"),
        ("lone \ud800 half", "lone  half"),
        ("", ""),
    ],
)
def test_what_shows_nothing_is_left_out(text, shown):
    assert typefaces.shown(text) == shown
    assert "".join(part for _, part in typefaces.runs(text)) == shown


def test_what_no_typeface_has_is_seen():
    assert typefaces.runs("a\ue123b") == [(SANS, f"a{MISSING}b")]
    assert [part for _, part in typefaces.runs("\U00013000")] == [MISSING]


def test_the_same_bytes_each_time():
    text = "红烧肉"
    face = typefaces.runs(text)[0][0]
    first = typefaces.data(face, "bold", text)
    typefaces._large.cache_clear()
    assert typefaces.data(face, "bold", "肉烧红") == first


def test_a_weight_is_made_once_also_by_two_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("MEALPREP_HOME", str(tmp_path))
    with ProcessPoolExecutor(2) as pool:
        made = [future.result() for future in [pool.submit(_made) for _ in range(2)]]
    assert made[0] == made[1]
    folder = tmp_path / "cache" / "fonts"
    assert len(list(folder.iterdir())) == 1


def _made() -> bytes:
    settings.cache_clear()
    typefaces._made.cache_clear()
    return typefaces.path(SERIF, "bold").read_bytes()


def test_a_home_that_cannot_be_written_to_will_do(tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setenv("MEALPREP_HOME", str(tmp_path))
    settings.cache_clear()
    typefaces._made.cache_clear()
    try:
        made = typefaces.path(SERIF, "bold")
        assert tmp_path not in made.parents
        assert made.is_file()
    finally:
        monkeypatch.undo()
        settings.cache_clear()
        typefaces._made.cache_clear()
