"""`mealprep foods`, run as a command's parts and as a process."""

import csv
import shutil

import pytest
import typer
from sqlalchemy import select

from cli import foods as command
from cli.main import app
from lib import db
from lib.errors import Invalid, NotFound
from lib.nutrition import foods as bundled
from lib.nutrition import store
from lib.nutrition.nutrients import NUTRIENTS
from lib.tables import foods as table
from tests.cli.test_cli import mealprep
from tests.lib.test_usda import amounts_of, foods_of, write_download

NAMES = ["Zibblefruit, raw", "Wobblefruit, raw", "Butter", "Wobblefruit, raw"]


@pytest.fixture
def download(tmp_path):
    ids = range(900001, 900001 + len(NAMES))
    return write_download(
        tmp_path / "download",
        food=foods_of(
            *((fdc_id, "sr_legacy_food", name) for fdc_id, name in zip(ids, NAMES, strict=True)),
            (900010, "sub_sample_food", "A sample"),
            (900011, "sr_legacy_food", "Nothing known"),
        ),
        food_nutrient=[row for fdc_id in ids for row in amounts_of(fdc_id, {1008: 52.12345, 1003: 3.0})],
        food_portion=[
            {"fdc_id": 900001, "seq_num": 1, "amount": 0.5, "modifier": "cup", "gram_weight": 60.0},
            {"fdc_id": 900001, "seq_num": 2, "amount": 1, "modifier": "NLEA serving", "gram_weight": 9},
            {"fdc_id": 900001, "seq_num": 3, "amount": "", "modifier": 'medium, 3"', "gram_weight": 9.5},
        ],
    )


def stored():
    with db.transaction() as session:
        return {row.name: row for row in session.execute(select(table))}


def test_an_import_says_what_was_written_and_skipped_and_changes_nothing_again(
    database, download, capsys
):
    command.import_foods(download)
    said = capsys.readouterr().out
    assert "2 foods written, 0 are unchanged." in said
    assert "1 skipped: whose name the bundled table has." in said
    assert "1 skipped: older than another of the same name." in said
    assert "1 skipped: of other kinds." in said
    assert "1 skipped: without energy." in said
    before = stored()
    assert set(before) == {"zibblefruit raw", "wobblefruit raw"}
    assert before["wobblefruit raw"].fdc_id == 900004
    assert {row.origin for row in before.values()} == {"import"}
    command.import_foods(download)
    assert "0 foods written, 2 are unchanged." in capsys.readouterr().out
    assert stored() == before


def test_every_batch_is_a_transaction(database, download, monkeypatch):
    monkeypatch.setattr(command, "FOODS_PER_TRANSACTION", 1)
    seen = []
    add = store.add

    def failing(session, batch):
        seen.append(batch)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return add(session, batch)

    monkeypatch.setattr(store, "add", failing)
    with pytest.raises(KeyboardInterrupt):
        command.import_foods(download)
    assert set(stored()) == {"zibblefruit raw"}


def test_a_bad_download_is_told_in_one_line(database, download, tmp_path):
    (download / "food_nutrient.csv").unlink()
    done = mealprep("foods", "import", str(download))
    assert done.returncode == 1
    assert "food_nutrient.csv is missing" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.fixture
def table_folder(tmp_path, monkeypatch):
    """A food table of the test's own, whose figures are to be rewritten."""
    folder = tmp_path / "foods"
    (folder / "usda").mkdir(parents=True)
    (folder / "b.csv").write_text("name,fdc_id\nzibblefruit,900001\nmoon,900001\n")
    (folder / "a.csv").write_text("name,fdc_id\nwobblefruit,900002\n")
    for name in ("nutrients.csv", "portions.csv"):
        shutil.copy(bundled.FOLDER / "usda" / name, folder / "usda")
    monkeypatch.setattr(bundled, "FOLDER", folder)
    monkeypatch.setattr(bundled, "FIGURES", folder / "usda" / "nutrients.csv")
    monkeypatch.setattr(bundled, "PORTIONS", folder / "usda" / "portions.csv")
    return folder


def test_figures_are_rewritten_for_just_the_ids_that_the_table_names(table_folder, download, tmp_path):
    other = write_download(
        tmp_path / "other",
        food=foods_of((900002, "foundation_food", "Wobblefruit, second")),
        food_nutrient=amounts_of(900002, {2047: 1}),
        food_portion=[],
    )
    header = (table_folder / "usda" / "nutrients.csv").read_text().splitlines()[0]
    command.figures([download, other])
    lines = (table_folder / "usda" / "nutrients.csv").read_text().split("\n")
    blanks = "," * (len(NUTRIENTS) - 2)
    assert lines == [
        header,
        f'900001,sr_legacy_food,"Zibblefruit, raw",52.1234,3{blanks}',
        f'900002,sr_legacy_food,"Wobblefruit, raw",52.1234,3{blanks}',
        "",
    ]
    assert (table_folder / "usda" / "portions.csv").read_text() == (
        'fdc_id,amount,text,grams\n900001,0.5,cup,60\n900001,,"medium, 3""",9.5\n'
    )
    assert {path.name for path in (table_folder / "usda").iterdir()} == {"nutrients.csv", "portions.csv"}


def test_ids_that_no_folder_has_are_listed_and_leave_the_files_alone(table_folder, download):
    with (table_folder / "a.csv").open("a") as file:
        file.write("nowhere,1\nwithout energy,900011\n")
    before = {path: path.read_bytes() for path in (table_folder / "usda").iterdir()}
    with pytest.raises(Invalid, match=r"these ids: 1, 900011\."):
        command.figures([download])
    assert {path: path.read_bytes() for path in (table_folder / "usda").iterdir()} == before


def test_an_id_that_is_no_number_is_told(table_folder, download):
    (table_folder / "a.csv").write_text("name,fdc_id\nwobblefruit,many\n")
    with pytest.raises(Invalid, match=r"a\.csv has no number in fdc_id of wobblefruit"):
        command.figures([download])


def test_the_bundled_figures_are_written_as_the_command_writes_them():
    for path in (bundled.FIGURES, bundled.PORTIONS):
        with path.open(encoding="utf-8", newline="") as file:
            columns, *rows = csv.reader(file)
        assert [int(row[0]) for row in rows] == sorted(int(row[0]) for row in rows)
        numbers = [
            name for name in columns if name not in ("fdc_id", "data_type", "description", "text")
        ]
        for row in rows:
            for name, text in zip(columns, row, strict=True):
                assert name not in numbers or command._number(float(text or "nan")) == text


def test_show_prints_the_food_that_a_name_means(capsys):
    command.show("eggs")
    said = capsys.readouterr().out
    egg = bundled.foods()["egg"]
    assert f"FoodData Central {egg.fdc_id}, {egg.data_type}: {egg.description}" in said
    assert "143 kcal per 100 g" in said
    for part in ("egg", "portions", "classes", egg.portions[0].text):
        assert part in said


def test_show_finds_imported_foods_and_tells_that_labels_are_unknown(database, download, capsys):
    command.import_foods(download)
    command.show("Zibblefruits, raw")
    said = capsys.readouterr().out
    assert "FoodData Central 900001, sr_legacy_food: Zibblefruit, raw" in said
    assert "imported" in said
    assert "unknown" in said


def test_show_of_an_unknown_name_suggests_others_and_fails(home, tmp_path):
    with pytest.raises(NotFound) as told:
        command.show("buttermelk pancaqes xyz")
    assert told.value.suggestions
    done = mealprep("foods", "show", "xyzzy zibblefruit", MEALPREP_HOME=str(tmp_path), DATABASE_URL="")
    assert done.returncode == 1
    assert "No food is known as xyzzy zibblefruit" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_commands_are_part_of_mealprep():
    group = typer.main.get_command(app).commands["foods"]
    assert set(group.commands) == {"import", "figures", "show"}
