"""Foods in PostgreSQL."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import func, select, update

from lib.cache import Cache
from lib.nutrition import store
from lib.nutrition.fdc import unclassed
from lib.nutrition.foods import foods
from lib.nutrition.nutrients import as_dict, from_mapping
from lib.nutrition.portions import Portion
from lib.nutrition.resolving import elsewhere
from lib.search.embedding import model_name
from lib.tables import food_portions
from lib.tables import foods as table

CUP = Portion("cup", "chopped", 120.0, "cup, chopped")


def new(name="zibblefruit", fdc_id=5, energy=52.0, portions=(CUP,)):
    amounts = from_mapping({"energy_kcal": energy, "protein_g": 0.26})
    return unclassed(name, fdc_id, name.capitalize(), "sr_legacy_food", amounts, portions)


def rows(sessions):
    with sessions() as session:
        return {row.name: row for row in session.execute(select(table))}


def add(sessions, *some):
    with sessions.begin() as session:
        return store.add(session, some)


def test_the_bundled_table_is_loaded_once_and_kept_up_to_date(sessions):
    with sessions.begin() as session:
        assert store.load(session) == store.Loaded(len(foods()), 0)
        assert store.count(session) == len(foods())
    with sessions.begin() as session:
        stored = session.scalar(select(func.count()).select_from(food_portions))
        assert stored == sum(len(food.portions) for food in foods().values())
        assert store.load(session) == store.Loaded(0, 0)
        session.execute(update(table).where(table.c.name == "butter").values(content_sha256="old"))
        store.save(session, [replace(foods()["butter"], name="ambrosia of the gods")], "bundled")
        store.save(session, [new()], "import")
    with sessions.begin() as session:
        assert store.load(session) == store.Loaded(1, 1)
        assert store.count(session) == len(foods()) + 1
        row = session.execute(select(table).where(table.c.name == "butter")).one()
    butter = foods()["butter"]
    assert row.per_100g == as_dict(butter.per_100g)
    assert (set(row.classes), set(row.may)) == (butter.classes, butter.may)
    assert (row.fdc_id, row.origin, row.classed) == (butter.fdc_id, "bundled", True)


def test_added_foods_come_back_as_they_were_saved(sessions):
    food = new(portions=(CUP, Portion("piece", "", 182.0, "medium"), Portion("cup", "", 90.0, "cup")))
    with sessions.begin() as session:
        store.save(session, [food], "fdc")
        found = store.added(session, ["Zibblefruits", "zibblefruit", "butter", ""])
    assert set(found) == {"Zibblefruits", "zibblefruit"}
    for same in found.values():
        assert np.array_equal(same.per_100g, food.per_100g, equal_nan=True)
        assert same.portions == food.portions
        assert (same.name, same.fdc_id, same.classed, same.role) == ("zibblefruit", 5, False, "other")


def test_bundled_foods_are_not_among_the_added(sessions):
    with sessions.begin() as session:
        store.save(session, [foods()["butter"]], "bundled")
        assert store.added(session, ["butter"]) == {}


def test_saving_replaces_a_food_and_its_portions(sessions):
    with sessions.begin() as session:
        store.save(session, [new()], "import")
        store.save(session, [new(energy=60, portions=()), new(energy=61, portions=())], "import")
    assert rows(sessions)["zibblefruit"].per_100g["energy_kcal"] == 61
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(food_portions)) == 0


def test_many_foods_are_saved(sessions):
    with sessions.begin() as session:
        store.save(session, (new(f"zibblefruit {number}") for number in range(1201)), "import")
        assert store.count(session) == 1201


def test_adding_the_same_again_writes_nothing(sessions):
    assert add(sessions, new(), new("wobblefruit")) == {"written": 2}
    before = rows(sessions)
    assert add(sessions, new(), new("wobblefruit")) == {"unchanged": 2, "written": 0}
    assert rows(sessions) == before
    assert add(sessions, new(energy=60)) == {"written": 1}
    assert rows(sessions)["zibblefruit"].per_100g["energy_kcal"] == 60


def test_adding_never_touches_bundled_foods(sessions):
    with sessions.begin() as session:
        store.load(session)
        stray = replace(foods()["butter"], name="zibblefruit")
        store.save(session, [stray], "bundled")
    before = rows(sessions)
    some = (new("butter"), new(foods()["butter"].aliases[0]), new("zibblefruit"))
    assert add(sessions, *some) == {"bundled": 3, "written": 0}
    assert rows(sessions) == before


@pytest.mark.parametrize("ids", [(5, 6), (6, 5)])
@pytest.mark.parametrize("together", [True, False])
def test_of_two_records_of_a_name_the_newer_counts_in_any_order(sessions, ids, together):
    some = [new(fdc_id=fdc_id, energy=fdc_id) for fdc_id in ids]
    for _ in range(2):
        if together:
            add(sessions, *some)
        else:
            for food in some:
                add(sessions, food)
        assert rows(sessions)["zibblefruit"].fdc_id == 6
    assert add(sessions, *some) == {"older": 1, "unchanged": 1, "written": 0}


def test_an_import_takes_the_place_of_a_looked_up_food(sessions):
    with sessions.begin() as session:
        store.save(session, [new(fdc_id=9)], "fdc")
    assert add(sessions, new(fdc_id=5)) == {"written": 1}
    assert rows(sessions)["zibblefruit"].origin == "import"


def test_bundled_names_are_embedded_once_and_found_by_meaning(sessions, model):
    names = ["butter", "green onion", "ground beef", "salmon fillet"]
    with sessions.begin() as session:
        store.save(session, [foods()[name] for name in names], "bundled")
        store.save(session, [new("green onion of the moon")], "import")
    assert store.embed_missing(sessions, model.encode, model_name()) == len(names)
    assert store.embed_missing(sessions, model.encode, model_name()) == 0
    (vector,) = model.encode(["spring onions"])
    with sessions.begin() as session:
        near = store.nearest(session, vector, limit=2)
        assert near[0][0] == "green onion"
        assert 1 >= near[0][1] > near[1][1]
        (same,) = model.encode(["butter"])
        assert store.nearest(session, same, limit=1)[0] == ("butter", pytest.approx(1, abs=0.01))
        found = elsewhere(session, Cache(60), ["buttr"], {"buttr": same, "far": [-x for x in same]})
    assert {name: (match.food.name, match.how) for name, match in found.items()} == {
        "buttr": ("butter", "meaning")
    }
    assert store.embed_missing(sessions, model.encode, "another model") == len(names)


def test_a_changed_food_is_embedded_again_and_a_failure_keeps_what_is_done(sessions, monkeypatch):
    encoded = []

    def encode(texts):
        encoded.extend(texts)
        if len(encoded) > 3:
            raise ConnectionError
        return [np.ones(384) for _ in texts]

    monkeypatch.setattr(store, "_BATCH", 2)
    names = ["bacon", "butter", "egg", "milk"]
    with sessions.begin() as session:
        store.save(session, [foods()[name] for name in names], "bundled")
    with pytest.raises(ConnectionError):
        store.embed_missing(sessions, encode, "m")
    assert [name for name, row in rows(sessions).items() if row.model] == names[:2]
    encoded.clear()
    with sessions.begin() as session:
        store.save(session, [replace(foods()["butter"], note="changed")], "bundled")
    assert [name for name, row in sorted(rows(sessions).items()) if row.model] == ["bacon"]
