"""FoodData Central's downloads: folders of CSV files, read in pieces, since Branded has gigabytes."""

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd  # type: ignore[import-untyped]

from lib.errors import Invalid
from lib.nutrition.fdc import FALLBACKS, stated_amount, unclassed
from lib.nutrition.foods import Food, key
from lib.nutrition.nutrients import NUTRIENTS, PLACE, Amounts
from lib.nutrition.portions import read_portion

DATA_TYPES = ("foundation_food", "sr_legacy_food", "survey_fndds_food", "branded_food")
"""The kinds of records that are foods; the others are samples and purchases behind them."""

FOODS_AT_ONCE = 250_000
"""Foods whose figures are gathered in one pass over the files."""

_ROWS_AT_ONCE = 250_000
_LONGEST_NAME = 300
_UNDETERMINED = 9999
_GRAMS = ("g", "grm", "ml", "mlt")
"""Units of servings; a millilitre counts as a gram, as the figures per 100 ml count per 100 g."""

# Every number that names a nutrient, and its column; FNDDS's files have `fdc_number` for `fdc_id`.
_OTHERS = [(name, code) for name, codes in FALLBACKS.items() for code in codes]
_CODES = pd.Index(
    [
        *(float(nutrient.fdc_id) for nutrient in NUTRIENTS),
        *(float(code) for _, code in _OTHERS),
        *(float(nutrient.fdc_number) for nutrient in NUTRIENTS),
    ]
)
_COLUMN = np.array([*range(len(NUTRIENTS) + len(_OTHERS)), *range(len(NUTRIENTS))])

_FOOD = {"fdc_id": "int64", "data_type": "str", "description": "str"}
_NUTRIENT = {"fdc_id": "int64", "nutrient_id": "float64", "amount": "float64"}
_PORTION = {
    "fdc_id": "int64",
    "seq_num": "float64",
    "amount": "float64",
    "measure_unit_id": "float64",
    "portion_description": "str",
    "modifier": "str",
    "gram_weight": "float64",
}
_UNIT = {"id": "int64", "name": "str"}
_BRANDED = {
    "fdc_id": "int64",
    "brand_owner": "str",
    "brand_name": "str",
    "serving_size": "float64",
    "serving_size_unit": "str",
    "household_serving_fulltext": "str",
}


@dataclass(frozen=True, slots=True)
class Stated:
    """A portion as USDA states it: `amount` of `text` weigh `grams`."""

    amount: float | None
    text: str
    grams: float


@dataclass(frozen=True, slots=True)
class Record:
    """A record of FoodData Central; `per_100g` is NaN where it has no amount."""

    fdc_id: int
    data_type: str
    description: str
    brand: str
    per_100g: Amounts
    portions: list[Stated]


@dataclass(frozen=True, slots=True)
class _Branded:
    brand: str
    portions: list[Stated]


@dataclass
class Download:
    """A folder as FoodData Central's CSV downloads unzip to.

    Memory: a piece of one file, and name, figures and portions of at most `FOODS_AT_ONCE` foods (and
    those in a piece of food.csv): some hundred megabytes, however long the files are. For every so many
    foods the other files are read again from the start, since nothing says how they are sorted.
    """

    folder: Path
    skipped: Counter[str] = field(default_factory=Counter)
    """How many records `foods` passed over, by reason."""

    def foods(self) -> Iterator[Food]:
        """Its foods, named by the words of their descriptions and brands.

        Raises:
            Invalid: a file or column is missing, or isn't what it should be.
        """
        for record in self.records():
            name = _name(record)
            if not 0 < len(name) <= _LONGEST_NAME:
                self.skipped["without a usable name"] += 1
            elif np.isnan(record.per_100g[PLACE["energy_kcal"]]):
                self.skipped["without energy"] += 1
            else:
                read = (read_portion(one.amount, one.text, one.grams) for one in record.portions)
                yield unclassed(
                    name=name,
                    fdc_id=record.fdc_id,
                    description=record.description,
                    data_type=record.data_type,
                    per_100g=record.per_100g,
                    portions=filter(None, read),
                )

    def records(self, only: Collection[int] | None = None) -> Iterator[Record]:
        """Its records in the order of food.csv.

        Args:
            only: the FoodData Central ids to read; None reads all.

        Raises:
            Invalid: a file or column is missing, or isn't what it should be.
        """
        for block in self._blocks(only):
            ids = pd.Index(block["fdc_id"])
            figures = self._figures(ids)
            branded = block["data_type"] == "branded_food"
            portions = {} if branded.all() else self._portions(ids)
            brands = self._branded(ids) if branded.any() else {}
            rows = zip(ids, block["data_type"], block["description"], figures, strict=True)
            for fdc_id, data_type, description, per_100g in rows:
                more = brands.get(fdc_id)
                yield Record(
                    fdc_id=fdc_id,
                    data_type=data_type,
                    description=description.replace("\0", "").strip(),
                    brand=more.brand if more else "",
                    per_100g=per_100g,
                    portions=more.portions if more else portions.get(fdc_id, []),
                )

    def _blocks(self, only: Collection[int] | None) -> Iterator[pd.DataFrame]:
        kept, size = [], 0
        for piece in self._read("food.csv", _FOOD):
            wanted = piece["data_type"].isin(DATA_TYPES)
            self.skipped["of other kinds"] += int((~wanted).sum())
            if only is not None:
                wanted &= piece["fdc_id"].isin(only)
            kept.append(piece[wanted])
            size += len(kept[-1])
            if size >= FOODS_AT_ONCE:
                yield pd.concat(kept).drop_duplicates("fdc_id")
                kept, size = [], 0
        if size:
            yield pd.concat(kept).drop_duplicates("fdc_id")

    def _figures(self, ids: pd.Index) -> npt.NDArray[np.float64]:
        """A row per food, a column per nutrient."""
        table = np.full((len(ids), len(NUTRIENTS) + len(_OTHERS)), np.nan)
        for piece in self._read("food_nutrient.csv", _NUTRIENT):
            rows = ids.get_indexer(piece["fdc_id"])
            codes = _CODES.get_indexer(piece["nutrient_id"])
            amounts = piece["amount"].to_numpy()
            known = (rows >= 0) & (codes >= 0) & np.isfinite(amounts)
            # Carbohydrate "by difference" of meats comes out slightly negative.
            table[rows[known], _COLUMN[codes[known]]] = np.maximum(amounts[known], 0)
        for column, (name, _) in enumerate(_OTHERS, start=len(NUTRIENTS)):
            own = table[:, PLACE[name]]
            table[:, PLACE[name]] = np.where(np.isnan(own), table[:, column], own)
        return table[:, : len(NUTRIENTS)]

    def _portions(self, ids: pd.Index) -> dict[int, list[Stated]]:
        pieces = [piece[piece["fdc_id"].isin(ids)] for piece in self._read("food_portion.csv", _PORTION)]
        rows = pd.concat(pieces).sort_values(["fdc_id", "seq_num"], kind="stable") if pieces else None
        found: dict[int, list[Stated]] = {}
        if rows is None:
            return found
        by_unit = (rows["portion_description"] == "") & rows["measure_unit_id"].notna()
        named = rows.loc[by_unit & (rows["measure_unit_id"] != _UNDETERMINED), "measure_unit_id"]
        units = self._units() if len(named) else {}
        for row in rows.itertuples():
            unit = units.get(row.measure_unit_id, "")
            parts = [unit if unit != "undetermined" else "", row.modifier.strip()]
            text = row.portion_description.strip() or ", ".join(filter(None, parts))
            amount = row.amount if row.amount > 0 else stated_amount(text)
            if text and row.gram_weight > 0:
                found.setdefault(row.fdc_id, []).append(Stated(amount, text, row.gram_weight))
        return found

    def _units(self) -> dict[float, str]:
        pieces = self._read("measure_unit.csv", _UNIT)
        return {row.id: row.name.strip() for piece in pieces for row in piece.itertuples(index=False)}

    def _branded(self, ids: pd.Index) -> dict[int, _Branded]:
        found: dict[int, _Branded] = {}
        for piece in self._read("branded_food.csv", _BRANDED):
            for row in piece[piece["fdc_id"].isin(ids)].itertuples():
                text = row.household_serving_fulltext.strip()
                weighed = row.serving_size_unit.strip().lower() in _GRAMS and row.serving_size > 0
                portions = (
                    [Stated(stated_amount(text), text, row.serving_size)] if text and weighed else []
                )
                brand = row.brand_name.strip() or row.brand_owner.strip()
                found[row.fdc_id] = _Branded(brand, portions)
        return found

    def _read(self, file: str, columns: Mapping[str, str]) -> Iterator[pd.DataFrame]:
        """These columns of a file, piece by piece."""
        path = self.folder / file
        _check_header(path, columns)
        numbers = [column for column, kind in columns.items() if kind != "str"]
        options: Any = {
            "usecols": list(columns),
            "chunksize": _ROWS_AT_ONCE,
            "encoding": "utf-8-sig",
            "encoding_errors": "replace",
            "keep_default_na": False,
            "na_values": {column: [""] for column in numbers},
        }
        try:
            with pd.read_csv(path, dtype=dict(columns), **options) as pieces:
                yield from pieces
        except (OSError, ValueError, OverflowError) as error:
            why = _bad_number(path, numbers, options) or f"it isn't CSV: {error}"
            raise Invalid(f"{path} can't be read: {why}.") from None


def _check_header(path: Path, columns: Mapping[str, str]) -> None:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            header = next(csv.reader([file.readline(10_000)]), [])
    except (FileNotFoundError, NotADirectoryError):
        raise Invalid(
            f"{path} is missing: give the folder that FoodData Central's CSV download unzips to."
        ) from None
    except (OSError, csv.Error) as error:
        raise Invalid(f"{path} can't be read: {error}.") from None
    if missing := [column for column in columns if column not in header]:
        raise Invalid(f"{path} has no column {', '.join(missing)}: it isn't FoodData Central's CSV.")


def _bad_number(path: Path, numbers: list[str], options: dict[str, Any]) -> str | None:
    """What stands where a number should, for the message; None when it's something else."""
    try:
        with pd.read_csv(path, dtype="str", **options) as pieces:
            for piece in pieces:
                for column in numbers:
                    text = piece[column].fillna("")
                    read = pd.to_numeric(text, errors="coerce")
                    blank = (text == "") & (column not in ("fdc_id", "id"))
                    bad = text[read.isna() & ~blank]
                    if len(bad):
                        return f"its column {column} has {bad.iloc[0]!r}, which is no number"
    except (OSError, ValueError):
        return None
    return None


def _name(record: Record) -> str:
    """The description's words, and the brand's where they don't stand there yet."""
    described, brand = key(record.description), key(record.brand)
    return described if f" {brand} " in f" {described} " else f"{described} {brand}".strip()
