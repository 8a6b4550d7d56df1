"""Columns that many tables have."""

from sqlalchemy import Column, DateTime, Text, text
from sqlalchemy.dialects.postgresql import ARRAY


def times(*names: str) -> list[Column[object]]:
    """Times that are set when the row is written."""
    return [
        Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))
        for name in names
    ]


def texts(name: str, comment: str | None = None) -> Column[list[str]]:
    """An array of texts, empty unless given."""
    empty = text("'{}'::text[]")
    return Column(name, ARRAY(Text), nullable=False, server_default=empty, comment=comment)
