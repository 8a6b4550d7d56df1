"""`mealprep import`: recipes from a file into the database."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from cli.problems import Stuck
from lib import db
from lib.recipes import book, store
from lib.recipes.schema_org import read_json_ld

_LARGEST_BYTES = 100_000_000


def import_file(path: Path) -> Iterator[tuple[str, str]]:
    """Each recipe's name in the file, and what became of it.

    A bad recipe doesn't keep the others out.

    Raises:
        Stuck: the file can't be read.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise Stuck(f"{path} is larger than 100 MB", "split it")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Stuck(f"{path} can't be read: {error}", "give a text file in UTF-8") from None
    json = path.suffix.lower() in (".json", ".jsonld")
    yield from save(read_json_ld(path.stem, text) if json else book.read_yaml(path.stem, text))


def save(items: Iterable[book.Item]) -> Iterator[tuple[str, str]]:
    """Store the items, each in a transaction of its own; tells what became of each."""
    for item in items:
        if item.draft is None:
            yield item.name, f"not loaded: {item.problem}"
            continue
        with db.transaction() as session:
            outcome = store.save(session, item.id, item.draft)
        yield item.name, outcome
