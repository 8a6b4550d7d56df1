"""Cards: whatever the title, its words stay in their box; the same recipe has the same card."""

import csv
import io
import os
import subprocess
import sys
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from lib import typefaces
from lib.ai import cards
from lib.ai.cards import motifs, sheet
from lib.ai.cards.compositions import COMPOSITIONS, season_mark, wreath
from lib.ai.cards.lettering import Block, Look, fitted
from lib.ai.cards.palettes import contrast, ink, palettes
from lib.boxes import Box
from lib.errors import Invalid
from lib.recipes import book
from lib.settings import ROOT

TITLES = {
    "short": "Dal",
    "usual": "Red Lentil Dal with Spinach",
    "overhanging": "Jerk Chicken Traybake, Kaffir",
    "japanese": "麻婆豆腐と季節野菜の煮込み",
    "chinese": "红烧茄子配豆腐和香菇，这是一道非常长的菜名，用来测试换行。",
    "korean": "김치찌개와 두부 구이",
    "arabic": "طاجن الدجاج بالليمون المخلل والزيتون الأخضر",
    "hebrew": "שקשוקה עם עגבניות ופלפלים",
    "hindi": "मटर पनीर की सब्ज़ी और तंदूरी रोटी",
    "thai": "ต้มยำกุ้งน้ำข้นใส่เห็ดฟางและข่าอ่อน",
    "amharic": "ጥቁር ሽሮ ወጥ",
    "burmese": "မုန့်ဟင်းခါး",
    "emoji": "🍝 Spaghetti 🌶️ with chili & crème fraîche 🧀",
    "both ways": "Tajine طاجن بالدجاج with couscous كسكس",
    "unknown": "Soup \U0010fffd of nothing",
    "one word": "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2 + "abcdefghij",
    "long": "A slow stew of lamb, leeks and lemon " * 8,
    "many short": "a " * 150,
}
SIZES = ((256, 256), (640, 640), (1024, 512), (300, 600))


def within(inner, outer):
    slack = 0.51  # a pixel that a glyph covers in part
    return (
        inner.left >= outer.left - slack
        and inner.top >= outer.top - slack
        and inner.right <= outer.right + slack
        and inner.bottom <= outer.bottom + slack
    )


def letters(text):
    return sorted(text.replace(" ", ""))


def set_words(block):
    return letters("".join(run.text for run in block.runs))


def check(drawn, size):
    assert drawn.image.size == size
    assert within(drawn.words.box, Box(0, 0, *size))
    assert contrast(ink(drawn.words.panel), drawn.words.panel) >= 4.5
    for block in filter(None, (drawn.label, drawn.title)):
        assert block.runs
        for run in block.runs:
            assert within(run.ink, drawn.words.box), run.text
    if drawn.label:
        assert drawn.label.ink.bottom < drawn.title.ink.top


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("size", SIZES)
def test_no_words_leave_their_box_in_any_script_or_length(title, size):
    look = cards.look(title, "italian", "summer", "dinner")
    drawn = cards.draw(look, size)
    check(drawn, size)
    told = typefaces.shown(look.title).replace("\U0010fffd", typefaces.MISSING)
    assert set_words(drawn.title) == letters(told)


@pytest.mark.parametrize("composition", COMPOSITIONS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("size", [(512, 512), (512, 256), (256, 512), (333, 257)])
def test_every_composition_holds_any_title_at_any_shape(composition, size):
    for title in (TITLES["usual"], TITLES["long"], TITLES["arabic"], TITLES["one word"]):
        look = cards.look(title, "Tex-Mex", "winter", "snack", "soup", ["2 carrots", "cumin"])
        check(cards.draw(replace(look, composition=composition), size), size)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cn", "Co")), min_size=1, max_size=300
    ),
    width=st.integers(60, 900),
    height=st.integers(40, 400),
    centered=st.booleans(),
)
def test_whatever_is_set_covers_nothing_outside_its_box(text, width, height, centered):
    box = Box(20, 30, 20 + width, 30 + height)
    block = fitted(text, box, Look("serif", 700, centered), 80)
    picture = Image.new("L", (width + 60, height + 80))
    block.draw(picture, 255)
    rows, columns = np.nonzero(np.asarray(picture))
    if len(rows):
        assert within(Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1), box)


def test_words_are_broken_only_where_they_are_longer_than_a_line():
    block = fitted("Aubergine parmigiana", Box(0, 0, 300, 200), Look(), 60)
    assert {run.text for run in block.runs} == {"Aubergine", "parmigiana"}
    block = fitted("abcdefghijklmnopqrstuvwxyz" * 6, Box(0, 0, 120, 300), Look(), 60)
    assert len(block.runs) > 1
    assert set_words(block) == sorted("abcdefghijklmnopqrstuvwxyz" * 6)


def test_what_can_not_be_read_at_any_size_ends_in_an_ellipsis():
    block = fitted("word " * 400, Box(0, 0, 90, 60), Look(), 40)
    assert block.runs[-1].text.endswith("…")
    assert len(block.runs) > 3


def test_a_phrase_that_is_one_character_is_written_out():
    drawn = cards.draw(cards.look("﷽ Lentils"), (1024, 1024))
    assert "الرحمن" in "".join(run.text for run in drawn.title.runs)


def test_a_title_of_any_length_has_a_card():
    assert cards.card("x " * 6000, size=(256, 256))
    assert len(cards.look("lentils " * 2000).title) <= 300


def test_what_can_not_be_drawn_is_told():
    (run, *_) = fitted("x", Box(0, 0, 900, 200), Look(), 90).runs
    wide = next(face for face, _ in typefaces.runs("﷽", "serif"))
    block = Block((replace(run, text="﷽", face=wide),), 90, run.ink)
    with pytest.raises(Invalid, match="can't be drawn"):
        block.draw(Image.new("RGB", (1024, 1024)), (0, 0, 0))


def test_arabic_is_read_from_the_right_and_latin_in_it_from_the_left():
    block = fitted("طاجن Tajine", Box(0, 0, 900, 80), Look(), 40)
    places = {run.text.strip(): run.x for run in block.runs}
    assert places["Tajine"] < places["طاجن"]
    block = fitted("Tajine طاجن", Box(0, 0, 900, 80), Look(), 40)
    places = {run.text.strip(): run.x for run in block.runs}
    assert places["Tajine"] < places["طاجن"]


def test_the_same_recipe_has_the_same_card_in_every_process():
    code = (
        "import hashlib, sys; from lib.ai import cards; "
        "sys.stdout.write(hashlib.sha256(cards.card('Pad Thai', 'thai', '', 'dinner', size=(400, 300)))"
        ".hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_the_size_and_the_form_are_those_asked_for():
    for form in ("PNG", "JPEG"):
        found = Image.open(io.BytesIO(cards.card("Dal", size=(320, 480), form=form)))
        assert (found.size, found.format) == ((320, 480), form)


def test_recipes_of_the_book_have_unlike_cards_of_what_is_in_them():
    looks = []
    for item in islice(book.book(), 60):
        draft = item.draft
        names = [line.name for line in draft.ingredients]
        looks.append(
            cards.look(
                draft.title, draft.cuisine, draft.season or "", draft.meal_type, draft.category, names
            )
        )
    assert {look.composition for look in looks} == set(COMPOSITIONS)
    assert len({(look.composition, look.palette, look.things) for look in looks}) == len(looks)
    assert len({look.palette for look in looks}) > 20


@pytest.mark.parametrize(
    ("title", "ingredients", "first"),
    [
        ("Peanut Satay", [], "a peanut"),
        ("Sweet Potato Mash", ["potatoes"], "sweet potatoes"),
        ("Fried Rice", ["fish sauce", "shrimp"], "grains of rice"),
        ("Something in Garlic", ["onion", "carrots"], "garlic"),
        ("红烧", ["onion", "eggplant"], "an eggplant"),
    ],
)
def test_what_is_drawn_is_what_the_recipe_names(title, ingredients, first):
    assert motifs.things(title, ingredients, "", 0)[0].name == first


def test_what_only_sounds_like_a_thing_is_not_drawn():
    names = [each.name for each in motifs.things("Rice", ["fish sauce", "chicken stock", "lime"], "", 0)]
    assert names == ["lime slices", "grains of rice"] or names == ["grains of rice", "lime slices"]


@pytest.mark.parametrize(
    ("title", "category", "name"),
    [
        ("Lasagna with Beef Ragù", "casserole", "a baking dish"),
        ("Thai Green Curry", "", "a bowl of curry with rice"),
        ("Zucchini Muffins", "bake", None),
        ("Anything", "soup", "a bowl of soup"),
        ("Anything", "", None),
    ],
)
def test_what_a_dish_is_served_in_follows_from_its_name(title, category, name):
    found = motifs.vessel(title, category)
    assert (found.name if found else None) == name


def test_every_thing_of_the_table_can_be_drawn_in_its_square():
    with (ROOT / "data" / "card_motifs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["drawing"]:
            seen = sheet.extent(motifs._motif(row))
            assert min(seen.left, seen.top) > -1.45
            assert max(seen.right, seen.bottom) < 1.45
            assert seen.width * seen.height > 0.5
    for kind in ("thing", "vessel"):
        words = [word for row in rows if row["kind"] == kind for word in row["words"].split("; ")]
        assert len(words) == len(set(words))


def test_words_can_be_read_on_every_panel():
    for cuisine in ("italian", "west african", "Sri Lankan", "nowhere"):
        for season in ("", "spring", "summer", "autumn", "winter"):
            for palette in palettes(cuisine, season, 7):
                for panel in (palette.panel, palette.ground):
                    best = contrast(ink(panel), panel)
                    assert best >= 4.5, (cuisine, season, panel)


def test_seasons_have_marks_and_a_long_title_has_no_wreath():
    marks = set()
    for season in ("spring", "summer", "autumn", "winter", ""):
        canvas = cards.Canvas(40, 40, (255, 255, 255))
        season_mark(cards.Pen(canvas, 20, 20, 15), season, (0, 0, 0), (255, 255, 255))
        marks.add(canvas.image().tobytes())
    assert len(marks) == 5
    look = replace(cards.look(TITLES["long"], "french"), composition=wreath)
    check(cards.draw(look, (600, 600)), (600, 600))


def test_the_alternative_text_says_what_is_seen():
    look = cards.look("Beef Stew", "irish", "", "dinner", "stew", ["beef", "carrots", "potatoes"])
    assert look.alt.startswith("Drawn illustration for the recipe “Beef Stew” (Irish dinner)")
    assert "a cut of meat" in look.alt
    assert "carrots" in look.alt
    assert ("pot" in look.alt) == (look.composition in cards.SERVED)
