"""`mealprep demo`, run as a process and as a function."""

import re
from datetime import datetime

import pytest

from cli.demo import demo
from cli.problems import Stuck
from lib.errors import Unavailable
from tests.cli.test_cli import mealprep

SMALL = {"users": 20, "days": 15, "until": datetime(2026, 3, 1), "seed": 1, "remove": False}


def counts(said):
    rows = re.finditer(r"^(\w[\w ]*?) +([\d,]+) +([\d,]+)$", said, re.MULTILINE)
    return {row[1]: tuple(int(number.replace(",", "")) for number in row.group(2, 3)) for row in rows}


def test_it_says_what_it_made_and_takes_it_out_again(book_database, capsys):
    first = mealprep("demo", "--users", "20", "--days", "15", "--until", "2026-03-01")
    assert first.returncode == 0, first.stderr
    made = counts(first.stdout)
    assert made["users"] == (20, 0)
    assert made["events"][0] > 50
    assert "/analytics/users?from=2025-03-01&to=2026-03-01" in first.stdout
    demo(**SMALL)
    assert counts(capsys.readouterr().out) == {what: (0, new) for what, (new, _) in made.items()}
    demo(**SMALL | {"remove": True})
    gone = capsys.readouterr().out
    for what, (new, _) in made.items():
        assert re.search(rf"^{what} +{new:,}$", gone, re.MULTILINE)


def test_without_a_book_or_on_a_day_to_come_it_says_what_to_do(database):
    with pytest.raises(Unavailable, match="make up"):
        demo(**SMALL)
    with pytest.raises(Stuck, match="lies in the future"):
        demo(**SMALL | {"until": datetime(2199, 1, 1)})
