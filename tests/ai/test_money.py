"""The budget: reserved before, settled after, never passed, and nothing held for ever."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from lib import db
from lib.ai import money, usage
from lib.ai.money import BudgetSpent, Spender
from lib.ai.provider import Prompt
from lib.ai.trying import ProviderFailed
from lib.errors import Invalid
from lib.settings import ROOT, settings
from lib.tables import ai_budgets, ai_calls
from tests.ai.conftest import SPENDER, door_to
from tests.ai.pictures import painter_of
from tests.ai.server import Says, serving


def limit(monkeypatch, dollars):
    monkeypatch.setenv("MEALPREP_AI_BUDGET_USD", str(dollars))
    settings.cache_clear()


def now():
    with db.transaction() as session:
        return money.budget(session)


def expire():
    with db.transaction() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(ai_calls).where(ai_calls.c.status == "reserved").values(expires_at=past))


def test_what_is_reserved_can_be_spent_by_nobody_else(database, monkeypatch):
    limit(monkeypatch, 1.0)
    first = money.reserve(SPENDER, "p", "m", 0.7)
    with pytest.raises(BudgetSpent) as refused:
        money.reserve(SPENDER, "p", "m", 0.4)
    assert refused.value.retry_after_s < 60
    money.settle(first, 0.2, 100, 50)
    assert (now().spent, now().reserved) == (0.2, 0.0)
    money.reserve(SPENDER, "p", "m", 0.8)


def test_a_spent_month_says_that_it_ends_with_the_month(database, monkeypatch):
    limit(monkeypatch, 0.5)
    money.settle(money.reserve(SPENDER, "p", "m", 0.5), 0.5)
    with pytest.raises(BudgetSpent) as refused:
        money.reserve(SPENDER, "p", "m", 0.01)
    assert refused.value.retry_after_s > 60
    assert "$0.5000 of $0.50 are spent" in refused.value.detail


def test_a_crash_between_reserve_and_settle_counts_as_spent_and_holds_nothing_for_ever(
    database, monkeypatch
):
    limit(monkeypatch, 1.0)
    lost = money.reserve(SPENDER, "p", "m", 0.6)
    expire()
    assert (now().spent, now().reserved) == (0.6, 0.0)
    with pytest.raises(BudgetSpent):
        money.reserve(SPENDER, "p", "m", 0.5)
    money.settle(lost, 0.1)  # it was only slow
    assert (now().spent, now().reserved) == (0.1, 0.0)
    money.settle(lost, 0.1)
    assert now().spent == 0.1


def test_what_was_reserved_in_a_month_that_has_ended_is_not_held_for_ever(database):
    lost = money.reserve(SPENDER, "p", "m", 0.6)
    with db.transaction() as session:
        session.execute(insert(ai_budgets).values(period="2020-10", reserved_usd=0.6))
        session.execute(update(ai_calls).where(ai_calls.c.id == lost).values(period="2020-10"))
        session.execute(
            update(ai_budgets).where(ai_budgets.c.period != "2020-10").values(reserved_usd=0)
        )
    expire()
    money.reserve(SPENDER, "p", "m", 0.1)
    with db.transaction() as session:
        october = session.execute(select(ai_budgets).where(ai_budgets.c.period == "2020-10")).one()
    assert (float(october.spent_usd), float(october.reserved_usd)) == (0.6, 0.0)
    assert (now().spent, now().reserved) == (0.0, 0.1)


def test_nobody_waits_for_who_reads_the_report(database, monkeypatch):
    money.note(SPENDER, "composer", "recipe-book")
    with db.transaction() as reader:
        usage.report(reader, None, None)
        with db.transaction() as session:
            session.execute(text("set local lock_timeout = '1s'"))
            session.execute(select(ai_budgets).with_for_update()).all()


def test_a_call_is_noted_while_another_is_reserved(database):
    money.note(SPENDER, "composer", "recipe-book")
    with db.transaction() as session:
        row = money._locked(session, money._period(datetime.now(UTC)))
        with db.transaction() as other:
            other.execute(text("set local lock_timeout = '1s'"))
            values = {
                "period": row.period,
                "key_id": "k",
                "endpoint": "e",
                "provider": "p",
                "model": "m",
            }
            values |= {"status": "settled", "reserved_usd": 0, "expires_at": datetime.now(UTC)}
            other.execute(insert(ai_calls).values(values))


def test_fifty_streams_at_once_never_pass_the_limit(database, monkeypatch):
    prompt = Prompt("Be brief.", "Say it.", "answer", {"type": "object", "properties": {}}, 100)
    with serving(Says("x" * 900, sleep_s=0.02)) as server:
        door = door_to(server).door
        worst = door.choices[0].abilities.worst(prompt.text, 100)
        limit(monkeypatch, worst * 10.5)
        seen = []

        def stream(_):
            try:
                door.complete(prompt, SPENDER, lambda _: seen.append(now()))
            except BudgetSpent:
                return "spent"
            except ProviderFailed:
                return "failed"
            return "ok"

        with ThreadPoolExecutor(50) as threads:
            outcomes = list(threads.map(stream, range(50)))
    assert set(outcomes) <= {"ok", "spent"}
    assert outcomes.count("ok") >= 10
    assert all(each.spent + each.reserved <= each.limit + 1e-9 for each in seen)
    assert now().reserved == 0
    with db.transaction() as session:
        sums = session.execute(
            select(func.sum(ai_calls.c.cost_usd), func.count()).where(ai_calls.c.status == "settled")
        ).one()
        assert sums[1] == outcomes.count("ok")
        assert session.scalar(select(ai_budgets.c.spent_usd)) == sums[0]


def test_fifty_pictures_at_once_never_pass_the_limit(database, monkeypatch):
    with serving(Says(picture=b"x" * 2000, usage=False, sleep_s=0.02)) as server:
        painter = painter_of(server)
        limit(monkeypatch, painter.choices[0].abilities.worst("Soup.") * 10.5)
        seen = []

        def paint(_):
            try:
                found = next(painter.paint("Soup.", (512, 512), SPENDER, []), None)
            except BudgetSpent:
                return "spent"
            seen.append(now())
            return "ok" if found else "failed"

        with ThreadPoolExecutor(50) as threads:
            outcomes = list(threads.map(paint, range(50)))
        assert len(server.asked) == 10
    assert (outcomes.count("ok"), outcomes.count("spent")) == (10, 40)
    assert all(each.spent + each.reserved <= each.limit + 1e-9 for each in seen)
    assert now().reserved == 0


def test_a_process_that_is_killed_while_it_waits_for_a_picture_leaks_nothing(database, monkeypatch):
    code = (
        "import sys; from tests.ai.pictures import painter_of; from tests.ai.conftest import SPENDER\n"
        "class Server: url = sys.argv[1]\n"
        "next(painter_of(Server).paint('Soup.', (512, 512), SPENDER, []))"
    )
    with serving(Says(picture=b"x", sleep_s=60)) as server:
        waits = subprocess.Popen([sys.executable, "-c", code, server.url], cwd=ROOT)
        until = time.monotonic() + 60
        while not server.asked and time.monotonic() < until:
            time.sleep(0.02)
        waits.kill()
        assert waits.wait() == -signal.SIGKILL
        worst = painter_of(server).choices[0].abilities.worst("Soup.")
        assert (now().spent, now().reserved) == (0, pytest.approx(worst))
        limit(monkeypatch, worst * 1.5)
        with pytest.raises(BudgetSpent):
            money.reserve(SPENDER, "p", "m", worst)
    expire()
    assert (now().spent, now().reserved) == (pytest.approx(worst), 0)
    money.reserve(SPENDER, "p", "m", worst * 0.4)


def test_the_report_has_calls_by_model_endpoint_key_and_day(database):
    money.settle(money.reserve(Spender("k1", "recipes"), "p", "m", 0.5), 0.25, 100, 50, 10)
    money.settle(money.reserve(Spender("k2", "blog"), "p", "n", 0.5), 0.5, 10, 5)
    money.note(Spender("k2", "blog"), "composer", "recipe-book")
    with db.transaction() as session:
        found = usage.report(session, None, None)
        nothing = usage.report(session, None, datetime(2020, 1, 1, tzinfo=UTC).date())
        with pytest.raises(Invalid):
            usage.report(session, datetime.now(UTC).date(), datetime(2020, 1, 1, tzinfo=UTC).date())
    assert (found.requests, found.cost_usd) == (3, 0.75)
    assert (found.tokens.input, found.tokens.output, found.tokens.cached) == (110, 55, 10)
    assert {each.name: each.requests for each in found.by_model} == {
        "composer/recipe-book": 1,
        "p/m": 1,
        "p/n": 1,
    }
    assert {each.name: each.cost_usd for each in found.by_endpoint} == {"blog": 0.5, "recipes": 0.25}
    assert {each.name: each.requests for each in found.by_key} == {"k1": 1, "k2": 2}
    assert [each.name for each in found.by_day] == [str(datetime.now(UTC).date())]
    assert found.budget.spent_usd == 0.75
    assert nothing.requests == 0
