"""Search latency over HTTP at many recipes, and how much of the exact answer the vector index finds.

    MEALPREP_HOME=/tmp/speed MEALPREP_HTTP_PORT=8100 … make up
    MEALPREP_HOME=/tmp/speed MEALPREP_HTTP_PORT=8100 python -m benchmarks.search_speed 25000

Needs a running stack of its own: its database is filled with variants of the book, which differ in
title. A variant's vector is its recipe's mixed with two others', so that vectors fill the space that
recipes do: by mere noise in 384 dimensions all would be equally far apart, and "the nearest" would mean
nothing. A request is never asked twice, so nothing comes from a cache.
"""

import argparse
import itertools
import random
import statistics
import threading
import time
from collections.abc import Iterator

import httpx
import numpy as np
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lib import db
from lib.search import candidates, embedding, models, versions
from lib.search.documents import vocabulary
from lib.search.embedding import model_name
from lib.settings import settings
from lib.tables import search_words

_MIXED = 0.6
_CHUNK = 5000
_REQUESTS = 300

WORDS = """
smoky golden rustic hearty tangy silky crispy zesty velvety fiery mellow bright toasty savory luscious
garlicky peppery buttery lemony herby nutty spicy sweet salty sour bitter warm chilled creamy crunchy
sunday monday weekday midnight harvest garden village coastal mountain river meadow orchard bakery
grandma's chef's farmer's fisherman's hunter's miner's shepherd's sailor's student's market
""".split()
SUBJECTS = """
chicken|beef stew|lentil soup|chocolate cake|vegetable curry|salmon|tofu|mushroom pasta|breakfast eggs|
rice|potato salad|bean chili|lamb|pumpkin|apple dessert|shrimp noodles|chickpea salad|oat bars|
spinach pie|tacos
""".replace("\n", "").split("|")
DEMANDS = (
    "|without nuts|vegan|gluten free|under 30 minutes|no dairy|for 6 people|low sodium|without cheese|"
    "vegetarian under 45 minutes"
).split("|")


def grow(wanted: int) -> None:
    """Add variants of the book until there are so many recipes."""
    with db.background_sessions().begin() as session:
        there = session.scalar(text("select count(*) from compute.recipe_index where not removed")) or 0
        if there >= wanted:
            return
        print(f"growing from {there} to {wanted} recipes …", flush=True)
        session.execute(text("set local statement_timeout = 0"))
        session.execute(text(f'drop index if exists compute."recipe_vectors_{model_name()}"'))
        _copy(session, wanted - there)
        _settle(session)
    with db.background_sessions().begin() as session:
        started = time.perf_counter()
        models.finish(session, model_name())
        print(f"vector index built in {time.perf_counter() - started:.0f} s", flush=True)
    with db.background_sessions().kw["bind"].connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))


def _copy(session: Session, many: int) -> None:
    seed = session.scalar(text("select count(*) from public.recipes")) or 0
    session.execute(
        text(
            "create temp table base on commit drop as select row_number() over (order by id)"
            " as n, id from public.recipes where id not like 'variant-%'"
        )
    )
    base = session.scalar(text("select count(*) from base")) or 1
    words = "array[" + ",".join("'" + w.replace("'", "''") + "'" for w in WORDS) + "]"
    session.execute(
        text(f"""
        create temp table variants on commit drop as
        select 'variant-' || (g + cast(:seed as int)) as id, b.id as of_id,
               ({words})[1 + (cast(g as bigint) * 7919 % {len(WORDS)})]::text || ' ' ||
               ({words})[1 + (cast(g as bigint) * 104729 % {len(WORDS)})] as adjectives
        from generate_series(1, cast(:many as int)) g join base b on b.n = 1 + g % cast(:base as int)
        """),
        {"many": many, "base": base, "seed": seed},
    )
    columns = _columns(session, "public", "recipes", {"id", "title"})
    session.execute(
        text(f"""
        insert into public.recipes (id, title, {columns})
        select v.id, v.adjectives || ' ' || r.title, {_of("r", columns)}
        from variants v join public.recipes r on r.id = v.of_id""")
    )
    for schema, table in (
        ("public", "recipe_ingredients"),
        ("public", "recipe_tags"),
        ("public", "recipe_nutrition"),
        ("compute", "recipe_details"),
    ):
        skipped = {"recipe_id"} | ({"id"} if schema == "public" else set())
        columns = _columns(session, schema, table, skipped)
        identity = ("id, ", "gen_random_uuid()::text, ") if schema == "public" else ("", "")
        session.execute(
            text(f"""
            insert into {schema}.{table} ({identity[0]}recipe_id, {columns})
            select {identity[1]}v.id, {_of("r", columns)}
            from variants v join {schema}.{table} r on r.recipe_id = v.of_id""")
        )
    columns = _columns(session, "compute", "recipe_index", {"recipe_id", "number", "title", "words"})
    session.execute(text(f"""
        insert into compute.recipe_index (recipe_id, title, words, {columns})
        select v.id, left(v.adjectives || ' ' || r.title, 200),
               setweight(to_tsvector('english', v.adjectives), 'A') || r.words, {_of('r', columns)}
        from variants v join compute.recipe_index r on r.recipe_id = v.of_id"""))  # fmt: skip
    _copy_vectors(session)
    _count_words(session, many / seed)


def _count_words(session: Session, times: float) -> None:
    """Count the variants' words as indexing would have: by them spelling is corrected."""
    session.execute(
        text(
            "update compute.search_words set recipes = recipes + cast(recipes * :times as int)"
            " where word != all(:counted)"
        ),
        {"times": times, "counted": [word for said in WORDS for word in vocabulary(said)]},
    )
    counts: dict[str, int] = {}
    said = session.execute(text("select adjectives, count(*) as many from variants group by adjectives"))
    for row in said:
        for word in vocabulary(row.adjectives):
            counts[word] = counts.get(word, 0) + row.many
    statement = insert(search_words).values([{"word": w, "recipes": n} for w, n in counts.items()])
    more = search_words.c.recipes + statement.excluded.recipes
    session.execute(statement.on_conflict_do_update(index_elements=["word"], set_={"recipes": more}))


def _columns(session: Session, schema: str, table: str, without: set[str]) -> str:
    names = session.scalars(
        text(
            "select column_name from information_schema.columns"
            " where table_schema = :s and table_name = :t"
        ),
        {"s": schema, "t": table},
    )
    return ", ".join(name for name in names if name not in without)


def _of(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns.split(", "))


def _copy_vectors(session: Session) -> None:
    chance = np.random.default_rng(1)
    base = _vectors_of_the_book(session)
    rows = session.execute(
        text("""
        select v.id, i.number, e.embedding::text as embedding
        from variants v join compute.recipe_index i on i.recipe_id = v.id
        join compute.recipe_vectors e on e.recipe_id = v.of_id and e.model = :model
    """),
        {"model": model_name()},
    ).all()
    cursor = session.connection().connection.cursor()
    with cursor.copy(
        "copy compute.recipe_vectors (model, recipe_id, number, content_sha256, embedding) from stdin"
    ) as copy:
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            vectors = np.array([np.fromstring(r.embedding[1:-1], sep=",") for r in chunk])
            vectors = vectors + _MIXED * base[chance.integers(len(base), size=len(chunk))]
            vectors += _MIXED / 2 * base[chance.integers(len(base), size=len(chunk))]
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            for row, vector in zip(chunk, vectors, strict=True):
                written = "[" + ",".join(f"{value:.5f}" for value in vector) + "]"
                copy.write_row((model_name(), row.id, row.number, "variant", written))


def _vectors_of_the_book(session: Session) -> np.ndarray:
    written = session.scalars(
        text("""
        select embedding::text from compute.recipe_vectors
        where model = :model and recipe_id not like 'variant-%' order by recipe_id"""),
        {"model": model_name()},
    )
    return np.array([np.fromstring(each[1:-1], sep=",") for each in written])


def _settle(session: Session) -> None:
    """Let the variants count as indexed as they are."""
    found = versions.stale(session, model_name())
    session.execute(text("create temp table fresh (id text primary key, v bigint) on commit drop"))
    cursor = session.connection().connection.cursor()
    with cursor.copy("copy fresh (id, v) from stdin") as copy:
        for row in found.items():
            copy.write_row(row)
    session.execute(
        text("update compute.recipe_index set row_versions = v from fresh where id = recipe_id")
    )


def requests(demands: bool, seed: int) -> Iterator[str]:
    """Requests that were never made before."""
    chosen = random.Random(seed)
    while True:
        said = f"{chosen.choice(WORDS)} {chosen.choice(SUBJECTS)} {chosen.choice(WORDS)}"
        yield f"{said} {chosen.choice(DEMANDS[1:])}" if demands else said


def measure(name: str, path: str, bodies: Iterator[dict[str, object] | str], connections: int) -> None:
    """Print percentiles of the time that so many callers wait, one request after the other."""
    key = (settings().home / "api-key").read_text().strip()
    times: list[float] = []
    lock = threading.Lock()

    def call(many: int) -> None:
        with httpx.Client(
            base_url=settings().url, headers={"Authorization": f"Bearer {key}"}, timeout=60
        ) as client:
            for _ in range(many):
                with lock:
                    body = next(bodies)
                started = time.perf_counter()
                got = (
                    client.get(path + str(body))
                    if isinstance(body, str)
                    else client.post(path, json=body)
                )
                took = (time.perf_counter() - started) * 1000
                got.raise_for_status()
                with lock:
                    times.append(took)

    call(20)
    times.clear()
    started = time.perf_counter()
    callers = [
        threading.Thread(target=call, args=(_REQUESTS // connections,)) for _ in range(connections)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    rate = len(times) / (time.perf_counter() - started)
    p95 = sorted(times)[int(0.95 * len(times))]
    print(
        f"{name:44} p50 {statistics.median(times):6.1f} ms, p95 {p95:6.1f} ms, {rate:5.0f}/s", flush=True
    )


def floor() -> None:
    """What no search can do without: an answer that says nothing, and the request's embedding.

    Machines are faster at one hour than at another; these tell how fast this one is now.
    """
    measure("nothing: GET /health", "/", itertools.repeat("health"), 1)
    model = embedding.Embedder(1)
    times = []
    for said in itertools.islice(requests(demands=False, seed=9), _REQUESTS):
        started = time.perf_counter()
        model.encode([said])
        times.append((time.perf_counter() - started) * 1000)
    print(f"{'embedding, in this process':44} p50 {statistics.median(times):6.1f} ms", flush=True)


def recall(recipes: int, many: int = 100) -> float:
    """Share of the exact ten nearest that the vector index finds, over requests."""
    model = embedding.Embedder(1)
    nearest = f"from compute.recipe_vectors where model = '{model_name()}' order by"
    vector = "cast(cast(:v as text) as halfvec)"
    by_index = text(f"select recipe_id {nearest} embedding <=> {vector} limit 10")
    one_by_one = text(f"select recipe_id {nearest} (embedding <=> {vector}) + 0 limit 10")
    found = 0
    with db.background_sessions().begin() as session:
        candidates.look_for_nearest(session, recipes)
        for _, said in zip(range(many), requests(False, 99), strict=False):
            asked = {"v": str(model.encode([said])[0].tolist())}
            found += len({*session.scalars(by_index, asked)} & {*session.scalars(one_by_one, asked)})
    return found / (10 * many)


def main() -> None:
    """Grow, ask, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("recipes", type=int)
    wanted = parser.parse_args().recipes
    grow(wanted)
    floor()
    for connections in (1, 4):
        for demands in (False, True):
            bodies = ({"query": q} for q in requests(demands, 10 * connections + demands))
            kind = "with demands" if demands else "without demands"
            measure(
                f"semantic, {kind}, {connections} connection(s)", "/search/semantic", bodies, connections
            )
    foods = ["chicken", "onion", "garlic", "rice", "tomato", "egg", "spinach", "carrot", "lemon", "milk"]
    chosen = random.Random(5)
    have = ({"have": chosen.sample(foods, 6)} for _ in iter(int, 1))
    measure("by ingredients", "/search/by-ingredients", have, 1)
    with db.transaction() as session:
        ids = [*session.scalars(text("select id from recipes order by md5(id) limit 400"))]
    measure("similar recipes", "/recommendations/recipe/", iter(ids), 1)
    print(f"recall@10 of the vector index: {recall(wanted):.3f}")


if __name__ == "__main__":
    main()
