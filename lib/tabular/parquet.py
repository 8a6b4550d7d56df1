"""Parquet: typed columns in row groups of bounded size, and in its metadata what the table says."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet

from lib.tabular.tables import Column, Row, Table, Write

_GROUP_ROWS = 100_000
_GROUP_BYTES = 32 * 1024 * 1024


@contextmanager
def writing(file: BinaryIO, table: Table) -> Iterator[Write]:
    """Begin a Parquet file; see `tables.Writing`."""
    schema = pa.schema([_field(column, table.zone) for column in table.columns], _metadata(table.facts))
    waiting: list[pa.RecordBatch] = []

    def write(rows: Sequence[Row]) -> None:
        columns = zip(zip(*rows, strict=True), schema.types, strict=True)
        found = [pa.array(values, kind) for values, kind in columns]
        waiting.append(pa.record_batch(found, schema=schema))
        many = sum(batch.num_rows for batch in waiting) >= _GROUP_ROWS
        if many or sum(batch.nbytes for batch in waiting) >= _GROUP_BYTES:
            write_group()

    def write_group() -> None:
        writer.write_table(pa.Table.from_batches(waiting, schema))
        waiting.clear()

    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        yield write
        write_group()


def _field(column: Column, zone: str) -> pa.Field:
    kinds = {
        "text": pa.string(),
        "json": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "time": pa.timestamp("us", zone),
    }
    about = {"definition": column.definition, "unit": column.unit}
    return pa.field(column.name, kinds[column.type], metadata=about)


def _metadata(facts: Mapping[str, str | int]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}
