"""What all PDFs have in common."""

import datetime
import io

import pdfplumber
import pytest
from reportlab.platypus import PageBreak

from lib.reports.document import About, PageNumber, render
from lib.reports.layout import Layout
from tests.reports.reading import flat, sound

AS_OF = datetime.datetime(2026, 11, 30, 8, tzinfo=datetime.UTC)
EVERYTHING = (
    "Crème ½ ☐ Μου Борщ 红烧肉 とんかつ 김치 🍕 שלום مرحبا ไทย हिन्दी → ≥ <b>not bold</b> & Co &amp; "
    "<br/> \ue123"
)


def document(paper="a4", title="A title", text=EVERYTHING, words=()):
    layout = Layout(paper, text + title)
    story = [layout.heading(title, 0, "title", "title"), layout.paragraph(text)]
    story += [layout.paragraph(word) for word in words]
    return render(story, About(title, "A subject", AS_OF), layout)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_character_is_printed_as_it_is(paper):
    read = sound(document(paper).content)
    for part in (
        "Crème ½ ☐ Μου Борщ 红烧肉",
        "とんかつ",
        "김치 🍕",
        "→ ≥ <b>not bold</b> & Co &amp; <br/> �",
    ):
        assert part in read.text
    assert not any("Helvetica" in font or "Times" in font for font in read.fonts)


def test_it_says_what_it_is():
    read = sound(document(title="Bob & <i>Ann</i> 红烧肉").content)
    assert read.title == "Bob & <i>Ann</i> 红烧肉"
    assert read.language == "en"
    assert read.outline == ["Bob & <i>Ann</i> 红烧肉"]
    assert read.pages[0].rstrip().endswith("Page 1 of 1 Bob & <i>Ann</i> 红烧肉")


def test_the_same_content_makes_the_same_bytes():
    assert document().content == document().content
    assert document().content != document(title="Another").content


def test_sizes_of_paper():
    assert b"/MediaBox [ 0 0 595.28 841.89 ]" in document("a4").content
    assert b"/MediaBox [ 0 0 612 792 ]" in document("letter").content


@pytest.mark.parametrize(
    "word",
    ["x" * 400, "红烧肉" * 200, "https://example.com/" + "a/" * 300, "ไทย" * 200, "W" * 399 + " end"],
    ids=["Latin", "Chinese", "URL", "Thai", "wide"],
)
def test_long_words_stay_on_the_page(word):
    made = document(text=word, words=[word])
    with pdfplumber.open(io.BytesIO(made.content)) as opened:
        for page in opened.pages:
            assert all(char["x0"] >= 50 and char["x1"] <= page.width - 49 for char in page.chars)
    # What is drawn in other writing directions may be read in another order; nothing may be lost.
    drawn = "".join(sound(made.content).pages)
    assert sorted(drawn).count(word[0]) >= word.count(word[0])


def test_a_title_of_three_hundred_characters():
    title = "An extraordinarily long title " * 10
    read = sound(document(title=title).content)
    assert flat(title).strip() in read.text
    assert "…" in read.pages[0].splitlines()[-1]


def test_pages_know_how_many_there_are():
    layout = Layout("a4")
    story = [part for n in range(12) for part in (layout.paragraph(f"No. {n}"), PageBreak())]
    made = render(story[:-1], About("Many", "", AS_OF), layout)
    read = sound(made.content)
    assert made.pages == len(read.pages) == 12
    assert all(f"Page {n} of 12" in page for n, page in enumerate(read.pages, start=1))


def test_page_numbers_before_and_after_their_page():
    layout = Layout("letter")
    numbers = [PageNumber(layout.paragraph("see there", "entry", link="there"), "there")]
    story = [
        *numbers,
        PageBreak(),
        PageBreak(),
        layout.heading("There", 0, "there"),
        PageBreak(),
        *numbers,
    ]
    read = sound(render(story, About("Numbers", "", AS_OF), layout).content)
    assert "see there 2" in read.pages[0] or "see there 3" in read.pages[0]
    page = next(n for n, text in enumerate(read.pages, start=1) if "There" in text)
    assert f"see there {page}" in read.pages[0]
    assert f"see there {page}" in read.pages[-1]


def test_a_heading_stays_with_what_follows():
    layout = Layout("a4")
    for lines in range(36, 56):
        story = [layout.paragraph(f"Line {n}") for n in range(lines)]
        story += [layout.heading("Heading", 0, "heading"), layout.paragraph("Following.")]
        pages = sound(render(story, About("T", "", AS_OF), layout).content).pages
        assert next(page for page in pages if "Heading" in page) == next(
            page for page in pages if "Following." in page
        )


def test_tables_go_on_with_their_header_and_rows_may_be_higher_than_a_page():
    layout = Layout("letter")
    rows = [["Name", "Text"], *([f"Row {n}", "short"] for n in range(80)), ["Tall", "word " * 3000]]
    read = sound(render([layout.table(rows, [1, 3])], About("T", "", AS_OF), layout).content)
    assert all("Name Text" in page for page in read.pages)
    assert read.text.count("word") == 3000


def test_a_character_that_was_not_announced_is_seen():
    layout = Layout("a4")
    read = sound(render([layout.paragraph("Eat 红 now")], About("T", "", AS_OF), layout).content)
    assert "Eat � now" in read.text


@pytest.mark.parametrize("room", range(14, 90, 4))
def test_a_heading_with_little_below_it_near_a_pages_end_stays_with_it(room):
    layout = Layout("a4")
    story = [
        layout.space(layout.sheet.inner_height - room),
        layout.heading("Last words", 0, "last", "subheading"),
        layout.paragraph("A line."),
    ]
    read = sound(render(story, About("A title", "", AS_OF), layout).content)
    assert any("Last words" in page and "A line." in page for page in read.pages)
