"""The benchmark of recommendations: what it reads, how it splits, and what it prints."""

import subprocess
import sys

import numpy as np
import pytest

from benchmarks import interactions
from benchmarks import recommendations as benchmark
from lib.settings import ROOT


def read(tmp_path, text):
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    return interactions.read(path)


@pytest.mark.parametrize(
    ("text", "timed"),
    [
        ("user,item\na,x\na,y\nb,x\n", False),
        ("a,x\na,y\nb,x\na,x", False),
        ("user_id,item_id,timestamp\na,x,1\na,y,2\n\nb,x,3\n", True),
        ("a,x,2024-01-01\na,y,2024-01-02T10:00:00Z\nb,x,2024-01-03 10:00\n", True),
        ("\ufeffuser,item\r\n a , x\r\na,y\r\nb,x\r\n", False),
    ],
)
def test_files_of_every_shape_say_the_same(tmp_path, text, timed):
    found, has_times = read(tmp_path, text)
    assert has_times is timed
    pairs = {(int(p), found.recipe_ids[r]) for p, r in zip(found.person, found.recipe, strict=True)}
    assert pairs == {(0, "x"), (0, "y"), (1, "x")}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a,x\nb\n", "line 2"),
        ("a,x\nb,\n", "line 2"),
        ("user,item,timestamp\na,x,1\nb,y,tomorrow\n", "line 3"),
        ("a,x\nb,y,1,2\n", "line 2"),
        ("user,item\n", "no interactions"),
        ("", "no interactions"),
    ],
)
def test_a_bad_line_is_named(tmp_path, text, line):
    with pytest.raises(ValueError, match=line):
        read(tmp_path, text)


def test_the_newest_fifth_is_held_out(tmp_path):
    rows = [f"u{user},i{item},{(item * 7) % 10 + 1}" for user in range(3) for item in range(10)]
    found, timed = read(tmp_path, "\n".join([*rows, "once,i1,5"]))
    marks = interactions.split(found, timed, np.random.default_rng(0))
    assert (~marks).sum() == 6
    assert {found.recipe_ids[item] for item in found.recipe[~marks]} == {"i7", "i4"}  # times 10 and 9
    assert marks[found.person == 3].all()


def test_without_times_a_fifth_is_held_out_the_same_for_a_seed(tmp_path):
    found, timed = read(tmp_path, "\n".join(f"u{n % 5},i{n}" for n in range(50)))
    first, second = (interactions.split(found, timed, np.random.default_rng(1)) for _ in range(2))
    assert (first == second).all()
    assert np.bincount(found.person[~first]).tolist() == [2] * 5


def test_a_table_is_printed_for_any_file(tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"u{u},i{i}" for u in range(60) for i in rng.choice(100, rng.integers(2, 40), replace=False)]
    path = tmp_path / "x.csv"
    path.write_text("user,item\n" + "\n".join(rows))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.recommendations", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name in ("popularity", "item-kNN", "EASE", "ALS", "shipped"):
        [row] = [line for line in done.stdout.splitlines() if line.split()[:1] == [name]]
        assert len(row.split()) == 10


def test_a_perfect_recommender_gets_full_marks(tmp_path):
    found, timed = read(tmp_path, "\n".join(f"u{n % 20},i{n % 37}" for n in range(400)))
    marks = interactions.split(found, timed, np.random.default_rng(0))
    data = benchmark.Data(found.matrix(marks), found.matrix(~marks), found, marks, None)

    class Oracle:
        def scores(self, rows):
            people = [next(p for p in range(20) if (data.shown[p] != row).nnz == 0) for row in rows]
            return data.wanted[people].toarray()

    figures = benchmark.measure(Oracle(), data, 0)
    assert figures.ndcg10 == figures.ndcg20 == figures.tail20 == pytest.approx(1)
