"""FoodData Central's downloads, as folders with USDA's own header lines."""

import csv
import math

import pytest

from lib.errors import Invalid
from lib.nutrition import usda
from lib.nutrition.foods import find, key
from lib.nutrition.nutrients import NUTRIENTS, as_dict
from lib.nutrition.usda import Download

HEADERS = {
    "food.csv": "fdc_id,data_type,description,food_category_id,publication_date",
    "food_nutrient.csv": "id,fdc_id,nutrient_id,amount,data_points,derivation_id,min,max,median,loq,"
    "footnote,min_year_acquired,percent_daily_value",
    "food_portion.csv": "id,fdc_id,seq_num,amount,measure_unit_id,portion_description,modifier,"
    "gram_weight,data_points,footnote,min_year_acquired",
    "measure_unit.csv": "id,name",
    "nutrient.csv": "id,name,unit_name,nutrient_nbr,rank",
    "branded_food.csv": "fdc_id,brand_owner,brand_name,subbrand_name,gtin_upc,ingredients,"
    "not_a_significant_source_of,serving_size,serving_size_unit,household_serving_fulltext,"
    "branded_food_category,data_source,package_weight,modified_date,available_date,market_country,"
    "discontinued_date,preparation_state_code,trade_channel,short_description",
}


def write_download(folder, **files):
    """A folder with these rows, each a mapping of the columns that matter; every field is quoted."""
    folder.mkdir(exist_ok=True)
    for name, rows in files.items():
        columns = HEADERS[f"{name}.csv"].split(",")
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, "", "ignore", quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows({"id": number} | row for number, row in enumerate(rows))
    return folder


def foods_of(*rows):
    return [dict(zip(("fdc_id", "data_type", "description"), row, strict=True)) for row in rows]


def amounts_of(fdc_id, amounts):
    return [
        {"fdc_id": fdc_id, "nutrient_id": code, "amount": amount} for code, amount in amounts.items()
    ]


@pytest.fixture
def legacy(tmp_path):
    """SR Legacy: texts in modifier, the unit undetermined, samples beside the foods."""
    return write_download(
        tmp_path / "sr",
        food=foods_of(
            (900001, "sr_legacy_food", "Zibblefruit, raw, peeled"),
            (900002, "sub_sample_food", "Zibblefruit from Ohio"),
            (900003, "market_acquisition", "Zibblefruit of a shop"),
            (900004, "sr_legacy_food", "Zibblefruit, without figures"),
            (900005, "sr_legacy_food", ""),
        ),
        food_nutrient=[
            *amounts_of(900001, {1008: 52, 1003: 0.26, 1005: -0.4, 2000: 9.5, 1063: 8, 1235: 1}),
            *amounts_of(900001, {1079: "", 9999999: 3}),
            *amounts_of(900002, {1008: 1}),
            *amounts_of(900004, {1003: 1}),
            *amounts_of(900005, {1008: 1}),
        ],
        food_portion=[
            {"fdc_id": 900001, "seq_num": 2, "amount": 0.5, "measure_unit_id": 9999}
            | {"modifier": "cup, chopped", "gram_weight": 60},
            {"fdc_id": 900001, "seq_num": 1, "amount": 1, "measure_unit_id": 9999}
            | {"modifier": 'medium (3" dia)', "gram_weight": 182},
            {"fdc_id": 900001, "seq_num": 3, "amount": 1, "measure_unit_id": 9999}
            | {"modifier": "NLEA serving", "gram_weight": 242},
            {"fdc_id": 900002, "seq_num": 1, "amount": 1, "measure_unit_id": 9999}
            | {"modifier": "cup", "gram_weight": 1},
        ],
        measure_unit=[{"id": 9999, "name": "undetermined"}],
        nutrient=[],
    )


def test_legacy_foods_get_their_figures_and_household_weights(legacy):
    download = Download(legacy)
    (food,) = download.foods()
    assert food.name == "zibblefruit raw peeled" == key(food.description)
    assert (food.fdc_id, food.data_type) == (900001, "sr_legacy_food")
    assert not food.classed
    assert food.classes == food.may == frozenset()
    assert as_dict(food.per_100g) == {
        "energy_kcal": 52,
        "protein_g": 0.26,
        "carbohydrate_g": 0,
        "sugars_g": 9.5,
    }
    assert [(one.unit, one.grams) for one in food.portions] == [("medium", 182), ("cup", 120)]
    assert download.skipped == {"of other kinds": 2, "without energy": 1, "without a usable name": 1}


def test_foundation_foods_fall_back_on_atwater_energy_and_name_units(tmp_path):
    folder = write_download(
        tmp_path / "foundation",
        food=foods_of(
            (1, "foundation_food", "Link, grilled"),
            (2, "foundation_food", "Link, general"),
            (3, "foundation_food", "Link, specific"),
            (4, "foundation_food", "Link, kilojoules"),
        ),
        food_nutrient=[
            *amounts_of(1, {2048: 3, 1008: 1, 2047: 2, 1063: 4}),
            *amounts_of(2, {2048: 3, 2047: 2}),
            *amounts_of(3, {2048: 3}),
            *amounts_of(4, {1062: 900}),
        ],
        food_portion=[
            {"fdc_id": 1, "seq_num": 1, "amount": 2, "measure_unit_id": 1001}
            | {"modifier": "medium", "gram_weight": 80},
            {"fdc_id": 1, "seq_num": "", "amount": 1, "measure_unit_id": 1000, "gram_weight": 250},
        ],
        measure_unit=[{"id": 1000, "name": "cup"}, {"id": 1001, "name": "link"}],
    )
    grilled, general, specific = Download(folder).foods()
    assert [food.per_100g[0] for food in (grilled, general, specific)] == [1, 2, 3]
    assert as_dict(grilled.per_100g)["sugars_g"] == 4
    assert [(one.unit, one.detail, one.grams) for one in grilled.portions] == [
        ("link", "medium", 40),
        ("cup", "", 250),
    ]


def test_fndds_names_nutrients_by_number_and_portions_by_description(tmp_path):
    folder = write_download(
        tmp_path / "fndds",
        food=foods_of((2800001, "survey_fndds_food", "Milk, of the moon")),
        food_nutrient=amounts_of(2800001, {nutrient.fdc_number: 7 for nutrient in NUTRIENTS}),
        food_portion=[
            {"fdc_id": 2800001, "seq_num": number, "measure_unit_id": 9999, "modifier": "10205"}
            | {"portion_description": text, "gram_weight": grams}
            for number, (text, grams) in enumerate(
                [
                    ("1 cup", 244),
                    ("1/2 pint", 240),
                    ("1 1/2 fl oz", 45),
                    ("10 pieces", 30),
                    ("Quantity not specified", 244),
                ]
            )
        ],
    )
    (food,) = Download(folder).foods()
    assert set(as_dict(food.per_100g).values()) == {7}
    assert len(as_dict(food.per_100g)) == len(NUTRIENTS)
    assert [(one.unit, one.grams) for one in food.portions] == [
        ("cup", 244),
        ("pint", 480),
        ("fl oz", 30),
        ("piece", 3),
    ]


def branded_rows():
    return [
        {"brand_owner": "Moon Foods Inc.", "brand_name": "MOON", "serving_size": 30.0}
        | {"serving_size_unit": "g", "household_serving_fulltext": "0.25 cup"},
        {"brand_owner": "Moon Foods Inc.", "serving_size": 240, "serving_size_unit": "MLT"}
        | {"household_serving_fulltext": "1 BOTTLE", "ingredients": 'WATER, "MOON"\nSALT'},
        {"brand_owner": "X", "serving_size": 30, "serving_size_unit": "IU"}
        | {"household_serving_fulltext": "1 cup"},
        {"brand_owner": "NA", "serving_size": "", "serving_size_unit": "g"},
    ]


def test_branded_foods_are_named_with_their_brand_and_weighed_by_their_serving(tmp_path):
    names = ("OAT FLAKES", "Moon Foods Inc. LEMONADE", "SALT", "PEPPER")
    folder = write_download(
        tmp_path / "branded",
        food=foods_of(*((number, "branded_food", name) for number, name in enumerate(names, 3000001))),
        food_nutrient=[
            row for number in range(3000001, 3000005) for row in amounts_of(number, {1008: 9})
        ],
        branded_food=[{"fdc_id": number} | row for number, row in enumerate(branded_rows(), 3000001)],
    )
    found = list(Download(folder).foods())
    assert [food.name for food in found] == [
        "oat flake moon",
        "moon food inc lemonade",
        "salt x",
        "pepper na",
    ]
    assert [[(one.unit, one.grams) for one in food.portions] for food in found] == [
        [("cup", 120)],
        [("bottle", 240)],
        [],
        [],
    ]
    assert found[0].description == "OAT FLAKES"


def test_long_files_are_read_in_pieces_whatever_their_order(tmp_path, monkeypatch):
    ids = range(1, 101)
    folder = write_download(
        tmp_path / "long",
        food=foods_of(*((number, "sr_legacy_food", f"Food {number}") for number in ids)),
        food_nutrient=[row for number in reversed(ids) for row in amounts_of(number, {1008: number})],
        food_portion=[
            {"fdc_id": number, "amount": 1, "modifier": "cup", "gram_weight": number} for number in ids
        ],
    )
    monkeypatch.setattr(usda, "_ROWS_AT_ONCE", 7)
    monkeypatch.setattr(usda, "FOODS_AT_ONCE", 20)
    found = list(Download(folder).foods())
    assert [food.per_100g[0] for food in found] == list(ids)
    assert [food.portions[0].grams for food in found] == list(ids)


def test_only_the_records_asked_for_are_read_also_without_energy(legacy):
    (record,) = Download(legacy).records({900004, 5})
    assert record.description == "Zibblefruit, without figures"
    assert math.isnan(record.per_100g[0])
    assert list(Download(legacy).records({5})) == []


def test_a_name_can_be_found_by_what_a_line_says(legacy):
    (food,) = Download(legacy).foods()
    assert key("Zibblefruits, raw, peeled") == food.name
    assert find(food.name) is None


@pytest.mark.parametrize("file", ["food.csv", "food_nutrient.csv", "food_portion.csv"])
def test_a_missing_file_is_told_by_name(legacy, file):
    (legacy / file).unlink()
    with pytest.raises(Invalid, match=rf"{file} is missing.*unzips to"):
        list(Download(legacy).foods())


def test_units_and_brands_are_needed_only_where_something_refers_to_them(legacy):
    (legacy / "measure_unit.csv").unlink()
    assert len(list(Download(legacy).foods())) == 1
    text = (legacy / "food_portion.csv").read_text().replace('"9999"', '"1000"')
    (legacy / "food_portion.csv").write_text(text)
    with pytest.raises(Invalid, match=r"measure_unit\.csv is missing"):
        list(Download(legacy).foods())
    text = (legacy / "food.csv").read_text().replace("sr_legacy_food", "branded_food")
    (legacy / "food.csv").write_text(text)
    with pytest.raises(Invalid, match=r"branded_food\.csv is missing"):
        list(Download(legacy).foods())


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("food.csv", "description", "name", r"food\.csv has no column description"),
        (
            "food_nutrient.csv",
            "nutrient_id",
            "nutrient",
            r"food_nutrient\.csv has no column nutrient_id",
        ),
        ("food_nutrient.csv", '"0.26"', '"lots"', r"food_nutrient\.csv.*column amount has 'lots'"),
        ("food.csv", '"900003"', '""', r"food\.csv.*column fdc_id has ''"),
        ("food_portion.csv", '"60"', '"6O"', r"food_portion\.csv.*column gram_weight has '6O'"),
    ],
)
def test_bad_files_are_told_with_their_column(legacy, file, before, after, told):
    text = (legacy / file).read_text(encoding="utf-8")
    assert before in text
    (legacy / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(Invalid, match=told):
        list(Download(legacy).foods())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04\xff\x00\r\x9c" * 9, b"\n\n", b"\xff\xfe\x00"])
def test_what_is_no_csv_at_all_is_told(legacy, content):
    (legacy / "food.csv").write_bytes(content)
    with pytest.raises(Invalid, match=r"food\.csv"):
        list(Download(legacy).foods())


def test_a_file_that_breaks_off_is_told(legacy):
    text = (legacy / "food.csv").read_text(encoding="utf-8")
    (legacy / "food.csv").write_text(text[: text.index("without figures")], encoding="utf-8")
    with pytest.raises(Invalid, match=r"food\.csv can't be read: it isn't CSV"):
        list(Download(legacy).foods())


def test_a_file_in_the_folders_place_is_told(legacy):
    with pytest.raises(Invalid, match=r"food\.csv is missing"):
        list(Download(legacy / "food.csv").foods())


def test_a_byte_order_mark_and_foreign_bytes_do_no_harm(legacy):
    text = (legacy / "food.csv").read_bytes().replace(b"raw, peeled", b"cr\xe8me")
    (legacy / "food.csv").write_bytes(b"\xef\xbb\xbf" + text)
    (food,) = Download(legacy).foods()
    assert food.name.startswith("zibblefruit cr")
