"""Schedules under a clock that jumps, stands still, and is looked at by many."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lib import db
from lib.errors import Invalid, NotFound
from lib.ledger import schedules
from lib.ledger.schedules import Schedule
from tests.ledger import TASK, run_sql

HOURLY = Schedule("hourly", TASK, "0 * * * *")


def at(moment):
    return datetime.fromisoformat(moment).astimezone(UTC)


def look(schedule, now):
    """One dispatcher's look at that moment; returns how many runs it wrote."""
    with db.transaction() as session:
        return len(schedules.run_due(session, [schedule], now))


def ticks(name):
    query = "select tick from compute.jobs where schedule = :name order by tick"
    return [tick.astimezone(UTC) for (tick,) in run_sql(query, name=name)]


def finish_all():
    run_sql("update compute.jobs set status = 'succeeded', finished_at = now()")


def pass_time(schedule, start, end, step=timedelta(minutes=10), finish=True):
    """Look again and again; jobs end before the next look."""
    now = at(start)
    while now <= at(end):
        look(schedule, now)
        if finish:
            finish_all()
        now += step


def test_a_tick_has_its_run_and_only_one(database):
    assert look(HOURLY, at("2026-05-01T09:59:59Z")) == 0
    assert look(HOURLY, at("2026-05-01T10:00:00Z")) == 1
    assert look(HOURLY, at("2026-05-01T10:00:01Z")) == 0
    finish_all()
    assert look(HOURLY, at("2026-05-01T10:59:00Z")) == 0
    assert look(HOURLY, at("2026-05-01T11:00:30Z")) == 1
    assert ticks("hourly") == [at("2026-05-01T10:00Z"), at("2026-05-01T11:00Z")]


def test_many_dispatchers_that_look_at_once_write_one_run_per_tick(database):
    every_minute = replace(HOURLY, cron="* * * * *", overlap="queue")
    look(every_minute, at("2026-05-01T10:00:30Z"))
    barrier = threading.Barrier(6)
    written = []

    def dispatch():
        for minute in range(1, 11):
            barrier.wait()
            written.append(look(every_minute, at(f"2026-05-01T10:{minute:02}:00Z")))

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(dispatch) for _ in range(6)]:
            done.result()
    assert sum(written) == 10
    assert len(ticks("hourly")) == len(set(ticks("hourly"))) == 10


@pytest.mark.parametrize(("rule", "runs"), [("skip", 0), ("one", 1), ("all", 24)])
def test_a_day_of_downtime_is_made_up_for_by_the_catch_up_rule(database, rule, runs):
    schedule = replace(HOURLY, catch_up=rule, overlap="queue")
    look(schedule, at("2026-05-01T10:00:30Z"))
    assert look(schedule, at("2026-05-02T10:05:00Z")) == runs
    made_up = ticks("hourly")
    if rule == "one":
        assert made_up == [at("2026-05-02T10:00Z")]
    if rule == "all":
        assert made_up[0] == at("2026-05-01T11:00Z")
    assert look(schedule, at("2026-05-02T11:00:00Z")) == 1


def test_a_tick_that_is_a_little_late_is_not_missed(database):
    schedule = replace(HOURLY, catch_up="skip")
    look(schedule, at("2026-05-01T10:00:30Z"))
    assert look(schedule, at("2026-05-01T11:00:45Z")) == 1


# Berlin's clock jumps from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
@pytest.mark.parametrize(
    ("cron", "start", "end", "expected"),
    [
        # A night's hour that doesn't exist that day: right after the jump.
        (
            "30 2 * * *",
            "2026-03-28T00:00Z",
            "2026-03-30T06:00Z",
            ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"],
        ),
        # An hour that is there twice: once.
        (
            "30 2 * * *",
            "2026-10-24T00:00Z",
            "2026-10-26T06:00Z",
            ["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"],
        ),
        # Every hour: every real hour.
        (
            "0 * * * *",
            "2026-10-24T22:30Z",
            "2026-10-25T03:30Z",
            [f"2026-10-2{d}T{h}:00Z" for d, h in ((4, 23), (5, "00"), (5, "01"), (5, "02"), (5, "03"))],
        ),
        # The clock shows the same all year.
        (
            "0 8 * * *",
            "2026-10-24T00:00Z",
            "2026-10-25T12:00Z",
            ["2026-10-24T06:00Z", "2026-10-25T07:00Z"],
        ),
    ],
)
def test_ticks_are_those_of_the_places_clock(database, cron, start, end, expected):
    schedule = replace(HOURLY, cron=cron, timezone="Europe/Berlin")
    pass_time(schedule, start, end)
    assert ticks("hourly") == [at(moment) for moment in expected]


def test_a_downtime_over_the_change_of_the_clock(database):
    nightly = replace(
        HOURLY, cron="30 2 * * *", timezone="Europe/Berlin", catch_up="all", overlap="queue"
    )
    look(nightly, at("2026-10-23T12:00Z"))
    assert look(nightly, at("2026-10-26T12:00Z")) == 3
    assert [tick.hour for tick in ticks("hourly")] == [0, 0, 1]


def test_a_clock_that_goes_back_gives_no_second_run(database):
    look(HOURLY, at("2026-05-01T09:30Z"))
    assert look(HOURLY, at("2026-05-01T10:00Z")) == 1
    finish_all()
    assert look(HOURLY, at("2026-05-01T09:59Z")) == 0
    assert look(HOURLY, at("2026-05-01T10:00Z")) == 0


def test_while_the_run_before_goes_on_a_tick_is_left_out_or_queued(database):
    pass_time(HOURLY, "2026-05-01T09:30Z", "2026-05-01T12:30Z", finish=False)
    assert len(ticks("hourly")) == 1
    queued = replace(HOURLY, name="queued", overlap="queue")
    pass_time(queued, "2026-05-01T09:30Z", "2026-05-01T12:30Z", finish=False)
    assert len(ticks("queued")) == 3


def test_jitter_delays_the_run_but_not_the_tick(database):
    schedule = replace(HOURLY, jitter_s=300)
    look(schedule, at("2026-05-01T09:30Z"))
    look(schedule, at("2026-05-01T10:00Z"))
    tick, run_after = run_sql("select tick, run_after from compute.jobs").one()
    assert tick == at("2026-05-01T10:00Z")
    assert timedelta(0) < run_after - tick <= timedelta(seconds=300)


def test_a_tick_with_nothing_to_do_leaves_no_job(database):
    wanted = [False]
    schedule = replace(HOURLY, wanted=lambda _session: wanted[0])
    look(schedule, at("2026-05-01T09:30Z"))
    assert look(schedule, at("2026-05-01T10:00Z")) == 0
    wanted[0] = True
    assert look(schedule, at("2026-05-01T10:00:30Z")) == 0
    assert look(schedule, at("2026-05-01T11:00Z")) == 1


def change(now, schedule=HOURLY, **what):
    with db.transaction() as session:
        return schedules.change(session, schedule, at(now), **what)


def test_a_paused_schedule_rests_and_what_it_rested_through_is_not_made_up_for(database):
    look(HOURLY, at("2026-05-01T09:30Z"))
    paused = change("2026-05-01T09:40Z", enabled=False)
    assert not paused.enabled
    assert paused.next_tick is None
    assert look(HOURLY, at("2026-05-01T11:00Z")) == 0
    again = change("2026-05-01T14:30Z", enabled=True)
    assert again.next_tick == at("2026-05-01T15:00Z")
    assert look(HOURLY, at("2026-05-01T14:31Z")) == 0
    assert look(HOURLY, at("2026-05-01T15:00Z")) == 1


def test_a_changed_schedule_stays_changed_and_follows_its_new_clock(database):
    look(HOURLY, at("2026-05-01T09:30Z"))
    changed = change("2026-05-01T09:40Z", cron="15 8 * * *", timezone="America/New_York")
    assert changed.next_tick == at("2026-05-01T12:15Z")
    assert change("2026-05-01T09:41Z", enabled=True).cron == "15 8 * * *"
    assert look(HOURLY, at("2026-05-01T10:00Z")) == 0
    assert look(HOURLY, at("2026-05-01T12:15Z")) == 1
    with db.transaction() as session:
        known = schedules.info(session, HOURLY, at("2026-05-01T12:16Z"))
    assert known.last_status == "queued"
    assert known.next_tick == at("2026-05-02T12:15Z")


@pytest.mark.parametrize(
    "bad",
    [
        {"cron": "every day"},
        {"cron": "61 * * * *"},
        {"cron": "* * * * * *"},
        {"cron": ""},
        {"cron": "0 0 30 2 *"},
        {"timezone": "Mars/Olympus"},
        {"timezone": "../../etc/passwd"},
        {"timezone": ""},
    ],
)
def test_what_is_no_schedule_is_refused_with_the_field(database, bad):
    with pytest.raises(Invalid) as refused:
        change("2026-05-01T09:40Z", **bad)
    assert refused.value.errors[0][0] == ("body", next(iter(bad)))
    assert look(HOURLY, at("2026-05-01T10:00Z")) == 0


def test_a_schedule_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(NotFound) as missing:
        schedules.find([HOURLY], "yearly")
    assert missing.value.suggestions == ["hourly"]
