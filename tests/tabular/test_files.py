"""Tables as files, read back by other programs."""

import csv
import hashlib
import io
import os
import subprocess
import sys
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from lib.errors import Conflict, Invalid
from lib.tabular import excel, files
from lib.tabular.files import BATCH, FORMATS
from lib.tabular.tables import Column, Table

TABLE = Table(
    "Things",
    [
        Column("text", "text", "A text."),
        Column("json", "json", "More of it."),
        Column("integer", "integer", "A count.", "things"),
        Column("number", "number", "A measure.", "kg"),
        Column("boolean", "boolean", "Yes or no."),
        Column("day", "date", "A day."),
        Column("at", "time", "A moment."),
    ],
    "Europe/Berlin",
    {"asOf": "2026-07-01T00:00:00+00:00", "rows": 3},
)
AT = datetime(2026, 7, 1, 22, 30, 0, 123_000, tzinfo=UTC)
ROWS = [
    ("Crème brûlée, 焼き鳥 🍲", '{"a": [1, "x"]}', -5, -0.25, True, date(2026, 7, 1), AT),
    ('He said "no", twice\r\nand left', None, 2**53, 1e-9, False, date(1999, 12, 31),
     AT + timedelta(days=180)),
    (None, None, 0, None, None, None, None),
]  # fmt: skip
TEXTS = Table("Texts", [Column("text", "text", "A text."), Column("number", "integer", "-")], "UTC", {})


def written(form, rows, table=TABLE, count=None, check=lambda: None):
    """A file's content, and what is said of it."""
    found = files.written(form, table, rows, len(rows) if count is None else count, check)
    with found.file:
        content = found.file.read()
    assert (len(content), len(rows)) == found.whole[:2]
    assert hashlib.sha256(content).hexdigest() == found.whole.sha256
    return content


def read_csv(content):
    """Header and rows, without the mark at the beginning."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_excel(content):
    """The workbook."""
    return openpyxl.load_workbook(io.BytesIO(content))


def read_parquet(content):
    """The table."""
    return parquet.read_table(io.BytesIO(content))


def test_csv_has_what_was_written():
    header, *rows = read_csv(written("csv", ROWS))
    assert header == [column.name for column in TABLE.columns]
    assert rows == [
        ["Crème brûlée, 焼き鳥 🍲", '{"a": [1, "x"]}', "-5", "-0.25", "true", "2026-07-01",
         "2026-07-02T00:30:00.123000+02:00"],
        ['He said "no", twice\r\nand left', "", "9007199254740992", "1e-09", "false", "1999-12-31",
         "2026-12-28T23:30:00.123000+01:00"],
        ["", "", "0", "", "", "", ""],
    ]  # fmt: skip


def test_csv_ends_every_line_as_the_standard_says():
    content = written("csv", ROWS[:1])
    assert content.count(b"\r\n") == 2
    assert content.endswith(b"\r\n")


def test_pandas_reads_the_csv_with_its_types():
    found = pd.read_csv(io.BytesIO(written("csv", ROWS[:2])))
    assert list(found.columns) == [column.name for column in TABLE.columns]
    assert found["integer"].tolist() == [-5, 2**53]
    assert found["number"].tolist() == [-0.25, 1e-9]
    assert found["boolean"].tolist() == [True, False]
    assert pd.to_datetime(found["at"], utc=True).tolist() == [AT, AT + timedelta(days=180)]


def test_excel_has_real_types_and_the_zone_in_the_header():
    sheet = read_excel(written("xlsx", ROWS))["Things"]
    header, first, second, empty = sheet.iter_rows(values_only=True)
    assert header == ("text", "json", "integer", "number", "boolean", "day", "at (Europe/Berlin)")
    there = datetime(2026, 7, 2, 0, 30, 0, 123_000)
    assert first == (ROWS[0][0], '{"a": [1, "x"]}', -5, -0.25, True, datetime(2026, 7, 1), there)
    assert second[:5] == ('He said "no", twice\nand left', None, 2**53, 1e-9, False)
    assert empty == ROWS[2]
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "n", "n", "b", "d", "d"]
    assert [cell.number_format for cell in sheet[2]][2:] == [
        "#,##0", "#,##0.00", "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss.000",
    ]  # fmt: skip


def test_excel_is_ready_to_be_worked_with():
    long = [("x" * 40, None, 1, 1.0, True, date(2026, 1, 1), AT)] * 3
    sheet = read_excel(written("xlsx", long))["Things"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:G4"
    assert all(cell.font.bold for cell in sheet[1])
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFG"]
    assert 40 < widths[0] < 45
    assert all(8 < width < 30 for width in widths[1:])


def test_excel_says_what_it_is_about():
    sheet = read_excel(written("xlsx", ROWS))["About"]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert ["asOf", "2026-07-01T00:00:00+00:00"] in rows
    assert ["rows", 3] in rows
    assert ["number", "number", "kg", "A measure."] in rows


def test_parquet_has_real_types_and_says_what_it_is_about():
    found = read_parquet(written("parquet", ROWS))
    assert [str(kind) for kind in found.schema.types] == [
        "string", "string", "int64", "double", "bool", "date32[day]", "timestamp[us, tz=Europe/Berlin]",
    ]  # fmt: skip
    assert [tuple(row.values()) for row in found.to_pylist()] == ROWS
    assert found.schema.metadata[b"rows"] == b"3"
    assert found.schema.metadata[b"asOf"] == b"2026-07-01T00:00:00+00:00"
    assert found.schema.field("number").metadata == {b"unit": b"kg", b"definition": b"A measure."}


def test_parquet_has_row_groups_of_bounded_size():
    short = parquet.ParquetFile(
        io.BytesIO(written("parquet", [("x", n) for n in range(250_000)], TEXTS))
    )
    assert [short.metadata.row_group(n).num_rows for n in range(short.num_row_groups)] == [
        100_000, 100_000, 50_000,
    ]  # fmt: skip
    wide = written("parquet", [("x" * 4000, n) for n in range(3 * BATCH)], TEXTS)
    assert parquet.ParquetFile(io.BytesIO(wide)).num_row_groups == 2


@pytest.mark.parametrize("form", FORMATS)
def test_a_table_without_rows_has_its_header(form):
    content = written(form, [])
    if form == "csv":
        assert len(read_csv(content)) == 1
    elif form == "xlsx":
        assert read_excel(content)["Things"].max_row == 1
    else:
        assert read_parquet(content).num_rows == 0
        assert read_parquet(content).num_columns == 7


FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", "+1", "+49 30 1234", "-1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "=", "-", "＝1+1", "＋1", "－1", "＠A1", '=HYPERLINK("http://example.com";"x")', "=1\n2", '="a",b',
]  # fmt: skip
HARMLESS = [
    "",
    "a=1",
    "1-1",
    " =1",
    "'=1",
    "1",
    "3.5",
    "<r>",
    "a@b.example",
    "{=1}",
    "http://a.example",
    "'",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_could_be_computed_is_only_shown(text):
    rows = [(text, -7)]
    assert read_csv(written("csv", rows, TEXTS))[1] == [f"'{text}", "-7"]
    cell, number = read_excel(written("xlsx", rows, TEXTS))["Texts"][2]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text.replace("\r", "\n"), True)
    assert (number.data_type, number.value) == ("n", -7)
    assert read_parquet(written("parquet", rows, TEXTS)).to_pylist() == [{"text": text, "number": -7}]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text):
    rows = [(text, 7)]
    assert read_csv(written("csv", rows, TEXTS))[1] == [text, "7"]
    cell = read_excel(written("xlsx", rows, TEXTS))["Texts"]["A2"]
    assert (cell.value or "") == text
    assert cell.data_type in ("s", "n" if not text else "s")
    assert not cell.quotePrefix


def test_a_text_that_looks_like_excels_own_writing_brings_no_cells_along():
    hostile = '<r></r></is></c><c r="B2" t="str"><f>1+1</f><v>2</v></c><c t="inlineStr"><is><r></r>'
    sheet = read_excel(written("xlsx", [(hostile, 5), ("<r>&</r>", 6)], TEXTS))["Texts"]
    assert [[cell.value for cell in row] for row in sheet["A2:B3"]] == [[hostile, 5], ["<r>&</r>", 6]]
    assert all(cell.data_type != "f" for row in sheet for cell in row)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.integers(-(10**9), 10**9))
    )
)
def test_any_text_comes_back(rows):
    rows = [(text or "x", number) for text, number in rows]
    assert [
        tuple(row.values()) for row in read_parquet(written("parquet", rows, TEXTS)).to_pylist()
    ] == rows
    for (text, number), (cell, shown) in zip(
        rows, read_csv(written("csv", rows, TEXTS))[1:], strict=True
    ):
        assert cell in (text, f"'{text}")
        assert int(shown) == number
    if rows:
        sheet = read_excel(written("xlsx", rows, TEXTS))["Texts"]
        assert [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=2)] == rows


def test_more_rows_than_excel_holds_are_refused_before_any_is_read():
    def rows():
        raise AssertionError("read")
        yield

    with pytest.raises(Invalid, match=r"1,048,576 rows, and Excel holds 1,048,575.*CSV or Parquet"):
        files.written("xlsx", TABLE, rows(), excel.MOST_ROWS + 1, lambda: None)


def test_a_text_that_excel_would_cut_is_refused():
    rows = [("x", 1), ("x" * 32_768, 2)]
    with pytest.raises(Invalid, match=r"32,768 characters of text in row 3.*CSV or Parquet"):
        written("xlsx", rows, TEXTS)
    assert len(read_csv(written("csv", rows, TEXTS))[2][0]) == 32_768
    written("xlsx", [("x" * 32_767, 1)], TEXTS)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("count", [2, 4])
def test_more_or_fewer_rows_than_were_counted_are_an_error(form, count):
    with pytest.raises(RuntimeError, match=f"3 rows came, and {count} were counted"):
        written(form, ROWS, count=count)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_left_when_nobody_wants_it_any_more(form, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read = 0

    def rows():
        nonlocal read
        for read in range(1, 100 * BATCH):
            yield "x", read

    def check():
        if read > 2 * BATCH:
            raise Conflict("gone")

    with pytest.raises(Conflict):
        files.written(form, TEXTS, rows(), 100 * BATCH, check)
    assert read <= 3 * BATCH
    assert not list(tmp_path.iterdir())
    assert not _open_files(tmp_path)


def _open_files(folder):
    places = (str(path.resolve()) for path in Path("/proc/self/fd").iterdir())
    return [place for place in places if str(folder) in place]


_FULL = """
import resource, sys, tempfile, os
from lib.errors import Unavailable
from lib.tabular import files
from tests.tabular.test_files import TEXTS
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
for form in files.FORMATS:
    rows = (("%x" % hash((n, form)) * 4, n) for n in range(60_000))
    try:
        files.written(form, TEXTS, rows, 60_000, lambda: None)
    except Unavailable as error:
        print(form, error.detail, error.retry_after_s, os.listdir(tempfile.gettempdir()))
"""


def test_a_full_disk_is_said_to_be_one_and_leaves_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _FULL],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = "There is no room on the disk for this file. 60 []"
    assert done.stdout.splitlines() == [f"{form} {told}" for form in FORMATS]


@pytest.mark.parametrize("form", FORMATS)
def test_memory_does_not_grow_with_the_table(form):
    def peak(count):
        rows = (("x" * 200 + str(n), n) for n in range(count))
        tracemalloc.start()
        files.written(form, TEXTS, rows, count, lambda: None).file.close()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(5 * BATCH) < 1.2 * peak(2 * BATCH) + 1_000_000
